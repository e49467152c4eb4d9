"""Reading a whole small file that somebody named, whatever it turns out to be."""

import os
import stat
from pathlib import Path

from app.errors import ErrorCode, RoscherkError

# A pipe must not hold us until somebody writes to it, a terminal must not become ours, and
# Windows must not translate line ends.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_small_file(path: Path, limit: int, *, follow: bool = True) -> bytes:
    """Return the bytes of a regular file; raise one of the ``FILE_…`` codes with its ``path``.

    ``follow=False``: nobody named this very file, so a link in its place leads nowhere.
    """
    try:
        data = _read(path, limit + 1, 0 if follow else _NO_LINK)
    except FileNotFoundError:
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path)) from None
    except (OSError, ValueError) as error:
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            raise RoscherkError(ErrorCode.FILE_IS_FOLDER, path=str(path)) from None
        number = error.errno or 0 if isinstance(error, OSError) else 0
        raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=str(path), errno=number) from None
    if not data:
        raise RoscherkError(ErrorCode.FILE_EMPTY, path=str(path))
    if len(data) > limit:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, path=str(path), limit=limit)
    return data


def _read(path: Path, size: int, flags: int) -> bytes:
    descriptor = os.open(path, _FLAGS | flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise RoscherkError(ErrorCode.FILE_NOT_REGULAR, path=str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(size)
    finally:
        os.close(descriptor)
