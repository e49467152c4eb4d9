"""Frozen values as bytes and back: msgpack with strict types, never pickle.

The other side of a pipe may have been taken over by a hostile file, so decoding into the declared
type is the border: what does not fit raises `WireError` and nothing else.
"""

import os
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from app.shapes import BUILDING

T = TypeVar("T")


class WireError(Exception):
    """The bytes are not a value of the declared type."""


def _encode_path(value: object) -> bytes:
    """Let a path travel as the bytes of the file system: names need not be UTF-8."""
    if isinstance(value, Path):
        return os.fsencode(value)
    raise NotImplementedError(f"{type(value).__name__} does not cross a process")


def _decode_path(kind: type, value: object) -> object:
    """Turn the bytes of a path back into a path."""
    if kind is Path and isinstance(value, bytes):
        return Path(os.fsdecode(value))
    raise NotImplementedError(f"{kind.__name__} does not cross a process")


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode_path)


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> "msgspec.msgpack.Decoder[Any]":
    """Return the decoder of a type; building one takes longer than using it.

    One at a time: msgspec hangs what it learns of a class on the class before it is complete, and
    another thread that takes it so ends the process.
    """
    with BUILDING:
        return msgspec.msgpack.Decoder(kind, dec_hook=_decode_path)


def encode(value: object) -> bytes:
    """Return ``value`` as bytes. A type that does not cross a process is a mistake of ours."""
    return _encoder.encode(value)


def decode(data: bytes | bytearray | memoryview, kind: type[T]) -> T:
    """Return the value of type ``kind`` in ``data``, or raise `WireError`."""
    decoder = _decoder(cast(Hashable, kind))
    try:
        value: T = decoder.decode(data)
    except Exception as error:
        # A constructor of the value may refuse with anything; the bytes are at fault all the same.
        raise WireError(type(error).__name__) from error
    return value
