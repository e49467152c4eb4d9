"""What was done: append-only, hash-chained, without file contents and without secrets.

One SQLite table. Each row holds its record as canonical JSON and the SHA-256 of the previous row's
hash followed by that JSON, so a changed, removed or inserted row breaks the chain at its place.
Triggers refuse UPDATE and DELETE. Rows cut off at the end leave no trace inside the file: whoever
wants to know compares `JournalCheck.last_hash` with one that was noted before.

A connection is opened for each call: the window and commands write to one journal, from any thread.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.errors import ErrorCode, Fact, RoscherkError
from app.places import make_private

_START = bytes(32)
_WAIT_SECONDS = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS journal_is_not_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_is_not_cut BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


class Action(StrEnum):
    """What a row tells about."""

    SIGN = "sign"
    VERIFY = "verify"
    STAMP = "stamp"
    SIGNATURE_EXTRACT = "signature_extract"
    SIGNATURE_REMOVE = "signature_remove"
    SIGNATURE_MERGE = "signature_merge"
    SIGNATURE_SPLIT = "signature_split"
    SIGNATURE_CONVERT = "signature_convert"
    SIGNATURE_EXTEND = "signature_extend"
    CONTAINER_CREATE = "container_create"
    CONTAINER_IMPORT = "container_import"
    CONTAINER_EXPORT = "container_export"
    CONTAINER_COPY = "container_copy"
    CONTAINER_DELETE = "container_delete"
    CONTAINER_TEST = "container_test"
    CONTAINER_RENAME = "container_rename"
    CONTAINER_REPAIR = "container_repair"
    KEY_STOP = "key_stop"
    KEY_RESUME = "key_resume"
    CONTAINER_PASSWORD = "container_password"  # noqa: S105 - a name
    CERTIFICATE_INSTALL = "certificate_install"
    CERTIFICATE_BIND = "certificate_bind"
    CERTIFICATE_UNBIND = "certificate_unbind"
    REQUEST_CREATE = "request_create"
    REQUEST_FORGET = "request_forget"
    TRUST_ADD = "trust_add"
    TRUST_REMOVE = "trust_remove"
    ACCREDITED_LIST_IMPORT = "accredited_list_import"
    ACCREDITED_LIST_UNDO = "accredited_list_undo"
    PIN_VERIFY = "pin_verify"
    PIN_CHANGE = "pin_change"
    PIN_UNBLOCK = "pin_unblock"
    PIN_SET = "pin_set"
    TOKEN_LABEL = "token_label"  # noqa: S105 - a name
    TOKEN_FORMAT = "token_format"  # noqa: S105 - a name
    PRACTICE_ENTER = "practice_enter"
    PRACTICE_LEAVE = "practice_leave"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row. ``action`` and ``outcome`` are codes; a newer version may have written others."""

    number: int
    time: datetime
    action: str
    target: str | None
    outcome: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JournalCheck:
    """Whether the chain holds."""

    rows: int
    first_broken: int | None
    """Number of the first row that is not as it was written; None: all are."""
    last_hash: str
    """Of the last sound row, in hex; of nothing, if there is none."""

    @property
    def sound(self) -> bool:
        """Tell whether every row is as it was written."""
        return self.first_broken is None


