"""GOST 28147-89 over libgcrypt: single blocks, CFB with and without key meshing, and its MAC.

Only what key containers and transport files need. Keys are given in buffers that the caller wipes,
plain text comes back in a buffer that the caller wipes, and libgcrypt keeps its own copies in
secure memory. Sources: RFC 5830, RFC 4357 (S-boxes of CryptoPro, meshing), RFC 7836 (TC26-Z).
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from app.algorithms.gost import library, selftest
from app.errors import ErrorCode, RoscherkError

Buffer = bytes | bytearray

CRYPTOPRO_A: Final = "1.2.643.2.2.31.1"
TC26_Z: Final = "1.2.643.7.1.2.5.1.1"
SBOXES: Final = frozenset({f"1.2.643.2.2.31.{number}" for number in range(1, 5)} | {TC26_Z})
"""The parameter sets by OID: CryptoPro-A to -D and TC26-Z. RFC 4357 meshes keys with all of them."""

KEY_SIZE: Final = 32
BLOCK_SIZE: Final = 8
MAC_SIZE: Final = 4

_PLAIN, _MESHED = 315, 317
_ECB, _CFB = 1, 2
_SECURE = 1
_MAC = 1
_SET_SBOX = 73


def encrypt_blocks(key: Buffer, data: Buffer, sbox: str) -> bytearray:
    """Encrypt whole blocks one by one (ECB)."""
    return _cipher(_PLAIN, key, data, sbox, decrypt=False)


def decrypt_blocks(key: Buffer, data: Buffer, sbox: str) -> bytearray:
    """Decrypt whole blocks one by one (ECB)."""
    return _cipher(_PLAIN, key, data, sbox, decrypt=True)


def encrypt_cfb(
    key: Buffer, vector: Buffer, data: Buffer, sbox: str, *, meshing: bool = True
) -> bytearray:
    """Encrypt by CFB; with ``meshing`` the key changes after each 1,024 bytes (RFC 4357 §2.3.2)."""
    algorithm = _MESHED if meshing else _PLAIN
    return _cipher(algorithm, key, data, sbox, vector=vector, decrypt=False)


def decrypt_cfb(
    key: Buffer, vector: Buffer, data: Buffer, sbox: str, *, meshing: bool = True
) -> bytearray:
    """Decrypt what `encrypt_cfb` made."""
    algorithm = _MESHED if meshing else _PLAIN
    return _cipher(algorithm, key, data, sbox, vector=vector, decrypt=True)


def mac(key: Buffer, data: Buffer, sbox: str, vector: Buffer = bytes(BLOCK_SIZE)) -> bytes:
    """Return the four octets of the MAC (RFC 5830 §8), begun from ``vector``, without meshing."""
    _check(key, sbox)
    if len(vector) != BLOCK_SIZE:
        raise ValueError("the vector of GOST 28147-89 has eight octets")
    return _mac(key, data, sbox, vector)


def _mac(key: Buffer, data: Buffer, sbox: str, vector: Buffer) -> bytes:
    loaded, handle = library.load(), ctypes.c_void_p()
    code = loaded.gcry_mac_open(ctypes.byref(handle), _MAC, _SECURE, None)
    library.check(code, "gcry_mac_open")
    try:
        library.check(loaded.gcry_mac_ctl(handle, _SET_SBOX, _text(sbox), 0), "gcry_mac_ctl")
        library.check(loaded.gcry_mac_setkey(handle, place(key), len(key)), "gcry_mac_setkey")
        library.check(loaded.gcry_mac_setiv(handle, place(vector), len(vector)), "gcry_mac_setiv")
        library.check(loaded.gcry_mac_write(handle, place(data), len(data)), "gcry_mac_write")
        size = ctypes.c_size_t(MAC_SIZE)
        result = ctypes.create_string_buffer(MAC_SIZE)
        library.check(loaded.gcry_mac_read(handle, result, ctypes.byref(size)), "gcry_mac_read")
    finally:
        loaded.gcry_mac_close(handle)
    return result.raw


def place(data: Buffer) -> "bytes | ctypes.Array[ctypes.c_char]":
    """Return what ctypes passes as the address of the octets, without a copy of them."""
    if isinstance(data, bytes):
        return data
    return (ctypes.c_char * len(data)).from_buffer(data)


def _text(sbox: str) -> ctypes.c_char_p:
    return ctypes.c_char_p(sbox.encode())


@cache
def ready() -> None:
    """Ask libgcrypt a block, a change of keys and a MAC of the standards, once in a process."""
    selftest.ready()
    key = bytes(range(KEY_SIZE))
    with selftest.failing("gost28147"):
        # RFC 8891 A.2, with octets turned around
        turned = bytes.fromhex("ccddeeff8899aabb4455667700112233f3f2f1f0f7f6f5f4fbfaf9f8fffefdfc")
        block = _work(_PLAIN, turned, bytes.fromhex("1032547698badcfe"), TC26_Z, decrypt=False)
        selftest.demand(block == bytes.fromhex("3dcad8c2e501e94e"))
        back = _work(_PLAIN, turned, block, TC26_Z, decrypt=True)
        selftest.demand(back == bytes.fromhex("1032547698badcfe"))
        # Of the gost engine: the last block stands under the second key.
        vector = bytes(range(1, 9))
        long = _work(_MESHED, key, bytes(1032), CRYPTOPRO_A, vector=vector, decrypt=False)
        selftest.demand(long[-8:] == bytes.fromhex("c965468df31ef0bf"))
        kek = bytes.fromhex("7ed8841943302cf02ca11776e8f1aa7f51cb8216636f5143496517097ebd1a2e")
        selftest.demand(_mac(kek, key, CRYPTOPRO_A, vector) == bytes.fromhex("cf2a3be2"))


def _check(key: Buffer, sbox: str) -> None:
    ready()
    if len(key) != KEY_SIZE:
        raise ValueError("a key of GOST 28147-89 has 32 octets")
    if sbox not in SBOXES:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=sbox)


def _cipher(
    algorithm: int,
    key: Buffer,
    data: Buffer,
    sbox: str,
    *,
    vector: Buffer | None = None,
    decrypt: bool,
) -> bytearray:
    _check(key, sbox)
    if vector is None and len(data) % BLOCK_SIZE:
        raise ValueError("ECB takes whole blocks")
    if vector is not None and len(vector) != BLOCK_SIZE:
        raise ValueError("the vector of GOST 28147-89 has eight octets")
    return _work(algorithm, key, data, sbox, vector=vector, decrypt=decrypt)


def _work(
    algorithm: int,
    key: Buffer,
    data: Buffer,
    sbox: str,
    *,
    vector: Buffer | None = None,
    decrypt: bool,
) -> bytearray:
    result = bytearray(len(data))
    if not data:
        return result
    with _opened(algorithm, _ECB if vector is None else _CFB) as handle:
        loaded = library.load()
        code = loaded.gcry_cipher_ctl(handle, _SET_SBOX, _text(sbox), 0)
        library.check(code, "gcry_cipher_ctl")
        library.check(loaded.gcry_cipher_setkey(handle, place(key), len(key)), "gcry_cipher_setkey")
        if vector is not None:
            code = loaded.gcry_cipher_setiv(handle, place(vector), len(vector))
            library.check(code, "gcry_cipher_setiv")
        work = loaded.gcry_cipher_decrypt if decrypt else loaded.gcry_cipher_encrypt
        library.check(
            work(handle, place(result), len(result), place(data), len(data)), "gcry_cipher"
        )
    return result


@contextmanager
def _opened(algorithm: int, mode: int) -> Iterator[ctypes.c_void_p]:
    loaded, handle = library.load(), ctypes.c_void_p()
    code = loaded.gcry_cipher_open(ctypes.byref(handle), algorithm, mode, _SECURE)
    library.check(code, "gcry_cipher_open")
    try:
        yield handle
    finally:
        loaded.gcry_cipher_close(handle)
