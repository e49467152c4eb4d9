"""Containers of CryptoPro CSP that lie as folders of files: read only. Used in workers only."""
