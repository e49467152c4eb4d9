"""An incremental update, of a signature field above all: pyHanko for the structure, nothing else.

The document's own metadata stay as they are, so that an update is only what the signer did.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.fields import entry
from app.crypto.pdf.page_boxes import find_page
from app.crypto.pdf.placing import Place

_CHUNK = 1 << 20
_BYTE_RANGE_WIDTH = 64
_SIGNATURES_EXIST_APPEND_ONLY = 3
_PRINT_LOCKED = 132
"""Annotation flags: printed, and not to be moved."""

CopyHook = Callable[[memoryview], None]


class Gap(generic.PdfObject):
    """The place of the signature: a hex string of zeros that knows where it was written."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.start = self.end = 0

    def write_to_stream(
        self,
        stream: BinaryIO,
        handler: object = None,  # noqa: ARG002 - pyHanko's signature
        container_ref: object = None,  # noqa: ARG002 - likewise
    ) -> None:
        """Write the string and remember its offsets, those of ``<`` and past ``>``."""
        self.start = stream.tell()
        stream.write(b"<" + b"00" * self._size + b">")
        self.end = stream.tell()


class ByteRange(generic.PdfObject):
    """The array of covered bytes: blanks at first, filled in when the file is whole."""

    def __init__(self) -> None:
        self._start = 0

    def write_to_stream(
        self,
        stream: BinaryIO,
        handler: object = None,  # noqa: ARG002 - pyHanko's signature
        container_ref: object = None,  # noqa: ARG002 - likewise
    ) -> None:
        """Write an empty array of the final width."""
        self._start = stream.tell()
        stream.write(b"[" + b" " * _BYTE_RANGE_WIDTH + b"]")

    def fill(self, stream: BinaryIO, gap: Gap, end: int) -> None:
        """Write the numbers over the blanks."""
        numbers = b"0 %d %d %d" % (gap.start, gap.end, end - gap.end)
        stream.seek(self._start + 1)
        stream.write(numbers.ljust(_BYTE_RANGE_WIDTH))


class Update(IncrementalPdfFileWriter):
    """pyHanko's writer, without its stamp on metadata, copying the original in large pieces."""

    def __init__(self, reader: PdfFileReader, copied: CopyHook | None = None) -> None:
        super().__init__(reader.stream, prev=reader)
        self._copied = copied or (lambda _: None)

    def page(self, number: int) -> generic.IndirectObject:
        """Return a page, from 0 or from -1 backwards; pyHanko, which reads all, gets odd trees."""
        page = find_page(self.root, number)
        if page is None:
            page, _ = self.find_page_for_modification(number)  # type: ignore[no-untyped-call]
        return page

    def append(self) -> None:
        """Write the update behind the document, in the very file that was read, open for both."""
        stream = self.prev.stream
        stream.seek(-1, os.SEEK_END)
        if stream.read(1) not in {b"\n", b"\r"}:
            stream.write(b"\n")
        self.write_in_place()  # type: ignore[no-untyped-call]  # pyHanko

    def _update_meta(self) -> None:
        """Leave /Info and XMP alone: signing is not editing."""

    def _write_header(self, stream: BinaryIO) -> None:
        """Copy the original byte by byte; an update starts on a line of its own."""
        last = b""
        for piece in _pieces(self.input_stream):
            stream.write(piece)
            self._copied(piece)
            last = bytes(piece[-1:])
        if last not in {b"\n", b"\r"}:
            stream.write(b"\n")
            self._copied(memoryview(b"\n"))


def _pieces(stream: BinaryIO) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_CHUNK))
    stream.seek(0)
    while count := stream.readinto(buffer):  # type: ignore[attr-defined]  # typing's BinaryIO lacks it
        yield buffer[:count]


def signature_dictionary(
    gap: Gap, byte_range: ByteRange, signing_time: datetime, application: str
) -> generic.DictionaryObject:
    """Return the dictionary of a PAdES signature without permissions for what may follow."""
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Sig"),
            pdf_name("/Filter"): pdf_name("/Adobe.PPKLite"),
            pdf_name("/SubFilter"): pdf_name("/ETSI.CAdES.detached"),
            pdf_name("/ByteRange"): byte_range,
            pdf_name("/Contents"): gap,
            pdf_name("/M"): generic.pdf_date(signing_time),
            pdf_name("/Prop_Build"): generic.DictionaryObject(
                {
                    pdf_name("/App"): generic.DictionaryObject(
                        {pdf_name("/Name"): pdf_name(f"/{application}")}
                    )
                }
            ),
        }
    )


def time_stamp_dictionary(gap: Gap, byte_range: ByteRange) -> generic.DictionaryObject:
    """Return the dictionary of a document time-stamp (ISO 32000-2 §12.8.5, EN 319 142-1 §5.4.3)."""
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/DocTimeStamp"),
            pdf_name("/Filter"): pdf_name("/Adobe.PPKLite"),
            pdf_name("/SubFilter"): pdf_name("/ETSI.RFC3161"),
            pdf_name("/ByteRange"): byte_range,
            pdf_name("/Contents"): gap,
        }
    )


def add_field(
    update: Update,
    signature: generic.DictionaryObject,
    *,
    name: str,
    page: generic.IndirectObject,
    place: Place | None,
    appearance: generic.IndirectObject | None,
) -> None:
    """Add the signature in a field of its own, shown on ``page``."""
    box = (0.0, 0.0, 0.0, 0.0) if place is None else place.rectangle
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string(name),
            pdf_name("/V"): update.add_object(signature),
            pdf_name("/F"): generic.NumberObject(_PRINT_LOCKED),
            pdf_name("/Rect"): generic.ArrayObject(generic.FloatObject(f"{x:.3f}") for x in box),
            pdf_name("/P"): page,
        }
    )
    if appearance is not None:
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): appearance})
    reference = update.add_object(field)
    update.register_annotation(page, reference)  # type: ignore[no-untyped-call]  # pyHanko
    _add_to_form(update, reference)


def _add_to_form(update: Update, field: generic.IndirectObject) -> None:
    root = update.root
    form = entry(root, "/AcroForm")
    if not isinstance(form, generic.DictionaryObject):
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        root[pdf_name("/AcroForm")] = update.add_object(form)
        update.update_root()  # type: ignore[no-untyped-call]  # pyHanko
    fields = entry(form, "/Fields")
    if not isinstance(fields, generic.ArrayObject):
        fields = form[pdf_name("/Fields")] = generic.ArrayObject()
        update.update_container(form)
    fields.append(field)
    update.update_container(fields)
    mark_signed(update, form)


def mark_signed(update: Update, form: generic.DictionaryObject) -> None:
    """Let a form say that it holds signatures and may only be appended to.

    An earlier signer's flags are left alone: their change would look like tampering.
    """
    if "/SigFlags" not in form:
        form[pdf_name("/SigFlags")] = generic.NumberObject(_SIGNATURES_EXIST_APPEND_ONLY)
        update.update_container(form)


def appearance_of(update: Update, drawn: PdfFileReader, place: Place) -> generic.IndirectObject:
    """Import the drawn mark as the appearance of a field, turned as the page is."""
    reference: generic.IndirectObject = update.import_page_as_xobject(drawn)
    stream: Any = reference.get_object()
    stream[pdf_name("/Matrix")] = generic.ArrayObject(
        generic.NumberObject(number) for number in place.matrix
    )
    return reference
