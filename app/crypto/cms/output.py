"""Writing signatures to files: with the content inside, of any size, and as base64 text.

The text form is what Russian portals and plug-ins exchange: base64 in lines of 64 characters
ended by LF, without header lines. Every reader that takes PEM lines takes these.
"""

import binascii
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from app.crypto.cms.structure import Form
from app.crypto.cms.text_forms import Source
from app.crypto.model import Encoding
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.saving import AtomicFile
from app.errors import ErrorCode, RoscherkError

_LINE = 64
_OCTETS_OF_LINE = 48
_CHUNK = 1 << 20


class Writer(Protocol):
    """Where octets go."""

    def write(self, data: bytes) -> None:
        """Take octets."""
        ...


class Base64Writer:
    """Turns octets into lines of base64; `finish` writes the last one."""

    def __init__(self, target: Writer) -> None:
        """Write the text to ``target``."""
        self._target = target
        self._pending = b""

    def write(self, data: bytes) -> None:
        """Take octets."""
        data = self._pending + data
        whole = len(data) // _OCTETS_OF_LINE * _OCTETS_OF_LINE
        self._pending = data[whole:]
        self._target.write(_lines(data[:whole]))

    def finish(self) -> None:
        """Write what does not fill a line."""
        self._target.write(_lines(self._pending))


def _lines(data: bytes) -> bytes:
    text = binascii.b2a_base64(data, newline=False)
    lines = [text[i : i + _LINE] for i in range(0, len(text), _LINE)]
    return b"\n".join([*lines, b""])


class CopyingReader:
    """A file that writes to another whatever is read from it, so that content is read once."""

    def __init__(self, source: BinaryIO, path: Path, target: AtomicFile | None) -> None:
        """Read ``source`` (``path`` names it in errors); copy to ``target`` if there is one."""
        self._read = source.readinto  # type: ignore[attr-defined]  # typing's BinaryIO lacks it
        self._path = path
        self._target = target
        self.size = 0

    def readinto(self, buffer: bytearray | memoryview, /) -> int:
        """Read into ``buffer`` and write the same octets to the target."""
        try:
            count: int = self._read(buffer) or 0
        except OSError as error:
            raise read_error(error, self._path) from error
        if self._target is not None:
            self._target.write(memoryview(buffer)[:count])
        self.size += count
        return count


def complete_in_place(draft: AtomicFile, gap: int, head: bytes, tail: bytes) -> bool:
    """Put ``head`` into the gap before the content of ``draft``, and ``tail`` behind it.

    Return False, with nothing done, if the head does not fit exactly: an ECDSA signature may come
    out shorter than planned at the very edge of a length octet.
    """
    if len(head) != gap:
        return False
    draft.file.seek(0, os.SEEK_END)
    draft.write(tail)
    draft.write_at(0, head)
    return True


def behind_gap(draft: AtomicFile, gap: int) -> Iterator[bytes]:
    """Yield the content of ``draft`` behind its gap."""
    try:
        draft.file.seek(gap)
        while chunk := draft.file.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise read_error(error, draft.path) from error


def structure_range(path: Path, start: int, end: int) -> Iterator[bytes]:
    """Yield a range of the binary structure of a CMS file, whatever its form, in pieces."""
    with open_regular(path) as file:
        try:
            source = Source(file, end)
            if source.form is Form.BINARY:
                file.seek(start)
                yield from _exactly(lambda: file.read(_CHUNK), end - start, path)
                return
            yield from _exactly(source.read, end, path, skip=start)
        except OSError as error:
            raise read_error(error, path) from error


def document_pieces(path: Path, size: int) -> Iterator[bytes]:
    """Yield a document, which must have exactly ``size`` octets."""
    with open_regular(path) as file:
        try:
            yield from _exactly(lambda: file.read(_CHUNK), size, path)
            if file.read(1):
                raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(path))
        except OSError as error:
            raise read_error(error, path) from error


def _exactly(
    read: Callable[[], bytes], count: int, path: Path, *, skip: int = 0
) -> Iterator[bytes]:
    """Yield what ``read`` gives between ``skip`` and ``count`` octets; there must be so much."""
    position = 0
    while position < count:
        chunk = read()
        if not chunk:
            raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(path))
        wanted = chunk[max(skip - position, 0) : count - position]
        position += len(chunk)
        if wanted:
            yield wanted


def write_structure(target: AtomicFile, encoding: Encoding, pieces: Iterable[bytes]) -> None:
    """Write a CMS structure that comes in pieces, and force it to the disk."""
    text = Base64Writer(target) if encoding is Encoding.BASE64 else None
    for piece in pieces:
        (text or target).write(piece)
    if text is not None:
        text.finish()
    target.flush()
