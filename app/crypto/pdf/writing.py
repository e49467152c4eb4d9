"""Signing a PDF, the part before the key and the part after it.

`write_update` copies the original byte by byte and adds an incremental update with a signature
field and a gap; `appending.fill` puts the CMS into that gap. The original stays a prefix of the result,
so what others signed before stays signed.
"""

import os
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.algorithms import digests
from app.crypto.pdf import empty_fields, seed_values
from app.crypto.pdf.fields import (
    SignatureField,
    entry,
    forbids_signing,
    free_name,
    permission,
    signature_fields,
)
from app.crypto.pdf.marking import Mark, MarkOrder, draw_mark, draw_mark_in
from app.crypto.pdf.reading import boundary, buffered, open_strict
from app.crypto.pdf.seed_values import Offer
from app.crypto.pdf.update import (
    ByteRange,
    Gap,
    Update,
    add_field,
    signature_dictionary,
)
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_FIELD_NAME = "Signature"
_APPLICATION = "Roscherk"
_SMALLEST_GAP = 4096
_ROOM_FOR_MORE = 8 << 10
_ROOM_FOR_TIME_STAMP = 24 << 10
"""Octets left for what is not signed: attributes that are added to a signature later."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be written into the document."""

    mark: MarkOrder | None
    """The visible mark; None: the signature is not shown."""
    signing_time: datetime
    digest_name: str
    cms_size: int
    """The most octets the CMS will take."""
    timed: bool = False
    """Leave room for a time-stamp with the certificates of its authority."""
    field_name: str | None = None
    """The empty field to sign in; None: a new one."""
    offer: Offer | None = None
    """What may meet the demands of that field's author."""


@dataclass(frozen=True)
class Written:
    """What was written: where the CMS goes, and the digest of everything else."""

    gap: tuple[int, int]
    digest: bytes
    notices: tuple[Notice, ...] = ()
    """What is to be told of the visible mark."""


Progress = Callable[[int], None]


def write_update(
    source: BinaryIO, target: BinaryIO, order: Order, progress: Progress | None = None
) -> Written:
    """Write the document with a place for its new signature into ``target`` (read and write).

    Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED, PDF_FORBIDS_SIGNING, PDF_FIELD_NOT_FOUND,
    PDF_FIELD_SIGNED, PDF_FIELD_DEMANDS.
    """
    with buffered(source) as stream:
        return _write_update(stream, target, order, progress)


def _write_update(
    source: BinaryIO, target: BinaryIO, order: Order, progress: Progress | None
) -> Written:
    reader = open_strict(source)
    running = digests.new(order.digest_name)
    copied = 0

    def on_copy(piece: memoryview) -> None:
        nonlocal copied
        running.update(piece)
        copied += len(piece)
        if progress is not None:
            progress(copied)

    with boundary("structure"):
        fields = _check_allowed(reader, order)
        update = Update(reader, on_copy)
        more = _ROOM_FOR_TIME_STAMP if order.timed else _ROOM_FOR_MORE
        gap = Gap(max(_SMALLEST_GAP, order.cms_size) + more)
        byte_range = ByteRange()
        signature = signature_dictionary(gap, byte_range, order.signing_time, _APPLICATION)
        notices = _place(update, signature, order, fields)
        update.write(target)  # type: ignore[no-untyped-call]  # pyHanko
        byte_range.fill(target, gap, target.seek(0, os.SEEK_END))
    _digest_rest(target, copied, gap, running)
    return Written((gap.start, gap.end), running.digest(), notices)


def _place(
    update: Update,
    signature: generic.DictionaryObject,
    order: Order,
    fields: list[SignatureField],
) -> tuple[Notice, ...]:
    """Put the signature into the field that was chosen, or into a new one, with its mark."""
    mark = Mark(update.page(-1))
    if order.field_name is not None:
        chosen = empty_fields.find_empty(fields, order.field_name)
        if order.mark is not None:
            place = empty_fields.page_of(chosen, empty_fields.pages_of_annotations(update.root))
            if place is not None:
                mark = draw_mark_in(update, order.mark, chosen, place[1])
        empty_fields.sign_in(update, chosen, signature, mark)
        return mark.notices
    if order.mark is not None:
        mark = draw_mark(update, order.mark, fields)
    add_field(
        update,
        signature,
        name=free_name({field.name for field in fields}, _FIELD_NAME),
        page=mark.page,
        place=mark.place,
        appearance=mark.appearance,
    )
    return mark.notices


def _check_allowed(reader: PdfFileReader, order: Order) -> list[SignatureField]:
    """Refuse what may not or cannot be signed; return the signature fields there are."""
    if "/Encrypt" in reader.trailer:
        raise RoscherkError(ErrorCode.PDF_ENCRYPTED)
    fields = list(signature_fields(reader.root))
    permissions = entry(reader.root, "/Perms")
    certified = isinstance(permissions, generic.DictionaryObject) and entry(permissions, "/DocMDP")
    forbidden = isinstance(certified, generic.DictionaryObject) and permission(certified) == 1
    if forbidden or any(forbids_signing(field, order.field_name) for field in fields):
        raise RoscherkError(ErrorCode.PDF_FORBIDS_SIGNING)
    if order.field_name is not None:
        error = seed_values.obstacle(empty_fields.find_empty(fields, order.field_name), order.offer)
        if error is not None:
            raise error
    return fields


def _digest_rest(target: BinaryIO, done: int, gap: Gap, running: digests.Digest) -> None:
    """Digest the update, which is small: the copied original went through the digest already."""
    target.seek(done)
    running.update(target.read(gap.start - done))
    target.seek(gap.end)
    running.update(target.read())
