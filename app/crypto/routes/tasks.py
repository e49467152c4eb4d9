"""What a route asks a worker: which signatures a file holds, and what a PDF grew out of."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from app.crypto.cms.locating import identity, locate
from app.crypto.cms.reading import open_cms
from app.crypto.opening import open_regular, read_error
from app.crypto.routes.model import Growth, Mark, Marks, MarksRequest, Origin
from app.processes.serving import Context

_CHUNK = 1 << 20


def marks(request: MarksRequest, context: Context) -> Marks:
    """Name the signatures of a file. Raises ``FILE_*``, ``FORMAT_*``, ``PDF_*`` codes."""
    return _of_pdf(request, context) if request.pdf else _of_cms(request, context)


def _of_cms(request: MarksRequest, context: Context) -> Marks:
    signed = open_cms(request.path, context.progress)
    found = locate(signed.layout.signers)
    return Marks(
        sha256=signed.sha256,
        size=signed.size,
        marks=tuple(
            Mark(
                index=each.index,
                identity=hashlib.sha256(identity(each.raw)).hexdigest(),
            )
            for each in found
        ),
    )


def _of_pdf(request: MarksRequest, context: Context) -> Marks:
    """Name the signatures of a PDF, each by the octets up to the end of what it covers."""
    from app.crypto.pdf.signed_revisions import signed_revisions  # noqa: PLC0415 - pyHanko

    revisions = signed_revisions(request.path)
    ends = {each.end for each in revisions if each.end is not None}
    digests, whole, size = _prefixes(
        request.path, ends | {one.size for one in request.origins}, context
    )
    origins = sorted(
        {one for one in request.origins if digests.get(one.size) == one.sha256},
        key=lambda one: one.size,
    )
    return Marks(
        sha256=whole,
        size=size,
        marks=tuple(
            Mark(index=each.number - 1, identity=_identity(each.field, digests.get(each.end or 0)))
            for each in revisions
        ),
        growths=tuple(_grown(request.path, one) for one in origins),
    )


def _identity(field: str, digest: str | None) -> str:
    told = f"{field}\0{digest or ''}"
    return hashlib.sha256(told.encode()).hexdigest()


def _grown(path: Path, origin: Origin) -> Growth:
    from app.crypto.pdf.growing import growth  # noqa: PLC0415 - pyHanko

    plain, problems = growth(path, origin.size)
    return Growth(sha256=origin.sha256, size=origin.size, plain=plain, problems=problems)


def _prefixes(
    path: Path, sizes: Iterable[int], context: Context
) -> tuple[dict[int, str], str, int]:
    """Return the digests of the first octets of a file, of all of it, and its size."""
    wanted = sorted(sizes)
    digest, done, found = hashlib.sha256(), 0, dict[int, str]()
    with open_regular(path) as file:
        try:
            while True:
                most = _CHUNK if not wanted else min(_CHUNK, wanted[0] - done)
                piece = file.read(most) if most else b""
                digest.update(piece)
                done += len(piece)
                if wanted and done == wanted[0]:
                    found[wanted.pop(0)] = digest.hexdigest()
                elif not piece:
                    break
                context.progress(done, max(done, 1))
        except OSError as error:
            raise read_error(error, path) from error
    return found, digest.hexdigest(), done
