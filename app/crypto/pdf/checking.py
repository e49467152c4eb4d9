"""The check of a PDF's signatures: facts for each, warnings for the file; no opinion.

Structure is read by pyHanko; what counts is held against the bytes of the file. Rules PDF-01..13
and PDF-16..18. Every exception of pyHanko ends here: as PDF_DAMAGED if the file as a whole
cannot be read, as a format problem if it is one signature.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.tokens import Material
from app.crypto.opening import open_regular
from app.crypto.pdf.baseline import Baseline, Stamped, stamp_of
from app.crypto.pdf.codes import ConstraintProblem, FileRemark, FormatProblem, Remark
from app.crypto.pdf.contents import (
    BadContents,
    Covered,
    blanks_and_more,
    read_contents,
    read_range,
)
from app.crypto.pdf.digesting import RunningDigests, SignedBytes
from app.crypto.pdf.faults import pass_on
from app.crypto.pdf.fields import SignatureField, entry, signature_fields
from app.crypto.pdf.half_encrypted import encrypted_in_part
from app.crypto.pdf.kinds import Checked, DigestOf, Kind, check_kind, unreadable
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.crypto.pdf.revisions import (
    Aftermath,
    History,
    coverage,
    end_of_last_revision,
    revision_of,
)
from app.crypto.pdf.security_store import read_store
from app.crypto.verdict.facts import (
    ChainFacts,
    ChangesAfter,
    Coverage,
    Notice,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
    TimeStampKind,
)
from app.values import dataclass

Progress = Callable[[int, int], None]

_BYTE_RANGE = re.compile(rb"/ByteRange[\0\t\n\f\r ]*\[")
_WORD = b"/ByteRange"
_CHUNK = 1 << 20
_OVERLAP = 64
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class PdfFacts:
    """All signatures of a PDF in the order of their making, what they brought, and warnings."""

    signatures: tuple[SignatureFacts, ...]
    certificates: tuple[bytes, ...] = ()
    """In DER, from all signatures and the document's security store: material, never trusted."""
    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    """Responses, in DER, likewise."""
    store_names: tuple[str, ...] = ()
    """What the security store calls each signature; empty for one that cannot be read."""
    warnings: tuple[Notice, ...] = ()
    """About the file as a whole."""
    sha256: str | None = None
    """Hex, of the file; None where not the whole file was looked at."""


@dataclass
class _Found:
    """One signature while it is looked at."""

    field: SignatureField
    signature: generic.DictionaryObject
    fields: int = 1
    covered: Covered | None = None
    revision: int = 0
    checked: Checked | None = None
    store_name: str = ""

    @property
    def own(self) -> Material:
        """What came with the signature itself."""
        return Material() if self.checked is None else self.checked.material


def check_pdf(
    path: Path,
    progress: Progress | None = None,
    *,
    trust: LoadedTrust | None = None,
    since: int | None = None,
) -> PdfFacts:
    """Check every signature of a PDF; ``progress`` is told the bytes digested and their total.

    ``trust`` is what chains of time-stamping authorities are built with, besides the document's own
    material; those of signers are left to the caller. ``since``: look only at signatures that were
    made when the document was that long already, in octets, and not at the file as a whole.

    Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED, FORMAT_TOO_COMPLEX and the errors of opening.
    """
    with open_regular(path) as raw, buffered(raw) as file:
        reader, mended = open_lenient(file)
        encrypted = unlock(reader)
        with boundary("form"):
            check = _Check(reader, file, path, progress, trust or LoadedTrust.of())
            if mended:
                check.constraints.append(Notice(ConstraintProblem.STRUCTURE_MENDED))
            if encrypted and encrypted_in_part(reader):
                check.constraints.append(Notice(ConstraintProblem.ENCRYPTED_MIXED))
            return check.run(since)


