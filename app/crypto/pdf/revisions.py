"""Revisions: which one a signature covers, and what came after it (rules PDF-02, PDF-10..13)."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType

from app.crypto.pdf import additions
from app.crypto.pdf.codes import ConstraintProblem, FormatProblem, Remark
from app.crypto.pdf.contents import Covered
from app.crypto.pdf.fields import (
    SignatureField,
    entry,
    is_visible,
    permission,
    signature_fields,
    transform,
)
from app.crypto.pdf.kinds import TIMESTAMP
from app.crypto.pdf.spare_parts import untold_objects
from app.crypto.verdict.facts import ChangesAfter, Coverage, Notice
from app.errors import Fact
from app.values import dataclass

if TYPE_CHECKING:
    from app.crypto.pdf.later_looks import LaterLooks

_END = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,12})[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*\Z")
_END_WINDOW = 1024
_LONGEST_TRAILER = 1 << 20
_RANKS = {
    ChangesAfter.NONE: 0,
    ChangesAfter.ARCHIVAL: 1,
    ChangesAfter.SIGNATURE: 2,
    ChangesAfter.FORM_FILL: 2,
    ChangesAfter.ANNOTATION: 3,
}
"""The least permission of a certification signature that allows them (ISO 32000-2, table 257)."""


@dataclass(frozen=True)
class Aftermath:
    """What happened to a document after one of its signatures."""

    changes: ChangesAfter
    format_problems: tuple[Notice, ...] = ()
    constraint_problems: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()


def revision_of(reader: PdfFileReader, field: SignatureField) -> int:
    """Return the revision in which a signature was last written, the oldest being 0."""
    holder = field.value or field.dictionary
    reference = holder.get_container_ref()
    if not isinstance(reference, generic.Reference):
        return int(reader.xrefs.total_revisions) - 1
    return int(reader.xrefs.get_last_change(reference))


def coverage(reader: PdfFileReader, covered: Covered, revision: int, size: int) -> Coverage:
    """Say how much of the file a byte range covers."""
    if covered.end == size:
        return Coverage.WHOLE_FILE
    if _ends_revision(reader, covered.end, revision):
        return Coverage.WHOLE_REVISION
    return Coverage.PARTIAL


def _ends_revision(reader: PdfFileReader, end: int, revision: int) -> bool:
    """Tell whether ``end`` is where a revision ends, with all its tables before it."""
    window = max(0, end - _END_WINDOW)
    reader.stream.seek(window)
    found = _END.search(reader.stream.read(end - window))
    xrefs = reader.xrefs
    if found is None or int(found[1]) != xrefs.get_startxref_for_revision(revision):
        return False
    tables = [xrefs.get_xref_container_info(n) for n in range(xrefs.total_revisions)]
    inside, after = tables[: revision + 1], tables[revision + 1 :]
    return all(table.end_location <= end for table in inside) and all(
        table.start_location >= end for table in after
    )


def end_of_last_revision(reader: PdfFileReader, size: int) -> int:
    """Return the offset after the end mark of the last revision (its own line end included).

    It is looked for behind the last table of objects, not at the end of the file: what was appended
    may bring end marks of its own.
    """
    xrefs = reader.xrefs
    tables = (xrefs.get_xref_container_info(n) for n in range(xrefs.total_revisions))
    start = max(int(table.end_location) for table in tables)
    reader.stream.seek(start)
    tail = reader.stream.read(_LONGEST_TRAILER)
    mark = int(tail.find(b"%%EOF"))
    if mark < 0:
        return size
    end = mark + len(b"%%EOF")
    for line_end in (b"\r\n", b"\n", b"\r"):
        if tail.startswith(line_end, end):
            return start + end + len(line_end)
    return start + end


class History:
    """The revisions of one document, as far as they concern its signatures."""

    def __init__(self, reader: PdfFileReader, path: Path) -> None:
        self._reader = reader
        self._path = path
        self._later: LaterLooks | None = None
        self.last = int(reader.xrefs.total_revisions) - 1
        """The number of the last revision."""
        self._certifications = _certifications(reader)
        self._recognition = additions.Recognition(reader)

    def after(self, field: SignatureField, revision: int, end: int) -> Aftermath:
        """Say what was changed after a signature of ``revision``, which ends at ``end``."""
        if revision >= self.last:
            return Aftermath(ChangesAfter.NONE)
        changes, constraints = self._difference(field, revision, end)
        allowed = self._allowed(revision)
        problems = [*self._pages(revision), *_forbidden(changes, allowed)]
        told, warnings = self._told(changes, revision, allowed)
        constraints += [*told, *self._structure(revision, end)]
        if changes is not ChangesAfter.ARCHIVAL:
            accepted = not (problems or constraints)
            against, seen = self._looks(revision, end, changes, accepted=accepted)
            constraints += against
            warnings += seen
            if against:
                changes = ChangesAfter.UNDEFINED
        return Aftermath(changes, tuple(problems), tuple(constraints), tuple(warnings))

    def since(self, revision: int, end: int) -> Aftermath:
        """Say what was added to a document that need not have been signed, and ends at ``end``."""
        changes = additions.Recognition(self._reader, first=True).recognise(revision, end)
        constraints: list[Notice] = []
        if changes is None:
            changes = ChangesAfter.UNDEFINED
            constraints.append(Notice(ConstraintProblem.CHANGED_AFTER))
        problems = self._pages(revision)
        constraints += self._structure(revision, end)
        if changes is ChangesAfter.SIGNATURE:
            accepted = not (problems or constraints)
            constraints += self._looks(revision, end, changes, accepted=accepted)[0]
        return Aftermath(changes, tuple(problems), tuple(constraints))

    def _told(
        self, changes: ChangesAfter, revision: int, allowed: int | None
    ) -> tuple[list[Notice], list[Notice]]:
        """Say of a kind of changes what speaks against the signature, and what is to be told."""
        if changes is ChangesAfter.ARCHIVAL:
            return [], [Notice(Remark.ARCHIVAL_DATA_ADDED)]
        if changes is ChangesAfter.SIGNATURE:
            return [], [Notice(Remark.SIGNATURE_ADDED)]
        if changes is ChangesAfter.ANNOTATION:
            return [Notice(ConstraintProblem.ANNOTATED, self._notes(revision))], []
        if changes is not ChangesAfter.FORM_FILL:
            return [], []
        if allowed is not None and allowed > 1:
            return [], [Notice(Remark.FORM_FILLED_ALLOWED, {"permission": allowed})]
        return [Notice(ConstraintProblem.FORM_FILLED)], []

    def _structure(self, revision: int, end: int) -> list[Notice]:
        """Look for objects of later revisions that some readers do not see (PDF-15)."""
        found = []
        if self._hybrid_after(revision):
            found.append(Notice(ConstraintProblem.HYBRID_UPDATE))
        untold = untold_objects(self._reader, self._reader.stream, end)
        if untold:
            found.append(Notice(ConstraintProblem.OBJECTS_UNTOLD, {"count": untold}))
        return found

    def _looks(
        self, revision: int, end: int, changes: ChangesAfter, *, accepted: bool
    ) -> tuple[list[Notice], list[Notice]]:
        from app.crypto.pdf.later_looks import LaterLooks  # noqa: PLC0415 - draws, most files need it not

        if self._later is None:
            self._later = LaterLooks(self._path, self._reader)
        return self._later.after(revision, end, changes, accepted=accepted)

    def _notes(self, revision: int) -> dict[str, Fact]:
        """Count the notes that were added."""
        from app.crypto.pdf.annotation_rule import notes_of  # noqa: PLC0415 - as above

        signed = notes_of(self._reader.get_historical_root(revision))
        return {"count": max(1, notes_of(self._reader.root) - signed)}

    def of_certification(self, field: SignatureField, order: int) -> Aftermath:
        """Say what is to be said of a certification signature; ``order`` counts from 0 in time."""
        if field.value is None or permission(field.value) is None:
            return Aftermath(ChangesAfter.NONE)
        told = Notice(Remark.CERTIFICATION, {"permission": permission(field.value) or 0})
        if order:
            late = Notice(FormatProblem.CERTIFICATION_NOT_FIRST)
            return Aftermath(ChangesAfter.NONE, format_problems=(late,), warnings=(told,))
        return Aftermath(ChangesAfter.NONE, warnings=(told,))

    @property
    def hybrid(self) -> bool:
        """Whether any revision keeps two tables of objects."""
        return bool(self._reader.xrefs.hybrid_xrefs_present)

    def removed(self, present: set[str]) -> list[str]:
        """Return the names of signatures that an earlier revision has and the present one lacks."""
        gone: dict[str, None] = {}
        for revision in range(self.last):
            try:
                fields = list(signature_fields(self._reader.get_historical_root(revision)))
            except Exception:  # noqa: BLE001, S112 - pyHanko; a linearised file's first part has no catalog
                continue
            gone.update((f.name, None) for f in fields if f.value is not None)
        return [name for name in gone if name not in present]

    def _difference(
        self, field: SignatureField, revision: int, end: int
    ) -> tuple[ChangesAfter, list[Notice]]:
        unlocked = field.value is not None and transform(field.value, "/FieldMDP") is None
        plain = self._recognition.recognise(revision, end) if unlocked else None
        if plain is not None:
            return plain, []
        from app.crypto.pdf import differences  # noqa: PLC0415 - 0.4 s, and most files need it not

        found = differences.review(self._reader, field, revision)
        if found.locked:
            return ChangesAfter.UNDEFINED, [Notice(ConstraintProblem.FIELD_LOCKED)]
        if found.changes is ChangesAfter.UNDEFINED:
            return found.changes, [Notice(ConstraintProblem.CHANGED_AFTER)]
        empty = self._visible_but_empty(revision)
        if empty is not None:
            notice = Notice(ConstraintProblem.EMPTY_SIGNATURE_VISIBLE, {"field": empty})
            return ChangesAfter.UNDEFINED, [notice]
        return found.changes, []

    def _visible_but_empty(self, revision: int) -> str | None:
        """Return the name of a visible field that was touched afterwards and that nobody signed in.

        A time-stamp is no signature in this: anybody gets one without saying who he is.
        """
        for field in signature_fields(self._reader.root):
            signed = field.value is not None and not _is_time_stamp(field.value)
            if signed or not any(map(is_visible, field.widgets)):
                continue
            parts = [field.dictionary, *field.widgets]
            appearances = [entry(part, "/AP") for part in parts]
            parts += [a for a in appearances if isinstance(a, generic.DictionaryObject)]
            parts += [s for a in parts for s in _streams(a)]
            if any(self._changed_after(part, revision) for part in parts):
                return field.name
        return None

    def _changed_after(self, part: generic.PdfObject, revision: int) -> bool:
        reference = part.get_container_ref()
        if not isinstance(reference, generic.Reference):
            return True
        return int(self._reader.xrefs.get_last_change(reference)) > revision

    def _pages(self, revision: int) -> list[Notice]:
        """Compare the numbers of pages (PDF-10)."""
        signed = _page_count(self._reader.get_historical_root(revision))
        now = _page_count(self._reader.root)
        if signed == now:
            return []
        return [Notice(FormatProblem.PAGES_CHANGED, {"signed": signed, "now": now})]

    def _allowed(self, revision: int) -> int | None:
        """Return what the certification allows that the signer of a revision knew of."""
        known = [allowed for made, allowed in self._certifications if made <= revision]
        return min(known, default=None)

    def _hybrid_after(self, revision: int) -> bool:
        xrefs = self._reader.xrefs
        return any(
            xrefs.get_xref_container_info(n).xref_section_type is XRefSectionType.HYBRID_MAIN
            for n in range(revision + 1, self.last + 1)
        )


def _forbidden(changes: ChangesAfter, allowed: int | None) -> list[Notice]:
    """Hold the changes against what the certification signature allows (PDF-12)."""
    if allowed is None or changes is ChangesAfter.UNDEFINED:
        return []
    if _RANKS[changes] <= allowed:
        return []
    return [Notice(FormatProblem.CHANGE_FORBIDDEN, {"permission": allowed})]


def _certifications(reader: PdfFileReader) -> list[tuple[int, int]]:
    """Return in which revision each certification was made, and what it allows."""
    found = []
    for field in signature_fields(reader.root):
        allowed = None if field.value is None else permission(field.value)
        if allowed is not None:
            found.append((revision_of(reader, field), allowed))
    return found


def _is_time_stamp(signature: generic.DictionaryObject) -> bool:
    kinds = (entry(signature, "/Type"), entry(signature, "/SubFilter"))
    return "/DocTimeStamp" in kinds or TIMESTAMP in kinds


def _page_count(root: generic.DictionaryObject) -> int:
    pages = entry(root, "/Pages")
    count = entry(pages, "/Count") if isinstance(pages, generic.DictionaryObject) else None
    return int(count) if isinstance(count, generic.NumberObject) else -1


def _streams(appearance: generic.DictionaryObject) -> list[generic.StreamObject]:
    found = (entry(appearance, key) for key in ("/N", "/R", "/D"))
    return [stream for stream in found if isinstance(stream, generic.StreamObject)]
