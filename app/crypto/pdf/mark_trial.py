"""Trying a mark at an exact place before anything is signed: its picture, and what it would cover."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pypdfium2 as pdfium

from app.crypto.certificates.fields import describe
from app.crypto.opening import open_regular
from app.crypto.pdf import drawing
from app.crypto.pdf.marking import MarkOrder, drawing_of, exact_area, inks
from app.crypto.pdf.page_boxes import find_page, page_box, taken_areas
from app.crypto.pdf.placing import Ground, look_at
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.crypto.pdf.stamp import Stamp
from app.crypto.pdf.stamp_words import Telling, stamp_text
from app.crypto.viewing.model import Covered, MarkPicture, MarkTrial
from app.errors import ErrorCode, RoscherkError

_SECONDS: Final = 3.0
_WIDEST: Final = 3000
"""Pixels."""
_COVERED: Final = {
    Ground.BLANK: Covered.BLANK,
    Ground.PRINTED: Covered.PRINTED,
    Ground.UNSEEN: Covered.UNSEEN,
}


def try_mark(trial: MarkTrial) -> MarkPicture:
    """Draw the mark of a signature that is not made yet, and look under it.

    Raises STAMP_PLACE_INVALID, PDF_DAMAGED, PDF_ENCRYPTED, STAMP_PICTURE_INVALID and ``FILE_*``.
    """
    telling = Telling(
        preset=trial.style.preset,
        practice=trial.practice,
        note=trial.style.note,
        sha256="0" * 64 if trial.style.qr else "",
    )
    text = stamp_text(describe(trial.certificate), telling)
    order = MarkOrder(document=trial.path, style=trial.style, text=text)
    covered, (width, height) = _look_under(trial)
    try:
        drawn = drawing_of(order).exactly(width, height)
    except RoscherkError as error:
        if error.code is not ErrorCode.STAMP_TOO_SMALL:
            raise
        least = (int(error.facts["width"]), int(error.facts["height"]))
        return MarkPicture(covered=covered, least_width=least[0], least_height=least[1])
    picture = _pixels(drawn, trial)
    return MarkPicture(
        covered=covered, width=picture.width, height=picture.height, pixels=picture.pixels
    )


def _look_under(trial: MarkTrial) -> tuple[Covered, tuple[float, float]]:
    """Tell what lies under the place, and how large the place is in points."""
    with open_regular(trial.path) as source, buffered(source) as file:
        reader, _mended = open_lenient(file)
        unlock(reader)
        with boundary("pages"):
            reference = find_page(reader.root, trial.page)
            if reference is None:
                raise RoscherkError(ErrorCode.PDF_DAMAGED, reason="page_missing")
            page = reference.get_object()
            box = page_box(page)
            taken = list(taken_areas(page, box))
    area = exact_area(trial.box, box.size)
    seen = dict(inks(trial.path, {trial.page: box.size}))
    spot = look_at(box.size, area, taken, seen.get(trial.page))
    covered = Covered.MARK if spot is None else _COVERED[spot.ground]
    return covered, (area.right - area.left, area.top - area.bottom)


def _pixels(stamp: Stamp, trial: MarkTrial) -> drawing.Picture:
    width = min(_WIDEST, max(1, round(trial.box.width * trial.pixels_per_mm)))
    with _opened(stamp.pdf) as opened:
        page = opened[0]
        picture = drawing.draw(opened, page, width, seconds=_SECONDS)
        page.close()
    if picture is None:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="drawing_seconds", maximum=3)
    return picture


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    opened = pdfium.PdfDocument(io.BytesIO(data))
    try:
        yield opened
    finally:
        opened.close()
