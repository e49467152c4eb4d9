"""A package is looked at: its octets against its manifest, its report against its facts.

A package is a stranger's file. Only what this program writes is taken: stored entries, each named
once by the manifest, no names that lead elsewhere. Runs in a child process only.
"""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from app.algorithms.digests import Readable, digest_stream
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.verdict.report_json import to_json
from app.errors import ErrorCode, RoscherkError
from app.reports.dossier import dossier_from_json, dossier_to_json, replay
from app.reports.package_file import DOSSIER, MANIFEST, SCHEMA, SUMS, Manifest
from app.reports.printing import PackageChecked
from app.shapes import read_json

_MOST_ENTRIES = 100_000
_MOST_OF_JSON = 200 << 20


def check_package(path: Path) -> PackageChecked:
    """Look at a package.

    Raises ``FORMAT_UNKNOWN`` for what is no package, and the errors of opening.
    """
    unknown = RoscherkError(ErrorCode.FORMAT_UNKNOWN, path=path_fact(path))
    with open_regular(path) as file:
        try:
            with zipfile.ZipFile(file) as package:
                entries = package.infolist()
                if not 0 < len(entries) <= _MOST_ENTRIES:
                    raise unknown
                manifest = read_json(_read(package, MANIFEST), Manifest)
                if manifest.schema != SCHEMA:
                    raise unknown
                strange = tuple(_strange(entries, manifest))
                damaged = strange or tuple(_different(package, manifest))
                replayed = None if damaged else _replays(package)
        except (zipfile.BadZipFile, msgspec.MsgspecError, KeyError, ValueError, EOFError) as error:
            raise unknown from error
        except (RuntimeError, struct.error) as error:  # encrypted, of an unknown kind, broken off
            raise unknown from error
        except OSError as error:  # also a directory that says it begins before the file does
            raise read_error(error, path) from error
    return PackageChecked(
        made_by=manifest.made_by,
        files=len(manifest.files),
        damaged=damaged,
        replayed=replayed,
    )


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    info = package.getinfo(name)
    if info.file_size > _MOST_OF_JSON or info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(name)
    return package.read(info)


def _strange(entries: list[zipfile.ZipInfo], manifest: Manifest) -> Iterator[str]:
    """Name entries that do not belong into a package, and those that are missing."""
    named = {one.path: one.size for one in manifest.files}
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        known = name in named or name in {MANIFEST, SUMS}
        stored = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & 1
        same = name not in named or named[name] == entry.file_size
        if not known or not stored or not same or name in seen:
            yield name
        seen.add(name)
    yield from (name for name in named if name not in seen)


def _different(package: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    """Name the files whose octets are not those of the manifest."""
    for one in manifest.files:
        try:
            with package.open(one.path) as file:
                found = digest_stream(("sha256", "streebog256"), _Whole(file))
        except zipfile.BadZipFile:  # its own check sum does not fit
            yield one.path
            continue
        if (one.sha256, one.streebog256) != tuple(value.hex() for value in found.values()):
            yield one.path
    sums = "".join(f"{one.sha256}  {one.path}\n" for one in manifest.files)
    if _read(package, SUMS) != sums.encode():
        yield SUMS


class _Whole(Readable):
    """An entry that fills the whole buffer, as digesting wants it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readinto(self, buffer: bytearray | memoryview, /) -> int:
        """Fill the buffer."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _replays(package: zipfile.ZipFile) -> bool:
    """Tell whether the facts give the report that lies in the package, octet for octet.

    Another release of the program may judge otherwise: then this is False, and nobody's fault.
    """
    stored = _read(package, DOSSIER)
    try:
        again = replay(dossier_from_json(stored))
    except (RoscherkError, ValueError, TypeError, OverflowError, RecursionError):
        return False  # of another release, or of nobody: facts that contradict each other
    return dossier_to_json(again) == stored and to_json(again.report) == _read(
        package, "report.json"
    )
