"""What goes along with a signature: copies beside it, or one ZIP of all. Nothing is overwritten."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.crypto.opening import open_regular, read_error
from app.crypto.saving import AtomicFile, write_error
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel

_CHUNK: Final = 1 << 20


def make_zip(target: Path, files: Sequence[Path], cancel: Cancel | None = None) -> Path:
    """Write a ZIP of these files by their names, and return what was saved: ``target``, or numbered.

    Two of one name get numbers. Raises ``FILE_*``, ``TARGET_*``, DISK_FULL, CANCELLED.
    """
    with AtomicFile.create(target.parent) as draft:
        try:
            with zipfile.ZipFile(draft.file, "w", zipfile.ZIP_DEFLATED) as archive:
                for path, name in zip(files, _names(files), strict=True):
                    _add(archive, path, name, cancel)
        except OSError as error:
            raise write_error(error, draft.path) from error
        return draft.publish(target, numbers=True)


def _add(archive: zipfile.ZipFile, path: Path, name: str, cancel: Cancel | None) -> None:
    with open_regular(path) as source, archive.open(name, "w", force_zip64=True) as into:
        while True:
            if cancel is not None and cancel.cancelled:
                raise RoscherkError(ErrorCode.CANCELLED)
            try:
                piece = source.read(_CHUNK)
            except OSError as error:
                raise read_error(error, path) from error
            if not piece:
                return
            into.write(piece)


def _names(files: Sequence[Path]) -> list[str]:
    """Name the files inside: as they are called, numbered where that is taken."""
    taken: set[str] = set()
    names = []
    for path in files:
        name, number = path.name, 0
        while name.casefold() in taken:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        taken.add(name.casefold())
        names.append(name)
    return names


def copy_beside(files: Sequence[Path], folder: Path, cancel: Cancel | None = None) -> list[Path]:
    """Copy files into a folder, unless they lie there; return where they are now.

    One that lies there with the same octets is left as it is; another of the name gets a number.
    Raises as `make_zip` does.
    """
    return [_copied(path, folder, cancel) for path in files]


def _copied(path: Path, folder: Path, cancel: Cancel | None) -> Path:
    target = folder / path.name
    if _same(path, target):
        return target
    with open_regular(path) as source, AtomicFile.create(folder) as draft:
        while True:
            if cancel is not None and cancel.cancelled:
                raise RoscherkError(ErrorCode.CANCELLED)
            try:
                piece = source.read(_CHUNK)
            except OSError as error:
                raise read_error(error, path) from error
            if not piece:
                break
            draft.write(piece)
        return draft.publish(target, numbers=True, like=path)


def _same(one: Path, other: Path) -> bool:
    try:
        if one.samefile(other):
            return True
        if one.stat().st_size != other.stat().st_size:
            return False
        with one.open("rb") as left, other.open("rb") as right:
            while piece := left.read(_CHUNK):
                if piece != right.read(_CHUNK):
                    return False
            return True
    except OSError:
        return False
