"""BER to DER, for the written list of what may change: a reader of its own, apart from the program's.

Lengths become definite and short, strings in pieces become whole; nothing is sorted, and values stay
as they are.
"""

from collections.abc import Iterator

_STRINGS = frozenset({0x03, 0x04, 0x0C, 0x13, 0x16, 0x1E})
_DEEPEST = 64
_STRUCTURE = 4
"""So deep lie the parts of a SignedData; what is inside them is anybody's."""


class BerError(ValueError):
    """The octets are no BER, or go on after its end."""


def as_der(data: bytes) -> bytes:
    """Return one element and nothing after it, in DER."""
    written, end = first_in_der(data)
    if end != len(data):
        raise BerError(end)
    return written


def first_in_der(data: bytes) -> tuple[bytes, int]:
    """Return the first element in DER, and where it ends."""
    return _element(data, 0, len(data), 0)


def _element(data: bytes, start: int, stop: int, depth: int) -> tuple[bytes, int]:
    if depth > _DEEPEST or start + 2 > stop or data[start] & 0x1F == 0x1F:
        raise BerError(start)
    tag, said, body = data[start], data[start + 1], start + 2
    if said == 0x80:
        if not tag & 0x20:
            raise BerError(start)
        return _indefinite(data, tag, body, stop, depth)
    length = said
    if said > 0x80:
        body += said & 0x7F
        if body > stop:
            raise BerError(start)
        length = int.from_bytes(data[start + 2 : body])
    end = body + length
    if end > stop:
        raise BerError(start)
    if not tag & 0x20:
        return encoded(tag, data[body:end]), end
    try:
        return _joined(tag, list(_parts(data, body, end, depth))), end
    except BerError:
        if depth < _STRUCTURE:
            raise
        # A damaged certificate among good ones: it stays as it is, and counts as it is.
        return encoded(tag, data[body:end]), end


def _parts(data: bytes, body: int, end: int, depth: int) -> Iterator[bytes]:
    while body < end:
        part, body = _element(data, body, end, depth + 1)
        yield part


def _indefinite(data: bytes, tag: int, body: int, stop: int, depth: int) -> tuple[bytes, int]:
    parts = []
    while data[body : body + 2] != b"\0\0":
        part, body = _element(data, body, stop, depth + 1)
        parts.append(part)
    if body + 2 > stop:
        raise BerError(body)
    return _joined(tag, parts), body + 2


def _joined(tag: int, parts: list[bytes]) -> bytes:
    """Put a string in pieces together; [0] of a string in pieces cannot be told from a structure."""
    if tag & ~0x20 not in _STRINGS or tag & 0xC0:
        return encoded(tag, b"".join(parts))
    if any(part[0] != tag & ~0x20 for part in parts):
        raise BerError(tag)
    return encoded(tag & ~0x20, b"".join(_contents(part) for part in parts))


def _contents(part: bytes) -> bytes:
    skipped = 2 + (part[1] & 0x7F if part[1] > 0x80 else 0)
    return part[skipped:]


def encoded(tag: int, contents: bytes) -> bytes:
    """Return an element in DER."""
    length = len(contents)
    if length < 0x80:
        return bytes((tag, length)) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + contents
