"""ASN.1 elements of BER and DER as spans of the bytes that came in; nothing is re-encoded.

A signature is over bytes, so the reader keeps them: an `Element` only says where its parts lie.
Every malformed input raises `RoscherkError` (FORMAT_DAMAGED or FORMAT_TOO_COMPLEX) and nothing
else; work and memory are bounded by the limits below whatever the input says.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from app.errors import ErrorCode, RoscherkError

MAX_DEPTH = 64
MAX_CHILDREN = 10_000
MAX_SCANNED = 200_000
"""Elements passed over in search of one end of contents."""

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31

_CONSTRUCTED = 0x20
_BOOLEAN = 0x01
_END_OF_CONTENTS = b"\0\0"
_STRINGS = frozenset({BIT_STRING, OCTET_STRING, *range(0x12, 0x1F), 0x0C})
"""Universal types that BER may cut into pieces."""


class Element(NamedTuple):
    """One element: a span of ``data``. ``tag`` is the identifier octet as it stands."""

    data: bytes
    start: int
    body: int
    body_end: int
    end: int
    tag: int
    indefinite: bool

    @property
    def raw(self) -> bytes:
        """The whole element as it came in."""
        return self.data[self.start : self.end]

    @property
    def contents(self) -> bytes:
        """The content octets as they came in."""
        return self.data[self.body : self.body_end]

    @property
    def constructed(self) -> bool:
        """Whether it is made of elements."""
        return bool(self.tag & _CONSTRUCTED)

    def children(self, limit: int = MAX_CHILDREN) -> list["Element"]:
        """Return the elements inside, in their order."""
        if not self.constructed:
            raise damaged("constructed_expected", self.start)
        found: list[Element] = []
        position = self.body
        while position < self.body_end:
            if len(found) >= limit:
                raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="elements", maximum=limit)
            child = read(self.data, position, self.body_end)
            found.append(child)
            position = child.end
        return found

    def walker(self) -> "Walker":
        """Return a cursor over the elements inside."""
        return Walker(self)


class Walker:
    """A cursor over the children of one element, for structures with optional parts."""

    def __init__(self, parent: Element) -> None:
        """Stand before the first child of ``parent``."""
        self._children = iter(parent.children())
        self._parent = parent
        self._next = next(self._children, None)

    def take(self, *tags: int) -> Element:
        """Return the next child; it must be there and have one of ``tags`` (none: any tag)."""
        child = self._next
        if child is None:
            raise damaged("element_missing", self._parent.end)
        if tags and child.tag not in tags:
            raise damaged("tag_unexpected", child.start)
        self._next = next(self._children, None)
        return child

    def take_if(self, *tags: int) -> Element | None:
        """Return the next child if it has one of ``tags``."""
        return self.take() if self._next is not None and self._next.tag in tags else None

    def rest(self) -> Iterator[Element]:
        """Return the children that are left."""
        while self._next is not None:
            yield self.take()

    def finish(self) -> None:
        """Refuse anything that is left."""
        if self._next is not None:
            raise damaged("element_unexpected", self._next.start)


def damaged(where: str, offset: int) -> RoscherkError:
    """Return the error for bytes that break the encoding, with the place."""
    return RoscherkError(ErrorCode.FORMAT_DAMAGED, where=where, offset=offset)


def read(data: bytes, start: int = 0, end: int | None = None) -> Element:
    """Read the element that begins at ``start``; it must end at or before ``end``."""
    stop = len(data) if end is None else end
    if stop - start >= 2 and (short := data[start + 1]) < 0x80 and data[start] & 0x1F != 0x1F:
        # Nearly all elements are short: this is where verifying spends its time.
        body = start + 2
        if short > stop - body:
            raise damaged("length_beyond_end", start)
        return Element(data, start, body, body + short, body + short, data[start], False)
    tag, body, length = read_header(data, start, stop)
    if length is None:
        body_end = _end_of_indefinite(data, body, stop)
        return Element(data, start, body, body_end, body_end + 2, tag, indefinite=True)
    if length > stop - body:
        raise damaged("length_beyond_end", start)
    return Element(data, start, body, body + length, body + length, tag, indefinite=False)


def read_whole(data: bytes) -> Element:
    """Read the one element that ``data`` consists of."""
    element = read(data)
    if element.end != len(data):
        raise damaged("trailing_data", element.end)
    return element


def read_header(data: bytes, start: int, end: int) -> tuple[int, int, int | None]:
    """Return the identifier octet, the offset of the contents and the length (None: indefinite)."""
    if end - start < 2:
        raise damaged("truncated", start)
    tag = data[start]
    position = start + 1
    if tag & 0x1F == 0x1F:
        # High tag numbers occur in no structure we read; they may stand inside what we skip.
        while data[position] & 0x80:
            position += 1
            if position >= end or position - start > 6:
                raise damaged("tag_number", start)
        position += 1
        if position >= end:
            raise damaged("truncated", start)
    first = data[position]
    position += 1
    if first < 0x80:
        return tag, position, first
    if first == 0x80:
        if not tag & _CONSTRUCTED:
            raise damaged("indefinite_primitive", start)
        return tag, position, None
    count = first & 0x7F
    if count > 8 or end - position < count:
        raise damaged("length_of_length", start)
    return tag, position + count, int.from_bytes(data[position : position + count], "big")


def _end_of_indefinite(data: bytes, body: int, stop: int) -> int:
    """Return the offset of the end-of-contents octets that belong to this level."""
    open_levels = 1
    position = body
    for _ in range(MAX_SCANNED):
        if data[position : position + 2] == _END_OF_CONTENTS and stop - position >= 2:
            open_levels -= 1
            if not open_levels:
                return position
            position += 2
            continue
        start = position
        _, position, length = read_header(data, start, stop)
        if length is None:
            open_levels += 1
            if open_levels > MAX_DEPTH:
                raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=MAX_DEPTH)
        elif length > stop - position:
            raise damaged("length_beyond_end", start)
        else:
            position += length
    raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="elements", maximum=MAX_SCANNED)


def octets(element: Element, depth: int = 0) -> bytes:
    """Return the value of an OCTET STRING, put together if it came in pieces."""
    if element.tag == OCTET_STRING:
        return element.contents
    if element.tag != OCTET_STRING | _CONSTRUCTED:
        raise damaged("octet_string_expected", element.start)
    if depth > MAX_DEPTH:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=MAX_DEPTH)
    return b"".join(octets(child, depth + 1) for child in element.children())


def integer(element: Element) -> int:
    """Return the value of an INTEGER."""
    if element.tag != INTEGER or not 1 <= len(element.contents) <= 1024:
        raise damaged("integer_expected", element.start)
    return int.from_bytes(element.contents, "big", signed=True)


def small_integer(element: Element) -> int:
    """Return the value of an INTEGER that is a version: no honest one needs more octets."""
    if len(element.contents) > 4:
        raise damaged("integer_too_large", element.start)
    return integer(element)


def oid(element: Element) -> str:
    """Return the dotted form of an OBJECT IDENTIFIER."""
    contents = element.contents
    if element.tag != OBJECT_IDENTIFIER or not 1 <= len(contents) <= 64 or contents[-1] & 0x80:
        raise damaged("object_identifier_expected", element.start)
    dotted = _dotted(contents)
    if dotted is None:
        raise damaged("object_identifier_padded", element.start)
    return dotted


@lru_cache(maxsize=1024)
def _dotted(contents: bytes) -> str | None:
    """Return the dotted form; None where an arc has zeros in front."""
    arcs: list[int] = []
    value = 0
    for octet in contents:
        if not value and octet == 0x80:
            return None
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def to_der(element: Element, tag: int | None = None, depth: int = 0) -> bytes:
    """Return the DER encoding of a BER element, under another tag if one is given.

    Lengths become definite and shortest, strings in pieces are joined, sets are sorted. Default
    values cannot be recognised without the type and stay.
    """
    own_tag = element.tag if tag is None else tag
    if depth > MAX_DEPTH:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=MAX_DEPTH)
    if not element.constructed:
        contents = element.contents
        if element.tag == _BOOLEAN and contents != b"\0":
            contents = b"\xff"
        return encode(own_tag, contents)
    if element.tag & ~_CONSTRUCTED in _STRINGS:
        return encode(own_tag & ~_CONSTRUCTED, _joined(element, depth))
    parts = [
        child.raw if _is_plain(child) else to_der(child, depth=depth + 1)
        for child in element.children()
    ]
    return encode(own_tag, b"".join(sorted(parts) if own_tag == SET else parts))


def _is_plain(element: Element) -> bool:
    """Tell whether a short element is DER as it stands, at one look: most are."""
    short = element.body - element.start == 2 and element.body_end == element.end
    return short and not element.constructed and element.tag != _BOOLEAN


def _joined(element: Element, depth: int) -> bytes:
    """Join the pieces of a string; of a BIT STRING only the last piece may have unused bits."""
    if depth > MAX_DEPTH:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=MAX_DEPTH)
    if not element.constructed:
        return element.contents
    pieces = [_joined(child, depth + 1) for child in element.children()]
    if element.tag & ~_CONSTRUCTED != BIT_STRING:
        return b"".join(pieces)
    if any(not piece for piece in pieces) or any(piece[0] for piece in pieces[:-1]):
        raise damaged("bit_string_pieces", element.start)
    unused = pieces[-1][:1] if pieces else b"\0"
    return unused + b"".join(piece[1:] for piece in pieces)


def encode(tag: int, *parts: bytes) -> bytes:
    """Return a DER element with a low tag number."""
    contents = b"".join(parts)
    return encode_header(tag, len(contents)) + contents


def encode_header(tag: int, length: int) -> bytes:
    """Return the identifier and length octets of a DER element."""
    if length < 0x80:
        return bytes((tag, length))
    octets_of_length = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets_of_length))) + octets_of_length


def encode_integer(value: int) -> bytes:
    """Return an INTEGER in DER."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def encode_oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER in DER."""
    first, second, *others = map(int, dotted.split("."))
    contents = bytearray()
    for arc in (40 * first + second, *others):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        contents += bytes(reversed(groups))
    return encode(OBJECT_IDENTIFIER, bytes(contents))


def encode_set_of(elements: list[bytes], tag: int = SET) -> bytes:
    """Return a SET OF in DER: sorted by encoding."""
    return encode(tag, *sorted(elements))
