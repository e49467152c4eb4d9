"""Changes to the bytes of a file, in a fixed order: flips, losses, additions, and rebuilt structures."""

from collections.abc import Callable, Iterator

from permitted import NotExcused, Tlv, encode

Mutant = tuple[str, bytes]
"""What was done, and the outcome."""


def flips(data: bytes, step: int = 1, first: int = 0) -> Iterator[Mutant]:
    """Flip one bit of every ``step``-th byte, each time another bit."""
    for count, offset in enumerate(range(first, len(data), step)):
        yield _flip(data, offset, 1 << (offset + count // 8) % 8)


def changes(data: bytes, step: int, first: int = 0) -> Iterator[Mutant]:
    """Set every ``step``-th byte to values that parsers are fond of."""
    values = (0x00, 0xFF, 0x20, 0x30, 0x80, 0x0A)
    for count, offset in enumerate(range(first, len(data), step)):
        yield _flip(data, offset, data[offset] ^ values[count % len(values)] or 0x55)


def _flip(data: bytes, offset: int, mask: int) -> Mutant:
    changed = data[:offset] + bytes((data[offset] ^ mask,)) + data[offset + 1 :]
    return f"byte {offset} ^ {mask:#04x}", changed


def losses(data: bytes, step: int, first: int = 0) -> Iterator[Mutant]:
    """Cut out one byte, and cut off the tail, at every ``step``-th offset."""
    for offset in range(first, len(data), step):
        yield f"byte {offset} lost", data[:offset] + data[offset + 1 :]
        yield f"cut at {offset}", data[:offset]


def additions(data: bytes, step: int, first: int = 0) -> Iterator[Mutant]:
    """Put a byte in, and repeat a stretch, at every ``step``-th offset."""
    values = (b"\0", b" ", b"\n", b"0", b"\xff", b"\x80")
    for count, offset in enumerate(range(first, len(data), step)):
        value = values[count % len(values)]
        yield f"{value!r} before {offset}", data[:offset] + value + data[offset:]
        stretch = data[offset : offset + 5 + count % 40]
        yield f"{len(stretch)} bytes twice at {offset}", data[:offset] + stretch + data[offset:]


def endings(data: bytes) -> Iterator[Mutant]:
    """Put something after the end or before the beginning, or the whole file twice."""
    for value in (b"\0", b"\n", b" ", b"\r\n\r\n", b"junk", b"\0" * 64, b"\x30\x00", b"=", b"A"):
        yield f"{value!r} after the end", data + value
        yield f"{value!r} before the beginning", value + data
    yield "twice", data + data


def rebuilt(data: bytes) -> Iterator[Mutant]:
    """Change the structure of a DER file element by element, with all lengths mended."""
    root = Tlv.read(data, 0)
    for element, above in _walk(root, ()):
        name = f"element {element.start}:{element.end} tag {element.tag:#04x}"
        for what, change in _CHANGES.items():
            replacement = change(element)
            if replacement is not None and replacement != element.raw:
                yield f"{name} {what}", _replaced(element, above, replacement)


def _walk(element: Tlv, above: tuple[Tlv, ...]) -> Iterator[tuple[Tlv, tuple[Tlv, ...]]]:
    yield element, above
    if not element.tag & 0x20:
        return
    for child in element.children():
        yield from _walk(child, (*above, element))


def _replaced(element: Tlv, above: tuple[Tlv, ...], replacement: bytes) -> bytes:
    """Put another element in the place of one, and mend the lengths above it."""
    for parent in reversed(above):
        before = parent.data[parent.body : element.start]
        after = parent.data[element.end : parent.end]
        replacement = encode(parent.tag, before, replacement, after)
        element = parent
    return replacement


def _turned(element: Tlv) -> bytes | None:
    if not element.tag & 0x20:
        return None
    return encode(element.tag, *(child.raw for child in reversed(element.children())))


def _long_length(element: Tlv) -> bytes:
    """Write the length in five octets, as BER allows and DER forbids."""
    length = len(element.contents)
    return bytes((element.tag, 0x84)) + length.to_bytes(4, "big") + element.contents


def _indefinite(element: Tlv) -> bytes | None:
    if not element.tag & 0x20:
        return None
    return bytes((element.tag, 0x80)) + element.contents + b"\0\0"


def _wrapped(element: Tlv) -> bytes:
    return encode(0x30, element.raw)


def _unwrapped(element: Tlv) -> bytes | None:
    """Replace an element by what is inside it."""
    try:
        return b"".join(child.raw for child in element.children())
    except NotExcused:
        return None


def _in_pieces(element: Tlv) -> bytes | None:
    """Cut a string into pieces, as BER allows."""
    if element.tag not in {0x04, 0x0C, 0x13}:
        return None
    half = len(element.contents) // 2
    pieces = (element.contents[:half], element.contents[half:])
    return encode(element.tag | 0x20, *(encode(element.tag, piece) for piece in pieces))


_CHANGES: dict[str, Callable[[Tlv], bytes | None]] = {
    "left out": lambda _: b"",
    "twice": lambda element: element.raw * 2,
    "emptied": lambda element: encode(element.tag),
    "made NULL": lambda _: b"\x05\x00",
    "followed by NULL": lambda element: element.raw + b"\x05\x00",
    "under the next tag": lambda element: encode(element.tag + 1 & 0xFF, element.contents),
    "as [0]": lambda element: encode(0xA0, element.contents),
    "as [1]": lambda element: encode(0xA1, element.contents),
    "turned round": _turned,
    "with a long length": _long_length,
    "of indefinite length": _indefinite,
    "wrapped": _wrapped,
    "unwrapped": _unwrapped,
    "in pieces": _in_pieces,
    "with a zero more": lambda element: encode(element.tag, element.contents, b"\0"),
    "with a zero before": lambda element: encode(element.tag, b"\0", element.contents),
}
