"""Frames on a pipe: one byte of kind, four bytes of length, the body. Lengths are capped."""

import errno
import struct
import sys
from enum import IntEnum
from io import BufferedReader, FileIO

from app.processes.wire import WireError

MAX_BODY = 256 << 20
MAX_SECRET = 64 << 10
_HEAD = struct.Struct(">BI")


class Kind(IntEnum):
    """What a frame carries."""

    # parent → child
    TASK = 1
    REQUEST = 2
    SECRET = 3
    # child → parent
    READY = 11
    PROGRESS = 12
    ANSWER = 13
    LAST_ANSWER = 14
    ERROR = 15
    STEP = 16


_SHORT = 64
_GATHERED = 64 << 10
_CAPS = {
    Kind.SECRET: MAX_SECRET,
    Kind.READY: _SHORT,
    Kind.PROGRESS: _SHORT,
    Kind.STEP: _SHORT,
}


def write_frame(pipe: FileIO, kind: Kind, body: bytes | bytearray) -> None:
    """Write one frame whole."""
    write_frames(pipe, (kind, body))


def write_frames(pipe: FileIO, *frames: tuple[Kind, bytes | bytearray]) -> None:
    """Write frames whole: short ones at one go, so that the reader wakes up once.

    The body of a secret is written from its own buffer, which leaves no copies behind.
    """
    gathered = bytearray()
    for kind, body in frames:
        if len(body) > MAX_BODY:
            raise WireError("too large")
        gathered += _HEAD.pack(kind, len(body))
        if kind is not Kind.SECRET and len(body) <= _GATHERED:
            gathered += body
        else:
            _write_all(pipe, gathered)
            gathered = bytearray()
            _write_all(pipe, body)
    _write_all(pipe, gathered)


def read_frame(pipe: FileIO | BufferedReader) -> tuple[Kind, bytearray]:
    """Read one frame whole. Raise `EOFError` at the end, `WireError` for what is no frame."""
    code, length = _HEAD.unpack(_read_exactly(pipe, _HEAD.size))
    try:
        kind = Kind(code)
    except ValueError:
        raise WireError("kind") from None
    if length > _CAPS.get(kind, MAX_BODY):
        raise WireError("length")
    return kind, _read_exactly(pipe, length)


def _write_all(pipe: FileIO, data: bytes | bytearray) -> None:
    with memoryview(data) as view:
        done = 0
        while done < len(view):
            try:
                done += pipe.write(view[done:])
            except OSError as error:
                # Windows says so of a pipe that nobody reads any more.
                if sys.platform == "win32" and error.errno == errno.EINVAL:
                    raise BrokenPipeError(errno.EPIPE, error.strerror) from error
                raise


def _read_exactly(pipe: FileIO | BufferedReader, size: int) -> bytearray:
    """Read into one buffer, so that a secret leaves no copies behind."""
    body = bytearray(size)
    with memoryview(body) as view:
        done = 0
        while done < size:
            got = pipe.readinto(view[done:])
            if not got:
                raise EOFError
            done += got
    return body
