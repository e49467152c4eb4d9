"""The form of a backup of a profile, version 1: one file, nothing packed, every octet under a seal.

======  ========================================================================================
bytes   what
======  ========================================================================================
8       ``ROSCHKPF``
2       version, big-endian: 1
4 + n   length and text of the *head*, JSON: when it was made, by which program, the form of the
        profile, the kind of seal and what it needs
32      proof that the seal is the right one: of the password, or a checksum of all before
then    blocks of 1 MiB, the last one shorter, each followed by the seal's mark
======  ========================================================================================

The blocks hold a *manifest* (length and JSON: name, size and SHA-256 of every file) and then the
files in that order. A mark binds a block to the head, to its number and to whether it is the last
one, so nothing can be cut off, moved or added (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015). Nothing is packed: a backup cannot be larger inside than it is.
"""

import hashlib
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import msgspec

from app.errors import ErrorCode, RoscherkError
from app.profile.files import demand_name
from app.shapes import read_json
from app.values import dataclass

MAGIC: Final = b"ROSCHKPF"
VERSION: Final = 1
SUFFIX: Final = ".roscherk"
PLAIN: Final = "sha-256"
BLOCK: Final = 1 << 20
PROOF: Final = 32
_HEAD: Final = struct.Struct(">8sH")
_LENGTH: Final = struct.Struct(">I")
_LARGEST_HEAD: Final = 4 << 10
_LARGEST_MANIFEST: Final = 32 << 20
_MOST_FILES: Final = 100_000
_CHUNK: Final = 1 << 20

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is told of a backup before its seal is looked at."""

    made: str
    """UTC, ISO 8601."""
    program: str
    form: int
    seal: str
    needs: dict[str, str | int] = field(default_factory=dict)
    """What the seal needs to know, e.g. the salt of a password."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All files of a backup."""

    files: tuple[Kept, ...]

    @property
    def size(self) -> int:
        """Return how many octets the files take."""
        return sum(each.size for each in self.files)


class Seal(Protocol):
    """What guards the blocks of one backup. ``context`` binds the head, the number and the end."""

    kind: str
    needs: dict[str, str | int]
    mark: int
    """How many octets a block grows by."""

    def proof(self, head: bytes) -> bytes:
        """Return the 32 octets that show the right seal."""
        ...

    def close(self, block: bytes, number: int, context: bytes) -> bytes:
        """Return the block with its mark."""
        ...

    def open(self, block: bytes, number: int, context: bytes) -> bytes:
        """Return the block without its mark; raise :class:`ValueError` if it is not the one."""
        ...


class Checksum:
    """No secret: it finds damage. For copies that lie inside the profile itself."""

    kind = PLAIN
    mark = 32

    def __init__(self) -> None:
        self.needs: dict[str, str | int] = {}

    def proof(self, head: bytes) -> bytes:
        """Return the SHA-256 of the head."""
        return hashlib.sha256(head).digest()

    def close(self, block: bytes, _number: int, context: bytes) -> bytes:
        """Put the SHA-256 behind the block."""
        return block + hashlib.sha256(context + block).digest()

    def open(self, block: bytes, _number: int, context: bytes) -> bytes:
        """Compare it."""
        told = block[: -self.mark]
        if hashlib.sha256(context + told).digest() != block[-self.mark :]:
            raise ValueError("checksum")
        return told


@dataclass(frozen=True)
class Source:
    """A file that goes into a backup."""

    name: str
    path: Path


# --- writing


def write(target: BinaryIO, head: Head, seal: Seal, sources: Sequence[Source]) -> Manifest:
    """Write a backup into a new file. Each source is read twice.

    Raises ``FILE_CHANGED`` for one that was not the same both times, and :class:`OSError`.
    """
    manifest = Manifest(files=tuple(map(_look, sources)))
    prefix = _HEAD.pack(MAGIC, VERSION) + _counted(msgspec.json.encode(head))
    target.write(prefix)
    target.write(seal.proof(prefix))
    blocks = _Blocks(target, seal, prefix)
    blocks.write(_counted(msgspec.json.encode(manifest)))
    for source, kept in zip(sources, manifest.files, strict=True):
        digest = hashlib.sha256()
        with source.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                blocks.write(chunk)
        if digest.hexdigest() != kept.sha256:
            raise RoscherkError(ErrorCode.FILE_CHANGED, path=str(source.path))
    blocks.finish()
    target.flush()
    os.fsync(target.fileno())
    return manifest


def _look(source: Source) -> Kept:
    with source.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Kept(name=source.name, size=file.tell(), sha256=sha256)


class _Blocks:
    """Cuts what is written into blocks, and knows only at the end which is the last."""

    def __init__(self, target: BinaryIO, seal: Seal, prefix: bytes) -> None:
        self._target, self._seal = target, seal
        self._context = _Context(prefix)
        self._rest = bytearray()
        self._number = 0

    def write(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) > BLOCK:
            self._put(bytes(self._rest[:BLOCK]), last=False)
            del self._rest[:BLOCK]

    def finish(self) -> None:
        self._put(bytes(self._rest), last=True)

    def _put(self, block: bytes, *, last: bool) -> None:
        context = self._context.of(self._number, last=last)
        self._target.write(self._seal.close(block, self._number, context))
        self._number += 1


