"""Trust loaded from the files and folders the user brought. Used in workers only."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from app.crypto.certificates import reading
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.model import TrustMaterial
from app.crypto.opening import open_regular, path_fact
from app.crypto.trust.folders import StoreName
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

__all__ = ["LoadedTrust", "load"]

MOST_KEPT = 64 << 20
"""Octets of trust that stay in a worker for its next file; more is read anew each time."""

MOST_FILES = 10_000
MOST_BYTES = 256 << 20
"""Of all files together: a worker has 512 MB."""


def load(material: TrustMaterial) -> LoadedTrust:
    """Read the files named, and those in the folders named.

    A path that is not there is an error: the user named it. A file in a folder that cannot be
    read, or that holds neither certificates nor lists, is passed over with a notice.

    What was read last is kept, and taken again where every file is in the state in which it was
    then: a thousand signatures under one trust are judged without reading it a thousand times.
    """
    state = _state_of(material)
    if _kept and state is not None and _kept[0][:2] == (material, state):
        return _kept[0][2]
    loaded, octets = _load(material)
    _kept.clear()
    if state is not None and octets <= MOST_KEPT and state == _state_of(material):
        _kept.append((material, state, loaded))
    return loaded


def read_files(paths: Iterable[Path]) -> tuple[list[tuple[Path, reading.Material]], list[Notice]]:
    """Read files and folders that the user named, file by file; nothing is kept.

    A file that was named must hold something; one in a folder that does not is passed over with a
    notice.
    """
    reader = _Reader()
    found: list[tuple[Path, reading.Material]] = []
    for path in paths:
        in_folder = path.is_dir()
        for file in files_of(path) if in_folder else (path,):
            material = reader.read((file,), strict=not in_folder)
            if material.certificates or material.crls:
                found.append((file, material))
    return found, reader.notices


def forget() -> None:
    """Forget what was read last."""
    _kept.clear()


FileMark = tuple[str, int, int, int, int]
_kept: list[tuple[TrustMaterial, tuple[FileMark, ...], LoadedTrust]] = []
"""At most one: a worker serves one profile."""

_SETTLED = 2_500_000_000
"""A file touched less than so many nanoseconds ago may be touched again in the same tick of the
clock, and look the same after it (FAT counts in steps of two seconds)."""


def _state_of(material: TrustMaterial) -> tuple[FileMark, ...] | None:
    """Return what tells whether a file was changed; None where that cannot be told."""
    named = [*material.anchors, *material.intermediates, *material.crls]
    if material.practice is not None:
        stores = (StoreName.ANCHORS, StoreName.INTERMEDIATES, StoreName.CRLS)
        named += [material.practice / each.value for each in stores]
    marks: list[FileMark] = []
    try:
        for path in named:
            if path.is_dir():
                with os.scandir(path) as entries:
                    marks += [_mark(entry.path, entry.stat()) for entry in entries]
            elif path.exists():
                marks.append(_mark(str(path), path.stat()))
    except OSError:
        return None
    newest = max((max(mark[2], mark[3]) for mark in marks), default=0)
    if len(marks) > MOST_FILES or newest > time.time_ns() - _SETTLED:
        return None
    return tuple(sorted(marks))


def _mark(path: str, status: os.stat_result) -> FileMark:
    return path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _load(material: TrustMaterial) -> tuple[LoadedTrust, int]:
    """Read it all; return also how many octets there were."""
    reader = _Reader()
    anchors = reader.read(material.anchors)
    intermediates = reader.read(material.intermediates)
    lists = reader.read(material.crls)
    practice_anchors: list[bytes] = []
    if material.practice is not None:
        practice_anchors = reader.read_own(material.practice, StoreName.ANCHORS).certificates
        below = reader.read_own(material.practice, StoreName.INTERMEDIATES)
        intermediates.certificates += below.certificates
        lists.crls += reader.read_own(material.practice, StoreName.CRLS).crls
    loaded = LoadedTrust.of(
        anchors=anchors.certificates,
        # A folder of lists may hold certificates of those who signed them, and the other way round.
        intermediates=[*intermediates.certificates, *lists.certificates],
        crls=[*lists.crls, *anchors.crls, *intermediates.crls],
        practice_anchors=practice_anchors,
        notices=reader.notices,
    )
    return loaded, reader.octets


@dataclass
class _Reader:
    """Reads within limits that hold for all files together."""

    notices: list[Notice] = field(default_factory=list)
    files: int = 0
    octets: int = 0

    def read_own(self, folder: Path, store: StoreName) -> reading.Material:
        """Read one store of a trust folder of ours, if it is there."""
        path = folder / store.value
        return self.read((path,)) if path.is_dir() else reading.Material()

    def read(self, paths: Iterable[Path], *, strict: bool = True) -> reading.Material:
        """Read files, and the files of folders; ``strict``: a file that was named must be good."""
        material = reading.Material()
        for path in paths:
            if path.is_dir():
                for file in files_of(path):
                    self._read_in_folder(file, material)
            elif strict:
                self._read_file(path, material)
            else:
                self._read_in_folder(path, material)
        return material

    def _read_in_folder(self, path: Path, material: reading.Material) -> None:
        try:
            self._read_file(path, material)
        except RoscherkError as error:
            if error.code is ErrorCode.FORMAT_TOO_COMPLEX:
                raise
            self.notices.append(
                Notice("trust_file_skipped", {"path": path_fact(path), "cause": error.code.value})
            )

    def _read_file(self, path: Path, material: reading.Material) -> None:
        self.files += 1
        if self.files > MOST_FILES:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=MOST_FILES)
        with open_regular(path) as file:
            data = file.read(reading.LARGEST + 1)
        self.octets += len(data)
        if self.octets > MOST_BYTES:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=MOST_BYTES)
        found = reading.read_material(data)
        if not found.certificates and not found.crls:
            raise RoscherkError(ErrorCode.FORMAT_UNKNOWN, path=path_fact(path))
        material.certificates += found.certificates
        material.crls += found.crls


def files_of(folder: Path) -> Iterator[Path]:
    """List a folder: no folders in it, nothing hidden, in a fixed order."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=path_fact(folder)) from error
    return (path for path in entries if not path.name.startswith(".") and not path.is_dir())
