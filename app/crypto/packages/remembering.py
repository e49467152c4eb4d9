"""Verdicts of earlier checks, by content: the same files under the same trust need no second look.

Kept in the profile, for this user alone. An entry is found again only if nothing that a verdict
rests on has changed: the octets of signature, document and powers of attorney, the policy, the
trust, the program. What cannot be read any more is as good as absent.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import __version__
from app.crypto.model import TrustMaterial, Verification, VerifyRequest
from app.crypto.verdict.report import Indication
from app.places import make_private
from app.processes import wire
from app.values import dataclass

MOST = 50_000
"""Entries that are kept; the oldest go first."""

_SERVES = timedelta(days=31)
"""A verdict of an earlier month is looked at anew: certificates are revoked in the meantime."""
_DECIDED = frozenset({Indication.TOTAL_PASSED, Indication.TOTAL_FAILED, Indication.NO_SIGNATURE})

_TABLE = "CREATE TABLE IF NOT EXISTS checked (key TEXT PRIMARY KEY, at TEXT, verdict BLOB)"


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A verdict and when it was given."""

    at: datetime
    verification: Verification


class Remembered:
    """The verdicts that one profile remembers. May be used from any thread."""

    def __init__(self, file: Path) -> None:
        """Take the file; it is made when there is something to keep."""
        self._file = file

    def find(self, keys: list[str]) -> dict[str, Earlier]:
        """Return what is known under these keys, if it is not too old."""
        found, since = {}, datetime.now(UTC) - _SERVES
        # UnicodeDecodeError: SQLite quotes what it cannot read.
        with (
            contextlib.suppress(sqlite3.Error, OSError, UnicodeDecodeError),
            self._open(make=False) as base,
        ):
            for key in keys:
                row = base.execute(
                    "SELECT at, verdict FROM checked WHERE key = ?", (key,)
                ).fetchone()
                earlier = None if row is None else _read(*row)
                if earlier is not None and earlier.at >= since:
                    found[key] = earlier
        return found

    def keep(self, verdicts: Mapping[str, Verification], at: datetime) -> None:
        """Remember verdicts. A memory that cannot be written to is none: nothing rests on it.

        What could not be decided, or not be read, is looked at again each time.
        """
        when = at.astimezone(UTC).isoformat()
        rows = [
            (key, when, wire.encode(each))
            for key, each in verdicts.items()
            if each.report.verdict in _DECIDED and not each.report.errors
        ]
        with (
            contextlib.suppress(sqlite3.Error, OSError, UnicodeDecodeError),
            self._open(make=True) as base,
        ):
            base.executemany("INSERT OR REPLACE INTO checked VALUES (?, ?, ?)", rows)
            base.execute(
                "DELETE FROM checked WHERE key IN "
                "(SELECT key FROM checked ORDER BY at DESC LIMIT -1 OFFSET ?)",
                (MOST,),
            )

    @contextlib.contextmanager
    def _open(self, *, make: bool) -> Iterator[sqlite3.Connection]:
        if make:
            make_private(self._file.parent)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        elif not self._file.exists():
            raise FileNotFoundError(self._file)
        with contextlib.closing(sqlite3.connect(self._file, timeout=5)) as base, base:
            base.execute(_TABLE)
            yield base


def _read(at: object, verdict: object) -> Earlier | None:
    if not isinstance(verdict, bytes):
        return None
    try:
        when = datetime.fromisoformat(str(at))
        found = wire.decode(verdict, Verification)
    except (ValueError, wire.WireError):
        return None
    if when.tzinfo is None:
        return None  # not written by `keep`
    return Earlier(at=when, verification=found)


def key_of(
    request: VerifyRequest, digests: Mapping[Path, Mapping[str, bytes]], trust: bytes
) -> str | None:
    """Return what names a check of one file; None where an octet of it could not be read.

    Nor has a check a name that looks around by itself: what it finds may be another thing next time.
    """
    if request.search:
        return None
    online = request.network.online
    told = hashlib.sha256(trust)
    told.update(f"{__version__}|{request.policy}|{request.allow_practice}|{online}|".encode())
    for path in (request.path, request.content, *involved(request)):
        if path is None:
            told.update(b"-")
            continue
        value = digests.get(path, {}).get("sha256")
        if value is None:
            return None
        told.update(value)
    return told.hexdigest()


def involved(request: VerifyRequest) -> tuple[Path, ...]:
    """Name all files that a verdict rests on."""
    pairs = (path for pair in request.mchd for path in (pair.document, pair.signature))
    named = (request.path, request.content, *pairs)
    return tuple(path for path in named if path is not None)


def trust_print(trust: TrustMaterial) -> bytes:
    """Return a print of all that the user trusts: names, sizes and times of its files."""
    told = hashlib.sha256()
    for each in fields(trust):
        value = getattr(trust, each.name)
        told.update(each.name.encode())
        for path in value if isinstance(value, tuple) else (value,):
            if isinstance(path, Path):
                for line in sorted(_lines(path)):
                    told.update(line)
            else:
                told.update(repr(path).encode())
    return told.digest()


def _lines(path: Path) -> Iterator[bytes]:
    """Yield a line for each file of a store, whether it is one file or a folder."""
    files = path.rglob("*") if path.is_dir() else (path,)
    for file in files:
        with contextlib.suppress(OSError):
            status = file.stat()
            yield f"{file}|{status.st_size}|{status.st_mtime_ns}".encode("utf-8", "surrogateescape")
