"""Facts as JSON of the schema ``roscherk.facts/1``: kept, and judged again later (rule V-01).

The file says what was found, for when and under what it was judged. Whoever judges it again finds
out nothing anew: not even that the signed file still exists.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from app.crypto.verdict.facts import FileFacts
from app.errors import ErrorCode, RoscherkError
from app.shapes import read_json
from app.values import dataclass

SCHEMA = "roscherk.facts/1"
LARGEST = 256 << 20
"""Octets of a file of facts."""


@dataclass(frozen=True, kw_only=True)
class StoredFacts:
    """The facts of one check of one or several files."""

    schema: str = SCHEMA
    checked_at: datetime
    """When the facts were established, UTC."""
    control_time: datetime
    at_by_user: bool = False
    allow_practice: bool = False
    policy: str = "default"
    engine: dict[str, str]
    files: tuple[FileFacts, ...]


def to_json(stored: StoredFacts) -> bytes:
    """Write facts as indented JSON with a newline at its end; octets are base64, times UTC."""
    compact = msgspec.json.encode(stored, enc_hook=_path_to_text, order="deterministic")
    return msgspec.json.format(compact, indent=1) + b"\n"


def from_json(data: bytes) -> StoredFacts:
    """Read facts; raise FACTS_DAMAGED for anything that `to_json` cannot have written."""
    try:
        stored = read_json(data, StoredFacts, dec_hook=_text_to_path)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise RoscherkError(ErrorCode.FACTS_DAMAGED, why=type(error).__name__) from error
    if stored.schema != SCHEMA:
        raise RoscherkError(ErrorCode.FACTS_DAMAGED, why=stored.schema[:40])
    if any(one.tzinfo is None for one in (stored.checked_at, stored.control_time)):
        raise RoscherkError(ErrorCode.FACTS_DAMAGED, why="time")
    return stored


def _path_to_text(value: object) -> str:
    """Write a path as the report does: what is not UTF-8 in it becomes visible."""
    if isinstance(value, Path):
        return os.fsencode(value).decode("utf-8", "backslashreplace")
    raise NotImplementedError(type(value).__name__)


def _text_to_path(kind: type, value: Any) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise ValueError(kind.__name__)
