"""Text of a page that is there and not seen: covered, of the paper's colour, or invisible.

PDFium says what stands on a page and in which order it is painted; what is really seen is settled
by drawing: once as the page is, once without what may cover something.
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.crypto.pdf import drawing, looks
from app.values import dataclass

WIDTH = 900
"""Pixels of a page that is looked over: text of 6 points is 9 pixels high."""
_MOST_OBJECTS = 20_000
_MOST_DEPTH = 5
_COVERED_PART = 0.3
_SEEN_PART = 0.5
_VISIBLE_CONTRAST = 24
_SAME_INK = 0.3
"""A picture over text that has its ink where the text has it is the scan that was read from."""
_LEAST_INK = 12
_LEAST_UNSEEN = 3
"""Characters of a page: programs leave a page number or a mark behind that is cut off."""
_EDGE = 0.05
"""Of the page's width and height: the margin in which programs cut off what is too long."""
_FILLERS = frozenset("_.…-–—·•|/\\")
_INVISIBLE_MODES = frozenset({3, 7})
_LONGEST_TEXT = 60

Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Piece:
    """Something painted on a page."""

    handle: Any
    kind: int
    box: looks.Box
    """In pixels of the drawn page."""
    words: str = ""
    mode: int = 0
    opaque: bool = False


@dataclass
class Page:
    """A page of an open document, what is painted on it, and how it is drawn."""

    opened: pdfium.PdfDocument
    page: pdfium.PdfPage
    seconds: float
    scale: float = field(init=False)
    """Pixels to a point."""
    pieces: list[Piece] = field(init=False, default_factory=list)
    complete: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        """Take the page's content apart."""
        self.scale = WIDTH / max(self.page.get_size()[0], 1e-3)
        text_page = self.page.get_textpage()
        try:
            self.pieces = list(self._walk(self.page.raw, text_page.raw, _UPRIGHT, 0))
        finally:
            text_page.close()

    def _walk(self, holder: Any, text_page: Any, matrix: Matrix, depth: int) -> Iterator[Piece]:
        inside = depth > 0
        count_of = raw.FPDFFormObj_CountObjects if inside else raw.FPDFPage_CountObjects
        item_of = raw.FPDFFormObj_GetObject if inside else raw.FPDFPage_GetObject
        count = count_of(holder)
        if count > _MOST_OBJECTS or depth > _MOST_DEPTH:
            self.complete = False
            count = min(count, _MOST_OBJECTS) if depth <= _MOST_DEPTH else 0
        for index in range(count):
            handle = item_of(holder, index)
            kind = raw.FPDFPageObj_GetType(handle)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                yield from self._walk(handle, text_page, _times(_matrix(handle), matrix), depth + 1)
                continue
            box = self._box(handle, matrix)
            if box is not None:
                yield _piece(handle, kind, box, text_page)

    def _box(self, handle: Any, matrix: Matrix) -> looks.Box | None:
        """Return where an object stands on the drawn page; None: nowhere."""
        sides = [ctypes.c_float() for _ in range(4)]
        if not raw.FPDFPageObj_GetBounds(handle, *sides):
            return None
        left, bottom, right, top = (side.value for side in sides)
        return self.box_of((left, bottom, right, top), matrix)

    def box_of(
        self, sides: tuple[float, float, float, float], matrix: Matrix = _UPRIGHT
    ) -> looks.Box | None:
        """Return where a rectangle of the page's content is drawn; None: nowhere."""
        left, bottom, right, top = sides
        corners = [_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        points = [self._pixel(x, y) for x, y in corners]
        width, height = WIDTH, round(self.page.get_size()[1] * self.scale)
        box = (
            max(0, min(x for x, _ in points)),
            max(0, min(y for _, y in points)),
            min(width, max(x for x, _ in points) + 1),
            min(height, max(y for _, y in points) + 1),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        height = round(self.page.get_size()[1] * self.scale)
        raw.FPDF_PageToDevice(self.page.raw, 0, 0, WIDTH, height, 0, x, y, across, down)
        return across.value, down.value

    def draw(self, *, annotations: bool) -> drawing.Picture | None:
        """Draw the page as it is now; None: it takes too long."""
        return drawing.draw(
            self.opened, self.page, WIDTH, seconds=self.seconds, annotations=annotations
        )

    def texts(self) -> Iterator[tuple[int, Piece]]:
        """Return pieces of text that say something, with their place in the order of painting."""
        for order, piece in enumerate(self.pieces):
            if piece.words.strip() and not set("".join(piece.words.split())) <= _FILLERS:
                yield order, piece

    def readable(self) -> Iterator[tuple[int, Piece]]:
        """Return what a person may read: text, and pictures, which may be of text."""
        yield from self.texts()
        for order, piece in enumerate(self.pieces):
            if piece.kind == raw.FPDF_PAGEOBJ_IMAGE:
                yield order, piece


@dataclass(frozen=True)
class Unseen:
    """Text that is not seen."""

    covered: list[Piece]
    of_paper: list[Piece]
    invisible: list[Piece]


def unseen(page: Page, picture: drawing.Picture) -> Unseen:
    """Return the text of a page that is not seen; ``picture`` is the page without annotations."""
    found, shown = Unseen([], [], []), looks.grey(picture)
    candidates: list[Piece] = []
    covers: dict[int, Piece] = {}
    for order, piece in page.texts():
        if piece.mode in _INVISIBLE_MODES:
            found.invisible.append(piece)
            continue
        over = [one for one in page.pieces[order + 1 :] if one.opaque and _covers(one, piece)]
        if over:
            candidates.append(piece)
            covers.update((id(one.handle), one) for one in over)
        elif (
            _large(piece.box)
            and looks.contrast(shown, piece.box) < _VISIBLE_CONTRAST
            and not _runs_off(piece, shown.size)
        ):
            found.of_paper.append(piece)
    if sum(len(piece.words.strip()) for piece in found.of_paper) < _LEAST_UNSEEN:
        found.of_paper.clear()
    if candidates:
        _look_below(page, picture, candidates, list(covers.values()), found)
    return found


def _look_below(
    page: Page, shown: drawing.Picture, candidates: list[Piece], covers: list[Piece], found: Unseen
) -> None:
    """Draw the page without the text, without what covers it, and without both.

    What the text itself adds to the page shows whether it is seen at all, and what would be seen of
    it if nothing lay over it.
    """
    with _without(candidates):
        no_text = page.draw(annotations=False)
        with _without(covers):
            neither = page.draw(annotations=False)
    with _without(covers):
        below = page.draw(annotations=False)
    if no_text is None or neither is None or below is None:
        page.complete = False
        return
    own, seen = looks.different(below, neither), looks.different(shown, no_text)
    drawn = looks.near(looks.ink(looks.grey(shown)), 1)
    for piece in candidates:
        whole = looks.amount(own, piece.box)
        if whole < _LEAST_INK or looks.amount(seen, piece.box) > whole * _SEEN_PART:
            continue
        scanned = looks.amount(looks.both(own, drawn), piece.box) > whole * _SAME_INK
        (found.invisible if scanned else found.covered).append(piece)


@contextmanager
def _without(pieces: Sequence[Piece]) -> Iterator[None]:
    """Leave pieces of the page out of what is drawn."""
    for one in pieces:
        raw.FPDFPageObj_SetIsActive(one.handle, 0)
    try:
        yield
    finally:
        for one in pieces:
            raw.FPDFPageObj_SetIsActive(one.handle, 1)


def _covers(over: Piece, piece: Piece) -> bool:
    box = common(over.box, piece.box)
    return box is not None and _size(box) >= _COVERED_PART * _size(piece.box)


def _size(box: looks.Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _runs_off(piece: Piece, size: tuple[int, int]) -> bool:
    """Tell whether text stands so near the edge that it is cut off there, as long lines are."""
    width, height = size
    left, top, right, bottom = piece.box
    across, down = width * _EDGE, height * _EDGE
    return left < across or right > width - across or top < down or bottom > height - down


def _large(box: looks.Box) -> bool:
    """Tell whether a box is large enough that text in it would be seen."""
    return box[2] - box[0] >= 4 and box[3] - box[1] >= 4


def _piece(handle: Any, kind: int, box: looks.Box, text_page: Any) -> Piece:
    if kind == raw.FPDF_PAGEOBJ_TEXT:
        mode = raw.FPDFTextObj_GetTextRenderMode(handle)
        return Piece(handle, kind, box, _words(handle, text_page), mode)
    return Piece(handle, kind, box, opaque=_is_opaque(handle, kind))


def _words(handle: Any, text_page: Any) -> str:
    buffer = (ctypes.c_ushort * _LONGEST_TEXT)()
    size = raw.FPDFTextObj_GetText(handle, text_page, buffer, ctypes.sizeof(buffer))
    octets = bytes(buffer)[: min(size, ctypes.sizeof(buffer))]
    return octets.decode("utf-16-le", "replace").rstrip("\0")


def _is_opaque(handle: Any, kind: int) -> bool:
    if raw.FPDFPageObj_HasTransparency(handle):
        return False
    if kind != raw.FPDF_PAGEOBJ_PATH:
        return bool(kind in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING})
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(handle, mode, stroke)
    return bool(mode.value != raw.FPDF_FILLMODE_NONE)


def _matrix(handle: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, found):
        return _UPRIGHT
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def annotations(page: Page) -> Iterator[tuple[int, looks.Box]]:
    """Return the annotations of a page: what they are, and where on the drawn page."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.page.raw), _MOST_OBJECTS)):
        handle = raw.FPDFPage_GetAnnot(page.page.raw, index)
        if not handle:
            continue
        area = raw.FS_RECTF()
        known = raw.FPDFAnnot_GetRect(handle, area)
        subtype = int(raw.FPDFAnnot_GetSubtype(handle))
        raw.FPDFPage_CloseAnnot(handle)
        box = page.box_of((area.left, area.bottom, area.right, area.top)) if known else None
        if box is not None and subtype != raw.FPDF_ANNOT_POPUP:
            yield subtype, box


def common(first: looks.Box, second: looks.Box) -> looks.Box | None:
    """Return what two boxes have in common."""
    box = (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None
