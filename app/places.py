"""Where files live: the user's profile, and the resources that travel with the program."""

import contextlib
import errno
import os
import re
import stat
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import platformdirs

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_NAME = "roscherk"
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""How file systems without hard links (FAT, some network shares) answer `os.link`."""
_NO_SUCH_RENAME = _NO_LINKS | {errno.EINVAL}
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_AT_FDCWD, _RENAME_NOREPLACE = -100, 1
"""Of fcntl.h and linux/fs.h."""
_LEFTOVER = re.compile(r"\..+\.[a-z0-9_]{8}")
"""How `tempfile.mkstemp` names what `write_private` and `create_private` write to."""
LEFTOVER_AGE = 3600.0
"""Seconds after which such a file has lost its owner."""


@dataclass(frozen=True)
class Places:
    """The folders of one profile. Nothing is created until somebody writes (`make_private`)."""

    data: Path
    config: Path
    cache: Path
    logs: Path
    runtime: Path

    @classmethod
    def of_user(cls) -> "Places":
        """Return the places the operating system gives to this user."""
        dirs = platformdirs.PlatformDirs(_NAME, appauthor=False)
        with warnings.catch_warnings():
            # A session without XDG_RUNTIME_DIR is an ordinary one: a command over ssh, a service.
            warnings.simplefilter("ignore")
            runtime = dirs.user_runtime_path
        return cls(
            data=dirs.user_data_path,
            config=dirs.user_config_path,
            cache=dirs.user_cache_path,
            logs=dirs.user_log_path,
            runtime=runtime,
        )

    @classmethod
    def under(cls, root: Path) -> "Places":
        """Return a whole profile inside one folder (the option ``--profile DIR``; tests)."""
        root = Path(os.path.abspath(root))
        return cls(
            data=root / "data",
            config=root / "config",
            cache=root / "cache",
            logs=root / "logs",
            runtime=root / "run",
        )

    @property
    def containers(self) -> Path:
        """The program's own containers with real keys."""
        return self.data / "containers"

    @property
    def bindings(self) -> Path:
        """Certificates of keys that lack one beside them."""
        return self.data / "bindings"

    @property
    def stopped_keys(self) -> Path:
        """Notes on keys that must not sign any more."""
        return self.data / "stopped"

    @property
    def requests(self) -> Path:
        """Requests that wait for their certificates."""
        return self.data / "requests"

    @property
    def routes(self) -> Path:
        """Documents that are signed by several: who has signed, and what came in."""
        return self.data / "routes"

    @property
    def trust(self) -> Path:
        """The certificate stores, each a folder (`app.crypto.trust.folders.StoreName`)."""
        return self.data / "trust"

    @property
    def accreditation(self) -> Path:
        """The list of accredited authorities, its index, and the signers its user trusts."""
        return self.data / "accreditation"

    @property
    def practice(self) -> Path:
        """Everything of practice mode, apart from what is real."""
        return self.data / "practice"

    @property
    def unpacked(self) -> Path:
        """What archives held, while it is looked at; swept at the next start."""
        return self.cache / "unpacked"

    @property
    def checked_files(self) -> Path:
        """Verdicts of earlier checks, by content."""
        return self.cache / "checked_files.sqlite3"

    @property
    def journal(self) -> Path:
        """The append-only journal of what was done."""
        return self.data / "journal.sqlite3"

    @property
    def journal_head(self) -> Path:
        """Which row of the journal was the newest, noted apart from it."""
        return self.config / "journal_head.json"


