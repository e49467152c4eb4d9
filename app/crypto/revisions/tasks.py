"""Signed revisions, the worker's part."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from app.crypto.opening import check_unchanged, file_state, open_regular, path_fact
from app.crypto.revisions.model import (
    ExtractedRevision,
    ExtractRevision,
    RevisionsAnswer,
    RevisionsRequest,
    signed_version_name,
)
from app.crypto.saving import AtomicFile
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context

_CHUNK = 1 << 20


def find(request: RevisionsRequest, _context: Context) -> RevisionsAnswer:
    """Find the signed revisions of one document (see `app.crypto.revisions.door`)."""
    from app.crypto.pdf.signed_revisions import signed_revisions  # noqa: PLC0415 - pyHanko

    return RevisionsAnswer(revisions=signed_revisions(request.path))


def extract(request: ExtractRevision, context: Context) -> ExtractedRevision:
    """Copy the first octets of a document, up to the end of a signed revision, to a new file."""
    found = {
        one.number: one for one in find(RevisionsRequest(path=request.source), context).revisions
    }
    wanted = found.get(request.number)
    if wanted is None:
        raise RoscherkError(
            ErrorCode.SIGNATURE_NUMBER_UNKNOWN,
            path=path_fact(request.source),
            number=request.number,
            last=len(found),
        )
    if wanted.end is None:
        raise RoscherkError(ErrorCode.REVISION_UNKNOWN, path=path_fact(request.source))
    target = request.output or signed_version_name(request.source, wanted.number)
    with AtomicFile.create(target.parent, request.job) as result:
        with open_regular(request.source) as file:
            state = file_state(file)
            digest = _copy(file, wanted.end, result, context)
        result.flush()
        if _digest(result.path) != digest:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="content")
        check_unchanged(request.source, state)
        saved = result.publish(target, numbers=request.output is None, like=request.source)
    return ExtractedRevision(
        source=request.source, target=saved, number=request.number, sha256=digest
    )


def _copy(file: BinaryIO, end: int, result: AtomicFile, context: Context) -> str:
    """Copy the first ``end`` octets; return their SHA-256."""
    digest, done = hashlib.sha256(), 0
    while done < end:
        chunk = file.read(min(_CHUNK, end - done))
        if not chunk:
            raise RoscherkError(ErrorCode.FILE_CHANGED)
        digest.update(chunk)
        result.write(chunk)
        done += len(chunk)
        context.progress(done, end)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
