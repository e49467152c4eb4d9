"""PKCS #12 and PKCS #8 with GOST: what the cryptography library does not read. In workers only."""
