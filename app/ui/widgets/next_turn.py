"""Work that need not be done in the turn of the event loop which asks for it."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QObject, QTimer

_PAUSE_MS: Final = 8
"""Between two steps: time enough to lay out and to paint what the one before has made."""


class NextTurn(QTimer):
    """Does ``deed`` in the next turn, once, however often `start` was called; `stop` calls it off.

    What a turn has changed is painted at its end. Two pieces of work that are each short enough for
    one turn, and not together, are parted by this: between them the window hears its user.
    """

    def __init__(self, owner: QObject, deed: Callable[[], object]) -> None:
        """End with ``owner``."""
        super().__init__(owner)
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(deed)


class Later(QTimer):
    """Does steps one by one while ``owner`` lives; between them the window paints and hears its user."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._steps: Iterator[Callable[[], object]] = iter(())
        self.setInterval(_PAUSE_MS)
        self.timeout.connect(self._step)

    def do(self, steps: Iterator[Callable[[], object]]) -> None:
        """Do these in place of what was left."""
        self._steps = steps
        self.start()

    def _step(self) -> None:
        step = next(self._steps, None)
        if step is None:
            self.stop()
            return
        step()
