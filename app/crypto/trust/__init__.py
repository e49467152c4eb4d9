"""Certificate stores: plain DER files."""
