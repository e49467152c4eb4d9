"""Signing a PDF, the part before the key and the part after it.

`write_update` copies the original byte by byte and adds an incremental update with a signature
field and a gap; `fill_gap` puts the CMS into that gap. The original stays a prefix of the result,
so what others signed before stays signed.
"""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.algorithms import digests
from app.crypto.pdf.fields import (
    SignatureField,
    as_array,
    entry,
    forbids_signing,
    permission,
    signature_fields,
)
from app.crypto.pdf.pages import PageBox
from app.crypto.pdf.placing import Ink, Place, Rectangle, find_place, to_display
from app.crypto.pdf.reading import boundary, open_strict
from app.crypto.pdf.update import (
    ByteRange,
    Gap,
    Update,
    add_field,
    appearance_of,
    signature_dictionary,
)
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError

_FIELD_NAME = "Signature"
_APPLICATION = "Roscherk"
_INHERITED_DEPTH = 64
_A4 = (0.0, 0.0, 595.0, 842.0)
_INK_PIXELS_PER_POINT = 0.5
_INK_SECONDS = 2.0
_SMALLEST_GAP = 4096
_ROOM_FOR_MORE = 8192
"""Zeros left for what may later be added to the signature itself: a time stamp."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be written into the document."""

    path: Path
    """The document, for drawing its last page."""
    stamp: CertificateFacts | None
    """The certificate that the visible mark tells of; None: no mark."""
    practice: bool
    signing_time: datetime
    digest_name: str
    cms_size: int
    """The most octets the CMS will take."""


@dataclass(frozen=True)
class Written:
    """What was written: where the CMS goes, and the digest of everything else."""

    gap: tuple[int, int]
    digest: bytes


Progress = Callable[[int], None]


def write_update(
    source: BinaryIO, target: BinaryIO, order: Order, progress: Progress | None = None
) -> Written:
    """Write the document with a place for its new signature into ``target`` (read and write).

    Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED, PDF_FORBIDS_SIGNING.
    """
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
        fields = _check_allowed(reader)
        update = Update(reader, on_copy)
        gap = Gap(max(_SMALLEST_GAP, order.cms_size) + _ROOM_FOR_MORE)
        byte_range = ByteRange()
        signature = signature_dictionary(gap, byte_range, order.signing_time, _APPLICATION)
        page, _ = update.find_page_for_modification(-1)  # type: ignore[no-untyped-call]  # pyHanko
        place, appearance = _mark(update, order, page.get_object(), fields)
        add_field(
            update,
            signature,
            name=_free_name(fields),
            page=page,
            place=place,
            appearance=appearance,
        )
        update.write(target)  # type: ignore[no-untyped-call]  # pyHanko
        byte_range.fill(target, gap, target.seek(0, os.SEEK_END))
    _digest_rest(target, copied, gap, running)
    return Written((gap.start, gap.end), running.digest())


def fill_gap(path: Path, gap: tuple[int, int], cms: bytes) -> None:
    """Put the CMS into the gap of a written file and make sure that it is on the disk."""
    room = (gap[1] - gap[0] - 2) // 2
    if len(cms) > room:
        raise RoscherkError(ErrorCode.UNEXPECTED, what="cms_larger_than_gap", room=room)
    with path.open("r+b") as file:
        file.seek(gap[0] + 1)
        file.write(cms.hex().encode("ascii"))
        file.flush()
        os.fsync(file.fileno())


def _check_allowed(reader: PdfFileReader) -> list[SignatureField]:
    """Refuse what may not or cannot be signed; return the signature fields there are."""
    if "/Encrypt" in reader.trailer:
        raise RoscherkError(ErrorCode.PDF_ENCRYPTED)
    fields = list(signature_fields(reader.root))
    permissions = entry(reader.root, "/Perms")
    certified = isinstance(permissions, generic.DictionaryObject) and entry(permissions, "/DocMDP")
    forbidden = isinstance(certified, generic.DictionaryObject) and permission(certified) == 1
    if forbidden or any(forbids_signing(field) for field in fields):
        raise RoscherkError(ErrorCode.PDF_FORBIDS_SIGNING)
    return fields


