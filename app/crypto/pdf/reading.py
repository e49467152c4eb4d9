"""Opening a PDF with pyHanko: the one place where its exceptions become ours.

pyHanko lets a dozen kinds of exception out on damaged input; `boundary` turns every one into
PDF_DAMAGED. Its own log lines are about strangers' files and go nowhere.
"""

import contextlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pyhanko.pdf_utils.crypt.api import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader

from app.errors import ErrorCode, RoscherkError

logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)

_HEADER_WINDOW = 1024
"""Readers look for ``%PDF-`` in so many first bytes; before it there may be rubbish."""


@contextmanager
def boundary(reason: str) -> Iterator[None]:
    """Turn whatever pyHanko raises into PDF_DAMAGED with ``reason`` and the exception's class."""
    try:
        yield
    except (RoscherkError, MemoryError, OSError):
        raise
    except Exception as error:
        raise RoscherkError(
            ErrorCode.PDF_DAMAGED, reason=reason, error=type(error).__name__
        ) from error


def is_pdf(stream: BinaryIO) -> bool:
    """Tell whether the file calls itself a PDF."""
    stream.seek(0)
    return b"%PDF-" in stream.read(_HEADER_WINDOW)


def open_strict(stream: BinaryIO) -> PdfFileReader:
    """Open a PDF that keeps to the rules; NOT_A_PDF, PDF_DAMAGED."""
    if not is_pdf(stream):
        raise RoscherkError(ErrorCode.NOT_A_PDF)
    with boundary("structure"):
        return PdfFileReader(stream, strict=True)


def open_lenient(stream: BinaryIO) -> tuple[PdfFileReader, bool]:
    """Open a PDF, mending what can be mended; the second value tells whether it had to be."""
    try:
        return open_strict(stream), False
    except RoscherkError as error:
        if error.code is not ErrorCode.PDF_DAMAGED:
            raise
    with boundary("structure"):
        return PdfFileReader(stream, strict=False), True


def unlock(reader: PdfFileReader) -> bool:
    """Open an encrypted PDF that needs no password to be read; tell whether it was encrypted.

    PDF_ENCRYPTED where a password, or somebody's key, is needed.
    """
    if "/Encrypt" not in reader.trailer:
        return False
    with contextlib.suppress(Exception):
        if reader.decrypt(b"").status is not AuthStatus.FAILED:
            return True
    raise RoscherkError(ErrorCode.PDF_ENCRYPTED)


def encrypted_in_part(reader: PdfFileReader) -> bool:
    """Tell whether an encrypted PDF leaves its texts or its streams in the clear (PDF-16)."""
    settings = reader.encrypt_dict
    if settings is None or "/CF" not in settings:
        return False
    return any(
        settings.raw_get(key) == "/Identity" for key in ("/StmF", "/StrF") if key in settings
    )
