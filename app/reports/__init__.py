"""Paper: the verification protocol and the sample contract."""
