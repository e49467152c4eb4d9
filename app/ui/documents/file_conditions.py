"""Whether a document is still being worked on: open elsewhere, or changing. Runs in a thread. No Qt."""

import os
import sys
import time
from collections.abc import Collection
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final

_FRESH: Final = 3.0
"""Seconds: what was written so lately may still be written to."""
_LOOK: Final = 0.25
_MOST_PROCESSES: Final = 2_000
_WRITING: Final = os.O_WRONLY | os.O_RDWR


class Condition(StrEnum):
    """What speaks against signing a file at this moment."""

    OPEN_IN_OFFICE = "open_in_office"
    """An Office program has put its lock file beside it."""
    OPEN_FOR_WRITING = "open_for_writing"
    CHANGING = "changing"


def conditions(paths: Collection[Path]) -> dict[Path, Condition]:
    """Return the files that had better be left alone for now. What cannot be asked is left out."""
    found: dict[Path, Condition] = {}
    before = {path: _state(path) for path in paths}
    fresh = [path for path, state in before.items() if state and time.time() - state[1] < _FRESH]
    if fresh:
        time.sleep(_LOOK)
        found |= {path: Condition.CHANGING for path in fresh if _state(path) != before[path]}
    written = _open_for_writing(paths)
    found |= dict.fromkeys(written, Condition.OPEN_FOR_WRITING)
    found |= {path: Condition.OPEN_IN_OFFICE for path in paths if _lock_beside(path)}
    return found


def _state(path: Path) -> tuple[int, float] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime


def _lock_beside(path: Path) -> bool:
    """Look for the lock files of LibreOffice and Microsoft Office."""
    short = path.name[2:] if len(path.stem) > 7 else path.name
    names = (f".~lock.{path.name}#", f"~${short}", f"~${path.name}")
    return any(os.path.lexists(path.with_name(name)) for name in names)


def _open_for_writing(paths: Collection[Path]) -> set[Path]:
    """Ask the system which programs of this user write to these files; Linux only."""
    if not sys.platform.startswith("linux"):
        return set()
    wanted = {str(path): path for path in paths}
    found: set[Path] = set()
    own = str(os.getpid())
    for process in islice(_entries(Path("/proc")), _MOST_PROCESSES):
        if not process.name.isdigit() or process.name == own:
            continue
        for each in _entries(process / "fd"):  # another user's cannot be looked into
            path = wanted.get(_target(each))
            if path is not None and _writes(process, each.name):
                found.add(path)
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _writes(process: Path, descriptor: str) -> bool:
    try:
        told = (process / "fdinfo" / descriptor).read_text("ascii")
    except (OSError, ValueError):
        return False
    for line in told.splitlines():
        if line.startswith("flags:"):
            return bool(int(line.split()[1], 8) & _WRITING)
    return False
