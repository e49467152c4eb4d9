"""Certificate requests (PKCS #10): what is asked of a certification authority for a key."""
