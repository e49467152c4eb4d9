"""Reading XML of strangers: no DTD, no entities, no network, and limits on everything.

Only UTF-8 and windows-1251 are read: both hold ASCII as it is, so a DTD can be looked for in the
octets before any parser sees them.
"""

import io
import re
from collections.abc import Iterator

from lxml import etree

from app.errors import ErrorCode, RoscherkError

LARGEST = 100 << 20
"""Octets of one document."""
MOST_DEPTH = 256
MOST_NODES = 500_000
"""Elements and attributes: with them a document of the largest size still fits into a worker."""
_MOST_INSTRUCTIONS = 1000

_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']1\.0["'](?:\s+encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'])?"""
    rb"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)
_BOM = b"\xef\xbb\xbf"
_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "windows-1251": "windows-1251"}
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"\0")

Element = etree._Element  # noqa: SLF001 - lxml gives its element type no other name


def encoding_of(data: bytes) -> str:
    """Return the encoding of a document, after looking for what no document may hold.

    Raises ``FILE_TOO_LARGE``, ``XML_UNSAFE`` (reason ``dtd``, ``encoding`` or ``instructions``).
    """
    if len(data) > LARGEST:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, limit=LARGEST)
    if any(each in data for each in _FORBIDDEN):
        reason = "encoding" if b"\0" in data[:4] else "dtd"
        raise RoscherkError(ErrorCode.XML_UNSAFE, reason=reason)
    if data.count(b"<?") > _MOST_INSTRUCTIONS:
        raise RoscherkError(ErrorCode.XML_UNSAFE, reason="instructions")
    marked = data.startswith(_BOM)
    declared = _DECLARATION.match(data[len(_BOM) if marked else 0 :][:200])
    named = b"utf-8" if declared is None or declared[1] is None else declared[1]
    encoding = _ENCODINGS.get(named.decode("ascii").lower())
    if encoding is None or (marked and encoding != "utf-8"):
        raise RoscherkError(ErrorCode.XML_UNSAFE, reason="encoding")
    if declared is None and data[len(_BOM) if marked else 0 :].startswith(b"<?xml "):
        raise RoscherkError(ErrorCode.XML_UNSAFE, reason="encoding")
    return encoding


def walk(data: bytes) -> Iterator[tuple[str, Element, int]]:
    """Yield ``start`` and ``end`` of each element with its depth (the root's is 1).

    Comments and instructions are passed over. Whoever takes an element clears it: then memory
    stays small. Raises what `encoding_of` raises, ``FORMAT_DAMAGED``, ``FORMAT_TOO_COMPLEX``.
    """
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        encoding=encoding_of(data),
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    depth = nodes = 0
    try:
        for event, element in events:
            if event == "start":
                depth += 1
                nodes += 1 + len(element.attrib)
                if depth > MOST_DEPTH or nodes > MOST_NODES:
                    limit = MOST_DEPTH if depth > MOST_DEPTH else MOST_NODES
                    raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=limit)
            yield event, element, depth
            if event == "end":
                depth -= 1
    except (etree.XMLSyntaxError, UnicodeError) as error:
        raise _damaged() from error


def parse(data: bytes) -> Element:
    """Return the root of a document that `walk` went through; comments are left out.

    Raises as `walk` does.
    """
    parser = etree.XMLParser(
        encoding=encoding_of(data),
        remove_comments=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged() from error


def text_of(element: Element) -> str:
    """Return the text of an element that holds nothing else; raise `ValueError` for another."""
    if len(element):
        raise ValueError(element.tag)
    return (element.text or "").strip()


def _damaged() -> RoscherkError:
    return RoscherkError(ErrorCode.FORMAT_DAMAGED)