class _Check:
    """The check of one open file."""

    def __init__(
        self,
        reader: PdfFileReader,
        file: BinaryIO,
        path: Path,
        progress: Progress | None,
        trust: LoadedTrust,
    ) -> None:
        self._trust = trust
        self._store = read_store(reader.root)
        self._reader = reader
        self._file = file
        self._running = RunningDigests(file)
        self._size = file.seek(0, os.SEEK_END)
        self._progress = progress
        self._history = History(reader, path)
        self.constraints: list[Notice] = []
        """What holds against every signature of this file."""

    def run(self, since: int | None) -> PdfFacts:
        """Check all signatures, then hold them against each other."""
        every = self._collect()
        if since is not None:
            every = [found for found in every if self._end(found) > since]
        for found in sorted(every, key=self._end):  # each goes on where the one before it ended
            self._look(found)
        every.sort(key=lambda one: self._size if one.covered is None else one.covered.end)
        signatures = [
            self._complete(found, self._facts(found), every, index)
            for index, found in enumerate(every)
        ]
        material = self._store
        for found in every:
            material += found.own
        return PdfFacts(
            tuple(self._with_levels(every, signatures)),
            material.certificates,
            material.crls,
            material.ocsp,
            tuple(found.store_name for found in every),
            () if since is not None else self._file_warnings(every),
            None if since is not None else self._sha256(),
        )

    def _sha256(self) -> str:
        return self._running.whole(self._size, "sha256", self._tell).hex()

    @staticmethod
    def _facts(found: _Found) -> SignatureFacts:
        return (
            found.checked.facts if found.checked else unreadable(Notice(FormatProblem.BYTE_RANGE))
        )

    def _with_levels(
        self, every: list[_Found], signatures: list[SignatureFacts]
    ) -> Iterator[SignatureFacts]:
        """Give each signature its number, and its level by what stands after it."""
        stamps = [
            stamp_of(facts, found.own, found.covered.end)
            for found, facts in zip(every, signatures, strict=True)
            if found.covered is not None and facts.kind is SignatureKind.DOCUMENT_TIMESTAMP
        ]
        documents: list[Stamped] = [one for one in stamps if one is not None]
        anchors = [one.encoded for one in self._trust.anchors]
        baseline = Baseline(self._reader, documents, anchors)
        for index, (found, facts) in enumerate(zip(every, signatures, strict=True)):
            level, over = facts.level, facts.time_stamps
            if found.covered is not None and facts.kind is SignatureKind.SIGNATURE:
                level = baseline.level(facts, found.own, found.covered.end)
                over += tuple(one.facts for one in documents if one.end > found.covered.end)
            yield replace(facts, index=index, level=level, time_stamps=over)

    def _check_stamp(
        self, token: bytes, digest_of: DigestOf, kind: TimeStampKind
    ) -> TimeStampFacts:
        from app.crypto.timestamps.checking import check_time_stamp  # noqa: PLC0415 - few have one

        own = self._store.certificates
        return check_time_stamp(token, digest_of, kind, self._chain, extra_certificates=own)

    def _chain(
        self,
        leaf: bytes,
        pool: Sequence[bytes],
        crls: Sequence[bytes],
        ocsp: Sequence[bytes],
        at: datetime,
    ) -> ChainFacts:
        """Build a time-stamping authority's chain, with what the document brings (PDF-18)."""
        material = Material(tuple(pool), tuple(crls), tuple(ocsp)) + self._store
        return build_chain(
            leaf,
            pool=material.certificates,
            crls=material.crls,
            ocsp=material.ocsp,
            trust=self._trust,
            at=at,
        )

    def _collect(self) -> list[_Found]:
        """Return each signature once, however many fields show it (PDF-08)."""
        by_dictionary: dict[object, _Found] = {}
        for field in signature_fields(self._reader.root):
            if field.value is None:
                continue
            key = field.value_reference or id(field.value)
            known = by_dictionary.setdefault(key, _Found(field, field.value, fields=0))
            known.fields += 1
        return list(by_dictionary.values())

    def _end(self, found: _Found) -> int:
        with contextlib.suppress(BadContents):
            return read_range(found.signature, self._size).end
        return self._size

    def _look(self, found: _Found) -> None:
        """Check one signature by itself."""
        try:
            found.covered = read_range(found.signature, self._size)
            found.revision = revision_of(self._reader, found.field)
            contents = read_contents(self._reader, found.signature, found.covered)
            found.store_name = contents.name
            kind = Kind(
                str(entry(found.signature, "/SubFilter") or ""),
                has_time=entry(found.signature, "/M") is not None,
            )
            signed = SignedBytes(self._running, found.covered)
            checked = check_kind(kind, contents.octets, signed, self._check_stamp, self._tell)
            against = (*checked.facts.constraint_problems, *contents.problems)
            remarks = (*checked.facts.warnings, *contents.warnings)
            facts = replace(checked.facts, constraint_problems=against, warnings=remarks)
            found.checked = replace(checked, facts=facts)
        except BadContents as bad:
            found.checked = Checked(unreadable(bad.notice))
        except Exception as error:  # noqa: BLE001 - pyHanko lets out a dozen kinds of exception
            pass_on(error)
            told = {"error": type(error).__name__}
            notice = Notice(FormatProblem.SIGNATURE_UNREADABLE, dict(told))
            found.checked = Checked(unreadable(notice))

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, max(done, self._size))

    def _complete(
        self, found: _Found, facts: SignatureFacts, every: list[_Found], order: int
    ) -> SignatureFacts:
        """Add what the document as a whole says of one signature."""
        covers, aftermath = None, Aftermath(ChangesAfter.NONE)
        if found.covered is not None:
            covers, aftermath = self._after(found, found.covered)
        told = self._history.of_certification(found.field, order)
        problems = (*facts.format_problems, *aftermath.format_problems, *told.format_problems)
        tail_constraints, tail_warnings = self._tail(found)
        warnings = [*facts.warnings, *aftermath.warnings, *told.warnings, *tail_warnings]
        if found.fields > 1:
            warnings.append(Notice(Remark.SHARED_DICTIONARY, {"fields": found.fields}))
        if self._history.hybrid:
            warnings.append(Notice(Remark.HYBRID))
        return replace(
            facts,
            format_problems=(*problems, *_overlaps(found, every)),
            constraint_problems=(
                *facts.constraint_problems,
                *self.constraints,
                *aftermath.constraint_problems,
                *tail_constraints,
            ),
            warnings=tuple(warnings),
            claimed_time=facts.claimed_time or _time(entry(found.signature, "/M")),
            coverage=covers,
            changes_after=aftermath.changes,
            revision=found.revision,
            reason=_text(entry(found.signature, "/Reason")),
            field_name=_text(found.field.name),
        )

    def _after(self, found: _Found, covered: Covered) -> tuple[Coverage, Aftermath]:
        """Say how much is covered and what came after; if that is unclear, so are the changes."""
        covers = Coverage.PARTIAL
        try:
            covers = coverage(self._reader, covered, found.revision, self._size)
            if covers is Coverage.WHOLE_FILE:
                return covers, Aftermath(ChangesAfter.NONE)
            if covers is Coverage.WHOLE_REVISION:
                return covers, self._history.after(found.field, found.revision, covered.end)
        except Exception as error:  # noqa: BLE001 - pyHanko lets out a dozen kinds of exception
            pass_on(error)
            notice = Notice(ConstraintProblem.CHANGED_AFTER)
            return covers, Aftermath(ChangesAfter.UNDEFINED, constraint_problems=(notice,))
        return covers, Aftermath(ChangesAfter.UNDEFINED)

    def _tail(self, found: _Found) -> tuple[list[Notice], list[Notice]]:
        """Look at unsigned bytes that belong to no revision (PDF-02).

        After a signature of the last revision nothing may follow, whatever end marks it has: a
        file that was appended to itself ends like a whole one.
        """
        end = end_of_last_revision(self._reader, self._size)
        if found.covered is not None:
            last = found.revision >= self._history.last
            end = found.covered.end if last else max(end, found.covered.end)
        count, solid = blanks_and_more(self._file, end)
        if solid:
            return [Notice(ConstraintProblem.TRAILING_BYTES, {"count": count})], []
        return [], [Notice(Remark.BLANK_AFTER_END, {"count": count})] if count else []

    def _file_warnings(self, every: list[_Found]) -> tuple[Notice, ...]:
        """Look for signatures that are there but not in the form, or were there."""
        present = {found.field.name for found in every}
        removed = self._history.removed(present)
        warnings = [Notice(FileRemark.SIGNATURE_REMOVED, {"field": name}) for name in removed]
        strangers = _count_byte_ranges(self._file) - len(every) - len(removed)
        if strangers > 0:
            warnings.append(Notice(FileRemark.SIGNATURE_OUTSIDE_FORM, {"count": strangers}))
        return tuple(warnings)


