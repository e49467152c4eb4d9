"""What an Office file holds besides what is seen: macros, other files, links. In a worker only.

Nothing is unpacked but small parts, within limits. Of old binary files the names of the streams are
looked at, which [MS-CFB] writes in UTF-16 into its directory.
"""

import lzma
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from app.crypto.opening import open_regular, read_error
from app.crypto.viewing.model import OfficeMark, ViewAnswer

_MOST_PARTS: Final = 20_000
_LARGEST_PART: Final = 16 << 20
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SCANNED: Final = 256 << 20
_CHUNK: Final = 1 << 20
_STREAMS: Final = (
    (OfficeMark.MACROS, ("_VBA_PROJECT", "Macros", "_VBA_PROJECT_CUR")),
    (OfficeMark.OTHER_FILES, ("ObjectPool", "\x01Ole10Native", "\x01CompObj\0Package")),
    (OfficeMark.ENCRYPTED, ("EncryptedPackage",)),
)
_TRACKED: Final = (b"<w:ins ", b"<w:del ", b"<w:moveFrom ")
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip
"""What a ZIP that is none, or a part that cannot be unpacked, may raise."""
_EXTERNAL: Final = b'TargetMode="External"'
_HARMLESS: Final = b"/relationships/hyperlink"


def with_marks(path: Path, answer: ViewAnswer) -> ViewAnswer:
    """Add what an Office file holds. Raises the ``FILE_*`` codes."""
    with open_regular(path) as file:
        try:
            found = _of_streams(file) if file.read(8) == _OLE else _of_parts(file)
        except _BROKEN:
            found = {OfficeMark.UNREADABLE}
        except OSError as error:
            raise read_error(error, path) from error
    return replace(answer, office=tuple(each for each in OfficeMark if each in found))


def _of_streams(file: BinaryIO) -> set[OfficeMark]:
    """Look for the names of streams: they stand in the file as they are."""
    wanted = [(mark, name.encode("utf-16-le")) for mark, names in _STREAMS for name in names]
    longest = max(len(name) for _mark, name in wanted)
    found: set[OfficeMark] = set()
    file.seek(0)
    kept = b""
    seen = 0
    while (chunk := file.read(_CHUNK)) and seen < _SCANNED:
        seen += len(chunk)
        window = kept + chunk
        found.update(mark for mark, name in wanted if name in window)
        kept = window[-longest:]
    return found


def _of_parts(file: BinaryIO) -> set[OfficeMark]:
    found: set[OfficeMark] = set()
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS:
            return {OfficeMark.UNREADABLE}
        for part in parts:
            name = part.filename.lower()
            base = name.rpartition("/")[2]
            if base.startswith("vbaproject") or "macrosheets/" in name:
                found.add(OfficeMark.MACROS)
            if "/embeddings/" in name or "/activex/" in name:
                found.add(OfficeMark.OTHER_FILES)
            if name.endswith(".rels") and _leads_out(_read(archive, part)):
                found.add(OfficeMark.LINKS)
            if name == "word/document.xml" and any(
                each in _read(archive, part) for each in _TRACKED
            ):
                found.add(OfficeMark.TRACKED)
    return found


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with archive.open(part) as opened:
        return opened.read(_LARGEST_PART)


def _leads_out(relations: bytes) -> bool:
    """Tell whether a part is fetched from elsewhere; a link that a person clicks does not count."""
    return any(
        _EXTERNAL in each and _HARMLESS not in each for each in relations.split(b"<Relationship ")
    )
