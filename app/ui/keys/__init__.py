"""The page of keys and tokens."""