class Journal:
    """The journal of one profile. The file is made by the first entry."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def append(
        self,
        action: Action,
        target: Path | str | None,
        outcome: str,
        *,
        at: datetime | None = None,
        **facts: Fact,
    ) -> int:
        """Write one row and return its number. ``outcome`` is a code, e.g. of an error."""
        record = _canonical(
            {
                "time": (at or datetime.now(UTC)).astimezone(UTC).isoformat(),
                "action": str(action),
                "target": None if target is None else str(target),
                "outcome": outcome,
                "facts": _plain(facts),
            }
        )
        with self._connect(write=True) as base:
            base.execute("BEGIN IMMEDIATE")
            last = base.execute("SELECT hash FROM journal ORDER BY number DESC LIMIT 1").fetchone()
            previous = _START if last is None else bytes(last[0])
            row = base.execute(
                "INSERT INTO journal (record, hash) VALUES (?, ?)",
                (record, _link(previous, record.encode())),
            )
            base.execute("COMMIT")
            return int(row.lastrowid or 0)

    def entries(self, *, limit: int = 200, before: int | None = None) -> tuple[Entry, ...]:
        """Return the newest rows first; ``before`` continues below a row's number."""
        if self._is_empty():
            return ()
        with self._connect() as base:
            rows = base.execute(
                "SELECT number, record FROM journal WHERE number < ? ORDER BY number DESC LIMIT ?",
                (before if before is not None else (1 << 63) - 1, limit),
            ).fetchall()
        return tuple(_entry(int(number), str(record)) for number, record in rows)

    def verify(self) -> JournalCheck:
        """Recompute the chain from the first row to the last."""
        if self._is_empty():
            return JournalCheck(rows=0, first_broken=None, last_hash=_START.hex())
        previous = _START
        count = 0
        with self._connect() as base:
            # As bytes: a row whose text is no longer UTF-8 is a broken row, not a broken file.
            rows = base.execute(
                "SELECT number, CAST(record AS BLOB), hash FROM journal ORDER BY number"
            )
            for count, (number, record, told) in enumerate(rows, start=1):
                if number != count or bytes(told) != _link(previous, bytes(record)):
                    return JournalCheck(rows=count, first_broken=count, last_hash=previous.hex())
                previous = bytes(told)
        return JournalCheck(rows=count, first_broken=None, last_hash=previous.hex())

    def _is_empty(self) -> bool:
        """Tell whether nothing was ever written."""
        try:
            return self._file.stat().st_size == 0
        except FileNotFoundError:
            return True
        except OSError as error:
            raise self._unwritable(error) from None

    @contextmanager
    def _connect(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the file for one call, with this room's errors at the border."""
        try:
            if write:
                make_private(self._file.parent)
                self._file.touch(mode=0o600)
            base = sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                if write:
                    base.executescript("PRAGMA synchronous = FULL;" + _SCHEMA)
                yield base
            finally:
                base.close()
        except sqlite3.Error as error:
            raise self._our_error(error) from None
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> RoscherkError:
        return RoscherkError(
            ErrorCode.TARGET_UNWRITABLE, path=str(self._file), errno=error.errno or 0
        )

    def _our_error(self, error: sqlite3.Error) -> RoscherkError:
        # The low byte is the primary code: https://www.sqlite.org/rescode.html
        primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        code = _ERRORS.get(primary, ErrorCode.JOURNAL_DAMAGED)
        return RoscherkError(code, path=str(self._file), sqlite_error=primary)


_ERRORS = {
    sqlite3.SQLITE_BUSY: ErrorCode.JOURNAL_BUSY,
    sqlite3.SQLITE_LOCKED: ErrorCode.JOURNAL_BUSY,
    sqlite3.SQLITE_FULL: ErrorCode.DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: ErrorCode.TARGET_UNWRITABLE,
    sqlite3.SQLITE_PERM: ErrorCode.TARGET_UNWRITABLE,
    sqlite3.SQLITE_READONLY: ErrorCode.TARGET_UNWRITABLE,
}


def _plain(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Let only plain facts in: bytes could be a document or a secret."""
    for value in facts.values():
        if not isinstance(value, str | int | bool):
            raise TypeError("a fact of the journal is text, a whole number or a truth value")
    return dict(facts)


def _canonical(record: Mapping[str, object]) -> str:
    """Write JSON in one way only. ASCII escapes also hold file names that are not UTF-8."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _link(previous: bytes, record: bytes) -> bytes:
    return hashlib.sha256(previous + record).digest()


def _entry(number: int, record: str) -> Entry:
    try:
        fields: dict[str, Any] = json.loads(record)
        return Entry(
            number=number,
            time=datetime.fromisoformat(fields["time"]),
            action=str(fields["action"]),
            target=fields["target"],
            outcome=str(fields["outcome"]),
            facts=fields["facts"],
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RoscherkError(ErrorCode.JOURNAL_DAMAGED, row=number) from None
