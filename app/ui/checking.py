"""Verifying files from the window: two at a time, each told when it is done. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from app.crypto.packages.door import CheckedPackage, Packages
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.ui.files import Document, State, is_practice
from app.ui.notes import Notes
from app.ui.work import Job, Task, Tasks


class Checking:
    """Verify documents; what becomes of each is told by ``on_change``."""

    def __init__(
        self,
        verifying: Verifying,
        tasks: Tasks,
        notes: Notes,
        on_change: Callable[[Document], None],
        packages: Packages | None = None,
    ) -> None:
        self._verifying = verifying
        self._tasks = tasks
        self._notes = notes
        self._on_change = on_change
        self._packages = packages
        self.skip_checked = False
        self._lanes = cycle(("check 1", "check 2"))
        self._running: dict[str, Task] = {}

    @property
    def running(self) -> int:
        """Return how many files still wait for their verdict."""
        return len(self._running)

    def start(
        self,
        documents: Sequence[Document],
        *,
        practice: bool,
        content: Path | None = None,
        offline: bool = False,
    ) -> None:
        """Verify the documents, each in its turn; ``content`` is what a signature belongs to.

        ``offline``: nothing is asked of the network.
        """
        options = VerifyOptions(allow_practice=practice, content=content, offline=offline)
        for document in documents:
            if document.key not in self._running:
                self._start(document, options)

    def _start(self, document: Document, options: VerifyOptions) -> None:
        self._running[document.key] = self._tasks.run(
            lambda job: self._verify(document, job, options),
            done=lambda found: self._take(document, found),
            failed=lambda error: self._fail(document, error),
            progress=lambda done, total: self._progress(document, done, total),
            lane=next(self._lanes),
        )
        self._on_change(replace(document, state=State.CHECKING, percent=None, error=None))

    def cancel(self) -> None:
        """Stop what is still running."""
        for task in list(self._running.values()):
            task.cancel()

    def _verify(
        self, document: Document, job: Job, options: VerifyOptions
    ) -> Checked | CheckedPackage:
        if self._packages is not None and document.package is not None and options.content is None:
            return self._packages.verify(
                document.package,
                options,
                progress=lambda _path, done, total: job.progress(done, total),
                cancel=job.cancel,
                skip_checked=self.skip_checked,
                only={document.path},
            )
        return self._verifying.verify(
            [document.to_verify],
            options,
            progress=lambda _path, done, total: job.progress(done, total),
            cancel=job.cancel,
        )

    def _progress(self, document: Document, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else None
        self._on_change(replace(document, state=State.CHECKING, percent=percent, error=None))

    def _take(self, document: Document, told: Checked | CheckedPackage) -> None:
        self._running.pop(document.key, None)
        found = told if isinstance(told, Checked) else told.checked
        whole = None if isinstance(told, Checked) else told
        done = replace(
            document, state=State.CHECKED, checked=found, whole=whole, percent=None, error=None
        )
        if whole is None or whole.fresh:
            self._notes.note(
                Action.VERIFY,
                document.shown or document.to_verify,
                found.report.files[0].verdict,
                practice=is_practice(done),
            )
        self._on_change(done)

    def _fail(self, document: Document, error: RoscherkError) -> None:
        self._running.pop(document.key, None)
        if error.code is ErrorCode.CANCELLED:
            self._on_change(replace(document, percent=None))
            return
        self._notes.note(Action.VERIFY, document.shown or document.to_verify, str(error.code))
        self._on_change(replace(document, state=State.FAILED, error=error, percent=None))
