"""Reading a signature dictionary quickly: its long /Contents in one go, the rest by pyHanko.

pyHanko reads hexadecimal digits one by one. Here the digits are cut out and a short stand-in is
put in their place; where pyHanko then finds the stand-in under /Contents, and nowhere but there,
the octets are put back. In every other case nothing is returned, and pyHanko reads all by itself.
"""

import os
import re
from io import BytesIO
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import read_non_whitespace
from pyhanko.pdf_utils.xref import read_object_header

_HEAD = 4 << 10
"""How far from its beginning the digits of a signature dictionary begin."""
_TAIL = 64 << 10
_LONGEST = 64 << 20
_CHUNK = 64 << 10
_CONTENTS = re.compile(rb"/Contents[\0\t\n\f\r ]*<([0-9A-Fa-f]{256,})")
_DIGITS = re.compile(rb"[0-9A-Fa-f]*")
_STAND_IN = 16


def read_signature(
    stream: BinaryIO, offset: int, reference: generic.Reference
) -> generic.DictionaryObject | None:
    """Return the object at ``offset`` if it is a dictionary with long /Contents; None otherwise."""
    stream.seek(offset)
    head = stream.read(_HEAD)
    match = _CONTENTS.search(head)
    if match is None or b"endobj" in head[: match.start()]:
        return None
    digits, rest = _digits(stream, match[1], head[match.end() :])
    if digits is None or len(digits) % 2:
        return None
    stand_in = os.urandom(_STAND_IN)
    text = head[: match.start(1)] + stand_in.hex().encode() + rest + stream.read(_TAIL)
    found = _parse(BytesIO(text), reference)
    if (
        found is None
        or text.count(stand_in)
        or getattr(_contents(found), "original_bytes", None) != stand_in
    ):
        return None
    found[pdf_name("/Contents")] = generic.pdf_string(bytes.fromhex(digits.decode("ascii")))
    return found


def _digits(stream: BinaryIO, digits: bytes, rest: bytes) -> tuple[bytes | None, bytes]:
    """Read on to the end of the digits; return them, and what was read behind them."""
    pieces, length = [digits], len(digits)
    while not rest and length < _LONGEST:
        chunk = stream.read(_CHUNK)
        match = _DIGITS.match(chunk)
        if not chunk or match is None:
            return None, b""
        pieces.append(match[0])
        length += len(match[0])
        rest = chunk[match.end() :]
    return (b"".join(pieces), rest) if rest.startswith(b">") else (None, b"")


def _parse(text: BytesIO, reference: generic.Reference) -> generic.DictionaryObject | None:
    """Read one object as pyHanko does, with its number before it and its end mark after it."""
    try:
        header = read_object_header(text, strict=True)
        if header != (reference.idnum, reference.generation):
            return None
        found = generic.read_object(text, reference)
        read_non_whitespace(text, seek_back=True)
    except Exception:  # noqa: BLE001 - pyHanko will meet it again, and say what is wrong
        return None
    if text.read(6) != b"endobj" or isinstance(found, generic.StreamObject):
        return None
    return found if isinstance(found, generic.DictionaryObject) else None


def _contents(found: generic.DictionaryObject) -> object:
    return found.raw_get("/Contents") if "/Contents" in found else None
