"""Finding documents, and out beside the work which bear signatures, a run at a time. No Qt here."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from app.crypto.packages.door import Packages
from app.errors import RoscherkError
from app.ui.documents.telling import details_of_several
from app.ui.files import Document, KnownRows, State
from app.ui.gathering import Gathered, gather
from app.ui.work import Job, Tasks

_RUN: Final = 32


def gather_rows(paths: Sequence[Path], rows: KnownRows, job: Job) -> Gathered:
    """Find files and prepare what the list shows of them; for a thread, since it may be thousands."""
    found = gather(paths, job)
    rows.of(found.documents)
    details_of_several(found.documents)  # what names tell is found out here, not at the click
    return found


def seen(known: Mapping[str, Document], found: Sequence[Document]) -> list[Document]:
    """Return the documents with what was seen of them, unless something was done with them meanwhile."""
    there = ((known.get(each.key), each) for each in found)
    return [
        replace(document, looked=each.looked)
        for document, each in there
        if document is not None and document.state is State.ADDED
    ]


class Peeking:
    """Looks at documents that came onto the list; what was found is told run by run."""

    def __init__(
        self, packages: Packages, tasks: Tasks, on_found: Callable[[list[Document]], None]
    ) -> None:
        self._packages = packages
        self._tasks = tasks
        self._on_found = on_found
        self._waiting: deque[Document] = deque()
        self._looking = False

    def look(self, documents: Sequence[Document]) -> None:
        """Look at these documents, one run after another."""
        self._waiting.extend(each for each in documents if each.state is State.ADDED)
        if not self._looking:
            self._go_on()

    def _go_on(self) -> None:
        run = [self._waiting.popleft() for _ in range(min(_RUN, len(self._waiting)))]
        self._looking = bool(run)
        if run:
            self._tasks.run(
                partial(self._look, run), done=self._take, failed=self._pass_over, lane="peek"
            )

    def _look(self, run: list[Document], job: Job) -> list[Document]:
        found = {
            each.path: each for each in self._packages.look([one.path for one in run], job.cancel)
        }
        return [replace(each, looked=found.get(each.path)) for each in run]

    def _take(self, found: list[Document]) -> None:
        try:
            self._on_found(found)
        finally:  # what goes wrong at one run leaves the others, and later documents, their look
            self._go_on()

    def _pass_over(self, _error: RoscherkError) -> None:
        """Nobody asked for this look: what cannot be told is left untold."""
        self._go_on()
