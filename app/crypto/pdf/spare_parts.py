"""What a file holds beside the document that is seen: spare pages, and objects that no table shows.

Both prepare a shadow attack: after the signing a short update puts them in the place of what was
seen. Ordinary programs leave old objects behind, but no pages.
"""

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.content_walk import let_go, resolved
from app.crypto.pdf.fields import entry

_TOKEN = re.compile(
    rb"(?<![0-9])([0-9]{1,10})[\0\t\n\f\r ]+([0-9]{1,5})[\0\t\n\f\r ]+obj(?![a-z])"
    rb"|(?<!end)stream\r?\n"
)
_LENGTH = re.compile(rb"/Length[\0\t\n\f\r ]+([0-9]{1,12})(?![\0\t\n\f\r ]*[0-9]*[\0\t\n\f\r ]+R)")
_TEXT_BEGUN = re.compile(rb"BT(?<![^\s\])>]BT)(?=[\s/(<\[])")
_TEXT_SHOWN = re.compile(rb"T[jJ](?<=[\s\])>]T[jJ])(?![A-Za-z])")
"""With the delimiters around, since two letters are found in any picture; these come second, or the
search would not go by the letters."""
_PAGE_PARTS = frozenset({"/Page", "/Pages", "/Catalog"})
_LARGEST_FILE = 64 << 20
_MOST_STREAMS = 200
_LARGEST_STREAM = 1 << 20


def spare_pages(reader: PdfFileReader, reached: set[generic.Reference]) -> list[generic.Reference]:
    """Return objects that are pages or contents of pages, and that nothing leads to."""
    spare = []
    budget = _MOST_STREAMS
    for reference in sorted(_live(reader) - reached, key=lambda one: one.idnum):
        held = resolved(reference)
        if not isinstance(held, generic.DictionaryObject):
            continue
        if isinstance(held, generic.StreamObject):
            budget -= 1
            if budget >= 0 and _is_content(held):
                spare.append(reference)
            let_go(reference, held)
        elif entry(held, "/Type") in _PAGE_PARTS:
            spare.append(reference)
    return spare


def _live(reader: PdfFileReader) -> set[generic.Reference]:
    """Return the objects that the tables show now."""
    xrefs = reader.xrefs
    found = set[generic.Reference]()
    for number in range(int(xrefs.total_revisions)):
        found |= xrefs.explicit_refs_in_revision(number)
        found -= xrefs.refs_freed_in_revision(number)
    return {one for one in found if one.idnum}


def _is_content(stream: generic.StreamObject) -> bool:
    """Tell whether a stream without a place in the document would show text."""
    if entry(stream, "/Type") not in {None, "/XObject"} or "/FunctionType" in stream:
        return False
    if (
        entry(stream, "/Subtype") not in {None, "/Form"}
        or len(stream.encoded_data) > _LARGEST_STREAM
    ):
        return False
    try:
        data = bytes(stream.read_data(DecodePurpose.GENERIC))
    except Exception:  # noqa: BLE001 - pyHanko: a stream that cannot be unpacked shows nothing
        return False
    begun = _TEXT_BEGUN.search(data)
    return begun is not None and _TEXT_SHOWN.search(data, begun.end()) is not None


def untold_objects(reader: PdfFileReader, file: BinaryIO, start: int = 0) -> int:
    """Count objects written in a file that none of its tables points to; -1: it was not looked at.

    ``start``: where a revision ends; only what comes after it is looked at.

    An object that stands twice in one part of a file is one of them: a table has room for one.
    """
    if file.seek(0, os.SEEK_END) - start > _LARGEST_FILE:
        return -1
    file.seek(start)
    data = file.read()
    told = set(_offsets(reader))
    return sum(1 for offset in _headers(data) if start + offset not in told)


def _offsets(reader: PdfFileReader) -> Iterator[int]:
    xrefs = reader.xrefs
    for number in range(int(xrefs.total_revisions)):
        section = xrefs.get_xref_data(number)
        yield from (offset for _, offset in section.standard_xrefs.values())
        if section.hybrid is not None:
            hybrid = section.hybrid
            yield from (offset for _, offset in hybrid.xref_data.standard_xrefs.values())
            yield hybrid.meta_info.start_location
        yield xrefs.get_xref_container_info(number).start_location


def _headers(data: bytes) -> Iterator[int]:
    """Yield where objects begin; what stands inside streams is passed over."""
    position, begun = 0, 0
    while match := _TOKEN.search(data, position):
        if match[1] is not None:
            begun = match.start()
            yield begun
            position = match.end()
            continue
        length = _LENGTH.search(data, begun, match.start())
        end = match.end() + int(length[1]) if length else -1
        if not length or data[end : end + 12].lstrip(b"\r\n ")[:9] != b"endstream":
            end = data.find(b"endstream", match.end())
        position = len(data) if end < 0 else end
