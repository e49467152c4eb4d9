"""One change of a folder's files at a time, whoever makes it: another window, a command, this one.

The lock is of the operating system, so it goes with the process that held it.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.places import make_private

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 10.0
"""Seconds: a change takes a fraction of one."""
_STEP = 0.02


@contextlib.contextmanager
def alone(folder: Path, busy: ErrorCode) -> Iterator[None]:
    """Hold the lock of a folder; raise ``busy`` where another does not let go of it.

    Raises :class:`OSError` where the lock file cannot be made.
    """
    descriptor = os.open(make_private(folder) / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, folder, busy)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path, busy: ErrorCode) -> None:
    end = time.monotonic() + PATIENCE
    while not _try(descriptor):
        if time.monotonic() > end:
            raise RoscherkError(busy, path=str(folder))
        time.sleep(_STEP)


def _try(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
