"""Making a stamped copy, the worker's part: check the signatures, then draw them onto a copy."""

import contextlib
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from app.crypto.cms.reading import open_cms
from app.crypto.model import FileState, Verification, VerifyRequest
from app.crypto.opening import (
    check_unchanged,
    file_state,
    looks_like_pdf,
    open_regular,
    path_fact,
)
from app.crypto.pdf.stamp_words import StampText, Telling, stamp_text
from app.crypto.saving import AtomicFile, demand_free, free_name, write_error
from app.crypto.stamping.copy import StampedCopy, StampRequest, usual_copy_name
from app.crypto.stamping.style import StampStyle
from app.crypto.verdict.facts import CertificateFacts, FileFormat, Notice, SignatureKind
from app.crypto.verdict.report import Indication, Integrity, SignatureReport
from app.crypto.verifying import names, package
from app.crypto.verifying import tasks as verifying_tasks
from app.crypto.verifying.package import Kind
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.values import dataclass

_FOUND_OUT = {
    ErrorCode.FORMAT_TOO_COMPLEX,
    ErrorCode.PDF_DAMAGED,
    ErrorCode.PDF_ENCRYPTED,
    ErrorCode.CONTENT_NOT_FOUND,
}
"""Errors of the check that say more than that the signature is not good."""


@dataclass(frozen=True)
class _Signer:
    """One signer to be shown: the certificate, and what was found out."""

    certificate: CertificateFacts
    report: SignatureReport


@dataclass(frozen=True)
class _Subject:
    """What is copied, and whose signatures stand for it."""

    document: Path
    """Its name, also where the content lies inside the signature file."""
    enclosed: bool
    signed_in: Path
    signers: tuple[_Signer, ...]
    sha256_of_signatures: str | None

    @property
    def practice(self) -> bool:
        return any(signer.report.practice for signer in self.signers)


def stamp(request: StampRequest, context: Context) -> StampedCopy:
    """Check one document and make its copy; see `app.crypto.stamping.door.Stamping`."""
    if not request.style.shown:
        raise RoscherkError(ErrorCode.UNEXPECTED, what="copy_without_mark")
    if request.output is not None:
        demand_free(request.output)
    subject, state = _settled(request, context)
    target = request.output or free_name(
        usual_copy_name(subject.document, practice=subject.practice)
    )
    with ExitStack() as stack:
        files = _Files(target.parent, request.job, stack)
        path = _taken_out(subject, files) if subject.enclosed else subject.document
        draft, notices = _draw(request, subject, path, files)
        if state is not None:
            check_unchanged(path, state)
        size = draft.file.seek(0, io.SEEK_END)
        written = draft.publish(
            target,
            numbers=request.output is None,
            like=subject.signed_in if subject.enclosed else subject.document,
        )
    return StampedCopy(
        document=subject.document,
        signed_in=subject.signed_in,
        target=written,
        size=size,
        marks=len(subject.signers),
        practice=subject.practice,
        notices=(*notices, *_doubts(subject)),
    )


@dataclass(frozen=True)
class _Files:
    """Where temporary files go; they are removed when the stack ends."""

    folder: Path
    job: str
    stack: ExitStack

    def create(self, part: int) -> AtomicFile:
        return self.stack.enter_context(AtomicFile.create(self.folder, self.job, part))

    def open(self, path: Path) -> BinaryIO:
        return self.stack.enter_context(open_regular(path))


def _settled(request: StampRequest, context: Context) -> tuple[_Subject, FileState | None]:
    """Check the signatures of a document whose state was known before the check.

    A document that was only found by the check is checked again under its name. None: the content
    lies in the signature file.
    """
    for _ in range(2):
        states = _states(request)
        subject = _subject(request, context)
        if subject.enclosed:
            return subject, None
        if subject.document in states:
            return subject, states[subject.document]
        request = replace(request, source=subject.document, signature=subject.signed_in)
    raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(subject.document))


def _states(request: StampRequest) -> dict[Path, FileState]:
    found = {}
    for path in (request.source, *names.names_of_original(request.source)):
        with contextlib.suppress(RoscherkError), open_regular(path) as file:
            found[path] = file_state(file)
    return found


