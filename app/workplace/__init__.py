"""Whether this workplace is fit for signing and verifying: every room is asked, nothing is changed."""
