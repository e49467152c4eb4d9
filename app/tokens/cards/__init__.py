"""Containers of CryptoPro CSP that lie as files on a token: read over PC/SC in a child process."""