def _subject(request: StampRequest, context: Context) -> _Subject:
    """Find the signatures, check them, and refuse whatever is not plainly in order."""
    path, content = _signed_file(request)
    found = _verify(request, path, content, context)
    beside = None
    if not found.facts.signatures and request.signature is None:
        beside = names.signature_beside(path)
        if beside is not None:
            found = _verify(request, beside, path, context)
    facts, report = found.facts, found.report
    if not facts.signatures:
        _explain_none(found, path)
    for notice in facts.errors:
        if notice.code in _FOUND_OUT:
            raise RoscherkError(ErrorCode(notice.code), **notice.facts)
    signed_in = beside or path
    if report.verdict is Indication.TOTAL_FAILED:
        raise RoscherkError(ErrorCode.STAMP_SIGNATURE_BROKEN, path=path_fact(signed_in))
    enclosed = facts.format is FileFormat.CMS_ATTACHED
    document = facts.content or signed_in
    if enclosed:
        document = next(names.names_of_original(signed_in), signed_in.with_suffix(".pdf"))
    elif facts.format is FileFormat.CMS_DETACHED and facts.content is None:
        raise RoscherkError(ErrorCode.CONTENT_NOT_FOUND, path=path_fact(signed_in))
    return _Subject(document, enclosed, signed_in, tuple(_signers(found, signed_in)), facts.sha256)


def _signed_file(request: StampRequest) -> tuple[Path, Path | None]:
    """Return what is to be verified, and the document if the user named both."""
    if request.signature is not None:
        return request.signature, request.source
    return request.source, None


def _verify(
    request: StampRequest, path: Path, content: Path | None, context: Context
) -> Verification:
    asked = VerifyRequest(
        path=path, content=content, trust=request.trust, at=request.at, allow_practice=True
    )
    return verifying_tasks.verify(asked, context)


def _explain_none(found: Verification, path: Path) -> None:
    """Say why there is nothing to show: another kind of file, or a PDF that nobody signed."""
    for notice in found.facts.errors:
        if notice.code.startswith("file_") or notice.code in _FOUND_OUT:
            raise RoscherkError(ErrorCode(notice.code), **notice.facts)
    looked = package.look(path)
    if looked.kind is not Kind.PDF and not looked.pdf_within:
        raise RoscherkError(ErrorCode.STAMP_NOT_PDF, path=path_fact(path))
    raise RoscherkError(ErrorCode.STAMP_SIGNATURE_MISSING, path=path_fact(path))


def _signers(found: Verification, signed_in: Path) -> Iterator[_Signer]:
    """Yield the signers of the document; each must have signed exactly this document."""
    none = True
    for facts, report in zip(found.facts.signatures, found.report.signatures, strict=True):
        if report.kind is not SignatureKind.SIGNATURE:
            continue
        none = False
        if report.integrity is not Integrity.INTACT or facts.signer is None:
            raise RoscherkError(ErrorCode.STAMP_SIGNATURE_BROKEN, path=path_fact(signed_in))
        yield _Signer(facts.signer, report)
    if none:
        raise RoscherkError(ErrorCode.STAMP_SIGNATURE_MISSING, path=path_fact(signed_in))


def _taken_out(subject: _Subject, files: _Files) -> Path:
    """Take the document out of its signature file, into a temporary one."""
    draft = files.create(1)
    taken = open_cms(subject.signed_in, take=draft.write)
    if taken.sha256 != subject.sha256_of_signatures:
        raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(subject.signed_in))
    draft.flush()
    return draft.path


def _draw(
    request: StampRequest, subject: _Subject, path: Path, files: _Files
) -> tuple[AtomicFile, tuple[Notice, ...]]:
    """Write the copy with its marks; a document that is signed inside is stripped before."""
    from app.crypto.pdf import copying  # noqa: PLC0415 - pyHanko takes 0.3 s to import

    source = files.open(path)
    if not looks_like_pdf(source):
        raise RoscherkError(ErrorCode.STAMP_NOT_PDF, path=path_fact(subject.document))
    sha256 = package.sha256_of(path) if request.style.qr else ""
    draft = files.create(0)
    try:
        if copying.is_signed(source):
            path = copying.strip(source, files.create(2), files.create(3))
            source = files.open(path)
        texts = [_text(signer, request.style, subject, sha256) for signer in subject.signers]
        notices = copying.write_copy(source, path, draft, request.style, texts)
    except OSError as error:
        raise write_error(error, draft.path) from error
    return draft, notices


def _text(signer: _Signer, style: StampStyle, subject: _Subject, sha256: str) -> StampText:
    report = signer.report
    telling = Telling(
        preset=style.preset,
        practice=report.practice,
        signed_at=report.signing_time.rfc3161,
        note=style.note,
        copy_of=path_fact(Path(subject.signed_in.name)),
        unconfirmed=not report.practice and report.verdict is not Indication.TOTAL_PASSED,
        sha256=sha256,
    )
    return stamp_text(signer.certificate, telling)


def _doubts(subject: _Subject) -> tuple[Notice, ...]:
    """Tell of signers whose certificates could not be confirmed; their marks say so too."""
    doubtful = sum(
        not one.report.practice and one.report.verdict is not Indication.TOTAL_PASSED
        for one in subject.signers
    )
    return (Notice("stamp_unconfirmed", {"count": doubtful}),) if doubtful else ()
