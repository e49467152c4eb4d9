"""DER read in place: elements are windows onto the buffer, so nothing secret is copied.

`app.algorithms.der` copies what it reads, and bytes cannot be wiped. Private keys are read with
this; so is every file of keys around them. Strict: definite and shortest lengths only.
"""

from collections.abc import Iterator
from typing import Final

from app.algorithms import der
from app.algorithms.der import DerError
from app.values import dataclass

CONSTRUCTED: Final = 0x20
CONTEXT: Final = 0x80

_MAX_ELEMENTS = 4096


@dataclass(frozen=True)
class View:
    """One element: its tag octet, its content, and all of it with its header."""

    tag: int
    content: memoryview
    whole: memoryview

    def children(self, tag: int | None = None) -> tuple["View", ...]:
        """Return the elements inside; ``tag`` is what this element itself must be."""
        if tag is not None and self.tag != tag:
            raise DerError("tag")
        return tuple(_elements(self.content))

    def only(self, tag: int) -> "View":
        """Return the one element inside this one, which wraps it under another ``tag``."""
        found = self.children(tag)
        if len(found) != 1:
            raise DerError("count")
        return found[0]

    def oid(self) -> str:
        """Return an OBJECT IDENTIFIER in dotted form."""
        return der.Value(self.tag, bytes(self.content)).as_oid()

    def integer(self, limit: int) -> int:
        """Return an INTEGER from 0 up to ``limit``."""
        if len(self.content) > 16:
            raise DerError("integer")
        value = der.Value(self.tag, bytes(self.content)).as_integer()
        if not 0 <= value <= limit:
            raise DerError("integer")
        return value

    def octets(self) -> memoryview:
        """Return the content of an OCTET STRING."""
        if self.tag != der.OCTET_STRING:
            raise DerError("tag")
        return self.content

    def public_octets(self) -> bytes:
        """Return a copy of an OCTET STRING that is not secret, put together if it lies in pieces."""
        if self.tag == der.OCTET_STRING | CONSTRUCTED:
            return b"".join(child.public_octets() for child in self.children())
        return bytes(self.octets())

    def bits(self) -> frozenset[int]:
        """Return the numbers of the bits that are set in a BIT STRING of flags."""
        if self.tag != der.BIT_STRING or not self.content or self.content[0] > 7:
            raise DerError("bits")
        octets = self.content[1:]
        return frozenset(
            8 * place + bit
            for place, octet in enumerate(octets[:8])
            for bit in range(8)
            if octet & 0x80 >> bit
        )


def read(data: bytes | bytearray | memoryview) -> View:
    """Read the one element that ``data`` is; raise `DerError` for anything else."""
    whole = memoryview(data)
    view, end = _element(whole, 0)
    if end != len(whole):
        raise DerError("trailing bytes")
    return view


def read_public(data: bytes) -> View:
    """Read one element that is not secret and may be BER, which is written anew as DER."""
    try:
        return read(data)
    except DerError:
        return read(der.from_ber(data))


def _elements(data: memoryview) -> Iterator[View]:
    offset = 0
    for _ in range(_MAX_ELEMENTS):
        if offset == len(data):
            return
        view, offset = _element(data, offset)
        yield view
    raise DerError("too many elements")


def _element(data: memoryview, offset: int) -> tuple[View, int]:
    if offset + 2 > len(data) or data[offset] & 0x1F == 0x1F:
        raise DerError("header")
    tag, length, start = data[offset], data[offset + 1], offset + 2
    if length & 0x80:
        count = length & 0x7F
        octets = bytes(data[start : start + count])
        if not 0 < count <= 4 or len(octets) < count or octets[0] == 0:
            raise DerError("length")
        length, start = int.from_bytes(octets), start + count
        if length < 0x80:
            raise DerError("length")
    end = start + length
    if end > len(data):
        raise DerError("length")
    return View(tag, data[start:end], data[offset:end]), end
