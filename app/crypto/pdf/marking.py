"""The visible mark of a signature: drawn, given a place on its page, and made part of an update."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.fields import SignatureField, as_array, entry
from app.crypto.pdf.pages import PageBox
from app.crypto.pdf.placing import Ink, Place, Rectangle, find_place, to_display
from app.crypto.pdf.update import Update, appearance_of
from app.crypto.verdict.facts import CertificateFacts
from app.errors import RoscherkError

_INHERITED_DEPTH = 64
_A4 = (0.0, 0.0, 595.0, 842.0)
_INK_PIXELS_PER_POINT = 0.5
_INK_SECONDS = 2.0


@dataclass(frozen=True)
class MarkOrder:
    """Which mark is to be drawn, in which document."""

    document: Path
    """For seeing where its page is blank."""
    certificate: CertificateFacts
    """All that the mark tells comes from here."""
    practice: bool


@dataclass(frozen=True)
class Mark:
    """What the new field shows: on which page, where, and by which form; the default: nothing."""

    page: generic.IndirectObject
    place: Place | None = None
    appearance: generic.IndirectObject | None = None


def draw_mark(update: Update, order: MarkOrder, fields: list[SignatureField]) -> Mark:
    """Draw the visible mark for the last page and find a place for it among earlier fields."""
    from app.crypto.pdf import stamp  # noqa: PLC0415 - fpdf2 takes 0.3 s to import

    drawn = stamp.draw_stamp(stamp.stamp_text(order.certificate, practice=order.practice))
    page, _ = update.find_page_for_modification(-1)  # type: ignore[no-untyped-call]  # pyHanko
    shown = page.get_object()
    box = _page_box(shown)
    taken = list(_earlier_marks(shown, box, fields))
    ink = _ink(order.document, box)
    place = find_place(box, drawn.width, drawn.height, taken, ink)
    mark = PdfFileReader(stamp.stamp_stream(drawn))
    return Mark(page, place, appearance_of(update, mark, place))


def _earlier_marks(
    page: generic.DictionaryObject, box: PageBox, fields: list[SignatureField]
) -> list[Rectangle]:
    """Return where signature fields stand on the page, as displayed."""
    on_page = {id(annotation) for annotation in as_array(entry(page, "/Annots"))}
    areas = [
        [float(number) for number in as_array(entry(widget, "/Rect"))]
        for field in fields
        for widget in field.widgets
        if id(widget) in on_page
    ]
    return [to_display(box, area) for area in areas if len(area) == 4]


def _ink(path: Path, box: PageBox) -> Ink | None:
    """Draw the last page roughly to see where it is blank; None if that cannot be done quickly."""
    from app.crypto.pdf import drawing  # noqa: PLC0415 - PDFium, needed for the visible mark only

    with contextlib.suppress(RoscherkError), drawing.document(path) as opened:
        page = opened[len(opened) - 1]
        width = max(1, round(box.size[0] * _INK_PIXELS_PER_POINT))
        picture = drawing.draw(opened, page, width, seconds=_INK_SECONDS)
        page.close()
        if picture is not None:
            return Ink(picture.width, picture.height, picture.pixels)
    return None


def _page_box(page: generic.DictionaryObject) -> PageBox:
    """Return what is visible of a page: CropBox within MediaBox, both perhaps inherited."""
    media = _box(_inherited(page, "/MediaBox")) or _A4
    crop = _box(_inherited(page, "/CropBox")) or media
    box = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        box = media
    turn = _inherited(page, "/Rotate")
    rotation = int(turn) % 360 if isinstance(turn, generic.NumberObject) else 0
    return PageBox(*box, rotation if rotation in {90, 180, 270} else 0)


def _inherited(page: generic.DictionaryObject, key: str) -> object:
    node: object = page
    for _ in range(_INHERITED_DEPTH):
        if not isinstance(node, generic.DictionaryObject):
            return None
        found: object = entry(node, key)
        if found is not None:
            return found
        node = entry(node, "/Parent")
    return None


def _box(value: object) -> tuple[float, float, float, float] | None:
    numbers = [float(number) for number in as_array(value)]
    if len(numbers) != 4:
        return None
    left, right = sorted((numbers[0], numbers[2]))
    bottom, top = sorted((numbers[1], numbers[3]))
    return (left, bottom, right, top) if right - left >= 1 and top - bottom >= 1 else None
