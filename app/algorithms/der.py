"""The little DER that keys and algorithm identifiers need, strict and without any library.

Documents and certificates are parsed with asn1crypto; this reader serves the processes that must
not load it, and every place where a lenient reader would be a hole.
"""

from functools import lru_cache
from typing import NamedTuple

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OID = 0x06
SEQUENCE = 0x30
NULL = b"\x05\x00"

_MAX_LENGTH_OCTETS = 4
_MAX_OID_OCTETS = 64
_MAX_DEPTH = 8
_INDEFINITE = 0x80


class DerError(ValueError):
    """The bytes are not the DER that was expected here. Caught inside this room."""


class Value(NamedTuple):
    """One element: its tag octet and its content octets."""

    tag: int
    content: bytes

    def children(self, tag: int | None = None) -> tuple["Value", ...]:
        """Return the elements inside; ``tag``: what this element itself must be."""
        if tag is not None and self.tag != tag:
            raise DerError("tag")
        data, found, offset = self.content, [], 0
        size = len(data)
        while offset < size:
            if offset + 2 <= size and (length := data[offset + 1]) < 0x80:
                # Nearly all elements are short: this loop is where verifying spends its time.
                start, octet = offset + 2, data[offset]
                if octet & 0x1F == 0x1F:
                    raise DerError("header")
                offset = start + length
                if offset > size:
                    raise DerError("length")
                found.append(Value(octet, data[start:offset]))
            else:
                value, offset = _element(data, offset)
                found.append(value)
        return tuple(found)

    def as_oid(self) -> str:
        """Return an OBJECT IDENTIFIER in dotted form."""
        if self.tag != OID:
            raise DerError("oid")
        return _dotted(self.content)

    def as_integer(self) -> int:
        """Return an INTEGER."""
        body = self.content
        padded = len(body) > 1 and (body[0], body[1] >> 7) in {(0, 0), (0xFF, 1)}
        if self.tag != INTEGER or not body or padded:
            raise DerError("integer")
        return int.from_bytes(body, signed=True)


@lru_cache(maxsize=1024)
def _dotted(body: bytes) -> str:
    """Return the dotted form of the content octets of an OBJECT IDENTIFIER."""
    if not body or len(body) > _MAX_OID_OCTETS or body[-1] & 0x80:
        raise DerError("oid")
    arcs, value, fresh = [], 0, True
    for octet in body:
        if fresh and octet == 0x80:
            raise DerError("oid")
        value = value << 7 | octet & 0x7F
        fresh = not octet & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def read(data: bytes) -> Value:
    """Read the one element that ``data`` is; bytes after it are refused."""
    value, end = _element(data, 0)
    if end != len(data):
        raise DerError("trailing bytes")
    return value


def _element(data: bytes, offset: int) -> tuple[Value, int]:
    if offset + 2 > len(data) or data[offset] & 0x1F == 0x1F:
        raise DerError("header")
    tag, length, start = data[offset], data[offset + 1], offset + 2
    if length & 0x80:
        count = length & 0x7F
        octets = data[start : start + count]
        if not 0 < count <= _MAX_LENGTH_OCTETS or len(octets) < count or octets[0] == 0:
            raise DerError("length")
        length, start = int.from_bytes(octets), start + count
        if length < 0x80:
            raise DerError("length")
    end = start + length
    if end > len(data):
        raise DerError("length")
    return Value(tag, bytes(data[start:end])), end


def from_ber(data: bytes) -> bytes:
    """Write one small BER element as DER: definite and shortest lengths, nothing else changed.

    Signers that write BER (CryptoARM) do so inside algorithm identifiers too.
    """
    value, end = _converted(data, 0, _MAX_DEPTH)
    if end != len(data):
        raise DerError("trailing bytes")
    return value


def first(data: bytes) -> bytes:
    """Return the one BER element that ``data`` begins with, as it stands; what follows is left out."""
    return data[: _converted(data, 0, _MAX_DEPTH)[1]]


def _converted(data: bytes, offset: int, depth: int) -> tuple[bytes, int]:
    if offset + 2 > len(data) or data[offset] & 0x1F == 0x1F or not depth:
        raise DerError("header")
    tag, length, start = data[offset], data[offset + 1], offset + 2
    constructed = bool(tag & 0x20)
    if length == _INDEFINITE:
        if not constructed:
            raise DerError("length")
        return _converted_children(data, tag, start, None, depth)
    if length & 0x80:
        count = length & 0x7F
        if count > _MAX_LENGTH_OCTETS or start + count > len(data):
            raise DerError("length")
        length, start = int.from_bytes(data[start : start + count]), start + count
    end = start + length
    if end > len(data):
        raise DerError("length")
    if constructed:
        return _converted_children(data, tag, start, end, depth)
    return element(tag, data[start:end]), end


def _converted_children(
    data: bytes, tag: int, start: int, end: int | None, depth: int
) -> tuple[bytes, int]:
    """Convert what lies inside, up to ``end`` or to the end-of-contents octets."""
    body = bytearray()
    while start != end:
        if end is None and data[start : start + 2] == b"\0\0":
            return element(tag, bytes(body)), start + 2
        child, start = _converted(data, start, depth - 1)
        body += child
        if end is not None and start > end:
            raise DerError("length")
    return element(tag, bytes(body)), start


def element(tag: int, content: bytes) -> bytes:
    """Encode one element."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + content


def sequence(*parts: bytes) -> bytes:
    """Encode a SEQUENCE of finished elements."""
    return element(SEQUENCE, b"".join(parts))


def oid(dotted: str) -> bytes:
    """Encode an OBJECT IDENTIFIER."""
    arcs = [int(arc) for arc in dotted.split(".")]
    body = bytearray()
    for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]):
        octets = [arc & 0x7F]
        while arc := arc >> 7:
            octets.append(0x80 | arc & 0x7F)
        body += bytes(reversed(octets))
    return element(OID, bytes(body))
