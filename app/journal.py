"""What was done: append-only, hash-chained, without file contents and without secrets.

One SQLite table. Each row holds its record as canonical JSON and the SHA-256 of the previous row's
hash followed by that JSON, so a changed, removed or inserted row breaks the chain at its place.
Triggers refuse UPDATE and DELETE. Rows cut off at the end leave no trace inside the file, so the
number and the hash of the newest row are noted in a file apart; `JournalCheck.missing_from` tells
of rows that were noted and are gone. Whoever changes both files, and every hash, is not found.

A connection is opened for each call: the window and commands write to one journal, from any thread.
The form of the file has a number (``user_version``): `_MIGRATIONS` leads from each to the next.
"""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.errors import ErrorCode, Fact, RoscherkError
from app.journal_rows import Action, Entry, Query, Told, Wanted, entry_of, moment_text
from app.places import make_private, unwritable, write_private
from app.values import dataclass

__all__ = ["Action", "Entry", "Journal", "JournalCheck", "Query", "Told"]

_START = bytes(32)
_WAIT_SECONDS = 5.0
_MOST_AT_ONCE = 500
"""Rows in one question: SQLite takes so many variables in every build."""
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE IF NOT EXISTS journal (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            record TEXT NOT NULL,
            hash BLOB NOT NULL
        ) STRICT""",
        """CREATE TRIGGER IF NOT EXISTS journal_is_not_changed BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'append-only'); END""",
        """CREATE TRIGGER IF NOT EXISTS journal_is_not_cut BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'append-only'); END""",
    ),
)
"""What leads from form 0 (nothing, or a journal of before the forms had numbers) to 1, and so on."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class JournalCheck:
    """Whether the chain holds."""

    rows: int
    first_broken: int | None
    """Number of the first row that is not as it was written; None: all are."""
    last_hash: str
    """Of the last sound row, in hex; of nothing, if there is none."""
    missing_from: int | None = None
    """Number of the first row that was noted and is not there any more; None: none is missing."""
    end_unknown: bool = False
    """There are rows, but the note of the newest is gone or cannot be read: a cut is not seen."""

    @property
    def sound(self) -> bool:
        """Tell whether every row is there and as it was written."""
        return self.first_broken is None and self.missing_from is None


