"""Keys out of passwords and of other keys, by the functions that Russian containers use.

Everything secret stands in buffers that are wiped: those that come back, by the caller. Digests
are computed in libgcrypt's secure memory.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from app.algorithms.gost import ciphers, library, selftest
from app.algorithms.gost.ciphers import Buffer, place
from app.errors import ErrorCode, RoscherkError

_HASHES: Final = {
    # name: number of gcrypt.h, size of the digest, size of the block
    "gost94": (311, 32, 32),
    "streebog256": (309, 32, 64),
    "streebog512": (310, 64, 64),
}
_SECURE, _HMAC = 1, 2
_PBKDF2 = 34
_PBKDF2_ANSWER = "5a585bafdfbb6e8830d6d68aa3b43ac00d2e4aebce01c9b31c2caed56f0236d4"

_CP_BEGINNING: Final = b"DENEFH028.760246785.IUEFHWUIO.EF"
_CP_ROUNDS, _CP_ROUNDS_EMPTY = 2000, 2
_XOR_36: Final = bytes(octet ^ 0x36 for octet in range(256))
_XOR_5C: Final = bytes(octet ^ 0x5C for octet in range(256))


class SecretHash:
    """A digest or HMAC over secrets: all state in secure memory, results in buffers of ours."""

    __slots__ = ("_handle", "_number", "size")

    def __init__(self, name: str, key: Buffer | None = None) -> None:
        """Open the digest ``name``; with a ``key`` it is the HMAC (RFC 7836 §4.1)."""
        selftest.ready()
        self._number, self.size, _ = _HASHES[name]
        loaded, self._handle = library.load(), ctypes.c_void_p()
        flags = _SECURE if key is None else _SECURE | _HMAC
        code = loaded.gcry_md_open(ctypes.byref(self._handle), self._number, flags)
        library.check(code, "gcry_md_open")
        if key is not None:
            code = loaded.gcry_md_setkey(self._handle, place(key), len(key))
            library.check(code, "gcry_md_setkey")

    def add(self, data: Buffer) -> None:
        """Add the octets of a buffer."""
        library.load().gcry_md_write(self._handle, place(data), len(data))

    def into(self, result: bytearray, start: int = 0) -> None:
        """Write the digest into ``result`` and begin anew, with the same key."""
        loaded = library.load()
        whole = (ctypes.c_char * len(result)).from_buffer(result)
        if start + self.size > len(result):
            raise ValueError("the digest does not fit")
        digest = loaded.gcry_md_read(self._handle, self._number)
        ctypes.memmove(ctypes.addressof(whole) + start, digest, self.size)
        loaded.gcry_md_reset(self._handle)

    def close(self) -> None:
        """Give the state back; libgcrypt wipes it."""
        if self._handle.value:
            library.load().gcry_md_close(self._handle)
            self._handle = ctypes.c_void_p()

    def __del__(self) -> None:
        self.close()


@contextmanager
def _hash(name: str, key: Buffer | None = None) -> Iterator[SecretHash]:
    running = SecretHash(name, key)
    try:
        yield running
    finally:
        running.close()


def hmac(name: str, key: Buffer, *parts: Buffer) -> bytearray:
    """Return the HMAC of the parts in their order, with one of our GOST digests."""
    result = bytearray(_HASHES[name][1])
    with _hash(name, key) as running:
        for part in parts:
            running.add(part)
        running.into(result)
    return result


def pbkdf2(name: str, password: Buffer, salt: bytes, iterations: int, size: int) -> bytearray:
    """Derive ``size`` octets by PBKDF2 with the HMAC of a GOST digest (RFC 9337 §4)."""
    ready()
    if iterations < 1 or size < 1 or not salt:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="kdf_parameters")
    return _pbkdf2(name, password, salt, iterations, size)


@cache
def ready() -> None:
    """Ask libgcrypt for an answer of RFC 9337 appendix A, once in a process."""
    selftest.ready()
    with selftest.failing("pbkdf2"):
        key = _pbkdf2("streebog512", b"password", b"salt", 2, 32)
        selftest.demand(key.hex() == _PBKDF2_ANSWER)


def _pbkdf2(name: str, password: Buffer, salt: bytes, iterations: int, size: int) -> bytearray:
    result = bytearray(size)
    # libgcrypt takes no null for a password, even if it is empty.
    given = place(password) if password else b"\0"
    code = library.load().gcry_kdf_derive(
        given, len(password), _PBKDF2, _HASHES[name][0],
        salt, len(salt), iterations, size, place(result),
    )  # fmt: skip
    library.check(code, "gcry_kdf_derive")
    return result


def kdf_256(key: Buffer, label: bytes, seed: bytes) -> bytearray:
    """KDF_GOSTR3411_2012_256 (RFC 7836 §4.4)."""
    return hmac("streebog256", key, b"\x01", label, b"\0", seed, b"\x01\0")


def kdf_tree(key: Buffer, label: bytes, seed: bytes, size: int) -> bytearray:
    """KDF_TREE_GOSTR3411_2012_256 with R = 1 (RFC 7836 §4.5); ``size`` in octets."""
    result = bytearray(-(-size // 32) * 32)
    length = (8 * size).to_bytes(-(-(8 * size).bit_length() // 8))
    with _hash("streebog256", key) as running:
        for index in range(len(result) // 32):
            for part in (bytes([index + 1]), label, b"\0", seed, length):
                running.add(part)
            running.into(result, 32 * index)
    result[size:] = bytes(len(result) - size)
    del result[size:]
    return result


def cryptopro_kdf(name: str, password: Buffer, salt: bytes) -> bytearray:
    """Derive the key of a CryptoPro container from its password (UTF-8) and a salt.

    The chain of 2,000 digests (two for an empty password) is not published by its maker; it is
    known from containers and the readers of others, and the containers in the tests prove it.
    """
    size, block = _HASHES[name][1:]
    pin = _code_units(password, 4)
    text, inner = bytearray(block), bytearray(2 * (block + size))
    half = block + size
    try:
        with _hash(name) as running:
            running.add(salt)
            running.add(pin)
            running.into(inner, block)
            inner[half + block :] = inner[block:half]
            text[:32] = _CP_BEGINNING
            for _ in range(_CP_ROUNDS if pin else _CP_ROUNDS_EMPTY):
                _pad_into(inner, text, block, half)
                running.add(inner)
                running.into(text)
            _pad_into(inner, text, block, half)
            first, second = inner[:32], inner[half : half + 32]
            for part in (first, salt, second, pin):
                running.add(part)
            _wipe(first, second)
            running.into(text)
            key = bytearray(32)
            last = text[:32]
            running.add(last)
            _wipe(last)
            running.into(key)
        return key
    finally:
        _wipe(pin, text, inner)


def _pad_into(inner: bytearray, text: bytearray, block: int, half: int) -> None:
    """Write ``text`` under the two pads of HMAC around what stands between them."""
    one, other = text.translate(_XOR_36), text.translate(_XOR_5C)
    inner[:block] = one
    inner[half : half + block] = other
    _wipe(one, other)


def cryptopro_pfx_kdf(password: Buffer, salt: bytes, iterations: int) -> bytearray:
    """Derive the key of CryptoPro's own PBE in PKCS #12 (OID 1.2.840.113549.1.12.1.80).

    ``password`` is UTF-8. K = H(K || salt || number of the round), the password as UTF-16 first,
    H being GOST R 34.11-94. Known from files and the readers of others.
    """
    key = _code_units(password, 2)
    digest = bytearray(32)
    with _hash("gost94") as running:
        for number in range(1, iterations + 1):
            running.add(key)
            running.add(salt)
            running.add((number & 0xFFFF).to_bytes(2))
            running.into(digest)
            if number == 1:
                _wipe(key)
                key = bytearray(32)
            key[:] = digest
    _wipe(digest)
    return key


def _code_units(password: Buffer, width: int) -> bytearray:
    """Write a UTF-8 password as UTF-16 code units of ``width`` octets each, little-endian.

    It is done without `str`: text cannot be wiped. What is no UTF-8 is taken octet by octet.
    """
    result = bytearray(width * len(password))
    count = 0
    for unit in _utf16(password):
        result[count] = unit & 0xFF
        result[count + 1] = unit >> 8
        count += width
    del result[count:]
    return result


def utf16(password: Buffer, order: str) -> bytearray:
    """Write a UTF-8 password as UTF-16, ``order`` being ``big`` or ``little``."""
    result = _code_units(password, 2)
    if order == "big":
        for at in range(0, len(result), 2):
            result[at], result[at + 1] = result[at + 1], result[at]
    return result


_LEADS: Final = ((0x80, 0x00, 0), (0xE0, 0xC0, 1), (0xF0, 0xE0, 2), (0xF8, 0xF0, 3))


def _utf16(password: Buffer) -> Iterator[int]:
    at = 0
    while at < len(password):
        lead = password[at]
        point, more = lead, 0
        for mask, value, following in _LEADS:
            if lead & mask == value and _continues(password, at, following):
                point, more = lead & ~mask & 0xFF, following
                break
        for step in range(1, more + 1):
            point = point << 6 | password[at + step] & 0x3F
        at += more + 1
        if point > 0xFFFF:
            point -= 0x10000
            yield 0xD800 | point >> 10 & 0x3FF
            yield 0xDC00 | point & 0x3FF
        else:
            yield point


def _continues(password: Buffer, at: int, count: int) -> bool:
    rest = range(at + 1, at + 1 + count)
    return at + count < len(password) and all(password[i] & 0xC0 == 0x80 for i in rest)


def diversify(key: Buffer, ukm: bytes, sbox: str) -> bytearray:
    """Diversify a key encryption key by eight octets of UKM (RFC 4357 §6.5)."""
    current = bytearray(key)
    for octet in ukm:
        sums = [0, 0]
        for word in range(8):
            part = int.from_bytes(current[4 * word : 4 * word + 4], "little")
            sums[not octet >> word & 1] += part
        vector = b"".join((each & 0xFFFFFFFF).to_bytes(4, "little") for each in sums)
        following = ciphers.encrypt_cfb(current, vector, current, sbox, meshing=False)
        _wipe(current)
        current = following
    return current


def _wipe(*buffers: bytearray) -> None:
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))
