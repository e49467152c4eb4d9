"""Unpacking a ZIP of a stranger into a fresh folder. Runs in a worker only.

Rules of `verification.md` §2.3: a thousand entries, a ratio of a hundred from a megabyte on, no
absolute names, no ``..``, no links, no name twice. Nothing an archive says becomes a path here:
each file gets a folder of its own under a number, and only the last part of its name.
"""

import itertools
import lzma
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.packages.model import Unpacked, UnpackedFile, UnpackRequest
from app.crypto.saving import write_error
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.values import dataclass

MAX_ENTRIES = 1000
MAX_RATIO = 100
RATIO_FROM = 1 << 20
MAX_FILE = 1 << 30
MAX_TOTAL = 2 << 30
MAX_DIRECTORY = 4 << 20
"""Of the central directory: a thousand entries need far less."""

_END = b"PK\x05\x06"
_END_SIZE = 22
_TAIL = _END_SIZE + 0xFFFF
_MANY = 0xFFFF
_LOCAL = struct.Struct("<4s5H3I2H")
_UTF8, _ENCRYPTED = 0x800, 0x1
_UNIX = 3
_CHUNK = 1 << 18
_MAX_NAME = 150
"""Octets of a file name: with what is added it stays below what file systems take."""
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DRIVE = re.compile(r"[A-Za-z]:")
_BOX = re.compile(r"[\u2500-\u25a0]")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError,
)  # fmt: skip
"""What reading one entry may raise: an offset out of the file is an `OSError`."""
_NESTED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Entry:
    """One entry with its name decoded."""

    info: zipfile.ZipInfo
    name: str


def unpack(request: UnpackRequest, context: Context) -> Unpacked:
    """Unpack an archive. Raises ``ARCHIVE_*``, ``FILE_*`` and ``DISK_FULL`` codes.

    What is wrong with one entry refuses that entry and is told; what makes the whole a bomb or a
    riddle refuses the archive.
    """
    with open_regular(request.archive) as file:
        try:
            _demand_small_directory(file, request.archive)
            with zipfile.ZipFile(file) as archive:
                entries = [_Entry(each, _name_of(each)) for each in archive.infolist()]
                _demand_limits(entries, request.archive)
                return _extract(archive, entries, request, context.progress)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            struct.error,
            ValueError,
            EOFError,
        ) as error:
            raise _damaged(request.archive) from error
        except OSError as error:
            raise read_error(error, request.archive) from error


def _damaged(path: Path) -> RoscherkError:
    return RoscherkError(ErrorCode.ARCHIVE_DAMAGED, path=path_fact(path))


def _refused(path: Path, why: str) -> RoscherkError:
    return RoscherkError(ErrorCode.ARCHIVE_REFUSED, path=path_fact(path), why=why)


def _demand_small_directory(file: BinaryIO, path: Path) -> None:
    """Refuse a directory of very many entries before it is read into memory."""
    size = os.fstat(file.fileno()).st_size
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _damaged(path)
    _disk, _start, _here, count, directory = struct.unpack("<HHHHI", tail[at + 4 : at + 16])
    if count == _MANY or count > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise _refused(path, "entries")
    file.seek(0)


def _demand_limits(entries: list[_Entry], path: Path) -> None:
    """Refuse bombs by what the directory says; what it hides is counted while unpacking."""
    if len(entries) > MAX_ENTRIES:
        raise _refused(path, "entries")
    total = sum(each.info.file_size for each in entries)
    packed = sum(each.info.compress_size for each in entries)
    if total > MAX_TOTAL or any(each.info.file_size > MAX_FILE for each in entries):
        raise _refused(path, "size")
    if total > RATIO_FROM and total > packed * MAX_RATIO:
        raise _refused(path, "ratio")
    spans = sorted((each.info.header_offset, each.info.compress_size) for each in entries)
    for (start, length), (following, _) in itertools.pairwise(spans):
        if start + _LOCAL.size + length > following:
            raise _refused(path, "overlap")


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry: UTF-8 where marked or evident, else CP866 as Windows writes it.

    A text that would be full of box-drawing signs in CP866 is CP1251.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        name = _decoded(raw) or name
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        told = raw.decode("cp866")
    if _BOX.search(told):
        windows = raw.decode("cp1251", "replace")
        return told if "\ufffd" in windows else windows
    return told


