"""Looking into the folder of a signature, within a budget. Light: the window imports it too."""

import os
import stat
import time
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from app.crypto.opening import size_of

MAX_SEARCHED_FILES = 2000
MAX_SEARCHED_BYTES = 1 << 30
"""How much of a folder is read while looking for the original of a signature."""

_REMEMBERED = 10.0
"""Seconds after which a folder is counted anew: files may have grown under their names."""


def regular_files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the regular files of a folder with their sizes; nothing of what cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    status = entry.stat()
                except OSError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield folder / entry.name, status.st_size
    except OSError:
        return


def bytes_to_search(folder: Path) -> int:
    """Return how much a search in this folder may have to read.

    It is a measure for limits, and counted once while the folder lists the same names: a thousand
    signatures in one folder would else look at a million files.
    """
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return 0
    return _counted(folder, changed, time.monotonic() // _REMEMBERED)


@lru_cache(maxsize=16)
def _counted(folder: Path, _changed: int, _period: float) -> int:
    total = sum(size for _path, size in islice(regular_files(folder), MAX_SEARCHED_FILES))
    return min(total, MAX_SEARCHED_BYTES)


def size_of_document(signature: Path, named: Path | None) -> int:
    """Return how much of the document of a detached signature may have to be read.

    ``named``: the document, if the user pointed to it. Otherwise it is looked for: first under the
    name of the signature file without its suffix, whatever its size.
    """
    if named is not None:
        return size_of(named)
    return max(bytes_to_search(signature.parent), size_of(signature.with_suffix("")))