def _overlaps(found: _Found, every: list[_Found]) -> list[Notice]:
    """Demand that byte ranges nest: the earlier one lies before the later one's gap (PDF-03)."""
    if found.covered is None:
        return []
    problems = []
    for other in every:
        if other is found or other.covered is None:
            continue
        first, second = sorted((found.covered, other.covered), key=lambda one: one.end)
        if first.end > second.gap_start:
            facts = {"other": _text(other.field.name) or ""}
            problems.append(Notice(FormatProblem.RANGES_OVERLAP, dict(facts)))
    return problems


def _count_byte_ranges(file: BinaryIO) -> int:
    """Count what looks like the byte range of a signature, in pieces: the file may be large."""
    file.seek(0)
    count, rest = 0, b""
    while chunk := file.read(_CHUNK):
        window = rest + chunk
        last = 0
        # The plain search runs at the speed of memory; few pieces hold the word at all.
        for match in _BYTE_RANGE.finditer(window) if _WORD in window else ():
            count += 1
            last = match.end()
        rest = window[max(last, len(window) - _OVERLAP) :]
    return count


def _time(value: object) -> datetime | None:
    """Return the time of /M in UTC; None if there is none that can be read."""
    if not isinstance(value, str):
        return None
    try:
        moment: datetime = generic.parse_pdf_date(value, strict=False)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except Exception:  # noqa: BLE001 - pyHanko: any date that is none
        return None


def _text(value: object) -> str | None:
    """Return a short text of the document, without what could disguise it."""
    if not isinstance(value, str):
        return None
    return "".join(c for c in value if c.isprintable())[:_LONGEST_TEXT]
