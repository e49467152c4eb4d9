"""Which files are so small that a worker is asked about several at once. Light: looks at sizes.

A question costs about as much as judging one small signature. A batch is cut so that every worker
gets several, and holds only files that are done in a moment; nothing depends on how it is cut.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.crypto.model import VerifyRequest

MOST = 16
"""Files in one batch: a person who waits sees it move several times a second."""

_ROUNDS = 4
"""Batches for each worker at least, so that none waits long for the last."""
_SMALL_SIGNATURE = 256 << 10
_SMALL_DOCUMENT = 4 << 20
_PDF = ".pdf"


def batches(requests: Sequence[VerifyRequest], jobs: int) -> Iterator[tuple[VerifyRequest, ...]]:
    """Cut requests into runs, in their order; one whose files are not small stands alone."""
    most = max(1, min(MOST, len(requests) // (_ROUNDS * max(jobs, 1))))
    run: list[VerifyRequest] = []
    for request in requests:
        if most == 1 or not _small(request):
            yield from filter(None, (tuple(run), (request,)))
            run = []
            continue
        run.append(request)
        if len(run) == most:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _small(request: VerifyRequest) -> bool:
    """Tell whether a file takes no time to read, nor its document, or what its name points to."""
    path = request.path
    if path.suffix.lower() == _PDF or not 0 < _size_of(path) <= _SMALL_SIGNATURE:
        return False
    return _size_of(request.content or path.with_suffix("")) <= _SMALL_DOCUMENT


def _size_of(path: Path) -> int:
    """Return the size of a regular file; 0 for anything else."""
    try:
        status = os.stat(path)  # noqa: PTH116 - half as long as Path.stat, and called a lot
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
