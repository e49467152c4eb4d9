"""How a cell of the table is drawn: from tokens and by hand; a style sheet takes three times longer."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.rows import TONE_ICONS, tone_tokens
from app.ui.theme import colour, draw_icon, fill
from app.ui.verify.tree_lines import Flat
from app.ui.verify.tree_model import TreeModel

_SIDE: Final = 8
_ICON: Final = 16
_GAP: Final = 6
_INDENT: Final = 22
_VERDICT: Final = 1
_RING: Final = 2


class CellDelegate(QStyledItemDelegate):
    """Draws headings, documents, and those who signed them."""

    def __init__(self, model: TreeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.ring = False
        """Whether the cell that has the focus is framed: the keyboard brought it there."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        flat, column = self._model.flat[index.row()], index.column()
        area = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            fill(painter, area, colour("selection"))
        elif flat.tone is None:
            fill(painter, area, colour("raised"))
        if column < len(flat.cells):
            _draw_words(painter, area, option.font, flat, column)
        if self.ring and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus"), _RING))
            painter.drawRect(area.adjusted(1, 1, -1, -1))


def _draw_words(painter: QPainter, area: QRectF, usual: QFont, flat: Flat, column: int) -> None:
    font, ink = QFont(usual), "text"
    room = area.adjusted(_SIDE, 0, -_SIDE, 0)
    if flat.tone is None:
        font.setWeight(QFont.Weight.DemiBold)
        ink = "muted"
    elif column == _VERDICT:
        ink = tone_tokens(flat.tone)[0]
        if not flat.signer:
            square = QRectF(room.left(), room.center().y() - _ICON / 2, _ICON, _ICON)
            draw_icon(painter, square, TONE_ICONS[flat.tone], ink)
            room.setLeft(square.right() + _GAP)
    elif flat.signer and column == 0:
        room.setLeft(room.left() + _INDENT)
    text = QFontMetricsF(font).elidedText(
        flat.cells[column], Qt.TextElideMode.ElideRight, room.width()
    )
    painter.setFont(font)
    painter.setPen(colour(ink))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
