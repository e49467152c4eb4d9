"""The signed revision held against the present one, page by page, as both are drawn (PDF-14).

Annotations, form fields and marks are drawn with them. Everything has its limits; a comparison that
came to an end before the last page says so.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium

from app.crypto.pdf import drawing, looks
from app.crypto.pdf.areas import Area, area_of_pixels
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

WIDTH = 900
_SECONDS_OF_ONE = 2.0
MOST_PAGES = 500


@dataclass(frozen=True)
class Comparison:
    """Where two revisions of a document look different."""

    pages_then: int
    pages_now: int
    areas: tuple[Area, ...]
    """On pages that both have, from the first on."""
    pages_compared: int
    complete: bool
    """Every page was compared."""

    @property
    def pages(self) -> tuple[int, ...]:
        """Return the pages with differences, counted from 1."""
        return tuple(sorted({area.page for area in self.areas}))

    @property
    def same(self) -> bool:
        """Whether all pages were compared and look the same."""
        return self.complete and not self.areas and self.pages_then == self.pages_now


def compare(
    path: Path, end: int, *, seconds: float, pages: Sequence[int] | None = None
) -> Comparison:
    """Compare the revision that ends at ``end`` with the whole document, within ``seconds``.

    ``pages``: only these, counted from 1. Raises what the drawing of either raises.
    """
    deadline = time.monotonic() + seconds
    areas: list[Area] = []
    compared, complete = 0, True
    with drawing.document(path, end) as then, drawing.document(path) as now:
        both = min(len(then), len(now))
        wanted = range(1, both + 1) if pages is None else [one for one in pages if 0 < one <= both]
        for number in wanted[:MOST_PAGES]:
            if time.monotonic() > deadline:
                complete = False
                break
            found = _of_page(then, now, number)
            compared += 1
            complete &= found is not None
            areas += found or []
        complete &= len(wanted) <= MOST_PAGES
        return Comparison(len(then), len(now), tuple(areas), compared, complete)


def _of_page(then: pdfium.PdfDocument, now: pdfium.PdfDocument, number: int) -> list[Area] | None:
    """Return where a page differs; None: it could not be drawn in time."""
    pictures = [draw_page(opened, number) for opened in (then, now)]
    first, second = pictures
    if first is None or second is None:
        return None
    (before, size), (after, size_now) = first, second
    scale = WIDTH / max(size[0], 1e-3)
    if (before.width, before.height) != (after.width, after.height) or size != size_now:
        whole = (0, 0, after.width, after.height)
        return [area_of_pixels(number, whole, WIDTH / max(size_now[0], 1e-3))]
    mask = looks.different(before, after)
    return [area_of_pixels(number, box, scale) for box in looks.boxes(mask)]


def differences_of_page(
    then: pdfium.PdfDocument, now: pdfium.PdfDocument, number: int
) -> list[Area]:
    """Return where a page, counted from 1, differs; nothing where only one revision has it."""
    if not 0 < number <= min(len(then), len(now)):
        return []
    return _of_page(then, now, number) or []


def draw_page(
    opened: pdfium.PdfDocument, number: int, width: int = WIDTH
) -> tuple[drawing.Picture, tuple[float, float]] | None:
    """Draw a page, counted from 1, and return its size in points.

    None: there is no such page, or it takes too long.
    """
    if not 0 < number <= len(opened):
        return None
    try:
        page = opened[number - 1]
    except pdfium.PdfiumError:
        return None
    try:
        picture = drawing.draw(opened, page, width, seconds=_SECONDS_OF_ONE)
        return None if picture is None else (picture, page.get_size())
    except RoscherkError as error:
        if error.code is not ErrorCode.FORMAT_TOO_COMPLEX:
            raise
        return None
    finally:
        page.close()
