"""When and where Python looks for garbage: in the thread of the window, never in the middle of work.

Python's collector runs in whatever thread allocates, and destroys what it finds there. A widget in
a cycle would end in the thread of some work, which Qt does not survive. So the automatic
collector is off in this process. What workers answer is plain values without cycles, hundreds of
thousands of them, that counting references frees; to look at each would stop everything for a tenth
of a second and more. Such a heap is set aside unseen until nobody works in the window.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_EVERY_MS: Final = 250
_YOUNG: Final = 1000
"""New objects that are worth a look."""
_HEAP: Final = 20_000
"""New objects that cannot be looked at in a few milliseconds."""
_MIDDLE: Final = 5
"""Looks at the youngest before those are looked at again that were left."""


def stop_collecting() -> None:
    """Turn the automatic collector off, before the first thread is started."""
    gc.disable()


class Collector(QObject):
    """Collects the young between two events of the window, and all while nobody works in it."""

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._app = app
        stop_collecting()
        # What was loaded for the start stays for good: setting it aside takes microseconds.
        gc.freeze()
        app.applicationStateChanged.connect(self._on_state)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect_young)
        self._timer.start()
        self._looks = 0
        self._left = 0
        """Objects that came since the last middle look, at most."""
        self._aside = False
        """Whether a heap was set aside since the last look at all."""

    def collect_young(self) -> None:
        """Collect what came since the last time, if it is enough to look at and not too much."""
        new = gc.get_count()[0]
        if new < _YOUNG:
            return
        self._looks += 1
        self._left += new
        middle = self._looks % _MIDDLE == 0
        if self._left > _HEAP:
            gc.freeze()
            self._aside = True
        else:
            gc.collect(1 if middle else 0)
        if self._left > _HEAP or middle:
            self._left = 0

    def collect_all(self) -> None:
        """Collect all that came since the start, also what was set aside."""
        if self._aside:
            gc.unfreeze()
            self._aside = False
        gc.collect()

    def end(self) -> None:
        """Stop looking. The automatic collector stays off: threads may still be at work."""
        self._timer.stop()
        self._app.applicationStateChanged.disconnect(self._on_state)
        gc.unfreeze()
        self.deleteLater()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive:
            self.collect_all()
