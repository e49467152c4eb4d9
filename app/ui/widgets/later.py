"""What is made after the rest, a piece at a time: the window is seen, and hears its user, between them."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.ui.widgets.next_turn import NextTurn
from app.ui.widgets.paint_turn import awaits_painting

_PAUSE_MS: Final = 8
"""Between two steps: time enough to lay out what the one before has made."""


class Later(QObject):
    """Does steps one by one while ``owner`` is seen; between them the window paints."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._steps: Iterator[Callable[[], object]] = iter(())
        self._turn = NextTurn(self, self._step)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._turn.start)

    @property
    def is_busy(self) -> bool:
        """Tell whether a step is about to be done."""
        return self._pause.isActive() or self._turn.is_due

    def do(self, steps: Iterator[Callable[[], object]]) -> None:
        """Do these in place of what was left."""
        self._steps = steps
        self._go_on()

    def _go_on(self) -> None:
        if self._owner.isVisible():
            self._pause.start()
        else:
            self._owner.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Begin when the owner is shown."""
        if event.type() == QEvent.Type.Show:
            self._owner.removeEventFilter(self)
            self._pause.start()
        return False

    def _step(self) -> None:
        if self._owner.isVisible() and not awaits_painting(self._owner):
            step = next(self._steps, None)
            if step is None:
                return
            try:
                step()
            finally:
                self._go_on()
        else:
            self._go_on()
