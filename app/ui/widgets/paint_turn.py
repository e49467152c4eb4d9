"""Painting that has a turn of the event loop to itself."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from app.ui.widgets.next_turn import NextTurn


class PaintTurn(QObject):
    """Parts painting a window from what led to it.

    Qt paints at the end of the turn that changed something. A page that is short enough to fill and to
    lay out in one turn, and short enough to paint, takes too long for both: with this the window hears
    its user between them.
    """

    def __init__(self, window: QWidget) -> None:
        """End with ``window``."""
        super().__init__(window)
        self._window = window
        self._painting = False
        self._turn = NextTurn(self, self._paint)
        window.installEventFilter(self)

    @property
    def is_due(self) -> bool:
        """Tell whether something is to be painted."""
        return self._turn.is_due

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Qt's request to paint for the next turn."""
        if event.type() is not QEvent.Type.UpdateRequest or self._painting:
            return False
        if watched is self._window:
            self._turn.start()
        return True

    def _paint(self) -> None:
        self._painting = True
        try:
            QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
        finally:
            self._painting = False


def awaits_painting(widget: QWidget) -> bool:
    """Tell whether something in the window of ``widget`` is still to be painted."""
    only = Qt.FindChildOption.FindDirectChildrenOnly
    turn = widget.window().findChild(PaintTurn, "", only)
    return turn is not None and turn.is_due
