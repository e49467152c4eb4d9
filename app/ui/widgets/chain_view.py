"""A chain of certificates drawn as a path: the root on top, a line from each issuer to whom it signed."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from app.ui.rows import Row, Tone, tone_tokens
from app.ui.theme import colour
from app.ui.widgets.rows import ROW_ROLE, Index, RowDelegate, RowView

_MIDDLE = 30
"""Where the line runs: the middle of the icons."""
_TILE = 36


class ChainDelegate(RowDelegate):
    """Draws the row, and its halves of the lines to the rows above and below."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one link."""
        super().paint(painter, option, index)
        area = QRectF(option.rect)
        row: Row = index.data(ROW_ROLE)
        middle, half = area.center().y(), _TILE / 2
        below = index.sibling(index.row() + 1, 0)
        painter.save()
        if index.row() > 0:
            above: Row = index.sibling(index.row() - 1, 0).data(ROW_ROLE)
            _line(painter, area.x() + _MIDDLE, area.top(), middle - half, (above, row))
        if below.isValid():
            lower: Row = below.data(ROW_ROLE)
            _line(painter, area.x() + _MIDDLE, middle + half, area.bottom() + 1, (row, lower))
        painter.restore()


def _line(painter: QPainter, x: float, top: float, bottom: float, rows: tuple[Row, Row]) -> None:
    """Draw one half: whole where both ends are in order, in pieces where the path breaks."""
    gravest = max((row.tone for row in rows), key=_GRAVITY.index)
    pen = QPen(colour(tone_tokens(gravest)[0]), 2)
    if gravest is Tone.ERROR:
        pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


_GRAVITY = (Tone.PLAIN, Tone.INFO, Tone.OK, Tone.PRACTICE, Tone.WARN, Tone.ERROR)


class ChainView(RowView):
    """The links of a chain; Up and Down go along it."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(ChainDelegate(self))
