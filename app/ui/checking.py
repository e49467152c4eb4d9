"""Verifying files from the window: a few at a time, each told when it is done. No Qt here."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Final

from app.crypto.packages.door import CheckedPackage, Packages
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.ui.files import Document, State, is_practice
from app.ui.notes import Notes
from app.ui.sharing import Sharing
from app.ui.work import Job, Task, Tasks

_AT_ONCE: Final = 4
"""Two for each lane, so that a worker never waits for the window; the others cost nothing yet."""


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
        self._sharing = Sharing()
        self.skip_checked = False
        self.quiet = False
        """Those that wait for their turn are not told of: there may be thousands."""
        self.prepare: Callable[[Document], object] = lambda _document: None
        """Called in a thread with each document that has its verdict, before it is told of."""
        self._lanes = cycle(("check 1", "check 2"))
        self._waiting: dict[str, tuple[Document, VerifyOptions]] = {}
        self._running: dict[str, Task] = {}

    @property
    def running(self) -> int:
        """Return how many files still wait for their verdict."""
        return len(self._running) + len(self._waiting)

    @property
    def current(self) -> str | None:
        """Return the key of the file whose turn it is; None: nothing is done."""
        return next(iter(self._running), None)

    def waits(self, key: str) -> bool:
        """Tell whether a file waits for its turn, or for its verdict."""
        return key in self._waiting or key in self._running

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
            if not self.waits(document.key):
                self._waiting[document.key] = (document, options)
                if not self.quiet:
                    self._on_change(replace(document, state=State.WAITING, error=None))
        self._fill()

    def _fill(self) -> None:
        while self._waiting and len(self._running) < _AT_ONCE:
            key = next(iter(self._waiting))
            document, options = self._waiting.pop(key)
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
        """Stop what is still running, and what waits."""
        waiting = [document for document, _options in self._waiting.values()]
        self._waiting.clear()
        if not self.quiet:
            for document in waiting:
                self._on_change(document)
        for task in list(self._running.values()):
            task.cancel()

    def forget(self, keys: Collection[str]) -> None:
        """Let go of files that only wait for their turn."""
        for key in keys:
            self._waiting.pop(key, None)

    def _verify(self, document: Document, job: Job, options: VerifyOptions) -> Document:
        """Verify one file; runs in a thread."""
        whole: CheckedPackage | None = None
        if self._packages is not None and document.package is not None and options.content is None:
            whole = self._packages.verify(
                document.package,
                options,
                progress=lambda _path, done, total: job.progress(done, total),
                cancel=job.cancel,
                skip_checked=self.skip_checked,
                only={document.path},
            )
        checked = self._alone(document, job, options) if whole is None else whole.checked
        checked = self._sharing.of(checked)
        whole = None if whole is None else replace(whole, checked=checked)
        done = replace(
            document, state=State.CHECKED, checked=checked, whole=whole, percent=None, error=None
        )
        self.prepare(done)
        return done

    def _alone(self, document: Document, job: Job, options: VerifyOptions) -> Checked:
        return self._verifying.verify(
            [document.to_verify],
            options,
            progress=lambda _path, done, total: job.progress(done, total),
            cancel=job.cancel,
        )

    def _progress(self, document: Document, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else None
        self._on_change(replace(document, state=State.CHECKING, percent=percent, error=None))

    def _take(self, document: Document, done: Document) -> None:
        self._running.pop(document.key, None)
        self._fill()
        if done.checked is not None and (done.whole is None or done.whole.fresh):
            self._notes.note(
                Action.VERIFY,
                done.shown or done.to_verify,
                done.checked.report.files[0].verdict,
                practice=is_practice(done),
            )
        self._on_change(done)

    def _fail(self, document: Document, error: RoscherkError) -> None:
        self._running.pop(document.key, None)
        if error.code is ErrorCode.CANCELLED:
            self._on_change(replace(document, percent=None))
            self._fill()
            return
        self._notes.note(Action.VERIFY, document.shown or document.to_verify, str(error.code))
        self._on_change(replace(document, state=State.FAILED, error=error, percent=None))
        self._fill()
