"""Opening the file a user named: regular files only, without blocking, and watched for changes."""

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from app.crypto.model import FileState
from app.errors import ErrorCode, RoscherkError

_CODES = {
    errno.ENOENT: ErrorCode.FILE_NOT_FOUND,
    errno.ENOTDIR: ErrorCode.FILE_NOT_FOUND,
    errno.ENAMETOOLONG: ErrorCode.FILE_NOT_FOUND,
    errno.ELOOP: ErrorCode.FILE_NOT_FOUND,
    errno.EISDIR: ErrorCode.FILE_IS_FOLDER,
    errno.ENXIO: ErrorCode.FILE_NOT_REGULAR,
}
"""Errors of the system that say more than "unreadable"."""

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # or a FIFO without a writer would hold us for ever
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def path_fact(path: Path) -> str:
    """Return ``path`` as text fit for a fact: names that are not UTF-8 get replacement marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def read_error(error: OSError, path: Path) -> RoscherkError:
    """Turn an error of the system while reading into ours."""
    code = _CODES.get(error.errno or 0, ErrorCode.FILE_UNREADABLE)
    return RoscherkError(code, path=path_fact(path), errno=error.errno or 0)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading, unbuffered; anything else is an error of ours."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise read_error(error, path) from error
    except ValueError as error:  # a NUL in the name
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=path_fact(path)) from error
    try:
        _demand_regular(descriptor, path)
    except RoscherkError:
        os.close(descriptor)
        raise
    return open(descriptor, "rb", buffering=0)  # noqa: PTH123 - a descriptor, not a path


def _demand_regular(descriptor: int, path: Path) -> None:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise RoscherkError(ErrorCode.FILE_IS_FOLDER, path=path_fact(path))
    if not stat.S_ISREG(mode):
        raise RoscherkError(ErrorCode.FILE_NOT_REGULAR, path=path_fact(path))


def file_state(file: BinaryIO) -> FileState:
    """Return what must not change while a signature is made."""
    return _state_of(os.fstat(file.fileno()))


def looks_like_pdf(file: BinaryIO) -> bool:
    """Tell whether an open file is meant to be a PDF: readers look for its mark in the first KB."""
    try:
        file.seek(0)
        return b"%PDF-" in file.read(1024)
    finally:
        file.seek(0)


def size_of(path: Path) -> int:
    """Return the size of a regular file; 0 for anything else: who reads it will say what it is."""
    with contextlib.suppress(OSError, RoscherkError), open_regular(path) as file:
        return os.fstat(file.fileno()).st_size
    return 0


def check_unchanged(path: Path, state: FileState) -> None:
    """Raise FILE_CHANGED unless the file under this name is still the one that was read."""
    try:
        now = _state_of(path.stat())
    except OSError as error:
        raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(path)) from error
    if now != state:
        raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(path))


def _state_of(status: os.stat_result) -> FileState:
    return FileState(
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        device=status.st_dev,
    )
