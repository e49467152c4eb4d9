"""Opening a PDF with pyHanko: the one place where its exceptions become ours.

pyHanko lets a dozen kinds of exception out on damaged input; `boundary` turns every one into
PDF_DAMAGED. Its own log lines are about strangers' files and go nowhere.
"""

import contextlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, BinaryIO, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt.api import AuthStatus
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import OBJSTREAM_FORBIDDEN

from app.crypto.pdf import requirements
from app.crypto.pdf.faults import pass_on
from app.crypto.pdf.signature_reading import read_signature
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

requirements.demand_versions()
requirements.demand_structure()
logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)

_HEADER_WINDOW = 1024
"""Readers look for ``%PDF-`` in so many first bytes; before it there may be rubbish."""


_STREAMS_KEPT = 16
_LARGEST_KEPT = 4 << 20
_BUFFER = 32 << 10


@dataclass(frozen=True)
class _ObjectStream:
    """An object stream taken apart once."""

    source: generic.StreamObject
    data: BytesIO
    places: tuple[tuple[int, int], ...]
    """Number and offset of each object."""


class Reader(PdfFileReader):
    """pyHanko's reader, quicker in two places. Whatever looks odd is left to pyHanko.

    An object stream is taken apart once and not once an object: the analysis of differences reads
    every object of the signed revision. And the octets of a signature, 16 to 64 KB of hexadecimal
    digits, are read in one go and not digit by digit, each time that a form is walked through.
    """

    def __init__(self, stream: BinaryIO, *, strict: bool) -> None:
        self._taken_apart: dict[int, _ObjectStream] = {}
        super().__init__(stream, strict=strict)

    def _read_object(
        self,
        ref: generic.Reference,
        marker: Any,
        never_decrypt: bool = False,
        as_metadata_stream: bool = False,
    ) -> Any:
        # Not `self.encrypted`: it reads the object that says how the file is encrypted, by this method.
        plain = not as_metadata_stream and "/Encrypt" not in self.trailer
        if isinstance(marker, int) and plain:
            found = read_signature(self.stream, marker, generic.Reference(*_key(ref), self))
            if found is not None:
                return found
        return super()._read_object(ref, marker, never_decrypt, as_metadata_stream)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        held = self._object_stream(stmnum)
        if held is not None and 0 <= idx < len(held.places) and held.places[idx][0] == idnum:
            held.data.seek(held.places[idx][1])
            try:
                found = generic.read_object(held.data, generic.Reference(idnum, 0, self))
            except (PdfReadError, PdfStreamError):
                found = None
            if isinstance(found, generic.PdfObject) and not isinstance(found, OBJSTREAM_FORBIDDEN):
                return found
        return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call]

    def _object_stream(self, number: int) -> _ObjectStream | None:
        source = generic.Reference(number, 0, self).get_object()
        held = self._taken_apart.pop(number, None)
        if held is None or held.source is not source:
            held = _take_apart(source)
        if held is not None:
            self._taken_apart[number] = held
            if len(self._taken_apart) > _STREAMS_KEPT:
                del self._taken_apart[next(iter(self._taken_apart))]
        return held


def _take_apart(source: generic.PdfObject) -> _ObjectStream | None:
    """Read the head of an object stream; None for one that is odd or large."""
    if not isinstance(source, generic.StreamObject) or source.get("/Type") != "/ObjStm":
        return None
    data = bytes(source.read_data(DecodePurpose.OBJECT_STREAM))
    first, count = source["/First"], source["/N"]
    words = data[: int(first)].split()
    if len(data) > _LARGEST_KEPT or len(words) != 2 * count or not all(map(bytes.isdigit, words)):
        return None
    numbers = [int(word) for word in words]
    places = tuple((numbers[i], int(first) + numbers[i + 1]) for i in range(0, len(numbers), 2))
    if len({number for number, _ in places}) != len(places):
        return None
    return _ObjectStream(source, BytesIO(data), places)


def _key(reference: generic.Reference) -> tuple[int, int]:
    return reference.idnum, reference.generation


@contextmanager
def buffered(raw: BinaryIO) -> Iterator[BinaryIO]:
    """Read a file through a buffer: pyHanko asks for single bytes. The file itself stays open."""
    stream = io.BufferedReader(cast(io.RawIOBase, raw), _BUFFER)
    try:
        yield stream
    finally:
        if not raw.closed:
            stream.detach()


@contextmanager
def boundary(reason: str) -> Iterator[None]:
    """Turn whatever pyHanko raises into PDF_DAMAGED with ``reason`` and the exception's class."""
    try:
        yield
    except Exception as error:
        pass_on(error)
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
        return Reader(stream, strict=True)


def open_lenient(stream: BinaryIO) -> tuple[PdfFileReader, bool]:
    """Open a PDF, mending what can be mended; the second value tells whether it had to be."""
    try:
        return open_strict(stream), False
    except RoscherkError as error:
        if error.code is not ErrorCode.PDF_DAMAGED:
            raise
    with boundary("structure"):
        return Reader(stream, strict=False), True


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