class _Context:
    def __init__(self, prefix: bytes) -> None:
        self._head = hashlib.sha256(prefix).digest()

    def of(self, number: int, *, last: bool) -> bytes:
        return self._head + struct.pack(">Q?", number, last)


# --- reading


@dataclass(frozen=True)
class Opened:
    """A backup whose head was read."""

    head: Head
    prefix: bytes
    proof: bytes


def read_head(file: BinaryIO) -> Opened:
    """Read how a backup begins; raise ``BACKUP_DAMAGED`` for what is none, ``BACKUP_NEWER``."""
    fixed = file.read(_HEAD.size + _LENGTH.size)
    if len(fixed) < _HEAD.size + _LENGTH.size or not fixed.startswith(MAGIC):
        raise damaged("magic")
    version = _HEAD.unpack_from(fixed)[1]
    if version != VERSION:
        raise RoscherkError(ErrorCode.BACKUP_NEWER, form=version)
    (length,) = _LENGTH.unpack_from(fixed, _HEAD.size)
    told = file.read(length) if length <= _LARGEST_HEAD else b""
    proof = file.read(PROOF)
    if len(told) != length or not length or len(proof) != PROOF:
        raise damaged("head")
    try:
        head = read_json(told, Head)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise damaged("head") from None
    if head.form < 0:
        raise damaged("head")  # no profile has such a form, and none could be opened with it
    return Opened(head, fixed + told, proof)


def read_files(
    file: BinaryIO,
    opened: Opened,
    seal: Seal,
    begin: Callable[[Manifest], None],
    room: Callable[[Kept], BinaryIO],
    *,
    progress: Progress = lambda _done, _total: None,
) -> Manifest:
    """Read all files, each into what ``room`` returns for it, which is closed then.

    ``begin`` is told what is coming, before anything is written. Every name, size and digest is
    checked; ``BACKUP_DAMAGED`` at the first that does not hold.
    """
    stream = _Stream(file, opened, seal)
    manifest = _manifest(stream)
    begin(manifest)
    done = 0
    for kept in manifest.files:
        digest = hashlib.sha256()
        with room(kept) as target:
            for chunk in stream.take(kept.size):
                digest.update(chunk)
                target.write(chunk)
                done += len(chunk)
                progress(done, manifest.size)
        if digest.hexdigest() != kept.sha256:
            raise damaged("digest")
    stream.demand_end()
    return manifest


def nowhere(_kept: Kept) -> BinaryIO:
    """Return room for a file that is only checked."""
    return _Nowhere()


class _Nowhere(BytesIO):
    def write(self, data: object, /) -> int:
        """Keep nothing."""
        return len(data)  # type: ignore[arg-type]  # bytes, always


def damaged(reason: str) -> RoscherkError:
    """Return the error of a backup that is not as it was written."""
    return RoscherkError(ErrorCode.BACKUP_DAMAGED, reason=reason)


class _Stream:
    """The content of the blocks, one after another; a block is looked ahead for the end."""

    def __init__(self, file: BinaryIO, opened: Opened, seal: Seal) -> None:
        self._file, self._seal = file, seal
        self._context = _Context(opened.prefix)
        self._size = BLOCK + seal.mark
        self._next = file.read(self._size)
        self._number = 0
        self._rest = memoryview(b"")
        self._ended = False

    def take(self, count: int) -> Iterator[bytes]:
        """Return the next octets, in pieces."""
        while count:
            if not self._rest:
                self._turn()
            piece = self._rest[:count]
            self._rest = self._rest[len(piece) :]
            count -= len(piece)
            yield bytes(piece)

    def demand_end(self) -> None:
        """Refuse anything that is left."""
        if self._rest or not self._ended:
            raise damaged("end")

    def _turn(self) -> None:
        if self._ended:
            raise damaged("short")
        block, self._next = self._next, self._file.read(self._size)
        last = not self._next
        context = self._context.of(self._number, last=last)
        if len(block) < self._seal.mark:
            raise damaged("short")
        try:
            self._rest = memoryview(self._seal.open(block, self._number, context))
        except ValueError:
            raise damaged("seal") from None
        self._number += 1
        self._ended = last
        if not self._rest and not last:
            raise damaged("short")


def _manifest(stream: _Stream) -> Manifest:
    (length,) = _LENGTH.unpack(b"".join(stream.take(_LENGTH.size)))
    if length > _LARGEST_MANIFEST:
        raise damaged("manifest")
    try:
        found = read_json(b"".join(stream.take(length)), Manifest)
        names = [demand_name(each.name) for each in found.files]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise damaged("manifest") from None
    # Systems that do not tell small letters from capitals would put two files into one.
    unlike = {name.casefold() for name in names}
    folders = {name[:at] for name in unlike for at in _slashes(name)}
    whole = len(unlike) == len(names) and not unlike & folders
    if not whole or len(names) > _MOST_FILES or any(each.size < 0 for each in found.files):
        raise damaged("manifest")
    return found


def _slashes(name: str) -> Iterator[int]:
    at = name.find("/")
    while at >= 0:
        yield at
        at = name.find("/", at + 1)


def _counted(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data
