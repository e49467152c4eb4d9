"""Files of later starts of the program, shown in this window. No Qt here.

A file manager may start the program once for each file, so what comes together is shown together.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.crypto.verifying.names import are_signatures
from app.handover import Arrival, Page
from app.ui.work import Job, Tasks

_TOGETHER: Final = 0.15
"""Seconds in which starts belong together."""


class LaterStarts:
    """Gathers what later starts hand over."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        show: Callable[[list[Path], bool], object],
        to_front: Callable[[str], object],
    ) -> None:
        """``show`` gets files and whether to verify them; ``to_front`` gets Wayland's token."""
        self._tasks = tasks
        self._show = show
        self._to_front = to_front
        self._files: dict[Page, list[Path]] = {}
        self._gathering = False

    def come(self, arrival: Arrival) -> None:
        """Hear of a later start, in any thread."""

        def take() -> None:
            self.take(arrival)

        self._tasks.post(take)

    def take(self, arrival: Arrival) -> bool:
        """Take what a later start wants; False: it waits no longer."""
        if not arrival.take():
            return False
        wish = arrival.wish
        self._to_front(wish.token)
        if wish.files or wish.page is not Page.BY_KIND:
            self._files.setdefault(wish.page, []).extend(wish.files)
            self._gather()
        return True

    def _gather(self) -> None:
        if self._gathering:
            return
        self._gathering = True
        self._tasks.run(_wait, done=lambda _nothing: self._flush(), failed=lambda _e: self._flush())

    def _flush(self) -> None:
        self._gathering = False
        gathered, self._files = self._files, {}
        for page, files in gathered.items():
            verify = page is Page.VERIFY or (page is Page.BY_KIND and are_signatures(files))
            self._show(list(dict.fromkeys(files)), verify)


def _wait(_job: Job) -> None:
    time.sleep(_TOGETHER)
