"""The six files of a container folder, read as they lie there."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.tokens.cryptopro import registry
from app.tokens.small_files import read_small_file
from app.values import dataclass

_LIMITS: Final[Mapping[str, int]] = {
    "name": 4 << 10,
    "header": 256 << 10,
    "primary": 4 << 10,
    "masks": 4 << 10,
    "primary2": 4 << 10,
    "masks2": 4 << 10,
}
_MAX_FOLDERS = 1000
_OPEN = ("name", "header")
"""The files that hold no part of a key: all that a listing looks at."""
_DAMAGE = frozenset(
    {
        ErrorCode.FILE_EMPTY,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.FILE_IS_FOLDER,
        ErrorCode.FILE_NOT_REGULAR,
    }
)


@dataclass(frozen=True)
class FolderFiles:
    """What was found of the six files; the program of their maker may write some of them anew."""

    folder: Path
    found: Mapping[str, bytes]

    def demand(self, name: str) -> bytes:
        """Return one file, or raise ``CONTAINER_DAMAGED``."""
        data = self.found.get(name)
        if data is None:
            raise damaged(self.folder, "missing", file=f"{name}.key")
        return data


def damaged(folder: Path, reason: str, **facts: str) -> RoscherkError:
    """Return the error of a container that cannot be what it claims to be."""
    code = ErrorCode.CONTAINER_DAMAGED
    return RoscherkError(code, name=shown(folder), reason=reason, **facts)


def shown(folder: Path) -> str:
    """Return the name of a folder as text; what is no text is shown as U+FFFD."""
    return folder.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def folders_at(path: Path) -> tuple[Path, ...]:
    """Return the container folders that ``path`` is or holds, in order of name.

    Raises ``FILE_NOT_FOUND`` and its like for a path that cannot be looked into.
    """
    if registry.is_place(path) or _holds_container(path):
        return (path,)
    try:
        with os.scandir(path) as entries:
            inner = sorted(Path(each.path) for each in entries if _is_folder(each))[:_MAX_FOLDERS]
    except FileNotFoundError:
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path)) from None
    except (OSError, ValueError) as error:
        number = error.errno or 0 if isinstance(error, OSError) else 0
        raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=str(path), errno=number) from None
    return tuple(each for each in inner if _holds_container(each))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Tell whether an entry is a folder; what cannot be looked at is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def limit_of(name: str) -> int:
    """Return how many bytes one of the six files may have."""
    return _LIMITS[name]


def read_folder(folder: Path, *, follow: bool = True) -> FolderFiles:
    """Read what is there; raise ``CONTAINER_NOT_FOUND`` if there is no header.

    ``follow=False``: a file that is a link is none.
    """
    return _read_files(folder, tuple(_LIMITS), follow=follow)


def read_open_files(folder: Path, *, follow: bool = True) -> FolderFiles:
    """Read name and header alone, likewise: no part of a key comes into this process."""
    return _read_files(folder, _OPEN, follow=follow)


def _read_files(folder: Path, wanted: tuple[str, ...], *, follow: bool) -> FolderFiles:
    if registry.is_place(folder):
        return FolderFiles(folder, registry.read(folder, {each: _LIMITS[each] for each in wanted}))
    names = _names(folder)
    if "header" not in names:
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=shown(folder), path=str(folder))
    found = {}
    for name in (each for each in wanted if each in names):
        try:
            found[name] = read_small_file(names[name], _LIMITS[name], follow=follow)
        except RoscherkError as error:
            if error.code in _DAMAGE:
                raise damaged(folder, error.code.value, file=f"{name}.key") from None
            raise
    return FolderFiles(folder, found)


def _holds_container(folder: Path) -> bool:
    """Tell whether a header lies here: it is what a container cannot be without."""
    try:
        return "header" in _names(folder)
    except RoscherkError:
        return False


def _names(folder: Path) -> dict[str, Path]:
    """Find the files by name in any letter case: FAT may give capitals."""
    try:
        with os.scandir(folder) as entries:
            found = {each.name.lower(): Path(each.path) for each in entries}
    except FileNotFoundError:
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(folder)) from None
    except (OSError, ValueError) as error:
        number = error.errno or 0 if isinstance(error, OSError) else 0
        raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=str(folder), errno=number) from None
    return {name: found[f"{name}.key"] for name in _LIMITS if f"{name}.key" in found}
