"""The derivation of RFC 7292 appendix B.2, for any digest: old, and still under most files."""

import hashlib
from typing import Final

from app.algorithms.gost import kdf
from app.tokens.signing_keys import wipe_bytes

_BLOCKS: Final = {"gost94": 32, "streebog256": 64, "streebog512": 64}
ENCRYPTION_KEY, VECTOR, MAC_KEY = 1, 2, 3


def derive(
    name: str, password: bytearray | bytes, salt: bytes, rounds: int, *, purpose: int, size: int
) -> bytearray:
    """Derive ``size`` octets for a ``purpose``; the caller wipes them.

    ``password`` is the BMPString with its two zeros, or empty for no password at all.
    """
    gost = name in _BLOCKS
    block = _BLOCKS[name] if gost else hashlib.new(name, usedforsecurity=False).block_size
    mixed = _spread(salt, block) + _spread(password, block)
    found = bytearray()
    try:
        while len(found) < size:
            part = _rounds(name, bytes([purpose]) * block, mixed, rounds)
            found += part
            _add(mixed, _spread(part, block)[:block], block)
            part[:] = bytes(len(part))
        key = found[:size]
    finally:
        mixed[:] = bytes(len(mixed))
        found[:] = bytes(len(found))
    return key


def _spread(text: bytes | bytearray, block: int) -> bytearray:
    """Repeat a text up to whole blocks."""
    length = -(-len(text) // block) * block
    return bytearray(text[at % len(text)] for at in range(length))


def _rounds(name: str, diversifier: bytes, mixed: bytearray, rounds: int) -> bytearray:
    if name in _BLOCKS:
        running = kdf.SecretHash(name)
        digest = bytearray(running.size)
        running.add(diversifier)
        running.add(mixed)
        running.into(digest)
        for _ in range(rounds - 1):
            running.add(digest)
            running.into(digest)
        running.close()
        return digest
    first = hashlib.new(name, diversifier, usedforsecurity=False)
    first.update(mixed)
    part = first.digest()
    for _ in range(rounds - 1):
        following = hashlib.new(name, part, usedforsecurity=False).digest()
        wipe_bytes(part)
        part = following
    key = bytearray(part)
    wipe_bytes(part)
    return key


def _add(mixed: bytearray, step: bytearray, block: int) -> None:
    """Add B + 1 to each block of the text, in place."""
    for at in range(0, len(mixed), block):
        carry = 1
        for place in range(block - 1, -1, -1):
            carry += mixed[at + place] + step[place]
            mixed[at + place] = carry & 0xFF
            carry >>= 8
