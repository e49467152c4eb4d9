"""Private folders for what archives held: fresh, 0700, removed after, swept at the next start.

Each running program holds a lock on a file of its own; a folder whose lock nobody holds was left
by a program that was killed.
"""

import contextlib
import os
import secrets
import shutil
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from app.crypto.saving import write_error
from app.places import make_private

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCK = ".lock"


class PrivateFolders:
    """Fresh folders under one root, for as long as this program runs. May be used from any thread."""

    def __init__(self, root: Path) -> None:
        """Take the root; nothing is made or removed till the first folder is asked for."""
        self._root = root
        self._mine: Path | None = None
        self._lock: BinaryIO | None = None
        self._guard = threading.Lock()
        self._count = 0

    def fresh(self) -> Path:
        """Make a new empty folder for this user alone. Raises ``DISK_FULL``, ``TARGET_*`` codes."""
        with self._guard:
            try:
                mine = self._mine or self._begin()
                self._count += 1
                folder = mine / str(self._count)
                folder.mkdir(mode=0o700)
            except OSError as error:
                raise write_error(error, self._root) from error
            return folder

    def holds(self, path: Path) -> bool:
        """Tell whether a file lies in one of these folders."""
        return self._mine is not None and path.is_relative_to(self._mine)

    def close(self) -> None:
        """Remove all of them. May be called again."""
        with self._guard:
            if self._mine is None or self._lock is None:
                return
            shutil.rmtree(self._mine, ignore_errors=True)
            self._lock.close()
            with contextlib.suppress(OSError):
                self._lock_of(self._mine).unlink()
            self._mine = self._lock = None

    def _begin(self) -> Path:
        make_private(self._root)
        self.sweep()
        mine = self._root / secrets.token_hex(8)
        lock = self._lock_of(mine).open("xb")
        _hold(lock)
        mine.mkdir(mode=0o700)
        self._mine, self._lock = mine, lock
        return mine

    def sweep(self) -> int:
        """Remove what killed programs left; return how many folders there were."""
        removed = 0
        with contextlib.suppress(FileNotFoundError), os.scandir(self._root) as entries:
            for entry in entries:
                folder = Path(entry.path)
                if folder != self._mine and entry.is_dir(follow_symlinks=False):
                    removed += self._remove_if_left(folder)
        return removed

    def _remove_if_left(self, folder: Path) -> bool:
        lock = self._lock_of(folder)
        try:
            with lock.open("ab") as file:
                _hold(file)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            return False  # somebody holds it
        with contextlib.suppress(OSError):
            lock.unlink()
        return True

    def _lock_of(self, folder: Path) -> Path:
        return folder.with_name(folder.name + _LOCK)


def _hold(file: BinaryIO) -> None:
    """Lock a file for this process; raise `OSError` if another one holds it."""
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
