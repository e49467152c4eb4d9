"""Files that were opened last: a short list in the profile, which can be cleared and switched off. No Qt.

It is a convenience and no record: what was done stands in the journal.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app import settings as table
from app.crypto.saving import write_error
from app.errors import RoscherkError
from app.places import write_private
from app.settings import Settings
from app.ui.work import Tasks
from app.values import dataclass

MOST: Final = 12
_LARGEST: Final = 1 << 18
_LONGEST: Final = 4096


@dataclass(frozen=True)
class RecentFile:
    """A file or folder that was opened; ``there``: it still is."""

    path: Path
    there: bool


class RecentFiles:
    """Reads and writes in one lane; the disk is never asked on the UI thread."""

    def __init__(
        self,
        file: Path,
        settings: Settings,
        tasks: Tasks,
        failed: Callable[[RoscherkError], None],
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """``wanted``: whether what is opened now is worth remembering; practice is not."""
        self._file = file
        self._settings = settings
        self._tasks = tasks
        self._failed = failed
        self._wanted = wanted

    @property
    def on(self) -> bool:
        """Tell whether files are remembered."""
        return self._settings.get(table.RECENT_FILES)

    def note(self, paths: Sequence[Path]) -> None:
        """Remember that these were opened."""
        if not self.on or not paths or not self._wanted():
            return
        fresh = [path.absolute() for path in paths[:MOST]]

        def work() -> None:
            old = _read(self._file)
            self._write(list(dict.fromkeys([*fresh, *old]))[:MOST])

        self._run(work)

    def look(self, found: Callable[[tuple[RecentFile, ...]], None]) -> None:
        """Tell which files were opened last, and whether they are still there."""

        def work() -> tuple[RecentFile, ...]:
            return tuple(RecentFile(path, os.access(path, os.F_OK)) for path in _read(self._file))

        self._tasks.run(lambda _job: work(), done=found, failed=self._failed, lane="recent")

    def clear(self) -> None:
        """Forget them all."""

        def work() -> None:
            try:
                self._file.unlink(missing_ok=True)
            except OSError as error:
                raise write_error(error, self._file) from error

        self._run(work)

    def follow_setting(self) -> None:
        """Forget what is remembered, once nothing is to be."""
        if not self.on:
            self.clear()

    def _write(self, paths: Sequence[Path]) -> None:
        try:
            write_private(self._file, json.dumps([str(path) for path in paths]).encode())
        except OSError as error:
            raise write_error(error, self._file) from error

    def _run(self, work: Callable[[], None]) -> None:
        self._tasks.run(
            lambda _job: work(), done=lambda _nothing: None, failed=self._failed, lane="recent"
        )


def _read(file: Path) -> list[Path]:
    """Read the list; one that is damaged is worth nothing, and nobody is troubled with it."""
    try:
        with file.open("rb") as stream:
            told = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(told, list):
        return []
    good = [
        Path(each)
        for each in told[:MOST]
        if isinstance(each, str) and len(each) <= _LONGEST and "\0" not in each
    ]
    return [each for each in good if each.is_absolute()]
