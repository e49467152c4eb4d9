"""A combo box that shortens its text instead of cutting it, with an arrow of the theme's colour."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from app.ui.theme import draw_icon, painting
from app.ui.widgets.tips import tip

_ARROW = 16


class Choice(QComboBox):
    """A choice of one among several; each item has a key as its data."""

    def __init__(self, shortest: int = 12) -> None:
        super().__init__()
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        self.setMinimumContentsLength(shortest)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_items(self, items: Sequence[tuple[str | None, str]], current: str | None) -> None:
        """Show pairs of key and text, one of them chosen; says nothing to those who listen.

        Without a key it is a heading, which cannot be chosen.
        """
        was = self.blockSignals(True)  # Qt's signature
        self.clear()
        for key, text in items:
            self.addItem(text, key)
            model = self.model()
            if key is None and isinstance(model, QStandardItemModel):
                model.item(self.count() - 1).setEnabled(False)
            self.setItemData(self.count() - 1, tip(text), Qt.ItemDataRole.ToolTipRole)
        place = self.findData(current) if current is not None else -1
        self.setCurrentIndex(place)
        self.blockSignals(was)
        self.setToolTip(tip(self.currentText()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: a choice is not changed by scrolling past it."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the shortened text and our arrow."""
        with painting(QStylePainter(self)) as painter:
            option = QStyleOptionComboBox()
            self.initStyleOption(option)
            area = self.style().subControlRect(
                QStyle.ComplexControl.CC_ComboBox,
                option,
                QStyle.SubControl.SC_ComboBoxEditField,
                self,
            )
            text = option.currentText or self.placeholderText()
            option.currentText = option.fontMetrics.elidedText(
                text, Qt.TextElideMode.ElideRight, area.width() - 8
            )
            painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
            painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left, top = self.width() - _ARROW - 8, (self.height() - _ARROW) / 2
            draw_icon(painter, QRectF(left, top, _ARROW, _ARROW), "chevron-down", "muted")