def make_private(folder: Path) -> Path:
    """Create ``folder`` (and its parents) for this user alone, mode 0700; return it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, data: bytes | bytearray) -> None:
    """Put ``data`` in place of ``path`` as one step, mode 0600; on failure the old file stays.

    Raises :class:`OSError`.
    """
    make_private(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def leftovers_of(path: Path) -> Iterator[Path]:
    """List what `write_private` left of a file when it was killed: whole or half copies of it."""
    with contextlib.suppress(FileNotFoundError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(f".{path.name}."):
                yield Path(entry.path)


def sweep(places: Places) -> int:
    """Remove the half-written copies that killed programs left in a profile; return how many.

    Only plain files of this user that nobody has written to for an hour. A whole folder of practice
    that was left is swept by practice mode, by its age: to take files out of it would make it young.
    """
    removed = 0
    oldest = time.time() - LEFTOVER_AGE
    whole = f".{places.practice.name}."
    for root in dict.fromkeys((places.config, places.data, places.cache)):
        for folder, folders, names in os.walk(root):
            folders[:] = (each for each in folders if not each.startswith(whole))
            for name in filter(_LEFTOVER.fullmatch, names):
                path = Path(folder, name)
                with contextlib.suppress(OSError):
                    status = path.lstat()
                    if _is_own_file(status) and status.st_mtime < oldest:
                        path.unlink()
                        removed += 1
    return removed


def _is_own_file(status: os.stat_result) -> bool:
    user = getattr(os, "geteuid", lambda: status.st_uid)()
    return stat.S_ISREG(status.st_mode) and status.st_uid == user


def create_private(path: Path, data: bytes | bytearray) -> None:
    """Write a file that did not exist, mode 0600, whole or not at all.

    Its folder must be there. Raises :class:`FileExistsError` and other :class:`OSError`.
    """
    if os.path.lexists(path):
        raise FileExistsError(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move_new(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def move_new(old: Path, new: Path) -> None:
    """Rename a file without taking the name of another; killed between, it has both names.

    Raises :class:`FileNotFoundError`, :class:`FileExistsError` and other :class:`OSError`.
    """
    try:
        if sys.platform == "win32":
            old.rename(new)  # refuses a taken name there
            return
        os.link(old, new)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if not rename_new(old, new):
            # No such renames either: the name is taken first, then filled in one step.
            new.open("xb").close()
            old.replace(new)
    else:
        old.unlink()
    sync_folder(new.parent)
    if old.parent != new.parent:
        sync_folder(old.parent)


def rename_new(old: Path, new: Path) -> bool:
    """Rename without taking the name of another, in one step; False: that is unknown here.

    renameat2(2) of Linux, which FAT and network shares know too. Raises
    :class:`FileExistsError` and other :class:`OSError`.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - the window and the commands load it for this alone

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:  # a C library of before 2018
        return False
    names = os.fsencode(old), os.fsencode(new)
    if not call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_NOREPLACE):
        return True
    error = ctypes.get_errno()
    if error in _NO_SUCH_RENAME:
        return False
    raise OSError(error, os.strerror(error), str(old), None, str(new))


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut, where the system can promise that."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Network shares that know of no such thing: what was written is written all the same.
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def unwritable(path: Path, error: OSError) -> RoscherkError:
    """Return our error for a file of the profile that could not be written."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = ErrorCode.DISK_FULL if full else ErrorCode.TARGET_UNWRITABLE
    return RoscherkError(code, path=str(path), errno=error.errno or 0)


@cache
def _resource_root() -> Path:
    """Find ``resources/`` in a frozen build, in an installed wheel, or in the source tree."""
    frozen = getattr(sys, "_MEIPASS", None)
    here = Path(__file__).resolve().parent
    candidates = [here / "_resources", here.parent / "resources"]
    if frozen is not None:
        candidates.insert(0, Path(frozen) / "app" / "_resources")
    for root in candidates:
        if root.is_dir():
            return root
    raise FileNotFoundError(f"resources not found beside {here}")


def guide() -> Path:
    """Return the folder of documents for users: of an installed wheel, or of the source tree.

    Raises :class:`FileNotFoundError` when the program's own files are incomplete.
    """
    root = _resource_root()
    for folder in (root / "docs", root.parent / "docs"):
        if (folder / "guide").is_dir():
            return folder
    raise FileNotFoundError(f"the guide was not found beside {root}")


def resource(name: str) -> Path:
    """Return the path of a resource, e.g. ``resource("icons/token.svg")``.

    Raises :class:`FileNotFoundError` when the program's own files are incomplete.
    """
    path = _resource_root() / name
    if not path.exists():
        raise FileNotFoundError(path)
    return path
