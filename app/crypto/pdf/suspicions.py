"""The look over a PDF before it is signed: hidden and overlapping content, what acts, spare parts.

Everything has its limit of time; what was not looked at is told.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdfium2 import raw

from app.crypto.opening import open_regular
from app.crypto.pdf import covering, drawing, looks, odd_fonts
from app.crypto.pdf.active_content import ActiveContent
from app.crypto.pdf.areas import area_of_pixels
from app.crypto.pdf.content_walk import ContentWalk
from app.crypto.pdf.field_words import FieldShown, fields_shown, mismatches
from app.crypto.pdf.fields import as_array, entry, permission, signature_fields
from app.crypto.pdf.half_encrypted import encrypted_in_part
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.crypto.pdf.spare_parts import spare_pages, untold_objects
from app.crypto.presigning.codes import GRAVITY, Gravity, PresignCode
from app.crypto.presigning.model import Finding
from app.errors import ErrorCode, RoscherkError

_SECONDS_OF_WALK = 2.0
_SECONDS_OF_PAGES = 3.0
_SECONDS_OF_ONE = 2.0
_MOST_PAGES = 200
_LEAST_HIDDEN = 20
"""Pixels of ink: less is the edge of a letter."""
_LONGEST_TEXT = 60
_ORDER = tuple(Gravity)


def look_over(path: Path) -> tuple[Finding, ...]:
    """Return what in a document may be other than it seems, the gravest first.

    Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED and the errors of opening.
    """
    with open_regular(path) as source, buffered(source) as file:
        reader, mended = open_lenient(file)
        encrypted, in_part = unlock(reader), False
        with boundary("content"):
            structure = _Structure(reader)
            findings = list(structure.findings())
            if mended:
                findings.append(Finding(code=PresignCode.MENDED))
            elif (count := untold_objects(reader, file)) > 0:
                findings.append(Finding(code=PresignCode.OBJECT_TWICE, facts={"count": count}))
            if encrypted:
                findings.append(Finding(code=PresignCode.ENCRYPTED))
                if in_part := encrypted_in_part(reader):
                    findings.append(Finding(code=PresignCode.ENCRYPTED_PART))
            fields = list(fields_shown(structure.walk.pages))
    try:
        findings += _drawn(path, fields, whole=structure.walk.complete)
    except RoscherkError as error:
        # Who draws refuses some of those as if a password were missing, which it is not.
        if not in_part or error.code is not ErrorCode.PDF_ENCRYPTED:
            raise
        findings.append(Finding(code=PresignCode.PARTIAL, facts={"pages": 0}))
    findings.sort(key=lambda one: _ORDER.index(GRAVITY[one.code]))
    return tuple(findings)


def _drawn(path: Path, fields: Sequence[FieldShown], *, whole: bool) -> Iterator[Finding]:
    """Yield what is seen of the fields and the pages as they are drawn."""
    yield from (
        Finding(
            code=PresignCode.FIELD_DIFFERS,
            facts={
                "field": _short(one.field.name),
                "value": _short(one.field.value),
                "shown": _short(one.shown),
            },
            pages=(one.field.page,),
        )
        for one in mismatches(path, fields)
    )
    seen, complete = _of_pages(path)
    yield from seen
    if not complete or not whole:
        yield Finding(code=PresignCode.PARTIAL, facts={"pages": _MOST_PAGES})


class _Structure:
    """What the objects of a document say."""

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self.walk = ContentWalk(reader, _SECONDS_OF_WALK)

    def findings(self) -> Iterator[Finding]:
        active = ActiveContent()
        fonts: dict[str, set[int]] = {}
        for held, page in self.walk.dictionaries():
            active.look(held, page)
            if odd_fonts.is_odd(held):
                name = _short(str(entry(held, "/BaseFont") or entry(held, "/Name") or ""))
                fonts.setdefault(name.removeprefix("/"), set()).update({page} if page else ())
        for code, count in active.counts.items():
            pages = tuple(sorted(active.pages.get(code, ())))
            yield Finding(code=code, facts={"count": count}, pages=pages)
        for name, on in fonts.items():
            yield Finding(code=PresignCode.FONT_ODD, facts={"font": name}, pages=tuple(sorted(on)))
        if self.walk.complete and (spare := spare_pages(self._reader, set(self.walk.seen))):
            yield Finding(code=PresignCode.SPARE_PAGE, facts={"count": len(spare)})
        layers = _layers_off(self._reader.root)
        if layers:
            yield Finding(code=PresignCode.LAYERS_OFF, facts={"count": layers})
        yield from self._signatures()

    def _signatures(self) -> Iterator[Finding]:
        signed = [one for one in signature_fields(self._reader.root) if one.value is not None]
        if signed:
            yield Finding(code=PresignCode.SIGNED, facts={"count": len(signed)})
        for one in signed:
            allowed = None if one.value is None else permission(one.value)
            if allowed is not None:
                yield Finding(code=PresignCode.CERTIFIED, facts={"permission": allowed})


def _layers_off(root: generic.DictionaryObject) -> int:
    """Count the layers that are not shown."""
    properties = entry(root, "/OCProperties")
    if not isinstance(properties, generic.DictionaryObject):
        return 0
    usual = entry(properties, "/D")
    if not isinstance(usual, generic.DictionaryObject):
        return 0
    if entry(usual, "/BaseState") == "/OFF":
        return len(as_array(entry(properties, "/OCGs"))) - len(as_array(entry(usual, "/ON")))
    return len(as_array(entry(usual, "/OFF")))


class _Gathered:
    """Findings of one kind, over all pages."""

    def __init__(self) -> None:
        self._found: dict[PresignCode, list[tuple[int, looks.Box, str, float]]] = {}

    def add(self, code: PresignCode, page: int, box: looks.Box, scale: float, text: str) -> None:
        self._found.setdefault(code, []).append((page, box, text, scale))

    def findings(self) -> Iterator[Finding]:
        for code, places in self._found.items():
            page, box, text, scale = places[0]
            yield Finding(
                code=code,
                facts={"text": _short(text), "count": len(places)} if text else {},
                pages=tuple(sorted({place[0] for place in places})),
                area=area_of_pixels(page, box, scale),
            )


def _of_pages(path: Path) -> tuple[list[Finding], bool]:
    """Look at pages as they are drawn; say whether all could be looked at."""
    gathered, complete = _Gathered(), True
    deadline = time.monotonic() + _SECONDS_OF_PAGES
    with drawing.document(path) as opened:
        for number in range(len(opened)):
            if number >= _MOST_PAGES or time.monotonic() > deadline:
                complete = False
                break
            complete &= _look_at_page(opened, number, gathered)
    return list(gathered.findings()), complete


def _look_at_page(opened: pdfium.PdfDocument, number: int, gathered: _Gathered) -> bool:
    try:
        handle = opened[number]
    except pdfium.PdfiumError:
        return False
    page = covering.Page(opened, handle, _SECONDS_OF_ONE)
    try:
        bare = page.draw(annotations=False)
        if bare is None:
            return False
        found = covering.unseen(page, bare)
        for code, pieces in (
            (PresignCode.TEXT_COVERED, found.covered),
            (PresignCode.TEXT_UNSEEN, found.of_paper),
            (PresignCode.TEXT_INVISIBLE, found.invisible),
        ):
            for piece in pieces:
                gathered.add(code, number + 1, piece.box, page.scale, piece.words)
        if raw.FPDFPage_GetAnnotCount(handle.raw):
            _look_at_annotations(page, looks.grey(bare), number + 1, gathered)
    except RoscherkError as error:
        if error.code is not ErrorCode.FORMAT_TOO_COMPLEX:
            raise
        return False
    finally:
        handle.close()
    return page.complete


def _look_at_annotations(
    page: covering.Page, bare: Image.Image, number: int, gathered: _Gathered
) -> None:
    """See which annotations hide text of the page."""
    dressed = page.draw(annotations=True)
    if dressed is None:
        page.complete = False
        return
    gone = looks.hidden(bare, looks.grey(dressed))
    for subtype, area in covering.annotations(page):
        for _, piece in page.texts():
            box = covering.common(area, piece.box)
            if box is None or looks.amount(gone, box) < _LEAST_HIDDEN:
                continue
            widget = subtype == raw.FPDF_ANNOT_WIDGET
            code = PresignCode.FIELD_COVERS if widget else PresignCode.ANNOTATION_COVERS
            gathered.add(code, number, area, page.scale, piece.words)
            break


def _short(text: str) -> str:
    """Return a short text of the document, without what could disguise it."""
    return "".join(c for c in text if c.isprintable())[:_LONGEST_TEXT]
