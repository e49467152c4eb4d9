"""Making a backup file of a profile that others may be writing to meanwhile."""

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app import __version__
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, move_new
from app.profile import archive
from app.profile.archive import Checksum, Head, Manifest, Seal, Source
from app.profile.files import JOURNAL, JOURNAL_HEAD, ProfileFiles
from app.profile.unfinished import TEMPORARY, sweep

_ATTEMPTS: Final = 3
_WAIT_SECONDS: Final = 5.0
_LEFT_ALONE: Final = 3600.0


def make(files: ProfileFiles, target: Path, seal: Seal, form: int, check: Seal) -> Manifest:
    """Write a backup under a name that is free, after reading back what was written.

    ``check`` opens what ``seal`` closes. Raises ``TARGET_EXISTS``, ``PROFILE_NO_ROOM``,
    ``FILE_CHANGED``, and :class:`OSError`; nothing is left then.
    """
    if os.path.lexists(target):
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=str(target))
    files.demand_room(target.parent, files.size())
    sweep(target.parent, age=_LEFT_ALONE)
    temporary = target.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        manifest = _written(files, temporary, seal, form)
        with temporary.open("rb") as file:
            opened = archive.read_head(file)
            archive.read_files(file, opened, check, lambda _: None, archive.nowhere)
        move_new(temporary, target)
    except FileExistsError:
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=str(target)) from None
    finally:
        temporary.unlink(missing_ok=True)
    return manifest


def make_own(files: ProfileFiles, form: int) -> Path:
    """Keep a copy of the whole profile inside it, for the case that a change was no good."""
    folder = make_private(files.backups)
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    target = folder / f"form-{form}-{moment}{archive.SUFFIX}"
    make(files, target, Checksum(), form, Checksum())
    return target


def forget_own(files: ProfileFiles, *, keep: int = 0) -> None:
    """Remove the copies that the program made by itself, but for the newest ones.

    Raises :class:`OSError`.
    """
    for path in own_copies(files)[keep:]:
        path.unlink(missing_ok=True)


def own_copies(files: ProfileFiles) -> tuple[Path, ...]:
    """Return the copies that the program made by itself, the newest first."""
    found = files.backups.glob(f"form-*{archive.SUFFIX}")
    return tuple(sorted(found, key=_moment, reverse=True))


def _moment(path: Path) -> str:
    return path.stem.rpartition("-")[2]


def _written(files: ProfileFiles, target: Path, seal: Seal, form: int) -> Manifest:
    made = datetime.now(UTC).replace(microsecond=0).isoformat()
    head = Head(made=made, program=__version__, form=form, seal=seal.kind, needs=seal.needs)
    for attempt in range(_ATTEMPTS):
        with _steady(files) as sources, target.open("wb") as file:
            target.chmod(0o600)
            try:
                return archive.write(file, head, seal, sources)
            except (RoscherkError, FileNotFoundError):
                if attempt == _ATTEMPTS - 1:
                    raise
    raise AssertionError("unreachable")


@contextmanager
def _steady(files: ProfileFiles) -> Iterator[list[Source]]:
    """Yield what goes into the backup; the journal as SQLite copies it while others write.

    That copy lies in the profile, never beside the backup: there it would be open to anybody.
    """
    names = files.names()
    sources = {name: Source(name, files.path(name)) for name in names}
    own = make_private(files.backups)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=own) as folder:
        place = Path(folder)
        if JOURNAL_HEAD in sources:
            # Before the journal: what is noted there must be found in the copy.
            copy = Source(JOURNAL_HEAD, place / "head")
            copy.path.write_bytes(sources[JOURNAL_HEAD].path.read_bytes())
            sources[JOURNAL_HEAD] = copy
        if JOURNAL in sources and copy_base(sources[JOURNAL].path, place / "journal"):
            sources[JOURNAL] = Source(JOURNAL, place / "journal")
        yield list(sources.values())


def copy_base(source: Path, target: Path) -> bool:
    """Copy a base of SQLite that others may be writing to; False: it cannot be read as one."""
    try:
        with (
            closing(sqlite3.connect(source, timeout=_WAIT_SECONDS)) as base,
            closing(sqlite3.connect(target)) as copy,
        ):
            base.backup(copy)
    except sqlite3.OperationalError as error:
        primary = error.sqlite_errorcode & 0xFF
        if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise RoscherkError(ErrorCode.JOURNAL_BUSY, path=str(source)) from None
        if primary == sqlite3.SQLITE_FULL:
            raise RoscherkError(ErrorCode.DISK_FULL, path=str(target)) from None
        return False
    except sqlite3.DatabaseError:
        return False  # damaged: it is kept as it is
    return True
