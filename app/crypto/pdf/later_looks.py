"""What later revisions do to the look of a signed one (PDF-11, PDF-14, PDF-15).

A later signature may show itself, but only beside what was signed: a mark that covers text, or is
written into it, changes what is read, whoever signed with it. A form may be filled in where its
author allows it, but only inside its fields, and a field has to show what it says.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf import comparing, covering, drawing, field_words, looks
from app.crypto.pdf.codes import ConstraintProblem, Remark
from app.crypto.pdf.fields import as_array, entry, is_visible
from app.crypto.pdf.page_boxes import page_references
from app.crypto.verdict.facts import ChangesAfter, Notice
from app.errors import RoscherkError
from app.values import dataclass

SECONDS = 4.0
"""For one document."""
_SECONDS_OF_ONE = 2.0
_MOST_PAGES = 60
_NOISE = 24
"""Pixels outside of all fields that may differ: edges are smoothed."""
_LEAST_HIT = 8
_REACH = 2
"""Pixels around ink that are ink's: what is written so near is read together with it."""
_LINE_HIGH = 1.6
_LINE_GAP = 1.5
"""Of the height of a line of text: how high and how far off is what reads as part of it."""
_MOST_TOLD = 10


@dataclass(frozen=True)
class Shown:
    """Where later revisions may show something: the rectangle of a form field on its page."""

    page: int
    rectangle: tuple[float, float, float, float]
    signature: bool
    """The field is for a signature."""


@dataclass
class LaterLooks:
    """The look of one document now, to be held against its earlier revisions.

    All comparisons of one document share one budget of time, however many signatures it has.
    """

    path: Path
    reader: PdfFileReader
    _spent: float = field(init=False, default=0.0)

    def after(
        self, revision: int, end: int, changes: ChangesAfter, *, accepted: bool
    ) -> tuple[list[Notice], list[Notice]]:
        """Return what speaks against the revision that ends at ``end``, and what is to be told.

        ``accepted``: the kind of the changes by itself leaves the signature good.
        """
        begun = time.monotonic()
        try:
            if not accepted:
                return [], [self._told(end)]
            places = list(self._places(revision))
            if not any(map(_takes_room, places)):
                return [], []
            found = [] if changes is ChangesAfter.SIGNATURE else self._words(places)
            return [*found, *self._covered(end, places)], []
        except (RoscherkError, pdfium.PdfiumError):
            unknown = Notice(ConstraintProblem.LOOKS_UNKNOWN)
            return ([unknown], []) if accepted else ([], [])
        finally:
            self._spent += time.monotonic() - begun

    @property
    def _seconds(self) -> float:
        """What is left of the time; below zero: none."""
        return SECONDS - self._spent

    def _told(self, end: int) -> Notice:
        """Say where the document looks different now."""
        compared = comparing.compare(self.path, end, seconds=self._seconds)
        if compared.same:
            return Notice(Remark.LOOKS_SAME)
        named = ", ".join(str(page) for page in compared.pages[:_MOST_TOLD])
        areas = "; ".join(
            f"{one.page}: {one.left:g} {one.top:g} {one.width:g} {one.height:g}"
            for one in compared.areas[:_MOST_TOLD]
        )
        if not areas and compared.pages_then == compared.pages_now:
            return Notice(Remark.LOOKS_COMPARED_IN_PART, {"pages": compared.pages_compared})
        facts = {"pages": named, "areas": areas} if areas else {}
        return Notice(Remark.LOOKS_DIFFERENT, dict(facts))

    def _places(self, revision: int) -> Iterator[Shown]:
        """Return the fields on pages that were touched after a revision."""
        for number, page in enumerate(page_references(self.reader.root), 1):
            held = page.get_object()
            if not isinstance(held, generic.DictionaryObject):
                continue
            for widget in as_array(entry(held, "/Annots")):
                if isinstance(widget, generic.DictionaryObject) and self._touched(widget, revision):
                    yield Shown(number, _sides(widget), _kind(widget) == "/Sig")

    def _touched(self, widget: generic.DictionaryObject, revision: int) -> bool:
        if entry(widget, "/Subtype") != "/Widget":
            return False
        appearance = entry(widget, "/AP")
        parts = [widget, entry(widget, "/Parent"), appearance]
        if isinstance(appearance, generic.DictionaryObject):
            parts += [entry(appearance, key) for key in appearance]
        return any(
            self._changed(part, revision)
            for part in parts
            if isinstance(part, generic.DictionaryObject)
        )

    def _changed(self, part: generic.DictionaryObject, revision: int) -> bool:
        reference = part.get_container_ref()
        if not isinstance(reference, generic.Reference):
            return True
        return int(self.reader.xrefs.get_last_change(reference)) > revision

    def _words(self, places: Sequence[Shown]) -> list[Notice]:
        """See whether the fields that were filled in show what they say."""
        pages = [page.reference for page in page_references(self.reader.root)]
        filled = {(one.page, one.rectangle) for one in places}
        fields = [
            one for one in field_words.fields_shown(pages) if (one.page, one.rectangle) in filled
        ]
        return [
            Notice(ConstraintProblem.FIELD_DIFFERS, {"field": _short(one.field.name)})
            for one in field_words.mismatches(self.path, fields)
        ]

    def _covered(self, end: int, places: Sequence[Shown]) -> list[Notice]:
        """Hold the pages with such fields against what they looked like."""
        deadline = time.monotonic() + self._seconds
        pages = sorted({one.page for one in places if _takes_room(one)})
        found: list[Notice] = []
        with drawing.document(self.path, end) as then, drawing.document(self.path) as now:
            for count, number in enumerate(pages):
                if count >= _MOST_PAGES or time.monotonic() > deadline:
                    return [*found, Notice(ConstraintProblem.LOOKS_UNKNOWN)]
                here = [one for one in places if one.page == number]
                found += _on_page(then, now, number, here)
        return found


