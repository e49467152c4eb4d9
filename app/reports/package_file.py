"""The package as a file: a ZIP whose octets depend on nothing but what is put into it.

Every entry is stored as it is, with one fixed time and one fixed mode; the manifest stands at the
end and names every other entry with its digests. Without compression there is nothing to explode.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Self

import msgspec

from app.algorithms import digests
from app.values import dataclass

MANIFEST = "manifest.json"
SUMS = "manifest.sha256"
"""In the form that ``sha256sum --check`` reads."""
DOSSIER = "protocol.json"
"""All that the papers rest on."""
SCHEMA = "roscherk.package/1"
CHUNK = 1 << 20
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of a package, as the manifest names it."""

    path: str
    size: int
    sha256: str
    streebog256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a package holds."""

    schema: str = SCHEMA
    made_by: str
    files: tuple[Entry, ...]


class PackageWriter:
    """Writes a package, entry after entry. Use it as a context: one that fails is left as it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, strict_timestamps=True)
        self._entries: list[Entry] = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let nothing be written any more behind what has failed: the file goes anyway.

        Otherwise the archive would write its end into a closed file when it is collected, and
        complain of that to nobody.
        """
        if kind is not None:
            self._zip.fp = None

    def add(self, path: str, content: bytes) -> Entry:
        """Put octets at hand into the package."""
        return self.add_stream(path, (content,))

    def add_stream(self, path: str, chunks: Iterable[bytes]) -> Entry:
        """Put what comes in pieces into the package; return what was written."""
        size, sha256, streebog = 0, hashlib.sha256(), digests.new("streebog256")
        with self._zip.open(_info(path), "w", force_zip64=True) as target:
            for chunk in chunks:
                target.write(chunk)
                size += len(chunk)
                sha256.update(chunk)
                streebog.update(chunk)
        entry = Entry(
            path=path, size=size, sha256=sha256.hexdigest(), streebog256=streebog.digest().hex()
        )
        self._entries.append(entry)
        return entry

    def finish(self, made_by: str) -> None:
        """Write the manifest and the end of the file."""
        files = tuple(sorted(self._entries, key=lambda one: one.path))
        manifest = Manifest(made_by=made_by, files=files)
        compact = msgspec.json.encode(manifest, order="deterministic")
        sums = "".join(f"{one.sha256}  {one.path}\n" for one in files)
        for path, content in (
            (MANIFEST, msgspec.json.format(compact, indent=2) + b"\n"),
            (SUMS, sums.encode()),
        ):
            with self._zip.open(_info(path), "w", force_zip64=True) as target:
                target.write(content)
        self._zip.close()


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _TIME)
    info.create_system = _UNIX
    info.external_attr = _MODE
    info.compress_type = zipfile.ZIP_STORED
    return info


def chunks_of(file: IO[bytes] | io.RawIOBase) -> Iterator[bytes]:
    """Yield a file in pieces."""
    while chunk := file.read(CHUNK):
        yield chunk
