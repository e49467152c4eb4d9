"""A private key sealed for its way between two children of ours. Used in workers and hosts."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import ErrorCode, RoscherkError

KEY_SIZE = 32
_NONCE = 12
_TAG = 16


def seal(private: bytearray, key: bytearray, public_key: bytes) -> tuple[bytes, bytes]:
    """Return nonce and ciphertext; the public key is authenticated with them."""
    nonce = os.urandom(_NONCE)
    ciphertext = bytearray(len(private) + _TAG)
    AESGCM(key).encrypt_into(nonce, private, public_key, ciphertext)
    return nonce, bytes(ciphertext)


def unseal(nonce: bytes, ciphertext: bytes, key: bytearray, public_key: bytes) -> bytearray:
    """Return the private key in a buffer that the caller wipes."""
    if len(ciphertext) <= _TAG or len(key) != KEY_SIZE:
        raise RoscherkError(ErrorCode.UNEXPECTED, reason="sealed")
    private = bytearray(len(ciphertext) - _TAG)
    try:
        AESGCM(key).decrypt_into(nonce, ciphertext, public_key, private)
    except InvalidTag:
        raise RoscherkError(ErrorCode.UNEXPECTED, reason="sealed") from None
    return private
