"""Finding the files behind what was dropped: folders are looked through. Runs in a thread. No Qt."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.ui.files import Document, State
from app.ui.work import Job
from app.values import dataclass

MOST: Final = 10_000
"""Documents at once; a whole disk dropped by mistake ends here."""


@dataclass(frozen=True)
class Gathered:
    """What was found; ``more`` is true where the limit cut it off."""

    documents: tuple[Document, ...]
    more: bool = False


def gather(paths: Iterable[Path], job: Job) -> Gathered:
    """Return the documents behind these paths, each file once, folders in the order of names."""
    found: dict[str, Document] = {}
    for path in _files(paths):
        if job.cancel.cancelled:
            raise RoscherkError(ErrorCode.CANCELLED)
        if len(found) >= MOST:
            return Gathered(tuple(found.values()), more=True)
        document = _describe(path)
        found.setdefault(document.key, document)
    return Gathered(tuple(found.values()))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for given in paths:
        path = given.absolute()
        if not path.is_dir():
            yield path
            continue
        # Links to folders are not followed: they may lead round in a circle.
        for folder, below, names in os.walk(path):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith((".", "~$")):
                    yield Path(folder, name)


def _describe(path: Path) -> Document:
    try:
        status = path.stat()
    except FileNotFoundError:
        error = RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path))
        return Document(path=path, size=0, state=State.FAILED, error=error)
    except OSError as error:
        reason = RoscherkError(ErrorCode.FILE_UNREADABLE, path=str(path), os_error=error.errno or 0)
        return Document(path=path, size=0, state=State.FAILED, error=reason)
    if not stat.S_ISREG(status.st_mode):
        irregular = RoscherkError(ErrorCode.FILE_NOT_REGULAR, path=str(path))
        return Document(path=path, size=0, state=State.FAILED, error=irregular)
    return Document(path=path, size=status.st_size)
