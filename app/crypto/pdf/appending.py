"""Updates appended to a file that is already ours: evidence, and document time-stamps.

The file grows at its end and is otherwise not touched; whatever goes wrong, it is cut back to the
length it had. So a signature that was finished before stays finished.
"""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from app.algorithms import digests
from app.crypto.pdf.contents import Covered, CoveredBytes
from app.crypto.pdf.fields import free_name, signature_fields
from app.crypto.pdf.reading import boundary, open_strict
from app.crypto.pdf.security_store import Evidence, write_store
from app.crypto.pdf.update import ByteRange, Gap, Update, add_field, time_stamp_dictionary
from app.crypto.saving import write_error
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_FIELD_NAME = "Timestamp"
_USUAL_TOKEN = 24 << 10
"""Octets reserved for a token with the certificates of its authority."""
_LARGEST_TOKEN = 1 << 20
_SLACK = 4 << 10

DigestOf = Callable[[str], bytes]
Stamp = Callable[[DigestOf], bytes]
"""Asks an authority for a token over what the given function digests."""


@dataclass(frozen=True)
class _Place:
    """Where a token goes, and how many octets of it."""

    gap: tuple[int, int]
    end: int

    @property
    def room(self) -> int:
        return (self.gap[1] - self.gap[0] - 2) // 2


def append_evidence(path: Path, evidence: Sequence[Evidence], at: datetime) -> None:
    """Add evidence to the document's security store (EN 319 142-1 §5.4.2).

    Raises PDF_DAMAGED, DISK_FULL, TARGET_UNWRITABLE.
    """
    with _update(path) as update:
        write_store(update, evidence, at)
        update.append()


def append_time_stamp(path: Path, stamp: Stamp) -> bytes:
    """Add a document time-stamp over the whole file (EN 319 142-1 §5.4.3); return its token.

    A token that is larger than the room left for it is asked for again, with more room.
    Raises what ``stamp`` raises, and the errors of `append_evidence`.
    """
    with _undone_unless_finished(path):
        size = _USUAL_TOKEN
        while True:
            before = path.stat().st_size
            place = _append_gap(path, size)
            token = stamp(functools.partial(_digest_around, path, place))
            if len(token) <= place.room:
                fill(path, place.gap, token)
                return token
            if len(token) > _LARGEST_TOKEN or size > _USUAL_TOKEN:
                raise RoscherkError(ErrorCode.UNEXPECTED, what="token_size", size=len(token))
            os.truncate(path, before)
            size = len(token) + _SLACK


def fill(path: Path, gap: tuple[int, int], octets: bytes) -> None:
    """Write octets into a gap of zeros, and zeros behind them; force it to the disk."""
    room = (gap[1] - gap[0] - 2) // 2
    if len(octets) > room:
        raise RoscherkError(ErrorCode.UNEXPECTED, what="larger_than_gap", room=room)
    with _writing(path), path.open("r+b") as file:
        file.seek(gap[0] + 1)
        file.write(octets.hex().encode("ascii").ljust(2 * room, b"0"))
        file.flush()
        os.fsync(file.fileno())


def _append_gap(path: Path, size: int) -> _Place:
    gap, byte_range = Gap(size), ByteRange()
    with _update(path) as update:
        names = {field.name for field in signature_fields(update.root)}
        add_field(
            update,
            time_stamp_dictionary(gap, byte_range),
            name=free_name(names, _FIELD_NAME),
            page=update.page(-1),
            place=None,
            appearance=None,
        )
        update.append()
        end = update.prev.stream.seek(0, os.SEEK_END)
        byte_range.fill(update.prev.stream, gap, end)
    return _Place((gap.start, gap.end), end)


def _digest_around(path: Path, place: _Place, name: str) -> bytes:
    with path.open("rb", buffering=0) as file:
        covered = CoveredBytes(file, Covered(*place.gap, place.end))
        return digests.digest_stream([name], covered)[name]


@contextlib.contextmanager
def _update(path: Path) -> Iterator[Update]:
    """Open a file of ours for an update at its end."""
    with _undone_unless_finished(path), path.open("r+b") as file:
        stream: BinaryIO = file
        reader = open_strict(stream)
        if "/Encrypt" in reader.trailer:
            raise RoscherkError(ErrorCode.PDF_ENCRYPTED)
        with boundary("update"):
            yield Update(reader)


@contextlib.contextmanager
def _undone_unless_finished(path: Path) -> Iterator[None]:
    """Cut the file back to its length if the work inside fails."""
    before = path.stat().st_size
    try:
        with _writing(path):
            yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.truncate(path, before)
        raise


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(error, path) from error
