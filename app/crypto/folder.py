"""Looking into the folder of a signature, within a budget. Light: the window imports it too."""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

MAX_SEARCHED_FILES = 2000
MAX_SEARCHED_BYTES = 1 << 30
"""How much of a folder is read while looking for the original of a signature."""


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
    """Return how much a search in this folder may have to read."""
    total = sum(size for _path, size in islice(regular_files(folder), MAX_SEARCHED_FILES))
    return min(total, MAX_SEARCHED_BYTES)
