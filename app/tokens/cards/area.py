"""The part of a token where CryptoPro CSP keeps its files: what all kinds of tokens have in common.

What is known of each kind was found by others on real devices and is named where it is used; here
it was tried on virtual cards only. So this is marked experimental, and nothing is ever written.
"""

from collections.abc import Iterator
from typing import Protocol

from app.errors import ErrorCode, RoscherkError
from app.tokens.cards.apdu import Answer, Channel
from app.tokens.model import Product, Vendor

PIECE = 0xF0
"""Octets read at once: what every reader passes on."""
_MOST_FILE = 64 << 10


class Area(Protocol):
    """How one kind of token keeps containers."""

    vendor: Vendor
    product: Product
    counts_tries: bool
    """The token tells how many tries its PIN has left."""

    def begin(self, channel: Channel, /) -> None:
        """Make ready to read, at the start of a transaction: others may have been here.

        Raises ``TOKEN_ERROR`` where this card is not of this kind after all.
        """
        ...

    def serial(self, channel: Channel, /) -> str:
        """Return the serial number in hex, or nothing where the token does not tell it."""
        ...

    def folders(self, channel: Channel, /) -> Iterator[str]:
        """Return the names of the containers' folders."""
        ...

    def read(self, channel: Channel, folder: str, name: str) -> bytes | None:
        """Read one of the six files; None: it is not there. ``PIN_NEEDED``: not without the PIN."""
        ...

    def tries_left(self, channel: Channel, /) -> int | None:
        """Ask how many tries the PIN has left; this spends none."""
        ...

    def verify(self, channel: Channel, pin: bytearray) -> Answer:
        """Send the PIN once."""
        ...

    def log_out(self, channel: Channel, /) -> bool:
        """Take the right to read away again; False: the card has to be reset for that."""
        ...


def without_padding(octets: bytes) -> bytes:
    """Return the DER element that a file begins with: cards fill files up to their size."""
    if len(octets) < 2 or octets[0] in {0x00, 0xFF}:
        return b""
    length, start = octets[1], 2
    if length > 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(octets[2 : 2 + count], "big"), 2 + count
    return octets[: start + length]


def read_pieces(size: int, read: "ReadPiece") -> bytes:
    """Read ``size`` octets piece by piece; a card that promises more than a file may have lies."""
    if size > _MOST_FILE:
        raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="size")
    found = bytearray()
    while len(found) < size:
        piece = read(len(found), min(PIECE, size - len(found)))
        if not piece:
            break
        found += piece
    return bytes(found[:size])


class ReadPiece(Protocol):
    """Reads some octets of a file."""

    def __call__(self, offset: int, length: int, /) -> bytes:
        """Return at most ``length`` octets from ``offset``."""
        ...
