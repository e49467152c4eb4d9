"""Foreign JSON and tables made into values of declared types, strictly and one thread at a time.

What msgspec learns of a class it hangs on that class before it is complete, and another thread that
takes it so ends the whole process. So every type is made known under one lock, which the wire between
processes takes as well.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

BUILDING = threading.RLock()
"""Held while anything is decoded into a class that may be new."""


def read_json(
    data: bytes | bytearray | memoryview | str,
    kind: type[T],
    *,
    dec_hook: Callable[[type, Any], Any] | None = None,
) -> T:
    """Decode JSON into a type; raise `msgspec.MsgspecError` for what does not fit."""
    with BUILDING:
        return msgspec.json.decode(data, type=kind, dec_hook=dec_hook)


def read_table(value: object, kind: type[T]) -> T:
    """Make a value of a type out of plain ones (a table of TOML); raise `msgspec.MsgspecError`."""
    with BUILDING:
        return msgspec.convert(value, kind)
