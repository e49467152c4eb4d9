"""The file area of Рутокен Lite and Рутокен ЭЦП 2.0/3.0.

Below ``3F00/1000/1003`` each container is a folder ``NN00`` with files ``NN01`` to ``NN06``, where NN
counts from 0A. CSP itself lists containers so: it selects by path and reads the name, without the
PIN. Files are filled up with FF. (Traces on Lite 8.0 and 9.02 and on ЭЦП 3.0, published by others.)
"""

from collections.abc import Iterator
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.tokens.cards.apdu import FILE_NOT_FOUND, READ_BINARY, SELECT, VERIFY, Answer, Channel
from app.tokens.cards.area import read_pieces, without_padding
from app.tokens.model import Product, Vendor

_AREA: Final = bytes.fromhex("10001003")
_FILES: Final = {"masks": 1, "primary": 2, "header": 3, "masks2": 4, "primary2": 5, "name": 6}
_FIRST, _LAST = 0x0A, 0x29
_BY_PATH, _DESCRIBED = 0x08, 0x04
_USER_PIN = 0x02
_GET_DATA, _SERIAL = 0xCA, (0x01, 0x81)
_LOG_OUT = 0x40
_DESCRIPTIONS: Final = frozenset({0x62, 0x6F})
_SIZE = 0x80


class RutokenArea:
    """Рутокен Lite and ЭЦП: one way of keeping files."""

    vendor = Vendor.RUTOKEN
    counts_tries = True

    def __init__(self, product: Product) -> None:
        """Take which of them it is, as far as the ATR tells."""
        self.product = product

    def begin(self, channel: Channel) -> None:
        """Do nothing: every file is selected by its whole path."""

    def serial(self, channel: Channel) -> str:
        """Return the number that is printed on the token too, in hex."""
        answer = channel.ask(_GET_DATA, *_SERIAL, expected=256)
        return answer.data.hex().lstrip("0") if answer.status == 0x9000 else ""

    def folders(self, channel: Channel) -> Iterator[str]:
        """Try the numbers that CSP gives: the card has no list of them."""
        for number in range(_FIRST, _LAST + 1):
            if self._select(channel, bytes((number, 0))) is not None:
                yield f"{number:02X}00"

    def read(self, channel: Channel, folder: str, name: str) -> bytes | None:
        """Read a file of a container."""
        number = int(folder[:2], 16)
        found = self._select(channel, bytes((number, 0, number, _FILES[name])))
        if found is None:
            return None
        size = _size_of(found)
        return without_padding(
            read_pieces(
                size,
                lambda offset, length: channel.ask(
                    READ_BINARY, offset >> 8, offset & 0xFF, expected=length
                ).demand(),
            )
        )

    def tries_left(self, channel: Channel) -> int | None:
        """Send VERIFY without a PIN: the answer is the number of tries, and none is spent."""
        return channel.ask(VERIFY, 0, _USER_PIN).tries_left

    def verify(self, channel: Channel, pin: bytearray) -> Answer:
        """Send the PIN once."""
        return channel.ask(VERIFY, 0, _USER_PIN, pin)

    def log_out(self, channel: Channel) -> bool:
        """Reset the access rights."""
        return channel.ask(_LOG_OUT, 0, 0, kind=0x80).status == 0x9000

    @staticmethod
    def _select(channel: Channel, path: bytes) -> bytes | None:
        answer = channel.ask(SELECT, _BY_PATH, _DESCRIBED, _AREA + path, expected=256)
        return None if answer.status == FILE_NOT_FOUND else answer.demand()


def _size_of(description: bytes) -> int:
    """Read the size of a file in its description (ISO/IEC 7816-4, tags 62 or 6F, 80 inside)."""
    if len(description) < 2 or description[0] not in _DESCRIPTIONS:
        raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="description")
    place = 2
    while place + 2 <= len(description):
        tag, length = description[place], description[place + 1]
        value = description[place + 2 : place + 2 + length]
        if tag == _SIZE and value:
            return int.from_bytes(value, "big")
        place += 2 + length
    raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="description")
