"""Finding out beside the work which documents bear signatures, a run of them at a time. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from app.crypto.packages.door import Packages
from app.errors import RoscherkError
from app.ui.files import Document, State
from app.ui.work import Job, Tasks

_RUN: Final = 32


class Peeking:
    """Looks at documents that came onto the list; what was found is told run by run."""

    def __init__(
        self, packages: Packages, tasks: Tasks, on_found: Callable[[list[Document]], None]
    ) -> None:
        self._packages = packages
        self._tasks = tasks
        self._on_found = on_found

    def look(self, documents: Sequence[Document]) -> None:
        """Look at these documents, one run after another."""
        waiting = [each for each in documents if each.state is State.ADDED]
        for begin in range(0, len(waiting), _RUN):
            run = waiting[begin : begin + _RUN]
            self._tasks.run(
                partial(self._look, run),
                done=self._on_found,
                failed=_ignore,
                lane="peek",
            )

    def _look(self, run: list[Document], job: Job) -> list[Document]:
        found = {
            each.path: each for each in self._packages.look([one.path for one in run], job.cancel)
        }
        return [replace(each, looked=found.get(each.path)) for each in run]


def _ignore(_error: RoscherkError) -> None:
    """Nobody asked for this look: what cannot be told is left untold."""
