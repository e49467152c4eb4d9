"""Looking through the octets of a signed revision for references to objects that came later.

Nothing that was signed may have waited for them (shadow attack). The document may be of any size
and is mostly pictures, so the search goes by the one letter that every reference ends with, and
looks closely only at what stands before it.
"""

import re
from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.plain import demand
from app.values import dataclass

_MOST_NEW_OBJECTS = 1000
_CHUNK = 1 << 20
_WINDOW = 4 << 10
"""How long a reference may be, blanks and comments between its parts included."""

_BLANKS = b"\0\t\n\f\r "
_END = re.compile(rb"R(?<=[\0\t\n\f\r ]R)")
_BLANK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])"
_PLAIN = re.compile(rb"(?<![0-9])([0-9]{1,10})[\0\t\n\f\r ]+[0-9]{1,10}[\0\t\n\f\r ]+R\Z")
_USUAL = 48
_FILLER = re.compile(rb"(?:[0-9]|%s)*R" % _BLANK)
"""What could be the inside of a reference that is longer than the window."""


@dataclass(frozen=True)
class Searched:
    """A signed revision, where it ends, and the numbers of the objects that came after it."""

    revision: int
    end: int
    defined: frozenset[int]


def demand_unreferenced(
    reader: PdfFileReader, wanted: Searched, known: Searched | None = None
) -> None:
    """Demand that nothing in a signed revision refers to an object that came after it.

    ``known``: an earlier revision that was found so. Raises `plain.NotPlainError`, also where it
    cannot be told quickly.
    """
    defined, start = wanted.defined, Searched(-1, 0, frozenset())
    if known is not None and known.end <= wanted.end and defined <= known.defined:
        start = known
    demand(len(defined) <= _MOST_NEW_OBJECTS)
    numbers = b"|".join(b"%d" % number for number in sorted(defined))
    pattern = re.compile(rb"(?<![0-9])0*(?:%s)%s+[0-9]+%s+R\Z" % (numbers, _BLANK, _BLANK))
    for piece in _signed_bytes(reader, start, wanted):
        for match in _END.finditer(piece):
            window = piece[max(0, match.end() - _WINDOW) : match.end()]
            number = _plain_number(window)
            if number is not None:
                demand(number not in defined)
            elif _may_be_reference(window):
                demand(pattern.search(window) is None)
                demand(len(window) < _WINDOW or _FILLER.fullmatch(window) is None)


def _plain_number(window: bytes) -> int | None:
    """Return the number of the reference at the end, if it is written as nearly all are.

    A line end between its parts may be that of a comment, and then what looks like the number is not.
    """
    match = _PLAIN.search(window, max(0, len(window) - _USUAL))
    if match is None or match.start() == max(0, len(window) - _USUAL):
        return None
    broken = b"\n" in match[0] or b"\r" in match[0]
    return None if broken and b"%" in window else int(match[1])


def _may_be_reference(window: bytes) -> bool:
    """Tell whether a number, or perhaps a comment, stands before the blanks before the last octet."""
    text = window[:-1].rstrip(_BLANKS)
    blanks = window[len(text) : -1]
    if not text or text[-1:].isdigit():
        return True
    if b"\n" not in blanks and b"\r" not in blanks:
        return False
    line = max(text.rfind(b"\n"), text.rfind(b"\r"))
    return text.find(b"%", line + 1) >= 0


def _signed_bytes(reader: PdfFileReader, start: Searched, wanted: Searched) -> Iterator[bytes]:
    """Return the bytes after ``start`` in pieces, then the unpacked object streams."""
    stream = reader.stream
    position = max(0, start.end - _WINDOW)
    stream.seek(position)
    rest = b""
    while position < wanted.end:
        chunk = stream.read(min(_CHUNK, wanted.end - position))
        demand(chunk)
        position += len(chunk)
        yield rest + chunk
        rest = chunk[-_WINDOW:]
        stream.seek(position)  # whoever takes the pieces may read elsewhere
    for number in range(start.revision + 1, wanted.revision + 1):
        hybrid = reader.xrefs.get_xref_data(number).hybrid
        hidden = set() if hybrid is None else hybrid.xref_data.obj_streams_used
        streams = {generic.Reference(one, pdf=reader) for one in hidden}
        for reference in streams | reader.xrefs.object_streams_used_in(number):
            held = reference.get_object()
            demand(isinstance(held, generic.StreamObject))
            yield bytes(held.read_data(DecodePurpose.OBJECT_STREAM))
