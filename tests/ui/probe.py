"""How long the event loop stands still: a timer ticks, and the gaps between its ticks are kept."""

import gc
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.ui.collecting import Collector

INTERVAL_MS = 5
STALL = 0.05
"""Seconds of work that the UI thread may do between two ticks: what the issue allows."""
WAIT = 0.5
"""Seconds between two ticks by the clock on the wall. More than `STALL`, because other processes
share the cores of a test machine; a blocking call would show here."""
NOTES: Final = "ROSCHERK_STALLS"
"""Names the file into which journeys note how they went (`nox -s stalls`); without it they do not."""


class LoopProbe(QObject):
    """Use it round an action: ``with probe: …``, then look at `busy` and `waited`."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = 0.0
        """The most processor time of the UI thread between two ticks, in seconds."""
        self.waited = 0.0
        """The longest gap between two ticks beyond the interval, in seconds."""
        self.stretches: list[float] = []
        """Processor time of the UI thread between each two ticks, in seconds."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._tick)
        self._last = (0.0, 0.0)
        self._collector: Collector | None = None

    def _tick(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.waited = max(self.waited, now[0] - self._last[0] - INTERVAL_MS / 1000)
        self.stretches.append(now[1] - self._last[1])
        self.busy = max(self.busy, self.stretches[-1])
        self._last = now

    def __enter__(self) -> Self:
        """Begin, with the same collector at work as in the program: its looks count as well.

        What earlier tests left is no part of this action, and is collected before.
        """
        gc.collect()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._collector = Collector(app)
        self.busy = self.waited = 0.0
        self.stretches.clear()
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self._tick()
        self._timer.stop()
        if self._collector is not None:
            self._collector.end()
            self._collector = None

    def check(self) -> None:
        """Fail if the window stood still."""
        assert self.busy <= STALL, (
            f"the UI thread worked for {self.busy * 1000:.0f} ms at a stretch"
        )
        assert self.waited <= WAIT, f"the event loop stood still for {self.waited * 1000:.0f} ms"


@contextmanager
def noted(name: str) -> Iterator[None]:
    """Note how long the window stood still during a journey, where somebody wants to know."""
    notes = os.environ.get(NOTES)
    if notes is None:
        yield
        return
    with LoopProbe() as probe:
        yield
    line = {"journey": name, "stretches": probe.stretches, "waited": probe.waited}
    with Path(notes).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
