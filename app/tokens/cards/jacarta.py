"""JaCarta LT: the applet Datastore keeps a table of objects, each with a code for what it is.

A container is a run of objects that begins with its name. (Traces on one JaCarta LT, published by
others.) Neither the serial number nor the tries left are known to be told by the applet.
"""

from collections.abc import Iterator
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.tokens.cards.apdu import SELECT, Answer, Channel
from app.tokens.cards.area import read_pieces, without_padding
from app.tokens.model import Product, Vendor
from app.values import dataclass

APPLET: Final = bytes.fromhex("A000000448000301")
_OWN = 0x80
_OBJECTS, _LOG_IN = 0x20, 0x10
_TABLE, _READ, _USER = 0x60, 0x30, 0x10
_RECORD = 7
_OF_CSP = 0x03
_CODES: Final = {
    0xF6: "name",
    0xF3: "header",
    0xF2: "primary",
    0xF1: "masks",
    0xF5: "primary2",
    0xF4: "masks2",
}
_MOST_OBJECTS = 512
_LONGEST_PIN = 32
_HEAD = 4


@dataclass(frozen=True)
class _Object:
    index: int
    kind: int
    code: int


class JaCartaLtArea:
    """The applet Datastore."""

    vendor = Vendor.JACARTA
    product = Product.JACARTA_LT
    counts_tries = False

    def begin(self, channel: Channel) -> None:
        """Select the applet: JaCarta has several on one card."""
        channel.ask(SELECT, 0x04, 0, APPLET).demand()

    def serial(self, _: Channel) -> str:
        """Say nothing: no command for it is known."""
        return ""

    def folders(self, channel: Channel) -> Iterator[str]:
        """Name each container by the index of its name in the table."""
        for index in self._containers(channel):
            yield f"{index:02X}"

    def read(self, channel: Channel, folder: str, name: str) -> bytes | None:
        """Read an object; how long it is, its own first octets tell."""
        objects = self._containers(channel).get(int(folder, 16), {})
        if name not in objects:
            return None
        index = objects[name]
        head = _read(channel, index, 0, _HEAD)
        size = len(without_padding(head + bytes(64 << 10)))
        return without_padding(
            read_pieces(size, lambda offset, length: _read(channel, index, offset, length))
        )

    def tries_left(self, _: Channel) -> int | None:
        """Say nothing: no command for it is known."""
        return None

    def verify(self, channel: Channel, pin: bytearray) -> Answer:
        """Log in once."""
        if not 1 <= len(pin) <= _LONGEST_PIN:
            raise RoscherkError(ErrorCode.PIN_LENGTH, minimum=1, maximum=_LONGEST_PIN)
        told = bytearray((0, len(pin))) + pin
        try:
            return channel.ask(_LOG_IN, _USER, 0, told, kind=_OWN)
        finally:
            told[:] = bytes(len(told))

    def log_out(self, _: Channel) -> bool:
        """Leave it to a reset."""
        return False

    @staticmethod
    def _containers(channel: Channel) -> dict[int, dict[str, int]]:
        """Group the objects: what follows a name, up to the next name, belongs to it."""
        found: dict[int, dict[str, int]] = {}
        current: dict[str, int] = {}
        for each in _objects(channel):
            name = _CODES.get(each.code) if each.kind == _OF_CSP else None
            if name == "name":
                current = found.setdefault(each.index, {})
            if name is not None:
                current.setdefault(name, each.index)
        return {index: files for index, files in found.items() if "header" in files}


def _objects(channel: Channel) -> Iterator[_Object]:
    """Read the table page by page."""
    offset = 0
    while offset < _MOST_OBJECTS:
        place = offset.to_bytes(2, "big")
        page = channel.ask(_OBJECTS, _TABLE, 0, place, expected=256, kind=_OWN).demand()
        if not page:
            return
        if len(page) % _RECORD:
            raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="table")
        for start in range(0, len(page), _RECORD):
            _, index, kind, code = page[start : start + 4]
            yield _Object(index, kind, code)
        offset += len(page) // _RECORD


def _read(channel: Channel, index: int, offset: int, length: int) -> bytes:
    told = bytes((0, index)) + offset.to_bytes(2, "big") + length.to_bytes(2, "big")
    return channel.ask(_OBJECTS, _READ, 0, told, expected=256, kind=_OWN).demand()
