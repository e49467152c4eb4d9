"""Random changes to files, each told by a number: the same number gives the same change for ever.

mutant(Kind.BINARY, 17, original, others)      # (what was done, the octets)

Octets are flipped, set, cut out, repeated and put in; elements of DER are left out, doubled,
exchanged among each other and with those of other files, lengths mended; text is changed by words.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

from attacks.permitted import NotExcused, Tlv, encode

Mutant = tuple[str, bytes]
Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
_FOND = b"\x00\xff\x20\x30\x80\x0a\x7f\x81\x84\x31\xa0\xa1\x04\x06\x02\x05"
_LONGEST = 60


class Kind(Enum):
    """What a file is made of."""

    DER = auto()
    PDF = auto()
    XML = auto()
    BINARY = auto()


def mutant(kind: Kind, number: int, data: bytes, others: Sequence[bytes] = ()) -> Mutant:
    """Return a changed file; ``others``: what parts may be taken from."""
    chance = random.Random(f"{kind.name}:{number}")
    done = []
    for _ in range(chance.choice((1, 1, 1, 1, 2, 3))):
        name = chance.choices(*_CHOICES[kind])[0]
        data = _CHANGES[name](chance, data, others)
        done.append(name)
        if not data:
            break
    return f"{number}: {', '.join(done)}", data


# octets


def _flip(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data))
    return _put(data, place, bytes((data[place] ^ 1 << chance.randrange(8),)))


def _set(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return _put(data, chance.randrange(len(data)), bytes((chance.choice(_FOND),)))


def _noise(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data))
    return _put(data, place, chance.randbytes(chance.randrange(1, 9)))


def _put(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def _lose(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[place + chance.randrange(1, _LONGEST) :]


def _cut(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(1, len(data) + 1)]


def _insert(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.randbytes(chance.randrange(1, 9)) + data[place:]


def _repeat(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place, length = chance.randrange(len(data)), chance.randrange(1, _LONGEST)
    return data[: place + length] + data[place:]


def _move(chance: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place, source = chance.randrange(len(data)), chance.randrange(len(data))
    return _put(data, place, data[source : source + chance.randrange(1, _LONGEST)])


def _splice(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice((*others, data))
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other) or 1) :]


def _graft(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice((*others, data))
    place, source = chance.randrange(len(data)), chance.randrange(len(other) or 1)
    return _put(data, place, other[source : source + chance.randrange(1, 400)])


# elements of DER


def _path(chance: random.Random, data: bytes) -> list[Tlv]:
    """Return a random element with all that are above it, the outermost first."""
    path = [Tlv.read(data, 0)]
    while path[-1].tag & 0x20 and chance.random() < 0.88:
        try:
            inside = path[-1].children()
        except NotExcused:
            break
        if not inside:
            break
        path.append(chance.choice(inside))
    return path


def _replaced(path: list[Tlv], new: bytes) -> bytes:
    """Put something in the place of the innermost element, and mend the lengths above it."""
    child = path[-1]
    for parent in reversed(path[:-1]):
        before = parent.data[parent.body : child.start]
        new = encode(parent.tag, before, new, parent.data[child.end : parent.end])
        child = parent
    return new + child.data[child.end :]


def _element(change: Callable[[random.Random, Tlv, Sequence[bytes]], bytes]) -> Change:
    """Make a change of an element one of a file; what is no DER is changed by an octet."""

    def changed(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
        try:
            path = _path(chance, data)
            return _replaced(path, change(chance, path[-1], others))
        except NotExcused:
            return _flip(chance, data, others)

    return changed


def _exchanged(chance: random.Random, element: Tlv, _others: Sequence[bytes]) -> bytes:
    """Put two elements in each other's place."""
    if not element.tag & 0x20:
        return encode(element.tag, element.contents[::-1])
    parts = [one.raw for one in element.children()]
    chance.shuffle(parts)
    return encode(element.tag, *parts)


def _foreign(chance: random.Random, element: Tlv, others: Sequence[bytes]) -> bytes:
    """Take an element of the same kind, if there is one, from another file."""
    source = chance.choice((*others, element.data))
    for _ in range(12):
        try:
            found = _path(chance, source)[-1]
        except NotExcused:
            break
        if found.tag == element.tag or chance.random() < 0.05:
            return found.raw
    return element.raw * 2


def _written_otherwise(chance: random.Random, element: Tlv, _others: Sequence[bytes]) -> bytes:
    """Write the same in BER."""
    contents, length = element.contents, len(element.contents)
    tag = bytes((element.tag,))
    if element.tag & 0x20 and chance.random() < 0.5:
        return tag + b"\x80" + contents + b"\0\0"
    if element.tag in {0x04, 0x0C} and chance.random() < 0.5:
        half = length // 2
        pieces = (encode(element.tag, contents[:half]), encode(element.tag, contents[half:]))
        return encode(element.tag | 0x20, *pieces)
    return tag + b"\x84" + length.to_bytes(4) + contents


