"""ESMART Token ГОСТ: two applets give the right to look, and a container is ``8F01/7F0X``.

Its files are ``F011`` to ``F016`` inside, filled up with zeros. (Traces on one token, published by
others; whether the header can be read without the PIN is not known.)
"""

from collections.abc import Iterator
from typing import Final

from app.tokens.cards.apdu import FILE_NOT_FOUND, READ_BINARY, SELECT, VERIFY, Answer, Channel
from app.tokens.cards.area import PIECE, read_pieces, without_padding
from app.tokens.model import Product, Vendor

ATR_TAIL: Final = b"ESMARTGOST10"
_MASTER_FILE: Final = bytes.fromhex("3F00")
_APPLETS: Final = (bytes.fromhex("F049534243444800"), bytes.fromhex("F049534243"))
_AREA: Final = bytes.fromhex("8F017F")
_FILES: Final = {"masks": 1, "primary": 2, "header": 3, "masks2": 4, "primary2": 5, "name": 6}
_FIRST, _LAST = 1, 16
_BY_PATH, _BY_APPLET = 0x08, 0x04
_PIN = 0x83
_SIZES: Final = (0x80, 0x81)


class EsmartGostArea:
    """ESMART Token ГОСТ."""

    vendor = Vendor.ESMART
    product = Product.ESMART_GOST
    counts_tries = True

    def begin(self, channel: Channel) -> None:
        """Select the applets; doing it again would take the right of the PIN away."""
        channel.ask(SELECT, 0, 0, _MASTER_FILE).demand()
        for applet in _APPLETS:
            channel.ask(SELECT, _BY_APPLET, 0, applet).demand()

    def serial(self, _: Channel) -> str:
        """Say nothing: no command for it is known."""
        return ""

    def folders(self, channel: Channel) -> Iterator[str]:
        """Try the numbers there may be."""
        for number in range(_FIRST, _LAST + 1):
            if self._select_folder(channel, number):
                yield f"7F{number:02X}"

    def read(self, channel: Channel, folder: str, name: str) -> bytes | None:
        """Read a file of a container."""
        if not self._select_folder(channel, int(folder, 16) & 0xFF):
            return None
        file = bytes((0xF0, 0x10 | _FILES[name]))
        answer = channel.ask(SELECT, 0, 0, file)
        if answer.status == FILE_NOT_FOUND:
            return None
        size = _size_of(answer.demand())
        return without_padding(
            read_pieces(
                size,
                lambda offset, length: channel.ask(
                    READ_BINARY, offset >> 8, offset & 0xFF, expected=min(length, PIECE)
                ).demand(),
            )
        )

    def tries_left(self, channel: Channel) -> int | None:
        """Send VERIFY without a PIN (ISO/IEC 7816-4 §11.6.6): it spends no try."""
        return channel.ask(VERIFY, 0, _PIN).tries_left

    def verify(self, channel: Channel, pin: bytearray) -> Answer:
        """Send the PIN once, for the one reference that reading needs."""
        return channel.ask(VERIFY, 0, _PIN, pin)

    def log_out(self, _: Channel) -> bool:
        """Leave it to a reset."""
        return False

    @staticmethod
    def _select_folder(channel: Channel, number: int) -> bool:
        path = _AREA + bytes((number,))
        answer = channel.ask(SELECT, _BY_PATH, 0, path)
        if answer.status == FILE_NOT_FOUND:
            return False
        answer.demand()
        return True


def _size_of(description: bytes) -> int:
    """Return the size a description tells; without one the file is read to its end."""
    place = 2
    while place + 2 <= len(description):
        tag, length = description[place], description[place + 1]
        if tag in _SIZES and length:
            return int.from_bytes(description[place + 2 : place + 2 + length], "big")
        place += 2 + length
    return PIECE
