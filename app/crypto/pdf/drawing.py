"""Pages as pixels, by PDFium: opening, geometry and drawing within a time budget.

Runs in child processes only: PDFium is a large C++ library and the file is a stranger's. Signature
fields and other widgets are drawn too, which needs PDFium's form environment.
"""

import ctypes
import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.crypto.opening import open_regular
from app.crypto.pdf.pages import PageBox
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

MAX_PIXELS = 40_000_000
_SLICE_SECONDS = 0.05


@dataclass(frozen=True)
class Picture:
    """Pixels, row by row without padding: blue, green, red, unused."""

    width: int
    height: int
    pixels: bytes


class _Beginning(io.RawIOBase):
    """The first bytes of a file, as a file of its own: a document as it was then."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__()
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        self._file.seek(self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


@contextmanager
def document(
    path: Path, end: int | None = None, *, forms: bool = True
) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF for drawing, or the revision that ends at ``end``.

    ``forms``: draw form fields as a viewer does, not as the document shows them itself.

    Raises PDF_ENCRYPTED, NOT_A_PDF, PDF_DAMAGED and the errors of opening a file.
    """
    with open_regular(path) as file:
        try:
            opened = pdfium.PdfDocument(file if end is None else _Beginning(file, end))
        except pdfium.PdfiumError as error:
            raise _open_error(error) from error
        try:
            if forms:
                opened.init_forms()
            yield opened
        except pdfium.PdfiumError as error:
            raise RoscherkError(ErrorCode.PDF_DAMAGED, reason="drawing") from error
        finally:
            opened.close()


def _open_error(error: pdfium.PdfiumError) -> RoscherkError:
    if error.err_code == raw.FPDF_ERR_PASSWORD:
        return RoscherkError(ErrorCode.PDF_ENCRYPTED)
    if error.err_code == raw.FPDF_ERR_FORMAT:
        return RoscherkError(ErrorCode.NOT_A_PDF)
    return RoscherkError(ErrorCode.PDF_DAMAGED, reason="drawing")


def page_box(page: pdfium.PdfPage) -> PageBox:
    """Return the visible box and the rotation of a page."""
    box = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page.raw, box):
        raise RoscherkError(ErrorCode.PDF_DAMAGED, reason="page_box")
    turn = raw.FPDFPage_GetRotation(page.raw) * 90
    return PageBox(box.left, box.bottom, box.right, box.top, turn)


def draw(
    opened: pdfium.PdfDocument,
    page: pdfium.PdfPage,
    width: int,
    *,
    seconds: float,
    annotations: bool = True,
) -> Picture | None:
    """Draw a page ``width`` pixels wide on white; None if it takes longer than ``seconds``.

    ``annotations``: draw form fields, stamps and notes, too.
    """
    wide, high = page.get_size()
    height = max(1, round(width * high / max(wide, 1e-3)))
    if width < 1 or width * height > MAX_PIXELS:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="pixels", maximum=MAX_PIXELS)
    pixels = (ctypes.c_ubyte * (width * height * 4))()
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGRx, pixels, width * 4)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = raw.FPDF_ANNOT if annotations else 0
        if not _render(bitmap, page, (width, height), flags, time.monotonic() + seconds):
            return None
        if opened.formenv and annotations:
            raw.FPDF_FFLDraw(
                opened.formenv.raw, bitmap, page.raw, 0, 0, width, height, 0, raw.FPDF_ANNOT
            )
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Picture(width, height, bytes(pixels))


def _render(
    bitmap: object, page: pdfium.PdfPage, size: tuple[int, int], flags: int, deadline: float
) -> bool:
    """Render in slices, so that a heavy page can be given up; tell whether it was finished."""
    slice_end = time.monotonic() + _SLICE_SECONDS
    pause = raw.IFSDK_PAUSE(version=1)

    def wants_pause(_: object) -> bool:
        return time.monotonic() > slice_end

    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(wants_pause)
    status = raw.FPDF_RenderPageBitmap_Start(bitmap, page.raw, 0, 0, *size, 0, flags, pause)
    while status == raw.FPDF_RENDER_TOBECONTINUED and time.monotonic() < deadline:
        slice_end = time.monotonic() + _SLICE_SECONDS
        status = raw.FPDF_RenderPage_Continue(page.raw, pause)
    raw.FPDF_RenderPage_Close(page.raw)
    return bool(status == raw.FPDF_RENDER_DONE)
