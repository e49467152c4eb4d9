"""Work off the UI thread: daemon threads, answers by queued signals, cancelling, a slow notice.

Threads are daemons and never joined, so that a call which hangs inside a driver cannot hold up the
end of the program. Executors and QThreadPool join theirs; QThread aborts the process instead.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.errors import ErrorCode, RoscherkError
from app.ui.work import Job, Progress, Task

T = TypeVar("T")
_log = logging.getLogger(__name__)
SLOW_AFTER_MS: Final = 3000
_PROGRESS_EVERY_S: Final = 0.05
_Run = Callable[[], None]


class _Running(QObject):
    """One piece of work; lives on the UI thread, is spoken to from its worker thread."""

    _event = Signal(str, object)

    def __init__(
        self,
        done: Callable[[Any], None],
        failed: Callable[[RoscherkError], None],
        progress: Progress | None,
        slow: Callable[[], None] | None,
        parent: "QtTasks",
    ) -> None:
        super().__init__(parent)
        self._done = done
        self._failed = failed
        self._progress = progress
        self._tasks = parent
        self._over = False
        self._last = 0.0
        self.job = Job(progress=self._report)
        self._event.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_AFTER_MS)
        if slow is not None:
            self._slow.timeout.connect(slow)

    def cancel(self) -> None:
        """Stop wanting it, at once: what the thread still says is not heard."""
        if not self._over:
            self._finish(self._failed, RoscherkError(ErrorCode.CANCELLED))
            self._kill()

    def _kill(self) -> None:
        # Killing a child can wait for the system: not on the UI thread.
        threading.Thread(target=self.job.cancel.cancel, daemon=True).start()

    def drop(self) -> None:
        """Forget it without an answer: the window is closing."""
        self._over = True
        self._slow.stop()
        self._kill()

    def run(self, work: Callable[[Job], Any]) -> None:
        """Do the work. Called in the worker thread; its last word lets Qt delete this object."""
        try:
            if not self._over and not self.job.cancel.cancelled:
                self._tell("started", None)
                self._work(work)
        finally:
            self._tell("ended", None)

    def _work(self, work: Callable[[Job], Any]) -> None:
        try:
            answer = work(self.job)
        except RoscherkError as error:
            self._tell("failed", error)
        except Exception as error:  # noqa: BLE001  # nothing may be lost in a thread
            _log.exception("unexpected error in work of the window")
            self._tell(
                "failed", RoscherkError(ErrorCode.UNEXPECTED, exception=type(error).__name__)
            )
        else:
            self._tell("done", answer)

    def _report(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now - self._last >= _PROGRESS_EVERY_S:
            self._last = now
            self._tell("progress", (done, total))

    def _tell(self, what: str, value: object) -> None:
        try:
            self._event.emit(what, value)
        except RuntimeError:  # the window is gone, and with it whoever wanted to know
            _log.debug("an answer came after the end")

    @Slot(str, object)
    def _on_event(self, what: str, value: Any) -> None:
        if what == "ended":
            self._tasks.forget(self)
            self.deleteLater()
        elif self._over:
            return
        elif what == "done":
            self._finish(self._done, value)
        elif what == "failed":
            self._finish(self._failed, value)
        else:
            self._slow.start()
            if what == "progress" and self._progress is not None:
                self._progress(*value)

    def _finish(self, answer: Callable[[Any], None], value: object) -> None:
        self._over = True
        self._slow.stop()
        answer(value)


class QtTasks(QObject):
    """Start work in daemon threads; see `app.ui.work.Tasks`.

    It belongs to the application, not to Python: Python's garbage collector runs in any thread,
    and a Qt object with a timer that is destroyed in another thread than its own brings all down.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._running: set[_Running] = set()
        self._closed = False
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
        self._lanes: dict[str, queue.SimpleQueue[_Run]] = {}

    def run(
        self,
        work: Callable[[Job], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[RoscherkError], None],
        progress: Progress | None = None,
        slow: Callable[[], None] | None = None,
        lane: str | None = None,
    ) -> Task:
        """Start ``work``; answer on the UI thread."""
        running = _Running(done, failed, progress, slow, self)
        self._running.add(running)

        def go() -> None:
            running.run(work)

        if lane is None:
            threading.Thread(target=go, name="work", daemon=True).start()
        else:
            self._lane(lane).put(go)
        return running

    def post(self, call: Callable[[], None]) -> None:
        """Have ``call`` called on the UI thread; see `app.ui.work.Tasks`."""
        try:
            self._posted.emit(call)
        except RuntimeError:  # the application is gone
            _log.debug("news came after the end")

    @Slot(object)
    def _on_posted(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()

    def _lane(self, name: str) -> "queue.SimpleQueue[_Run]":
        if name not in self._lanes:
            waiting: queue.SimpleQueue[_Run] = queue.SimpleQueue()
            thread = threading.Thread(
                target=_serve, args=(waiting,), name=f"lane {name}", daemon=True
            )
            thread.start()
            self._lanes[name] = waiting
        return self._lanes[name]

    def forget(self, running: _Running) -> None:
        """Let go of finished work."""
        self._running.discard(running)

    def close(self) -> None:
        """Drop everything that runs; nobody is answered any more."""
        self._closed = True
        for running in self._running:
            running.drop()


def _serve(waiting: "queue.SimpleQueue[_Run]") -> None:
    while True:
        waiting.get()()
