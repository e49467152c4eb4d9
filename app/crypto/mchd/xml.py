"""XML of strangers in small documents: read whole, within limits, and walked by local names."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.xml.reading import Element, parse, walk
from app.errors import ErrorCode, RoscherkError

MAX_BYTES = 32 << 20
"""Of one XML file that is taken apart; documents of accounting are far smaller."""


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


def parse_xml(data: bytes) -> Element:
    """Return the root element, after the limits were looked after. Raises as `walk` does."""
    for event, element, _depth in walk(data):
        if event == "end":
            element.clear()
    return parse(data)


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; an instruction has none."""
    tag: object = element.tag
    return etree.QName(element).localname if isinstance(tag, str) else ""


def namespace(element: Element) -> str | None:
    """Return the namespace of an element."""
    return etree.QName(element).namespace


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first descendant along a path of local names, whatever the namespace; or None."""
    for name in names:
        element = next(children(element, name), None)
    return element


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Yield the children of this local name."""
    if element is not None:
        yield from (one for one in element if local_name(one) == name)


def text(element: Element | None, attribute: str, most: int = 1000) -> str | None:
    """Return an attribute, trimmed and cut; None if it is absent or empty."""
    if element is None:
        return None
    value = (element.get(attribute) or "").strip()[:most]
    return value or None