class Journal:
    """The journal of one profile. The file is made by the first entry."""

    def __init__(self, file: Path, noted: Path | None = None) -> None:
        """Take the file; ``noted``: where the newest row is noted. None: a cut is not seen."""
        self._file = file
        self._noted = noted

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
                "time": moment_text(at or datetime.now(UTC)),
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
            link = _link(previous, record.encode())
            row = base.execute("INSERT INTO journal (record, hash) VALUES (?, ?)", (record, link))
            base.execute("COMMIT")
            number = int(row.lastrowid or 0)
        self._note(number, link)
        return number

    def entries(self, *, limit: int = 200, before: int | None = None) -> tuple[Entry, ...]:
        """Return the newest rows first; ``before`` continues below a row's number."""
        if self._is_empty():
            return ()
        with self._connect() as base:
            rows = base.execute(
                "SELECT number, record FROM journal WHERE number < ? ORDER BY number DESC LIMIT ?",
                (before if before is not None else (1 << 63) - 1, limit),
            ).fetchall()
        return tuple(entry_of(int(number), str(record)) for number, record in rows)

    def find(self, query: Query, told: Told = lambda _action, _outcome: "") -> tuple[int, ...]:
        """Return the numbers of the rows that are wanted, the newest first."""
        if self._is_empty():
            return ()
        with self._connect() as base:
            if query.everything:
                rows = base.execute("SELECT number FROM journal ORDER BY number DESC")
                return tuple(int(number) for (number,) in rows)
            wanted = Wanted(query, told)
            rows = base.execute("SELECT number, record FROM journal ORDER BY number DESC")
            return tuple(int(number) for number, record in rows if wanted(int(number), str(record)))

    def rows(self, numbers: Sequence[int]) -> tuple[Entry, ...]:
        """Return the rows of these numbers in this order; one that is not there is left out."""
        if not numbers or self._is_empty():
            return ()
        found: dict[int, Entry] = {}
        with self._connect() as base:
            for start in range(0, len(numbers), _MOST_AT_ONCE):
                part = tuple(numbers[start : start + _MOST_AT_ONCE])
                marks = ",".join("?" * len(part))
                # Only question marks are put into the statement.
                chosen = f"SELECT number, record FROM journal WHERE number IN ({marks})"  # noqa: S608
                for number, record in base.execute(chosen, part):
                    found[int(number)] = entry_of(int(number), str(record))
        return tuple(found[number] for number in numbers if number in found)

    def verify(self) -> JournalCheck:
        """Recompute the chain from the first row to the last, and look for rows that were noted."""
        noted = self._noted_row()
        noted_number, noted_hash = noted or (0, _START)
        previous = _START
        count = 0
        if not self._is_empty():
            with self._connect() as base:
                # As bytes: a row whose text is no longer UTF-8 is a broken row, not a broken file.
                rows = base.execute(
                    "SELECT number, CAST(record AS BLOB), hash FROM journal ORDER BY number"
                )
                for count, (number, record, told) in enumerate(rows, start=1):
                    link = _link(previous, bytes(record))
                    unlike_noted = count == noted_number and link != noted_hash
                    if number != count or bytes(told) != link or unlike_noted:
                        return JournalCheck(
                            rows=count, first_broken=count, last_hash=previous.hex()
                        )
                    previous = link
        missing = count + 1 if noted_number > count else None
        return JournalCheck(
            rows=count,
            first_broken=None,
            last_hash=previous.hex(),
            missing_from=missing,
            end_unknown=noted is None and count > 0,
        )

    def set_aside(self) -> Path | None:
        """Keep a damaged journal beside, under another name, and begin a new one; return that name.

        None: there was no file. Raises ``TARGET_UNWRITABLE``.
        """
        kept: Path | None = None
        try:
            if self._file.exists():
                mark = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
                kept = self._file.with_name(f"{self._file.stem}.aside-{mark}{self._file.suffix}")
                self._file.rename(kept)
            if self._noted is not None:
                self._noted.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None
        self.append(Action.JOURNAL_BEGIN, None if kept is None else kept.name, "done")
        return kept

    def _note(self, number: int, link: bytes) -> None:
        """Note the newest row apart. Of several writers any may be last: it is a lower bound."""
        if self._noted is None:
            return
        try:
            write_private(self._noted, _note_of(number, link))
        except OSError as error:
            _log.warning("the newest row of the journal was not noted: errno=%s", error.errno)

    def _noted_row(self) -> tuple[int, bytes] | None:
        """Return number and hash of the row that was noted last; None: that cannot be told."""
        if self._noted is None:
            return 0, _START
        try:
            told = json.loads(self._noted.read_bytes())
            return int(told["number"]), bytes.fromhex(told["hash"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.warning("the note of the newest row cannot be read: %s", type(error).__name__)
            return None

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
                    base.execute("PRAGMA synchronous = FULL")
                self._migrate(base, write=write)
                yield base
            finally:
                base.close()
        except sqlite3.Error as error:
            raise self._our_error(error, write=write) from None
        except UnicodeDecodeError:
            # SQLite quotes the schema that it cannot read, and what it quotes is no text.
            raise RoscherkError(ErrorCode.JOURNAL_DAMAGED, path=str(self._file)) from None
        except OSError as error:
            raise self._unwritable(error) from None

    def _migrate(self, base: sqlite3.Connection, *, write: bool) -> None:
        """Bring the file to the form of this version; refuse that of a newer one."""
        form = self._form(base)
        if not write:
            if not form and base.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
                # Whoever wrote the first row was killed, and SQLite has taken back what there was.
                base.execute("CREATE TEMP TABLE journal (number, record, hash)")
            return
        if form == len(_MIGRATIONS):
            return
        base.execute("BEGIN IMMEDIATE")
        for number in range(self._form(base), len(_MIGRATIONS)):
            for statement in _MIGRATIONS[number]:
                base.execute(statement)
            base.execute(f"PRAGMA user_version = {number + 1}")
        base.execute("COMMIT")

    def _form(self, base: sqlite3.Connection) -> int:
        form = int(base.execute("PRAGMA user_version").fetchone()[0])
        if form > len(_MIGRATIONS):
            raise RoscherkError(ErrorCode.JOURNAL_NEWER, path=str(self._file), form=form)
        return form

    def _unwritable(self, error: OSError) -> RoscherkError:
        return unwritable(self._file, error)

    def _our_error(self, error: sqlite3.Error, *, write: bool) -> RoscherkError:
        # The low byte is the primary code: https://www.sqlite.org/rescode.html
        primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        code = _ERRORS.get(primary, ErrorCode.JOURNAL_DAMAGED)
        if code is ErrorCode.TARGET_UNWRITABLE and not write:
            code = ErrorCode.FILE_UNREADABLE
        return RoscherkError(code, path=str(self._file), sqlite_error=primary)


_ERRORS = {
    sqlite3.SQLITE_BUSY: ErrorCode.JOURNAL_BUSY,
    sqlite3.SQLITE_LOCKED: ErrorCode.JOURNAL_BUSY,
    sqlite3.SQLITE_FULL: ErrorCode.DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: ErrorCode.TARGET_UNWRITABLE,
    # A disk that fails, or is gone, says nothing against the rows.
    sqlite3.SQLITE_IOERR: ErrorCode.TARGET_UNWRITABLE,
    sqlite3.SQLITE_PERM: ErrorCode.TARGET_UNWRITABLE,
    sqlite3.SQLITE_READONLY: ErrorCode.TARGET_UNWRITABLE,
}


def bring_up(file: Path) -> bytes | None:
    """Bring a journal to the form of this version; return the note of its newest row, if it has one.

    For the migrations of a profile, on a copy. Raises ``JOURNAL_DAMAGED`` and the like.
    """
    found = Journal(file)
    with found._connect(write=True):  # noqa: SLF001 - of this file
        pass
    check = found.verify()
    return _note_of(check.rows, bytes.fromhex(check.last_hash)) if check.rows else None


def _note_of(number: int, link: bytes) -> bytes:
    return json.dumps({"number": number, "hash": link.hex()}).encode()


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