def _number(chance: random.Random, element: Tlv, _others: Sequence[bytes]) -> bytes:
    """Put an odd value into a simple element."""
    odd = (
        b"",
        b"\0",
        b"\xff",
        b"\x7f" + b"\xff" * 3,
        b"\x80" + bytes(8),
        b"\xff" * 64,
        b"\0" * 200,
    )
    return encode(element.tag, chance.choice(odd))


def _lied_length(chance: random.Random, element: Tlv, _others: Sequence[bytes]) -> bytes:
    said = chance.choice((b"\x84\xff\xff\xff\xff", b"\x83\x0f\xff\xff", b"\x00", b"\x7f", b"\x80"))
    return bytes((element.tag,)) + said + element.contents


# text


_WORD = re.compile(rb"[0-9A-Za-z\xd0\xd1\x80-\xbf]+|[<>/\"'=&;()\[\]]")
_ODD_WORDS = (
    b"0",
    b"-1",
    b"4294967296",
    b"99999999999999999999",
    b"null",
    b"true",
    b"",
    b"\0",
    b"&lt;",
    b"&#0;",
    b"&x;",
    b"<!--",
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b"xmlns=''",
    b"R",
    b"obj",
    b"endobj",
    b"stream",
    b"<<",
    b">>",
    "е".encode(),
)


def _word(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Put another word, of this file, of another or an odd one, in the place of one."""
    found = _near(chance, data)
    if found is None:
        return _flip(chance, data, others)
    other = _near(chance, chance.choice((*others, data)))
    new = chance.choice(_ODD_WORDS)
    if other is not None and chance.random() < 0.5:
        new = other.group()
    return data[: found.start()] + new + data[found.end() :]


def _near(chance: random.Random, data: bytes) -> "re.Match[bytes] | None":
    return _WORD.search(data, chance.randrange(len(data) or 1))


def _digits(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Change one number."""
    found = re.compile(rb"\d+").search(data, chance.randrange(len(data)))
    if found is None:
        return _flip(chance, data, others)
    value = int(found.group()[:18])
    new = chance.choice((value + 1, value - 1, value * 2, 0, chance.randrange(1 << 20)))
    return data[: found.start()] + b"%d" % new + data[found.end() :]


def _tag(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Repeat, leave out or move a piece between two angle brackets."""
    pieces = re.split(rb"(?<=>)", data)
    if len(pieces) < 3:
        return _flip(chance, data, others)
    place = chance.randrange(len(pieces))
    piece = pieces.pop(place)
    if chance.random() < 0.6:
        count = chance.choice((1, 2))
        pieces[chance.randrange(len(pieces)) : 0] = [piece] * count
    return b"".join(pieces)


_HELD = re.compile(rb"/Contents[ \r\n]*<([0-9A-Fa-f]+)>")


def _signature(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Change the structure of a signature inside a PDF, in the room that there is for it."""
    found = list(_HELD.finditer(data))
    if not found:
        return _flip(chance, data, others)
    start, end = chance.choice(found).span(1)
    held = bytes.fromhex(data[start : end - (end - start) % 2].decode())
    name = chance.choices(*_CHOICES[Kind.DER])[0]
    new = _CHANGES[name](chance, held.rstrip(b"\0") + b"\0", ())
    digits = new.hex().encode()[: end - start]
    return data[:start] + digits.ljust(end - start, b"0") + data[end:]


_CHANGES: Mapping[str, Change] = {
    "flip": _flip,
    "set": _set,
    "noise": _noise,
    "lose": _lose,
    "cut": _cut,
    "insert": _insert,
    "repeat": _repeat,
    "move": _move,
    "splice": _splice,
    "graft": _graft,
    "element left out": _element(lambda *_: b""),
    "element twice": _element(lambda _chance, element, _others: element.raw * 2),
    "elements exchanged": _element(_exchanged),
    "element of another": _element(_foreign),
    "element in BER": _element(_written_otherwise),
    "element odd": _element(_number),
    "element's length": _element(_lied_length),
    "element's tag": _element(
        lambda chance, element, _: encode(chance.randrange(256), element.contents)
    ),
    "word": _word,
    "digits": _digits,
    "tag": _tag,
    "signature": _signature,
}
_OCTETS = {
    "flip": 6, "set": 3, "noise": 2, "lose": 2, "cut": 1, "insert": 2, "repeat": 1, "move": 2,
    "splice": 1, "graft": 1,
}  # fmt: skip
_ELEMENTS = {name: 3 for name in _CHANGES if name.startswith("element")}


def _weighted(weights: Mapping[str, int]) -> tuple[list[str], list[int]]:
    return list(weights), list(weights.values())


_CHOICES: Mapping[Kind, tuple[list[str], list[int]]] = {
    Kind.BINARY: _weighted(_OCTETS),
    Kind.DER: _weighted(_OCTETS | _ELEMENTS),
    Kind.PDF: _weighted(_OCTETS | {"word": 8, "digits": 6, "signature": 8}),
    Kind.XML: _weighted(_OCTETS | {"word": 8, "digits": 4, "tag": 8}),
}