def _free_name(fields: list[SignatureField]) -> str:
    taken = {field.name for field in fields}
    number = 1
    while f"{_FIELD_NAME}{number}" in taken:
        number += 1
    return f"{_FIELD_NAME}{number}"


def _mark(
    update: Update,
    order: Order,
    page: generic.DictionaryObject,
    fields: list[SignatureField],
) -> tuple[Place | None, generic.IndirectObject | None]:
    """Draw the visible mark and find a place for it."""
    if order.stamp is None:
        return None, None
    from app.crypto.pdf import stamp  # noqa: PLC0415 - fpdf2 takes 0.3 s to import

    drawn = stamp.draw_stamp(stamp.stamp_text(order.stamp, practice=order.practice))
    box = _page_box(page)
    taken = list(_earlier_marks(page, box, fields))
    ink = _ink(order.path, box)
    place = find_place(box, drawn.width, drawn.height, taken, ink)
    mark = PdfFileReader(stamp.stamp_stream(drawn))
    return place, appearance_of(update, mark, place)


def _earlier_marks(
    page: generic.DictionaryObject, box: PageBox, fields: list[SignatureField]
) -> list[Rectangle]:
    """Return where signature fields stand on the page, as displayed."""
    on_page = {id(annotation) for annotation in as_array(entry(page, "/Annots"))}
    areas = [
        [float(number) for number in as_array(entry(widget, "/Rect"))]
        for field in fields
        for widget in field.widgets
        if id(widget) in on_page
    ]
    return [to_display(box, area) for area in areas if len(area) == 4]


def _ink(path: Path, box: PageBox) -> Ink | None:
    """Draw the last page roughly to see where it is blank; None if that cannot be done quickly."""
    from app.crypto.pdf import drawing  # noqa: PLC0415 - PDFium, needed for the visible mark only

    with contextlib.suppress(RoscherkError), drawing.document(path) as opened:
        page = opened[len(opened) - 1]
        width = max(1, round(box.size[0] * _INK_PIXELS_PER_POINT))
        picture = drawing.draw(opened, page, width, seconds=_INK_SECONDS)
        page.close()
        if picture is not None:
            return Ink(picture.width, picture.height, picture.pixels)
    return None


def _page_box(page: generic.DictionaryObject) -> PageBox:
    """Return what is visible of a page: CropBox within MediaBox, both perhaps inherited."""
    media = _box(_inherited(page, "/MediaBox")) or _A4
    crop = _box(_inherited(page, "/CropBox")) or media
    box = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        box = media
    turn = _inherited(page, "/Rotate")
    rotation = int(turn) % 360 if isinstance(turn, generic.NumberObject) else 0
    return PageBox(*box, rotation if rotation in {90, 180, 270} else 0)


def _inherited(page: generic.DictionaryObject, key: str) -> object:
    node: object = page
    for _ in range(_INHERITED_DEPTH):
        if not isinstance(node, generic.DictionaryObject):
            return None
        found: object = entry(node, key)
        if found is not None:
            return found
        node = entry(node, "/Parent")
    return None


def _box(value: object) -> tuple[float, float, float, float] | None:
    numbers = [float(number) for number in as_array(value)]
    if len(numbers) != 4:
        return None
    left, right = sorted((numbers[0], numbers[2]))
    bottom, top = sorted((numbers[1], numbers[3]))
    return (left, bottom, right, top) if right - left >= 1 and top - bottom >= 1 else None


def _digest_rest(target: BinaryIO, done: int, gap: Gap, running: digests.Digest) -> None:
    """Digest the update, which is small: the copied original went through the digest already."""
    target.seek(done)
    running.update(target.read(gap.start - done))
    target.seek(gap.end)
    running.update(target.read())
