"""Events of a signature on a drawn line; each is a sentence, the drawing only repeats the order."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.ui.rows import Tone, tone_tokens
from app.ui.theme import colour, painting
from app.ui.timeline import Event
from app.ui.widgets.labels import label

_LEFT: Final = 9
_INDENT: Final = 32
_DOT: Final = 5.0


class Timeline(QWidget):
    """From the earliest event to the latest; what is still to come is hollow."""

    def __init__(self, events: Sequence[Event]) -> None:
        super().__init__()
        self._events = tuple(events)
        self.setAccessibleName(_("Dates"))
        self._lines = []
        column = QVBoxLayout(self)
        column.setContentsMargins(_INDENT, 0, 0, 0)
        column.setSpacing(8)
        for event in self._events:
            line = label("muted" if event.tone is Tone.PLAIN else None, wrap=True, selectable=True)
            line.setText(event.sentence)
            self._lines.append(line)
            column.addWidget(line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line with its dots, each beside the first line of its sentence."""
        if not self._lines:
            return
        half = self._lines[0].fontMetrics().height() / 2
        dots = [QPointF(_LEFT, each.y() + half) for each in self._lines]
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for above, below, event in zip(dots, dots[1:], self._events[1:], strict=False):
                style = Qt.PenStyle.DotLine if event.ahead else Qt.PenStyle.SolidLine
                painter.setPen(QPen(colour("edge"), 1.5, style))
                painter.drawLine(above, below)
            for dot, event in zip(dots, self._events, strict=True):
                ink = colour(tone_tokens(event.tone)[0])
                painter.setPen(QPen(ink, 1.5))
                painter.setBrush(colour("surface") if event.ahead else ink)
                painter.drawEllipse(dot, _DOT, _DOT)