def _extract(
    archive: zipfile.ZipFile, entries: list[_Entry], request: UnpackRequest, progress: Progress
) -> Unpacked:
    """Write the files one by one; directories and refused entries make none."""
    times = Counter(each.name.casefold() for each in entries)
    total = max(1, sum(each.info.file_size for each in entries))
    files: list[UnpackedFile] = []
    notices: list[Notice] = []
    done = 0
    for number, entry in enumerate(entries):
        if entry.name.endswith("/") and not entry.info.file_size:
            continue
        why = _refusal(entry) or ("duplicate" if times[entry.name.casefold()] > 1 else None)
        if why is None:
            target = _target(request.folder, number, entry.name)
            why = _write(archive, entry.info, target, request)
        if why is not None:
            notices.append(_told("archive_entry_refused", entry, why=why))
            continue
        if entry.name.lower().endswith(_NESTED):
            notices.append(_told("archive_nested", entry))
        files.append(UnpackedFile(name=entry.name, path=target))
        done += entry.info.file_size
        progress(min(done, total), total)
    return Unpacked(files=tuple(files), notices=tuple(notices))


def _told(code: str, entry: _Entry, **facts: str) -> Notice:
    return Notice(code, {"name": path_fact(Path(_printable(entry.name))), **facts})


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:300].replace("\0", "")


def _refusal(entry: _Entry) -> str | None:
    """Say why an entry is not unpacked: a code, or None."""
    parts = entry.name.split("/")
    if entry.name.startswith("/") or _DRIVE.match(entry.name) or "\0" in entry.name:
        return "path"
    if ".." in parts or not parts[-1] or parts[-1] == ".":
        return "path"
    if entry.info.flag_bits & _ENCRYPTED:
        return "encrypted"
    mode = entry.info.external_attr >> 16
    if entry.info.create_system == _UNIX and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "link"
    return None


def _target(folder: Path, number: int, name: str) -> Path:
    """Return the private place of an entry; its last name stays, for people and for pairing."""
    last = _FORBIDDEN.sub("_", name.rsplit("/", 1)[-1]).rstrip(". ") or "_"
    stem, dot, suffix = last.rpartition(".")
    while len(last.encode("utf-8", "replace")) > _MAX_NAME and stem:
        stem = stem[:-1]
        last = f"{stem}{dot}{suffix}"
    # A name without a suffix, or with nothing but one, is cut at its end.
    octets = last.encode("utf-8", "replace")[:_MAX_NAME]
    return folder / f"{number:04d}" / octets.decode("utf-8", "ignore")


def _write(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, request: UnpackRequest
) -> str | None:
    """Write one file, counting what really comes out; return why it could not be taken."""
    target.parent.mkdir(mode=0o700)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(target, flags, 0o600)
    except OSError as error:
        raise write_error(error, target) from error
    why = None
    with os.fdopen(descriptor, "wb") as out:
        try:
            for piece in _pieces(archive, info):
                _put(out, piece, target)
        except _DamagedError:
            why = "damaged"
        except _BombError:
            raise _refused(request.archive, "ratio") from None
    if why is not None:
        target.unlink()
    return why


def _put(out: BinaryIO, piece: bytes, target: Path) -> None:
    try:
        out.write(piece)
        out.flush()
    except OSError as error:
        raise write_error(error, target) from error


class _DamagedError(Exception):
    """An entry cannot be read."""


class _BombError(Exception):
    """More came out than the archive said."""


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what an entry holds; a broken one raises `_DamagedError`."""
    written = 0
    try:
        with archive.open(info) as packed:
            while piece := packed.read(_CHUNK):
                written += len(piece)
                if written > info.file_size:
                    raise _BombError
                yield piece
    except _BROKEN as error:
        raise _DamagedError from error
