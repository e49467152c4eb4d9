"""A check box whose box is seen on any ground: the style's own has too little contrast."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from app.ui.theme import colour, draw_icon, painting

_BOX = 18
_GAP = 10
_WRAP = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignVCenter.value)


class Check(QCheckBox):
    """One choice of yes and no."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)  # Qt's signature
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Return room for the box and the words."""
        metrics = self.fontMetrics()
        width = _BOX + _GAP + metrics.horizontalAdvance(self.text()) + 6
        return QSize(width, max(_BOX, metrics.height()) + 8)

    def minimumSizeHint(self) -> QSize:
        """Let the words go on in the next line in a narrow place."""
        return QSize(_BOX + _GAP + 100, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        """Be higher where there is less width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the words at this width."""
        room = QRect(0, 0, max(1, width - _BOX - _GAP - 2), 1000)
        words = self.fontMetrics().boundingRect(room, _WRAP, self.text())
        return max(_BOX, words.height()) + 8

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole of it can be clicked
        """Take a click anywhere."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, the mark and the words."""
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(2, (self.height() - _BOX) / 2, _BOX, _BOX).adjusted(1, 1, -1, -1)
            on, usable = self.isChecked(), self.isEnabled()
            painter.setPen(QPen(colour("accent" if on and usable else "edge"), 1.5))
            painter.setBrush(colour("accent" if on and usable else "surface"))
            painter.drawRoundedRect(box, 4, 4)
            if on:
                draw_icon(painter, box, "check", "on_accent" if usable else "faint")
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colour("focus"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            painter.setPen(colour("text" if usable else "faint"))
            words = self.rect().adjusted(_BOX + _GAP, 0, -2, 0)
            painter.drawText(words, _WRAP, self.text())
