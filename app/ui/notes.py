"""Writing to the journal from the window: in a thread, and heard of when it fails. No Qt here."""

from collections.abc import Callable
from pathlib import Path

from app.errors import ErrorFamily, Fact, RoscherkError
from app.journal import Action, Journal
from app.ui.work import Tasks


class Notes:
    """Note what was done. A note that cannot be written does not undo what was done."""

    def __init__(self, journal: Journal, tasks: Tasks) -> None:
        self._journal = journal
        self._tasks = tasks
        self.on_problem: Callable[[RoscherkError], None] = lambda _error: None
        self.on_note: Callable[[], None] = lambda: None
        self.on_success: Callable[[], None] = lambda: None
        self._watchers: list[Callable[[Action, str], object]] = []

    def watch(self, watcher: Callable[[Action, str], object]) -> None:
        """Tell ``watcher`` of each thing that was done and of its outcome, written or not."""
        self._watchers.append(watcher)

    def note(self, action: Action, target: Path | str | None, outcome: str, **facts: Fact) -> None:
        """Append one row."""
        self._tasks.run(
            lambda _job: self._journal.append(action, target, outcome, at=None, **facts),
            done=lambda _number: self._written(),
            failed=self.on_problem,
            lane="journal",
        )
        for watcher in self._watchers:
            watcher(action, outcome)

    def failing(
        self,
        action: Action,
        target: Path | str,
        then: Callable[[RoscherkError], None],
        **facts: Fact,
    ) -> Callable[[RoscherkError], None]:
        """Return what notes that something was tried in vain, and then goes on with ``then``.

        A user who changed his mind has tried nothing.
        """

        def fail(error: RoscherkError) -> None:
            if error.family is not ErrorFamily.SILENT:
                self.note(action, target, error.code.value, **facts)
            then(error)

        return fail

    def _written(self) -> None:
        self.on_success()
        self.on_note()
