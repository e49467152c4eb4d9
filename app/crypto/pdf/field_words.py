"""Whether form fields show what they say: the value against the text of the appearance (PDF-15).

A viewer shows the appearance until somebody clicks into the field, and then the value: the two can
be made to differ before the signing, or after it.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium
from pyhanko.pdf_utils import generic
from pypdfium2 import raw

from app.crypto.pdf import drawing
from app.crypto.pdf.content_walk import resolved
from app.crypto.pdf.fields import as_array, entry
from app.values import dataclass

_UNSEEN = 2 | 32
"""Flags of an annotation: hidden, not shown on the screen."""
_PASSWORD = 1 << 13
_MOST_DEPTH = 32
_MOST_FIELDS = 2000
_LONG = 40
"""Of a value longer than this the field may show a part."""
_MOST_CHARACTERS = 4096
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True)
class FieldShown:
    """A text field or a choice as one page shows it."""

    name: str
    value: str
    page: int
    """Counted from 1."""
    rectangle: tuple[float, float, float, float]
    """In the units of the page's content."""


@dataclass(frozen=True)
class Mismatch:
    """A field whose appearance says something else than its value."""

    field: FieldShown
    shown: str


def fields_shown(pages: Sequence[generic.Reference]) -> Iterator[FieldShown]:
    """Return the fields with a text value that bring an appearance of their own."""
    count = 0
    for number, page in enumerate(pages, 1):
        held = resolved(page)
        if not isinstance(held, generic.DictionaryObject):
            continue
        for widget in as_array(entry(held, "/Annots")):
            if not isinstance(widget, generic.DictionaryObject):
                continue
            found = _shown(widget, number)
            if found is not None:
                yield found
                count += 1
            if count >= _MOST_FIELDS:
                return


def _shown(widget: generic.DictionaryObject, page: int) -> FieldShown | None:
    if entry(widget, "/Subtype") != "/Widget" or _number(entry(widget, "/F")) & _UNSEEN:
        return None
    appearance = entry(widget, "/AP")
    drawn = entry(appearance, "/N") if isinstance(appearance, generic.DictionaryObject) else None
    if not isinstance(drawn, generic.StreamObject):
        return None
    kind = _inherited(widget, "/FT")
    value = _inherited(widget, "/V")
    if kind not in {"/Tx", "/Ch"} or _number(_inherited(widget, "/Ff")) & _PASSWORD:
        return None
    if isinstance(value, generic.StreamObject | generic.ArrayObject):
        return None
    sides = [one for one in as_array(entry(widget, "/Rect")) if _is_number(one)]
    if len(sides) != 4:
        return None
    x1, y1, x2, y2 = map(float, sides)
    text = "" if value is None else str(value)
    if kind == "/Ch":
        text = _displayed(widget, text)
    rectangle = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    return FieldShown(_name(widget), text, page, rectangle)


def _displayed(widget: generic.DictionaryObject, value: str) -> str:
    """Return what a choice shows for a value: options may have a text of their own."""
    for option in as_array(_inherited(widget, "/Opt")):
        pair = as_array(option)
        if len(pair) == 2 and str(pair[0]) == value:
            return str(pair[1])
    return value


def mismatches(path: Path, fields: Sequence[FieldShown]) -> list[Mismatch]:
    """Return the fields that show something else than their value."""
    by_page: dict[int, list[FieldShown]] = {}
    for one in fields:
        by_page.setdefault(one.page, []).append(one)
    found: list[Mismatch] = []
    with drawing.document(path, forms=False) as opened:
        for number, held in by_page.items():
            if number <= len(opened):
                found += _on_page(opened, number, held)
    return found


def _on_page(
    opened: pdfium.PdfDocument, number: int, fields: Sequence[FieldShown]
) -> Iterator[Mismatch]:
    before = _texts(opened, number, fields)
    page = opened[number - 1]
    flattened = raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    if flattened != raw.FLATTEN_SUCCESS:
        return
    after = _texts(opened, number, fields)
    for one, below, shown in zip(fields, before, after, strict=True):
        if not below.strip() and not agree(one.value, shown):
            yield Mismatch(one, shown.strip())


def _texts(opened: pdfium.PdfDocument, number: int, fields: Sequence[FieldShown]) -> list[str]:
    page = opened[number - 1]
    text_page = page.get_textpage()
    found = []
    for one in fields:
        left, bottom, right, top = one.rectangle
        buffer = (ctypes.c_ushort * _MOST_CHARACTERS)()
        count = raw.FPDFText_GetBoundedText(
            text_page.raw, left, top, right, bottom, buffer, _MOST_CHARACTERS
        )
        octets = bytes(buffer)[: 2 * max(0, count)]
        found.append(octets.decode("utf-16-le", "replace").replace("\0", ""))
    text_page.close()
    page.close()
    return found


def agree(value: str, shown: str) -> bool:
    """Tell whether a field that shows one text may have the other as its value.

    Blanks and punctuation do not count, a number may be written otherwise, and of a long value a
    part may be seen.
    """
    wanted, seen = _plain(value), _plain(shown)
    if wanted == seen or (len(wanted) > _LONG and seen and seen in wanted):
        return True
    first, second = _as_number(value), _as_number(shown)
    return first is not None and first == second


def _plain(text: str) -> str:
    return _NOT_WORD.sub("", text).casefold()


def _as_number(text: str) -> float | None:
    """Read a number with its thousands set apart by blanks and perhaps a currency behind it."""
    joined = re.sub(r"(?<=[0-9])[\s'](?=[0-9]{3})", "", text.strip())
    joined = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", joined)
    numbers = _NUMBER.findall(joined)
    return float(numbers[0].replace(",", ".")) if len(numbers) == 1 else None


def _inherited(widget: generic.DictionaryObject, key: str) -> object:
    node: object = widget
    for _ in range(_MOST_DEPTH):
        if not isinstance(node, generic.DictionaryObject):
            return None
        found: object = entry(node, key)
        if found is not None:
            return found
        node = entry(node, "/Parent")
    return None


def _name(widget: generic.DictionaryObject) -> str:
    return str(_inherited(widget, "/T") or "")


def _number(value: object) -> int:
    return int(value) if isinstance(value, generic.NumberObject) else 0


def _is_number(value: object) -> bool:
    return isinstance(value, generic.NumberObject | generic.FloatObject)