def _on_page(
    then: pdfium.PdfDocument, now: pdfium.PdfDocument, number: int, places: Sequence[Shown]
) -> Iterator[Notice]:
    before, after = comparing.draw_page(then, number), comparing.draw_page(now, number)
    if before is None or after is None or before[1] != after[1]:
        yield Notice(ConstraintProblem.LOOKS_UNKNOWN)
        return
    mask = looks.different(before[0], after[0])
    if not mask.getbbox():
        return
    page = covering.Page(then, then[number - 1], _SECONDS_OF_ONE)
    try:
        outside = mask.copy()
        ink = looks.solid(looks.ink(looks.grey(before[0])))
        read = _only(ink, [box for _, piece in page.readable() for box in [piece.box]])
        hidden = looks.both(read, looks.hidden(looks.grey(before[0]), looks.grey(after[0])))
        touched = looks.both(looks.near(mask, _REACH), read)
        for one in places:
            box = page.box_of(one.rectangle)
            if box is None:
                continue
            outside.paste(0, _grown(box, mask.size))
            hit = touched if one.signature else hidden
            covers = looks.amount(hit, _grown(box, mask.size)) > _LEAST_HIT
            if covers or (one.signature and _continues_text(mask, box, page)):
                code = (
                    ConstraintProblem.SIGNATURE_COVERS
                    if one.signature
                    else ConstraintProblem.FIELD_COVERS
                )
                yield Notice(code, {"page": number})
        if looks.amount(outside) > _NOISE:
            yield Notice(ConstraintProblem.LOOKS_OTHERWISE, {"page": number})
    finally:
        page.page.close()


def _continues_text(mask: Image.Image, box: looks.Box, page: covering.Page) -> bool:
    """Tell whether what was drawn in a box reads as the end, or the beginning, of a line of text.

    Marks of signatures are higher than a line.
    """
    drawn = mask.crop(box).getbbox()
    if drawn is None:
        return False
    left, top, right, bottom = (
        drawn[0] + box[0],
        drawn[1] + box[1],
        drawn[2] + box[0],
        drawn[3] + box[1],
    )
    for _, piece in page.texts():
        height = piece.box[3] - piece.box[1]
        if bottom - top > height * _LINE_HIGH:
            continue
        level = min(bottom, piece.box[3]) - max(top, piece.box[1])
        gap = max(left - piece.box[2], piece.box[0] - right)
        if level * 2 >= min(height, bottom - top) and gap <= height * _LINE_GAP:
            return True
    return False


def _only(mask: Image.Image, boxes: Sequence[looks.Box]) -> Image.Image:
    """Return a mask cut down to some boxes."""
    kept = Image.new("L", mask.size)
    for box in boxes:
        kept.paste(mask.crop(box), box)
    return kept


def _grown(box: looks.Box, size: tuple[int, int]) -> looks.Box:
    """Return a box with the pixels around it that smoothed edges take."""
    return (
        max(0, box[0] - _REACH),
        max(0, box[1] - _REACH),
        min(size[0], box[2] + _REACH),
        min(size[1], box[3] + _REACH),
    )


def _sides(widget: generic.DictionaryObject) -> tuple[float, float, float, float]:
    kinds = (generic.NumberObject, generic.FloatObject)
    sides = [float(one) for one in as_array(entry(widget, "/Rect")) if isinstance(one, kinds)]
    if len(sides) != 4 or not is_visible(widget):
        return (0.0, 0.0, 0.0, 0.0)
    x1, y1, x2, y2 = sides
    return (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _takes_room(place: Shown) -> bool:
    left, bottom, right, top = place.rectangle
    return right > left and top > bottom


def _kind(widget: generic.DictionaryObject) -> object:
    parent = entry(widget, "/Parent")
    inherited = entry(parent, "/FT") if isinstance(parent, generic.DictionaryObject) else None
    return entry(widget, "/FT") or inherited


def _short(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:60]
