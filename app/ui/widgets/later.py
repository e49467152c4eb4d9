"""What is made after the rest, a piece at a time: the window is seen, and hears its user, between them."""

import time
from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.ui.widgets.paint_turn import awaits_painting

_PAUSE_MS: Final = 8
"""Between two steps: time enough to lay out what the one before has made."""


class Later(QObject):
    """Does steps one by one while ``owner`` is seen; between them the window paints.

    A step waits for what is still to be painted, and for the steps of others: several cards are made
    at a time, and one turn with a step of each would be felt.
    """

    _stepped: ClassVar[float] = 0.0
    """When the last step of all was done, by `time.monotonic`."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._steps: Iterator[Callable[[], object]] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._step)

    @property
    def is_busy(self) -> bool:
        """Tell whether a step is about to be done."""
        return self._timer.isActive()

    def do(self, steps: Iterator[Callable[[], object]]) -> None:
        """Do these in place of what was left."""
        self._steps = steps
        self._go_on()

    def _go_on(self) -> None:
        if self._owner.isVisible():
            self._timer.start()
        else:
            self._owner.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Begin when the owner is shown."""
        if event.type() == QEvent.Type.Show:
            self._owner.removeEventFilter(self)
            self._timer.start()
        return False

    def _step(self) -> None:
        rested = time.monotonic() - Later._stepped >= _PAUSE_MS / 1000
        if self._owner.isVisible() and rested and not awaits_painting(self._owner):
            step = next(self._steps, None)
            if step is None:
                return
            step()
            Later._stepped = time.monotonic()
        self._go_on()
