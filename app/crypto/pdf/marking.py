"""Marks on the pages of a document: drawn, given their places, and made part of an update.

A signature field has one widget: that is the mark on the first of the chosen pages. On further pages
the same mark stands as a stamp annotation, put there by the same update and so inside what is
signed. A document that already bears a signature gets the widget only: any annotation beside it
would be a change that no earlier signer allowed (ISO 32000-2, 12.8.2.2.2), and that is told.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.fields import SignatureField
from app.crypto.pdf.page_boxes import page_box, page_count, rectangle_of, taken_areas
from app.crypto.pdf.pages import PageBox
from app.crypto.pdf.placing import (
    CLEARANCE,
    Ground,
    Ink,
    Place,
    Rectangle,
    Spot,
    find_spot,
    look_at,
    place_of,
)
from app.crypto.pdf.stamp_words import StampText
from app.crypto.pdf.update import Update, appearance_of
from app.crypto.stamping.style import StampBox, StampStyle, box_text, check_box, choose_pages
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

if TYPE_CHECKING:
    from app.crypto.pdf import stamp

_INK_PIXELS_PER_POINT = 0.5
_INK_MOST_PIXELS = 1500
_INK_SECONDS = 2.0
_INK_SECONDS_IN_ALL = 4.0
_POINTS_PER_MM = 72 / 25.4
_NEARLY = 0.5
"""Points by which an exact place may stand out: millimetres are rounded."""
_EDGE = 2.0
_CLOSER = (0.9, 0.8, 0.75)
"""How much closer than natural a mark may be set where that finds it a blank place."""
_PRINTED_LOCKED_READ_ONLY = 4 + 64 + 128 + 512


@dataclass(frozen=True, kw_only=True)
class MarkOrder:
    """Which mark is to be drawn, in which document."""

    document: Path
    """For seeing where its pages are blank."""
    style: StampStyle
    text: StampText


@dataclass(frozen=True)
class Mark:
    """What the new field shows: on which page, where, and by which form; the default: nothing."""

    page: generic.IndirectObject
    place: Place | None = None
    appearance: generic.IndirectObject | None = None
    notices: tuple[Notice, ...] = ()


def draw_mark(update: Update, order: MarkOrder, fields: Sequence[SignatureField]) -> Mark:
    """Draw the mark for a new field; add it to further pages where the style says so.

    Raises the ``STAMP_*`` codes. A page that is too small for a legible mark gets none, and that is
    told; a place that was named exactly must be large enough.
    """
    numbers = _numbers(update, order.style)
    signed = any(field.value is not None for field in fields)
    shown = numbers[:1] if signed else numbers
    pages = _Pages(update, order.document, order.style, shown)
    drawing = drawing_of(order)
    mark = pages.put_if_legible(drawing, shown[0])
    for number in shown[1:]:
        _annotate(update, pages.put_if_legible(drawing, number), order.text)
    notices = list(pages.notices())
    if len(shown) < len(numbers):
        notices.append(Notice("stamp_one_page", {"page": shown[0] + 1}))
    return Mark(mark.page, mark.place, mark.appearance, tuple(notices))


def draw_mark_in(
    update: Update,
    order: MarkOrder,
    field: SignatureField,
    page: generic.IndirectObject | None = None,
) -> Mark:
    """Draw the mark to fill the rectangle of a field that is there; a hidden field shows nothing.

    ``page``: the page that shows it; None: as the field itself says.
    Raises STAMP_TOO_SMALL, or PDF_DAMAGED for a field that stands on no page.
    """
    widget = next(iter(field.widgets), None)
    if page is None and widget is not None and "/P" in widget:
        page = widget.raw_get("/P")
    if widget is None or not isinstance(page, generic.IndirectObject):
        raise RoscherkError(ErrorCode.PDF_DAMAGED, reason="field_page")
    box = page_box(page.get_object())
    area = rectangle_of(widget, box)
    if area is None:
        return Mark(page)
    stamp = drawing_of(order).exactly(area.right - area.left, area.top - area.bottom)
    place = place_of(box, area)
    return Mark(page, place, appearance_of(update, _as_pdf(stamp.pdf), place))


def add_marks(
    update: Update, document: Path, style: StampStyle, texts: Sequence[StampText]
) -> tuple[Notice, ...]:
    """Add one mark for each text to every chosen page, as annotations. Raises ``STAMP_*``."""
    numbers = _numbers(update, style)
    pages = _Pages(update, document, style, numbers)
    for text in texts:
        drawing = drawing_of(MarkOrder(document=document, style=style, text=text))
        for number in numbers:
            _annotate(update, pages.put(drawing, number, several=len(texts) > 1), text)
    return tuple(pages.notices())


def _numbers(update: Update, style: StampStyle) -> tuple[int, ...]:
    count = page_count(update.root)
    if not count:
        raise RoscherkError(ErrorCode.PDF_DAMAGED, reason="page_count")
    return choose_pages(style.pages, count)


def drawing_of(order: MarkOrder) -> "stamp.Drawing":
    """Return what draws the mark of an order. Raises STAMP_PICTURE_INVALID."""
    from app.crypto.pdf import stamp  # noqa: PLC0415 - fpdf2 takes 0.3 s to import
    from app.crypto.pdf.stamp_pictures import read_picture  # noqa: PLC0415 - Pillow likewise

    style = order.style
    look = stamp.Look(
        colour=style.colour,
        frame=style.frame,
        logo=None if style.logo is None else read_picture(style.logo),
        facsimile=None if style.facsimile is None else read_picture(style.facsimile),
    )
    return stamp.Drawing(order.text, look)


def _as_pdf(data: bytes) -> PdfFileReader:
    return PdfFileReader(BytesIO(data))


@dataclass
class _Page:
    """One page that is to bear marks."""

    reference: generic.IndirectObject
    box: PageBox
    taken: list[Rectangle]
    ink: Ink | None = None


class _Pages:
    """The chosen pages of one document, and what was found under the marks."""

    def __init__(
        self, update: Update, document: Path, style: StampStyle, numbers: Sequence[int]
    ) -> None:
        self._update = update
        self._style = style
        self._pages = {number: self._page(number) for number in numbers}
        self._grounds: dict[Ground, set[int]] = {ground: set() for ground in Ground}
        self._too_small: set[int] = set()
        self._forms: dict[tuple[int, int], generic.IndirectObject] = {}
        self._kept: list[bytes] = []
        for number, ink in inks(document, {n: p.box.size for n, p in self._pages.items()}):
            self._pages[number].ink = ink

    def _page(self, number: int) -> _Page:
        reference = self._update.page(number)
        page = reference.get_object()
        box = page_box(page)
        return _Page(reference, box, list(taken_areas(page, box)))

    def put(self, drawing: "stamp.Drawing", number: int, *, several: bool = False) -> Mark:
        """Find a place on one page and draw the mark for it."""
        page = self._pages[number]
        width, height = page.box.size
        if self._style.box is None:
            drawn = drawing.within(width - 2 * _EDGE, height - 2 * _EDGE)
            drawn, spot = self._somewhere(page, drawing, drawn)
        else:
            area = exact_area(self._style.box, page.box.size)
            drawn = drawing.exactly(area.right - area.left, area.top - area.bottom)
            spot = self._at(page, area, several=several)
        if spot is None:
            raise RoscherkError(ErrorCode.STAMP_NO_ROOM, page=number + 1)
        page.taken.append(spot.area)
        self._grounds[spot.ground].add(number)
        place = place_of(page.box, spot.area)
        return Mark(page.reference, place, self._form(drawn.pdf, place, page.box.rotation))

    def put_if_legible(self, drawing: "stamp.Drawing", number: int) -> Mark:
        """Do as `put` does, but leave a page without a mark that is too small for one."""
        try:
            return self.put(drawing, number)
        except RoscherkError as error:
            if error.code is not ErrorCode.STAMP_TOO_SMALL or self._style.box is not None:
                raise
        self._too_small.add(number)
        return Mark(self._pages[number].reference)

    def _somewhere(
        self, page: _Page, drawing: "stamp.Drawing", natural: "stamp.Stamp"
    ) -> tuple["stamp.Stamp", Spot | None]:
        """Look for a blank place; before text is covered, a closer mark is tried."""
        best: tuple[stamp.Stamp, Spot | None] = (natural, None)
        for scale in (1.0, *_CLOSER):
            drawn = natural if scale == 1 else drawing.closer(scale)
            if drawn.width > natural.width or drawn.height > page.box.size[1] - 2 * _EDGE:
                continue  # the page is narrow: the mark is as close as can be
            spot = find_spot(page.box.size, drawn.size, page.taken, page.ink, self._style.position)
            if spot is not None and spot.ground is not Ground.PRINTED:
                return drawn, spot
            if best[1] is None:
                best = drawn, spot
        return best

    @staticmethod
    def _at(page: _Page, area: Rectangle, *, several: bool) -> Spot | None:
        """Look at an exact place; several marks of one copy stand above, then below each other."""
        step = area.top - area.bottom + CLEARANCE
        tries = [area]
        if several:
            rooms = int((page.box.size[1]) / step) + 1
            tries += [area.moved_up(step * n) for n in (*range(1, rooms), *range(-1, -rooms, -1))]
        for one in tries:
            if one is area or (one.bottom >= 0 and one.top <= page.box.size[1]):
                spot = look_at(page.box.size, one, page.taken, page.ink)
                if spot is not None:
                    return spot
        return None

    def _form(self, pdf: bytes, place: Place, rotation: int) -> generic.IndirectObject:
        """Return the mark as a form; pages that are turned alike share one."""
        key = id(pdf), rotation
        if key not in self._forms:
            self._kept.append(pdf)  # or another mark might get its id
            self._forms[key] = appearance_of(self._update, _as_pdf(pdf), place)
        return self._forms[key]

    def notices(self) -> list[Notice]:
        """Tell where marks cover text, or may cover it, or could not be."""
        told = []
        if printed := self._grounds[Ground.PRINTED]:
            told.append(Notice("stamp_over_text", {"pages": _listed(printed)}))
        if unseen := self._grounds[Ground.UNSEEN]:
            told.append(Notice("stamp_place_unseen", {"pages": _listed(unseen)}))
        if self._too_small:
            told.append(Notice("stamp_left_out", {"pages": _listed(self._too_small)}))
        return told


def inks(document: Path, sizes: dict[int, tuple[float, float]]) -> list[tuple[int, Ink]]:
    """Draw pages roughly to see where they are blank; those that take too long are left out."""
    from app.crypto.pdf import drawing  # noqa: PLC0415 - PDFium, needed for the visible mark only

    seen: list[tuple[int, Ink]] = []
    end = time.monotonic() + _INK_SECONDS_IN_ALL
    with suppress(RoscherkError), drawing.document(document) as opened:
        for number, (width, _) in sizes.items():
            left = min(_INK_SECONDS, end - time.monotonic())
            if left <= 0:
                break
            page = opened[number]
            pixels = min(_INK_MOST_PIXELS, max(1, round(width * _INK_PIXELS_PER_POINT)))
            picture = drawing.draw(opened, page, pixels, seconds=left)
            page.close()
            if picture is not None:
                seen.append((number, Ink(picture.width, picture.height, picture.pixels)))
    return seen


def exact_area(box: StampBox, page: tuple[float, float]) -> Rectangle:
    """Turn millimetres from the upper left corner into points from the lower left one."""
    check_box(box)
    left, top = box.x * _POINTS_PER_MM, page[1] - box.y * _POINTS_PER_MM
    area = Rectangle(
        left, top - box.height * _POINTS_PER_MM, left + box.width * _POINTS_PER_MM, top
    )
    if area.right > page[0] + _NEARLY or area.bottom < -_NEARLY:
        raise RoscherkError(
            ErrorCode.STAMP_PLACE_INVALID,
            place=box_text(box),
            width=round(page[0] / _POINTS_PER_MM),
            height=round(page[1] / _POINTS_PER_MM),
        )
    return area


def _annotate(update: Update, mark: Mark, text: StampText) -> None:
    """Add a mark to its page as a stamp that can be neither moved nor edited."""
    if mark.place is None or mark.appearance is None:
        return
    said = (*text.title, *(f"{row.label} {row.value}" for row in text.rows), *text.notes)
    annotation = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): generic.ArrayObject(
                generic.FloatObject(f"{x:.3f}") for x in mark.place.rectangle
            ),
            pdf_name("/P"): mark.page,
            pdf_name("/F"): generic.NumberObject(_PRINTED_LOCKED_READ_ONLY),
            pdf_name("/Contents"): generic.pdf_string("\n".join(said)),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): mark.appearance}),
        }
    )
    update.register_annotation(mark.page, update.add_object(annotation))  # type: ignore[no-untyped-call]  # pyHanko


def _listed(numbers: set[int]) -> str:
    """Write pages as people do: ``1, 3-5``."""
    parts: list[list[int]] = []
    for number in sorted(one + 1 for one in numbers):
        if parts and parts[-1][-1] == number - 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)
