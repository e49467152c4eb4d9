"""The one door for work on signatures that are there: every step of it is done in a worker.

Nothing is changed in place and no key is needed: a new file is made of octets of the old ones. It
gets its name only after every signature in it was found no worse than it was before.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from app.crypto import methods
from app.crypto.editing.model import Convert, Edited, Extract, Merge, Remove, Split
from app.crypto.opening import size_of
from app.crypto.saving import new_job, remove_job
from app.crypto.verifying.folder import size_of_document
from app.processes.cancelling import Cancel
from app.processes.method import Method
from app.processes.pool import Pool

Progress = Callable[[int, int], None]
R = TypeVar("R", Extract, Remove, Merge, Split, Convert)

_PASSES = 4
"""How often the content is read or written at most: to check it, to copy it, to check the copy."""


class Editing:
    """Works on CMS signature files. May be used from any thread, several at once.

    Every call returns what was saved, or raises `RoscherkError`; the sources stay as they are.
    """

    def __init__(self, workers: Pool) -> None:
        """Take the crypto workers."""
        self._workers = workers

    def extract(
        self, request: Extract, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Edited:
        """Save the document that is inside a signature file.

        Raises CONTENT_ABSENT if it is not there, CONTENT_DIFFERS if it is not what was signed.
        """
        folder = (request.output or request.source).parent
        return self._ask(methods.SIGNATURE_EXTRACT, request, (folder,), progress, cancel)

    def remove(
        self, request: Remove, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Edited:
        """Save the file without one of its signatures.

        Raises SIGNATURE_LAST, SIGNATURE_NUMBER_UNKNOWN, ARCHIVE_STAMP_HOLDS.
        """
        folder = (request.output or request.source).parent
        return self._ask(methods.SIGNATURE_REMOVE, request, (folder,), progress, cancel)

    def merge(
        self, request: Merge, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Edited:
        """Save one file with the signatures of several, each once.

        Raises SIGNATURE_OF_ANOTHER, CONTENT_INSIDE, CONTENT_NOT_FOUND, ARCHIVE_STAMP_HOLDS.
        """
        folder = (request.output or request.sources[0]).parent
        return self._ask(methods.SIGNATURE_MERGE, request, (folder,), progress, cancel)

    def split(
        self, request: Split, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Edited:
        """Save a file for each signer of a file."""
        folder = request.folder or request.source.parent
        return self._ask(methods.SIGNATURE_SPLIT, request, (folder,), progress, cancel)

    def convert(
        self, request: Convert, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Edited:
        """Save the signatures with the document inside, or without it.

        Raises CONTENT_INSIDE, CONTENT_ABSENT, CONTENT_NOT_FOUND, CONTENT_DIFFERS.
        """
        folder = (request.output or request.source).parent
        return self._ask(methods.SIGNATURE_CONVERT, request, (folder,), progress, cancel)

    def _ask(
        self,
        method: Method[R, Edited],
        request: R,
        folders: Iterable[Path],
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> Edited:
        named = replace(request, job=new_job())
        try:
            return self._workers.run(
                method, named, size=_weight(request), progress=progress, cancel=cancel or Cancel()
            )
        except BaseException:
            for folder in folders:
                remove_job(folder, named.job)
            raise


def _weight(request: Extract | Remove | Merge | Split | Convert) -> int:
    """Return how many octets the worker may have to go over: it is the measure of its limits."""
    if isinstance(request, Merge):
        searched = size_of_document(request.sources[0], request.content)
        return sum(size_of(source) for source in request.sources) + searched
    size = size_of(request.source)
    if isinstance(request, Split):
        # A file for each signer, each with the document inside if it is inside the source.
        return _PASSES * size * 100 if size > 1 << 20 else size
    if isinstance(request, Convert) and request.attached:
        return size + _PASSES * size_of_document(request.source, request.content)
    named = request.content if isinstance(request, Remove) else None
    return _PASSES * size + (size_of(named) if named is not None else 0)
