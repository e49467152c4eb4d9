"""Empty signature fields of a document: listed, found by name, signed in."""

from collections.abc import Iterator
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from app.crypto.fields.model import EmptyField
from app.crypto.opening import open_regular
from app.crypto.pdf import seed_values
from app.crypto.pdf.fields import (
    SignatureField,
    as_array,
    entry,
    forbids_signing,
    signature_fields,
)
from app.crypto.pdf.marking import Mark
from app.crypto.pdf.page_boxes import page_box, page_references, rectangle_of
from app.crypto.pdf.reading import boundary, buffered, open_strict
from app.crypto.pdf.update import Update, mark_signed
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError

Pages = dict[generic.Reference, tuple[int, generic.IndirectObject]]
"""Number, from 0, and page of each annotation."""


def list_empty(path: Path) -> tuple[EmptyField, ...]:
    """Return the empty signature fields of a document.

    Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED, FORMAT_TOO_COMPLEX and the errors of opening.
    """
    with open_regular(path) as raw, buffered(raw) as file:
        reader = open_strict(file)
        if "/Encrypt" in reader.trailer:
            raise RoscherkError(ErrorCode.PDF_ENCRYPTED)
        with boundary("form"):
            fields = list(signature_fields(reader.root))
            if all(field.value is not None for field in fields):
                return ()
            pages = pages_of_annotations(reader.root)
            return tuple(
                _described(field, fields, pages) for field in fields if field.value is None
            )


def find_empty(fields: list[SignatureField], name: str) -> SignatureField:
    """Return the empty field of this name; PDF_FIELD_NOT_FOUND, PDF_FIELD_SIGNED."""
    named = [field for field in fields if field.name == name]
    if not named:
        raise RoscherkError(ErrorCode.PDF_FIELD_NOT_FOUND, field=name)
    if len(named) > 1 or named[0].value is not None:
        raise RoscherkError(ErrorCode.PDF_FIELD_SIGNED, field=name)
    return named[0]


def pages_of_annotations(root: generic.DictionaryObject) -> Pages:
    """Return on which page each annotation stands: a field itself need not say it."""
    found: Pages = {}
    for number, page in enumerate(page_references(root)):
        annotations = entry(page.get_object(), "/Annots")
        for index in range(len(as_array(annotations))):
            held = annotations.raw_get(index)
            if isinstance(held, generic.IndirectObject):
                found.setdefault(held.reference, (number, page))
    return found


def page_of(field: SignatureField, pages: Pages) -> tuple[int, generic.IndirectObject] | None:
    """Return the page that shows a field; None: none does."""
    for widget in field.widgets:
        reference = widget.container_ref
        if isinstance(reference, generic.Reference) and reference in pages:
            return pages[reference]
    return None


def sign_in(
    update: Update, field: SignatureField, signature: generic.DictionaryObject, mark: Mark
) -> None:
    """Put a signature into an empty field, and carry out the field's lock."""
    lock = seed_values.lock_reference(field)
    if lock is not None:
        signature[pdf_name("/Reference")] = lock
    field.dictionary[pdf_name("/V")] = update.add_object(signature)
    update.update_container(field.dictionary)
    if mark.appearance is not None:
        widget = field.widgets[0]
        widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): mark.appearance})
        update.update_container(widget)
    mark_signed(update, entry(update.root, "/AcroForm"))


def _described(field: SignatureField, fields: list[SignatureField], pages: Pages) -> EmptyField:
    place, shown = page_of(field, pages), None
    if place is not None:
        box = page_box(place[1].get_object())
        shown = rectangle_of(field.widgets[0], box)
    return EmptyField(
        name=field.name,
        page=None if place is None or shown is None else place[0] + 1,
        size=None if shown is None else (shown.right - shown.left, shown.top - shown.bottom),
        locks=seed_values.locked_fields(field),
        time_stamp=seed_values.demands_time_stamp(field),
        obstacle=next(_obstacles(field, fields), None),
    )


def _obstacles(field: SignatureField, fields: list[SignatureField]) -> Iterator[Notice]:
    if any(forbids_signing(other, field.name) for other in fields):
        yield Notice(ErrorCode.PDF_FORBIDS_SIGNING)
    error = seed_values.obstacle(field)
    if error is not None:
        yield Notice(error.code, dict(error.facts))
