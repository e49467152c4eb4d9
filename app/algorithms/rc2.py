"""RC2 with forty bits, to read: CryptoPro CSP and old Windows hide certificates under it.

It protects nothing, and nothing secret is kept under it: a file's key lies under a cipher of its
own. Over libgcrypt, since OpenSSL has it in a module that is not installed everywhere.
Source: RFC 2268.
"""

import ctypes
from typing import Final

from app.algorithms.gost import library
from app.algorithms.gost.ciphers import Buffer, place

KEY_SIZE: Final = 5
BLOCK_SIZE: Final = 8
_RFC2268_40, _CBC = 307, 3


def decrypt_cbc(key: Buffer, vector: Buffer, data: Buffer) -> bytearray:
    """Decrypt whole blocks by CBC; the padding stays."""
    if len(key) != KEY_SIZE or len(vector) != BLOCK_SIZE or len(data) % BLOCK_SIZE:
        raise ValueError("RC2: wrong size of key, vector or data")
    result = bytearray(len(data))
    if not data:
        return result
    loaded, handle = library.load(), ctypes.c_void_p()
    code = loaded.gcry_cipher_open(ctypes.byref(handle), _RFC2268_40, _CBC, 0)
    library.check(code, "gcry_cipher_open")
    try:
        # A short key is "weak" to libgcrypt's newer versions: that is said, and the key is set.
        loaded.gcry_cipher_setkey(handle, place(key), len(key))
        library.check(loaded.gcry_cipher_setiv(handle, place(vector), len(vector)), "setiv")
        code = loaded.gcry_cipher_decrypt(
            handle, place(result), len(result), place(data), len(data)
        )
        library.check(code, "gcry_cipher_decrypt")
    finally:
        loaded.gcry_cipher_close(handle)
    return result
