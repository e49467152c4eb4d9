"""The page of verification."""
