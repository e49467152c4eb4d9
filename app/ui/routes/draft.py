"""The lines of people while they are typed, kept on the disk: a hundred of them outlive a crash. No Qt here."""

import contextlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from app.crypto.saving import write_error
from app.errors import RoscherkError
from app.places import write_private
from app.shapes import read_json
from app.tokens.small_files import read_small_file
from app.ui.routes.asking import PeopleAsked
from app.ui.work import Job, Tasks

_LARGEST: Final = 1 << 20
_LANE: Final = "draft"


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in the file."""

    document: str
    lines: str
    note: str
    due: date | None = None


class PeopleDraft:
    """Keeps one: that of the dialog which is open."""

    def __init__(self, file: Path, tasks: Tasks, on_error: Callable[[RoscherkError], None]) -> None:
        self._file = file
        self._tasks = tasks
        self._on_error = on_error

    def look(self, document: Path, found: Callable[[PeopleAsked], None]) -> None:
        """Tell what was typed for this document before a crash; nothing is told as an empty form."""

        def read(_job: Job) -> PeopleAsked:
            kept = _read(self._file)
            if kept is None or kept.document != str(document):
                return PeopleAsked(document=document)
            return PeopleAsked(document=document, lines=kept.lines, note=kept.note, due=kept.due)

        self._tasks.run(read, done=found, failed=self._on_error, lane=_LANE)

    def keep(self, asked: PeopleAsked) -> None:
        """Write what has been typed so far."""
        kept = _Kept(str(asked.document), asked.lines, asked.note, asked.due)
        with contextlib.suppress(UnicodeEncodeError):  # a name that is no text has no draft
            data = msgspec.json.encode(kept)
            self._run(lambda _job: _write(self._file, data))

    def forget(self) -> None:
        """Remove it: the dialog was closed, one way or the other."""
        self._run(lambda _job: self._file.unlink(missing_ok=True))

    def _run(self, work: Callable[[Job], None]) -> None:
        self._tasks.run(work, done=lambda _none: None, failed=self._on_error, lane=_LANE)


def _write(file: Path, data: bytes) -> None:
    try:
        write_private(file, data)
    except OSError as error:
        raise write_error(error, file) from error


def _read(file: Path) -> _Kept | None:
    """Return what is there; a damaged file is no draft."""
    try:
        return read_json(read_small_file(file, _LARGEST), _Kept)
    except (RoscherkError, msgspec.MsgspecError, ValueError):
        return None
