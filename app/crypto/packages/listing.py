"""The files behind what was given: folders are walked through, links to folders are not followed."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.crypto.opening import open_regular
from app.errors import RoscherkError

MOST = 10_000
"""Files of one package; a whole disk given by mistake ends here."""

_ZIP = ".zip"
_ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06")


def files_behind(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, each once, folders in the order of names; hidden ones are passed over."""
    seen: set[Path] = set()
    for given in paths:
        for path in _behind(given):
            if path not in seen:
                seen.add(path)
                yield path


def _behind(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            found = Path(folder, name)
            if not name.startswith((".", "~$")) and _is_regular(found):
                yield found


def _is_regular(path: Path) -> bool:
    """Tell whether a file in a folder is one to look at: no pipe, no device, no dangling link."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def is_archive(path: Path) -> bool:
    """Tell whether a file is a ZIP archive by name and head: a .docx is one too, but a document."""
    if path.suffix.lower() != _ZIP:
        return False
    try:
        with open_regular(path) as file:
            return file.read(4) in _ZIP_HEADS
    except (OSError, RoscherkError):
        return False


def is_package(paths: Iterable[Path]) -> bool:
    """Tell whether something has to be unpacked or walked through."""
    return any(path.is_dir() or is_archive(path) for path in paths)
