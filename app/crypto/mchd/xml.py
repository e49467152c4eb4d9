"""Strangers' XML, parsed without DTD, entities and network, within limits. Runs in a worker only.

Rules of `verification.md` §2.3: no document type at all, a hundred megabytes, 256 levels.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from app.crypto.opening import open_regular, path_fact, read_error
from app.errors import ErrorCode, RoscherkError

MAX_BYTES = 32 << 20
"""Of one XML file that is taken apart; documents of accounting are far smaller."""
MAX_DEPTH = 256
MAX_ELEMENTS = 1_000_000


def read_xml(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of an XML file. Raises ``FILE_*`` codes and FORMAT_TOO_COMPLEX."""
    with open_regular(path) as file:
        try:
            found = bytearray()
            while chunk := file.read(1 << 20):
                found += chunk
                if len(found) > limit:
                    raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, path=path_fact(path))
        except OSError as error:
            raise read_error(error, path) from error
    return bytes(found)


def parse_xml(data: bytes) -> etree._Element:
    """Return the root element. Raises FORMAT_DAMAGED and FORMAT_TOO_COMPLEX, nothing else.

    A document type is refused before anything of it is used, so no entity is ever declared.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    if _declares_type(data):
        raise RoscherkError(ErrorCode.FORMAT_DAMAGED)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise RoscherkError(ErrorCode.FORMAT_DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise RoscherkError(ErrorCode.FORMAT_DAMAGED)
    _demand_limits(root)
    return root


def _declares_type(data: bytes) -> bool:
    """Tell whether a document type stands in the data, in any encoding of the letters used here."""
    return b"<!DOCTYPE" in data.replace(b"\0", b"").upper()


def _demand_limits(root: etree._Element) -> None:
    """Refuse a tree that is deeper or larger than any honest document."""
    depth, count = 0, 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX)


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str | None:
    """Return the namespace of an element."""
    return etree.QName(element).namespace


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first descendant along a path of local names, whatever the namespace; or None."""
    for name in names:
        element = next(children(element, name), None)
    return element


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield the children of this local name."""
    if element is not None:
        yield from (one for one in element if local_name(one) == name)


def text(element: etree._Element | None, attribute: str, most: int = 1000) -> str | None:
    """Return an attribute, trimmed and cut; None if it is absent or empty."""
    if element is None:
        return None
    value = (element.get(attribute) or "").strip()[:most]
    return value or None
