"""A stamped copy of a PDF: its signatures taken out, marks drawn upon what is left.

What was signed inside must not look signed in a copy that has marks added: a viewer would call that
copy a forgery. So the signature fields are taken out, and the whole is written anew, for an update
that removes them would leave the signatures in the history of the file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdfium2 import raw

from app.crypto.pdf import drawing
from app.crypto.pdf.fields import entry, signature_fields
from app.crypto.pdf.marking import add_marks
from app.crypto.pdf.page_boxes import page_count, page_references
from app.crypto.pdf.reading import boundary, open_strict
from app.crypto.pdf.stamp_words import StampText
from app.crypto.pdf.update import Update
from app.crypto.saving import AtomicFile
from app.crypto.stamping.style import StampStyle
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError

_OF_SIGNATURES = ("/Perms", "/DSS")
_MOST_DEPTH = 32


def is_signed(source: BinaryIO) -> bool:
    """Tell whether a PDF holds signed fields. NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED."""
    reader = _open(source)
    with boundary("structure"):
        return any(field.value is not None for field in signature_fields(reader.root))


def strip(source: BinaryIO, between: AtomicFile, target: AtomicFile) -> Path:
    """Write ``source`` without its signature fields into ``target``, by way of ``between``."""
    reader = _open(source)
    with boundary("structure"):
        update = Update(reader, lambda _piece: None)
        _remove_fields(update)
        update.write(between.file)  # type: ignore[no-untyped-call]  # pyHanko
    between.flush()
    with drawing.document(between.path) as opened:
        opened.save(target.file, flags=raw.FPDF_NO_INCREMENTAL)
    target.flush()
    with target.path.open("rb") as written:
        if is_signed(written):
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="signatures_left")
    return target.path


def write_copy(
    source: BinaryIO, path: Path, target: AtomicFile, style: StampStyle, texts: Sequence[StampText]
) -> tuple[Notice, ...]:
    """Write ``source``, which lies at ``path``, with one mark for each text into ``target``.

    Raises the ``STAMP_*`` codes.
    """
    reader = _open(source)
    with boundary("structure"):
        pages = page_count(reader.root)
        update = Update(reader, lambda _piece: None)
        notices = add_marks(update, path, style, texts)
        update.write(target.file)  # type: ignore[no-untyped-call]  # pyHanko
    target.flush()
    with target.path.open("rb") as written, boundary("copy"):
        if page_count(_open(written).root) != pages:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="pages")
    return notices


def _open(source: BinaryIO) -> PdfFileReader:
    reader = open_strict(source)
    if "/Encrypt" in reader.trailer:
        raise RoscherkError(ErrorCode.PDF_ENCRYPTED)
    return reader


def _remove_fields(update: Update) -> None:
    root = update.root
    fields = list(signature_fields(root))
    gone = {id(field.dictionary) for field in fields}
    gone |= {id(widget) for field in fields for widget in field.widgets}
    for reference in page_references(root):
        page = reference.get_object()
        annotations = entry(page, "/Annots")
        if isinstance(annotations, generic.ArrayObject) and _drop(annotations, gone):
            update.update_container(annotations)
    form = entry(root, "/AcroForm")
    if isinstance(form, generic.DictionaryObject):
        _prune(update, form, "/Fields", gone, 0)
        form[pdf_name("/SigFlags")] = generic.NumberObject(0)
        update.update_container(form)
    for key in _OF_SIGNATURES:
        if key in root:
            del root[key]
    update.update_root()  # type: ignore[no-untyped-call]  # pyHanko


def _prune(
    update: Update, holder: generic.DictionaryObject, key: str, gone: set[int], depth: int
) -> None:
    """Take fields out of a list of fields and out of the lists below it."""
    fields = entry(holder, key)
    if not isinstance(fields, generic.ArrayObject) or depth > _MOST_DEPTH:
        return
    if _drop(fields, gone):
        update.update_container(fields)
    for index in range(len(fields)):
        field = fields[index]
        if isinstance(field, generic.DictionaryObject):
            _prune(update, field, "/Kids", gone, depth + 1)


def _drop(array: generic.ArrayObject, gone: set[int]) -> bool:
    """Take members out of an array; tell whether there were any."""
    left = [array.raw_get(index) for index in range(len(array)) if id(array[index]) not in gone]
    if len(left) == len(array):
        return False
    array[:] = left
    return True
