"""Saving a new file so that it is there whole or not at all, and never over another.

A temporary file is written in the target's own folder, forced to the disk, checked by the caller,
and only then given its name, in one step that fails if the name is taken. Killed at any moment,
it leaves at most a temporary file, which a later save in that folder removes.
"""

import contextlib
import errno
import io
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.crypto.model import SignatureFormat
from app.crypto.opening import path_fact
from app.errors import ErrorCode, RoscherkError
from app.places import rename_new

LEFTOVER_AGE = 3600.0
"""Seconds after which a temporary file that nobody writes to has lost its owner."""

_PREFIX = ".roscherk-"
_SUFFIX = ".tmp"
_TEMPORARY = re.compile(re.escape(_PREFIX) + r"[0-9a-f]{16}(-\d{1,3})?" + re.escape(_SUFFIX))
_NUMBER = re.compile(r" \(\d+\)$")
_JOB = re.compile(r"[0-9a-f]{16}")
_MOST_NUMBERS = 10_000
_MOST_PARTS = 128
"""A file with signatures is parted into as many files as it has signers, a hundred at most."""
_PRACTICE = "УЧЕБНАЯ"
_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
_CODES = {
    errno.ENOSPC: ErrorCode.DISK_FULL,
    errno.EDQUOT: ErrorCode.DISK_FULL,
    errno.EFBIG: ErrorCode.DISK_FULL,
    errno.ENAMETOOLONG: ErrorCode.TARGET_NAME_TOO_LONG,
    errno.EEXIST: ErrorCode.TARGET_EXISTS,
}
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""How file systems without hard links (FAT, some network shares) answer `os.link`."""

_SWEPT: set[Path] = set()
"""Folders that this process has looked through for leftovers: once is enough, they may be large."""


def write_error(error: OSError, path: Path) -> RoscherkError:
    """Turn an error of the system while writing into ours; a temporary file is told as its folder."""
    if _TEMPORARY.fullmatch(path.name) is not None:
        path = path.parent  # nobody knows that name, and the file is gone
    code = _CODES.get(error.errno or 0, ErrorCode.TARGET_UNWRITABLE)
    return RoscherkError(code, path=path_fact(path), errno=error.errno or 0)


def new_job() -> str:
    """Return a random name for one piece of work (`SignRequest.job`)."""
    return secrets.token_hex(8)


def usual_target(source: Path, format_: SignatureFormat, *, practice: bool) -> Path:
    """Return the usual name beside the source, without looking whether it is taken.

    ``contract.docx`` → ``contract.docx.sig``; a PDF with the signature inside →
    ``contract_signed.pdf``. Practice: ``contract.docx.УЧЕБНАЯ.sig``, ``contract.УЧЕБНАЯ.pdf``.
    """
    if format_ is SignatureFormat.PADES:
        mark = f".{_PRACTICE}" if practice else "_signed"
        stem = source.stem.removesuffix(mark)
        return source.with_name(f"{stem}{mark}{source.suffix or '.pdf'}")
    mark = f".{_PRACTICE}" if practice else ""
    return source.with_name(f"{source.name}{mark}.sig")


def edited_target(source: Path, *, practice: bool) -> Path:
    """Return the usual name of a signature file made out of another: the same, to be numbered.

    A number that is there already is counted on from, not added to. Practice: with its mark, if
    the other does not bear it yet.
    """
    stem = _NUMBER.sub("", source.stem) or source.stem
    mark = f".{_PRACTICE}"
    if practice and mark not in source.name:
        stem += mark
    return source.with_name(stem + source.suffix)


def numbered(target: Path) -> Iterator[Path]:
    """Return the target, then the names to try where it is taken: ``name (1).ext`` and so on."""
    yield target
    for number in range(1, _MOST_NUMBERS):
        yield target.with_name(f"{target.stem} ({number}){target.suffix}")


def free_name(target: Path) -> Path:
    """Return the first name of `numbered` that is not taken; raise if no such name can be."""
    for candidate in numbered(target):
        try:
            candidate.lstat()
        except FileNotFoundError:
            return candidate
        except OSError as error:
            raise write_error(error, candidate) from error
    raise RoscherkError(ErrorCode.TARGET_EXISTS, path=path_fact(target))


def demand_free(target: Path) -> None:
    """Raise TARGET_EXISTS if there is something under this name.

    Whoever was killed between giving a name and dropping the old one left both: what is old is swept.
    """
    if os.path.lexists(target):
        _sweep_once(target.parent)
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=path_fact(target))


def _sweep_once(folder: Path) -> None:
    if folder not in _SWEPT:
        _SWEPT.add(folder)
        remove_leftovers(folder)


def temporary_path(folder: Path, job: str, part: int = 0) -> Path:
    """Return where the temporary file of one part of a piece of work lies."""
    if _JOB.fullmatch(job) is None:
        raise ValueError("a job is named by new_job")
    return folder / f"{_PREFIX}{job}{f'-{part}' if part else ''}{_SUFFIX}"


def remove_job(folder: Path, job: str) -> None:
    """Remove the temporary files of a piece of work that came to nothing."""
    for part in range(_MOST_PARTS):
        with contextlib.suppress(OSError):
            temporary_path(folder, job, part).unlink()


def remove_leftovers(folder: Path, age: float = LEFTOVER_AGE) -> int:
    """Remove our old temporary files from a folder; return how many there were.

    Only plain files of this user whose whole name is ours and that rest since ``age`` seconds.
    """
    removed = 0
    oldest = time.time() - age
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name) is None:
                continue
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if _is_ours(status) and status.st_mtime < oldest:
                    Path(entry.path).unlink()
                    removed += 1
    return removed


def _is_ours(status: os.stat_result) -> bool:
    user = getattr(os, "geteuid", lambda: status.st_uid)()
    return stat.S_ISREG(status.st_mode) and status.st_uid == user


class _WholeFile(io.FileIO):
    """An unbuffered file that never writes a part only: no flush can fail later, unseen.

    Whoever writes through it, a library too, meets our errors.
    """

    path: Path

    def write(self, data: Any, /) -> int:
        """Write all of ``data``."""
        view = memoryview(data).cast("B")
        with self._errors():
            while view:
                view = view[super().write(view) or 0 :]
        return memoryview(data).nbytes

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as `io.FileIO` does; never without an answer, since the file blocks."""
        with self._errors():
            return super().read(-1 if size is None else size) or b""

    def readinto(self, buffer: Any, /) -> int | None:
        """Read as `io.FileIO` does."""
        with self._errors():
            return super().readinto(buffer)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move as `io.FileIO` does."""
        with self._errors():
            return super().seek(offset, whence)

    def truncate(self, size: int | None = None, /) -> int:
        """Cut as `io.FileIO` does."""
        with self._errors():
            return super().truncate(size)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except io.UnsupportedOperation:
            raise
        except OSError as error:
            raise write_error(error, self.path) from error


class AtomicFile:
    """A file on its way to its name. Leaving the context without `publish` removes it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Take over an open temporary file; use `create` or `reopen`."""
        self.path = path
        self.file = _WholeFile(descriptor, "r+b")
        self.file.path = path
        self._kept = False

    @classmethod
    def create(cls, folder: Path, job: str = "", part: int = 0) -> Self:
        """Create the temporary file in the folder of the target, for this user alone."""
        _sweep_once(folder)
        path = temporary_path(folder, job or new_job(), part)
        try:
            return cls(path, os.open(path, _FLAGS, 0o600))
        except OSError as error:
            raise write_error(error, path) from error

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """Take up a temporary file that an earlier task made and kept."""
        if _TEMPORARY.fullmatch(path.name) is None:
            raise ValueError("not a temporary file of ours")
        try:
            return cls(path, os.open(path, _FLAGS & ~(os.O_CREAT | os.O_EXCL)))
        except OSError as error:
            raise write_error(error, path) from error

    def write(self, data: bytes | memoryview) -> None:
        """Write all of ``data`` at the present place."""
        try:
            self.file.write(data)
        except OSError as error:
            raise write_error(error, self.path) from error

    def write_at(self, offset: int, data: bytes) -> None:
        """Write ``data`` at ``offset``; the place for `write` goes to the end of the file."""
        try:
            self.file.seek(offset)
            self.write(data)
            self.file.seek(0, os.SEEK_END)
        except OSError as error:
            raise write_error(error, self.path) from error

    def flush(self) -> None:
        """Force what was written to the disk, so that it can be checked and outlives a crash."""
        try:
            os.fsync(self.file.fileno())
        except OSError as error:
            raise write_error(error, self.path) from error

    def keep(self) -> Path:
        """Force it to the disk and let it outlive the context, for a later task; return its path."""
        self.flush()
        self._kept = True
        return self.path

    def publish(self, target: Path, *, numbers: bool, like: Path | None = None) -> Path:
        """Give the file its name; return the name it got.

        ``numbers``: a taken name gets a number; otherwise it is TARGET_EXISTS. ``like``: a file
        whose access rights the new one must not exceed, because it holds the same content.
        """
        self._open_to_others(like)
        self.flush()
        self.file.close()  # Windows renames no open files
        for candidate in numbered(target) if numbers else iter((target,)):
            try:
                _give_name(self.path, candidate)
            except FileExistsError:
                continue
            except OSError as error:
                raise write_error(error, candidate) from error
            self._kept = True
            _sync_folder(candidate.parent)
            return candidate
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=path_fact(target))

    def discard(self) -> None:
        """Close and remove the file, unless it got its name or is kept."""
        self.file.close()
        if not self._kept:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _open_to_others(self, like: Path | None) -> None:
        """Give the rights of any new file of this user, not more than ``like`` has."""
        if os.name != "posix":
            return
        mask = os.umask(0o077)  # the only way to ask; meanwhile others' files are made private
        os.umask(mask)
        mode = 0o666 & ~mask
        try:
            if like is not None:
                mode &= stat.S_IMODE(like.stat().st_mode) | 0o600
            os.fchmod(self.file.fileno(), mode)
        except OSError as error:
            raise write_error(error, self.path) from error

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Discard what was not published or kept."""
        self.discard()


def _give_name(temporary: Path, target: Path) -> None:
    """Rename without replacing: a taken name raises FileExistsError."""
    if os.name == "nt":
        os.rename(temporary, target)  # noqa: PTH104 - on Windows it refuses a taken name
        return
    try:
        os.link(temporary, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if not rename_new(temporary, target):
            _reserve_and_replace(temporary, target)
        return
    with contextlib.suppress(OSError):  # the target is there; a leftover is swept later
        temporary.unlink()


def _reserve_and_replace(temporary: Path, target: Path) -> None:
    """Take the name with an empty file, then replace that: where neither links nor `rename_new` work.

    Killed between the two it leaves an empty file under the name; there is no way around that there.
    """
    os.close(os.open(target, _FLAGS, 0o600))
    try:
        os.replace(temporary, target)  # noqa: PTH105 - beside os.link and os.open
    except OSError:
        with contextlib.suppress(OSError):
            target.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Force the new name to the disk, where the system can do that for a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
