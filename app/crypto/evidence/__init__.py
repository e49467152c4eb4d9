"""Where time-stamps and revocation data of a signature come from."""
