"""The only folder that imports the pkcs11 library; runs inside a token host."""
