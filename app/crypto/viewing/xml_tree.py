"""An XML document as a tree that can be read, with what it says of itself on top. In a worker only."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.crypto.mchd.reading import facts_of, is_mchd
from app.crypto.mchd.xml import local_name, parse_xml, read_xml, text
from app.crypto.packages.cards import card_of
from app.crypto.viewing.model import ViewAnswer, ViewKind, XmlLine
from app.crypto.xml.reading import Element, encoding_of

MOST_LINES: Final = 20_000
_LONGEST: Final = 2_000
_RECEIPTS: Final = frozenset({"Файл", "Документ", "КвитанцияПриема", "ИзвещениеОВводе"})
_RECEIPT_FIELDS: Final = (
    ("number", ("РегНомер", "НомерДок", "РегНомерДекл")),
    ("day", ("ДатаПрием", "ДатаВремяПолуч", "ДатаПолучФайл", "ДатаДок")),
    ("time", ("ВремяПрием", "ВремяПолуч")),
    ("file", ("ИмяОбрабФайла", "ИмяФайлОтпр", "ИмяОтчФайла", "ИмяПринФайла")),
    ("authority", ("КодНО", "КодНОПрин", "НаимНО")),
)
_RECEIPT_NAMES: Final = ("KV_", "IV_", "UO_", "UU_", "PD_", "IZ_")
"""Names of files: квитанция о приёме, извещение о вводе, уведомления об отказе и об уточнении."""


def with_tree(path: Path, answer: ViewAnswer) -> ViewAnswer:
    """Add the tree and the facts. Raises XML_UNSAFE, FORMAT_DAMAGED, FORMAT_TOO_COMPLEX."""
    data = read_xml(path)
    encoding, root = encoding_of(data), parse_xml(data)
    lines: list[XmlLine] = []
    for line in _lines(root):
        lines.append(line)
        if len(lines) > MOST_LINES:
            break
    mchd = facts_of(path, root, answer.sha256) if is_mchd(root) else None
    return replace(
        answer,
        kind=ViewKind.XML,
        encoding=encoding,
        lines=tuple(lines[:MOST_LINES]),
        more=len(lines) > MOST_LINES,
        mchd=mchd,
        card=None if mchd is not None else card_of(root),
        receipt=_receipt(path, root) if mchd is None else (),
    )


def _lines(root: Element) -> Iterator[XmlLine]:
    """Walk without recursion: a document may be hundreds of levels deep."""
    waiting: list[tuple[Element, int]] = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        name = local_name(element)
        if not name:
            continue
        yield XmlLine(depth, name, (element.text or "").strip()[:_LONGEST])
        for attribute, value in element.attrib.items():
            plain = str(attribute).rpartition("}")[2]
            yield XmlLine(depth + 1, plain, str(value)[:_LONGEST], attribute=True)
        waiting += [(child, depth + 1) for child in reversed(element)]


def _receipt(path: Path, root: Element) -> tuple[tuple[str, str], ...]:
    """Return what a receipt of ФНС says: of which file, when, under which number."""
    if not path.name.upper().startswith(_RECEIPT_NAMES) or local_name(root) not in _RECEIPTS:
        return ()
    found: dict[str, str] = {}
    for element in root.iter():
        for code, attributes in _RECEIPT_FIELDS:
            value = next(filter(None, (text(element, each, 200) for each in attributes)), None)
            if value is None and local_name(element) in attributes:
                value = (element.text or "").strip()[:200] or None
            if value is not None:
                found.setdefault(code, value)
    return tuple((code, found[code]) for code, _names in _RECEIPT_FIELDS if code in found)
