"""Kuznyechik and Magma in the two modes of RFC 9337: CTR-ACPKM, alone and with OMAC.

libgcrypt has neither. Magma is GOST 28147-89 with the TC26-Z S-box and the other order of octets,
so its blocks come from libgcrypt all the same; those of Kuznyechik come from ``gostcrypto``, which
is slow (0.2 ms a block) and keeps its round keys in ordinary memory until it wipes them. The modes
are ours. Sources: GOST R 34.12-2015 (RFC 7801, RFC 8891), RFC 8645 (ACPKM), GOST R 34.13-2015.
"""

import hmac
from typing import Final, Protocol

from app.algorithms.gost import ciphers, kdf
from app.algorithms.gost.ciphers import Buffer
from app.errors import ErrorCode, RoscherkError

MAX_SIZE: Final = 128 << 10
"""Octets that are worked on at most: a slow cipher must not hold a worker for minutes."""

_SEED: Final = 8
_LABEL: Final = b"kdf tree"
_CONSTANT: Final = bytes(range(0x80, 0xA0))
"""D of RFC 8645 §6.2.1: what a key encrypts to become the next key."""


class _Block(Protocol):
    """A block cipher with a key inside."""

    size: int
    section: int
    """How many octets one key encrypts (RFC 9337 §7.3)."""
    polynomial: int

    def encrypt(self, data: bytearray) -> bytearray:
        """Encrypt whole blocks, each alone."""
        ...

    def wipe(self) -> None:
        """Overwrite the key."""
        ...


class Magma:
    """RFC 8891 over libgcrypt: each block, and each word of the key, is turned around."""

    size, section, polynomial = 8, 8 << 10, 0x1B

    def __init__(self, key: Buffer) -> None:
        """Take a copy of the key, word by word in the order of GOST 28147-89."""
        self._key = bytearray(ciphers.KEY_SIZE)
        for at in range(ciphers.KEY_SIZE):
            self._key[at] = key[at ^ 3]

    def encrypt(self, data: bytearray) -> bytearray:
        """Encrypt whole blocks, each alone."""
        turned = bytearray(len(data))
        for at in range(len(data)):
            turned[at] = data[at ^ 7]
        result = ciphers.encrypt_blocks(self._key, turned, ciphers.TC26_Z)
        for at in range(len(data)):
            turned[at] = result[at ^ 7]
        _wipe(result)
        return turned

    def wipe(self) -> None:
        """Overwrite the key."""
        _wipe(self._key)


class Kuznyechik:
    """RFC 7801 over gostcrypto."""

    size, section, polynomial = 16, 256 << 10, 0x87

    def __init__(self, key: Buffer) -> None:
        """Expand the key; the library's own copies are wiped with it."""
        # Imported here: it takes 30 ms, and hardly any file needs it.
        from gostcrypto.gostcipher.gost_34_12_2015 import (  # noqa: PLC0415
            GOST34122015Kuznechik,
        )

        self._cipher = GOST34122015Kuznechik(bytearray(key))

    def encrypt(self, data: bytearray) -> bytearray:
        """Encrypt whole blocks, each alone."""
        result = bytearray(len(data))
        for at in range(0, len(data), self.size):
            result[at : at + self.size] = self._cipher.encrypt(data[at : at + self.size])
        return result

    def wipe(self) -> None:
        """Overwrite the round keys."""
        self._cipher.clear()


_CIPHERS: Final[dict[str, tuple[type[Magma | Kuznyechik], bool]]] = {
    "1.2.643.7.1.1.5.1.1": (Magma, False),
    "1.2.643.7.1.1.5.1.2": (Magma, True),
    "1.2.643.7.1.1.5.2.1": (Kuznyechik, False),
    "1.2.643.7.1.1.5.2.2": (Kuznyechik, True),
}
OIDS: Final = frozenset(_CIPHERS)
"""The four encryption schemes of RFC 9337 §7.3."""


def ukm_size(oid: str) -> int:
    """Return how long the UKM of a scheme is: half a block for the counter, eight for the KDF."""
    return _CIPHERS[oid][0].size // 2 + _SEED


