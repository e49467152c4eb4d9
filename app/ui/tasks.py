"""Work off the UI thread: daemon threads, answers by queued signals, cancelling, a slow notice.

Threads are daemons and never joined, so that a call which hangs inside a driver cannot hold up the
end of the program. Executors and QThreadPool join theirs; QThread aborts the process instead.
"""

import itertools
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.errors import ErrorCode, RoscherkError
from app.ui.widgets.next_turn import NextTurn
from app.ui.work import Job, Progress, Task

T = TypeVar("T")
_log = logging.getLogger(__name__)
SLOW_AFTER_MS: Final = 3000
_PROGRESS_EVERY_S: Final = 0.05
_TURN_S: Final = 0.005
"""After so long with answers the window has its turn: input, layout, painting."""
_Run = Callable[[], None]
_Tell = Callable[[int, str, object], None]


class _Piece:
    """What the thread holds of one piece of work: nothing of Qt, and nothing that it lets go itself.

    Work is a closure over pages and presenters. Were the thread the last to hold it, whatever ends
    with it would end in that thread, widgets too. So the work lies here until the UI thread, told
    that it is over, takes it out.
    """

    def __init__(self, number: int, work: Callable[[Job], Any], tell: _Tell) -> None:
        self.number = number
        self.work: Callable[[Job], Any] | None = work
        self.over = False
        self.job = Job(progress=self._report)
        self._told = tell
        self._last = 0.0

    def run(self) -> None:
        """Do the work; called in the thread."""
        try:
            if not self.over and not self.job.cancel.cancelled:
                self._tell("started", None)
                self._work()
        finally:
            self._tell("ended", None)

    def _work(self) -> None:
        try:
            answer = None if self.work is None else self.work(self.job)
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
            self._told(self.number, what, value)
        except RuntimeError:  # the window is gone, and with it whoever wanted to know
            _log.debug("an answer came after the end")


class _Running:
    """What the UI thread holds of one piece of work: who waits for it."""

    def __init__(
        self,
        piece: _Piece,
        done: Callable[[Any], None],
        failed: Callable[[RoscherkError], None],
        progress: Progress | None,
        slow: QTimer,
        *,
        lane: str | None,
    ) -> None:
        self.lane = lane
        self._piece = piece
        self._done = done
        self._failed = failed
        self._progress = progress
        self._slow = slow

    @property
    def over(self) -> bool:
        """Tell whether it was answered, or is not wanted any more."""
        return self._piece.over

    def cancel(self) -> None:
        """Stop wanting it, at once: what the thread still says is not heard."""
        if not self._piece.over:
            self._finish(self._failed, RoscherkError(ErrorCode.CANCELLED))
            self._kill()

    def _kill(self) -> None:
        # Killing a child can wait for the system: not on the UI thread.
        threading.Thread(target=self._piece.job.cancel.cancel, daemon=True).start()

    def drop(self) -> None:
        """Forget it without an answer: the window is closing."""
        self._piece.over = True
        self._slow.stop()
        self._kill()

    def end(self) -> None:
        """Let go of all that it needed: the thread has said its last word."""
        self._piece.work = None
        self._slow.deleteLater()

    def hear(self, what: str, value: Any) -> None:
        """Take what the thread says."""
        if self._piece.over:
            return
        if what == "done":
            self._finish(self._done, value)
        elif what == "failed":
            self._finish(self._failed, value)
        else:
            self._slow.start()
            if what == "progress" and self._progress is not None:
                self._progress(*value)

    def _finish(self, answer: Callable[[Any], None], value: object) -> None:
        self._piece.over = True
        self._slow.stop()
        answer(value)


class QtTasks(QObject):
    """Start work in daemon threads; see `app.ui.work.Tasks`.

    It belongs to the application and is the only one through whom threads speak: an object that
    lasted as long as its work could be destroyed while its thread is still inside the signal.
    """

    _told = Signal(object, str, object)
    _posted = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._running: dict[int, _Running] = {}
        self._numbers = itertools.count()
        self._closed = False
        self._heard: deque[_Run] = deque()
        """What threads have said and nobody was told yet. Qt itself would deliver all of it at once."""
        self._turn = NextTurn(self, self._hear)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
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
        silence = QTimer(self)
        silence.setSingleShot(True)
        silence.setInterval(SLOW_AFTER_MS)
        if slow is not None:
            silence.timeout.connect(slow)
        number = next(self._numbers)
        piece = _Piece(number, work, self._told.emit)
        running = self._running[number] = _Running(
            piece, done, failed, progress, silence, lane=lane
        )
        if lane is None:
            threading.Thread(target=piece.run, name="work", daemon=True).start()
        else:
            self._lane(lane).put(piece.run)
        return running

    def post(self, call: Callable[[], None]) -> None:
        """Have ``call`` called on the UI thread; see `app.ui.work.Tasks`."""
        try:
            self._posted.emit(call)
        except RuntimeError:  # the application is gone
            _log.debug("news came after the end")

    @Slot(object)
    def _on_posted(self, call: _Run) -> None:
        self._keep(partial(self._call, call))

    @Slot(object, str, object)
    def _on_told(self, number: int, what: str, value: Any) -> None:
        self._keep(partial(self._tell, number, what, value))

    def _keep(self, call: _Run) -> None:
        self._heard.append(call)
        self._turn.start()

    def _hear(self) -> None:
        """Pass on what was said, for a moment; the rest after the window had its turn."""
        end = time.monotonic() + _TURN_S
        while self._heard and time.monotonic() < end:
            call = self._heard.popleft()
            # Begun anew each time: an answer may open a dialog, whose own loop has to hear the rest.
            self._turn.start()
            call()
        if not self._heard:
            self._turn.stop()

    def _call(self, call: _Run) -> None:
        if not self._closed:
            call()

    def _tell(self, number: int, what: str, value: Any) -> None:
        if what == "ended":
            self._running.pop(number).end()
        else:
            self._running[number].hear(what, value)

    def _lane(self, name: str) -> "queue.SimpleQueue[_Run]":
        if name not in self._lanes:
            waiting: queue.SimpleQueue[_Run] = queue.SimpleQueue()
            thread = threading.Thread(
                target=_serve, args=(waiting,), name=f"lane {name}", daemon=True
            )
            thread.start()
            self._lanes[name] = waiting
        return self._lanes[name]

    @property
    def busy(self) -> frozenset[str]:
        """Return the lanes in which somebody waits for work to be done."""
        running = self._running.values()
        return frozenset(each.lane for each in running if each.lane is not None and not each.over)

    def close(self) -> None:
        """Drop everything that runs; nobody is answered any more."""
        self._closed = True
        for running in list(self._running.values()):
            running.drop()


def _serve(waiting: "queue.SimpleQueue[_Run]") -> None:
    while True:
        waiting.get()()
