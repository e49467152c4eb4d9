"""КриптоПро CSP where it is installed: which one it is, and signing with it (Windows: CryptoAPI)."""
