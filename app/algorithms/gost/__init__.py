"""GOST R 34.11-2012 and 34.10-2012 over libgcrypt."""