def decrypt(oid: str, key: Buffer, ukm: bytes, data: Buffer) -> bytearray:
    """Decrypt a message of RFC 9337 §5; raise ``PASSWORD_WRONG`` if its OMAC does not fit."""
    kind, authentic = _scheme(oid, ukm, data)
    if not authentic:
        return counter_mode(kind, key, ukm[: kind.size // 2], data)
    if len(data) < kind.size:
        raise RoscherkError(ErrorCode.PFX_DAMAGED, reason="omac")
    pair = kdf.kdf_tree(key, _LABEL, ukm[-_SEED:], 64)
    keys = pair[:32], pair[32:]
    plain = counter_mode(kind, keys[0], ukm[: kind.size // 2], data)
    told, expected = plain[-kind.size :], bytearray(kind.size)
    _wipe_end(plain, kind.size)
    try:
        expected = omac(kind, keys[1], plain)
        if not hmac.compare_digest(told, expected):
            _wipe(plain)
            raise RoscherkError(ErrorCode.PASSWORD_WRONG)
    finally:
        _wipe(pair, *keys, told, expected)
    return plain


def encrypt(oid: str, key: Buffer, ukm: bytes, data: Buffer) -> bytearray:
    """Encrypt a message as RFC 9337 §5 says, with the OMAC of the plain text behind it."""
    kind, authentic = _scheme(oid, ukm, data)
    if not authentic:
        return counter_mode(kind, key, ukm[: kind.size // 2], data)
    pair = kdf.kdf_tree(key, _LABEL, ukm[-_SEED:], 64)
    keys = pair[:32], pair[32:]
    whole = bytearray(len(data) + kind.size)
    whole[: len(data)] = data
    whole[len(data) :] = omac(kind, keys[1], data)
    try:
        return counter_mode(kind, keys[0], ukm[: kind.size // 2], whole)
    finally:
        _wipe(pair, *keys, whole)


def _scheme(oid: str, ukm: bytes, data: Buffer) -> tuple[type[Magma | Kuznyechik], bool]:
    if oid not in _CIPHERS:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid)
    if len(ukm) != ukm_size(oid):
        raise RoscherkError(ErrorCode.PFX_DAMAGED, reason="ukm")
    if len(data) > MAX_SIZE:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, limit=MAX_SIZE)
    return _CIPHERS[oid]


def counter_mode(
    kind: type[Magma | Kuznyechik],
    key: Buffer,
    begin: bytes,
    data: Buffer,
    section: int | None = None,
) -> bytearray:
    """Work in CTR-ACPKM (RFC 8645 §6.2.2), which decrypts what it encrypted.

    ``begin`` is half a block; ``section`` is how many octets one key serves, the size that
    RFC 9337 gives to this cipher if it is not named.
    """
    section = section or kind.section
    cipher = kind(key)
    result = bytearray(len(data))
    start = int.from_bytes(begin) << 4 * kind.size
    try:
        for offset in range(0, len(data), section):
            if offset:
                following = cipher.encrypt(bytearray(_CONSTANT))
                cipher.wipe()
                cipher = kind(following)
                _wipe(following)
            end = min(offset + section, len(data))
            _one_section(cipher, start, range(offset, end), data, result)
    finally:
        cipher.wipe()
    return result


def _one_section(cipher: _Block, start: int, place: range, data: Buffer, result: bytearray) -> None:
    """Add the gamma of one key to the octets at ``place``."""
    first, last = place.start // cipher.size, -(-place.stop // cipher.size)
    top = 1 << 8 * cipher.size
    counters = bytearray().join(
        ((start + number) % top).to_bytes(cipher.size) for number in range(first, last)
    )
    gamma = cipher.encrypt(counters)
    for at in place:
        result[at] = data[at] ^ gamma[at - place.start]
    _wipe(gamma)


def omac(kind: type[Magma | Kuznyechik], key: Buffer, data: Buffer) -> bytearray:
    """Return the whole block of the MAC of GOST R 34.13-2015 §5.6 (OMAC1, NIST's CMAC)."""
    cipher = kind(key)
    size, top = kind.size, 1 << 8 * kind.size
    try:
        zero = cipher.encrypt(bytearray(size))
        subkey = int.from_bytes(zero)
        whole = bool(data) and len(data) % size == 0
        for _ in range(1 if whole else 2):
            subkey = subkey << 1 ^ (kind.polynomial if subkey << 1 & top else 0)
            subkey %= top
        padded = bytearray(data) if whole else bytearray(data) + b"\x80"
        padded += bytes(-len(padded) % size)
        state = bytearray(size)
        for at in range(0, len(padded), size):
            mask = subkey.to_bytes(size) if at + size == len(padded) else bytes(size)
            for index in range(size):
                state[index] ^= padded[at + index] ^ mask[index]
            state = cipher.encrypt(state)
        _wipe(padded, zero)
        return state
    finally:
        cipher.wipe()


def _wipe(*buffers: bytearray) -> None:
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))


def _wipe_end(buffer: bytearray, count: int) -> None:
    """Cut octets off the end, and leave none of them behind."""
    buffer[-count:] = bytes(count)
    del buffer[-count:]
