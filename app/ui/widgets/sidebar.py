"""The sidebar: the program's mark, the pages, what stands below them."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QIcon, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.text_size import grow, grown
from app.ui.theme import colour, draw_icon, icon, is_dark
from app.ui.widgets.buttons import tool_button
from app.ui.widgets.labels import IconLabel, label

Index = QModelIndex | QPersistentModelIndex
_ICONS: Final = 75
"""Pixels of width that hold no words."""
_WORDS: Final = 157
_FEW_WORDS: Final = 125
"""Pixels of width for the names of the pages, with room to spare and without, at 100 %."""
_ICON_ROLE: Final = Qt.ItemDataRole.UserRole


class _NavDelegate(QStyledItemDelegate):
    """Draw one page's name: icon and word, the chosen one on a soft ground."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, max(40, option.fontMetrics.height() + 20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(1, 2, -1, -2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection" if chosen else "line"))
            painter.drawRoundedRect(area, 8, 8)
        navigation = option.widget
        ring = isinstance(navigation, Navigation) and navigation.ring
        if ring and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus"), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 7, 7)
        place = QRectF(area.x() + 11, area.center().y() - 10, 20, 20)
        draw_icon(painter, place, index.data(_ICON_ROLE), "accent" if chosen else "muted")
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(colour("text" if chosen else "muted"))
        words = area.adjusted(43, 0, -8, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, index.data())
        painter.restore()


class Navigation(QListWidget):
    """The list of pages."""

    def __init__(self) -> None:
        super().__init__()
        self.ring = False
        self.setObjectName("nav")
        self.setMouseTracking(True)
        self.setItemDelegate(_NavDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when the keyboard brought the focus."""
        self.ring = event.reason() in {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        }
        super().focusInEvent(event)


class Sidebar(QFrame):
    """The left side of the window."""

    chosen = Signal(int)
    theme_asked = Signal()
    help_asked = Signal()

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setObjectName("side")
        self._narrow = False
        self._phrases = phrases
        self.brand = brand = label()
        brand.setObjectName("brand")
        phrases.say(brand.setText, N_("Roscherk"))
        self._theme = tool_button("moon")
        phrases.say(self._theme.setToolTip, N_("Light or dark"))
        phrases.say(self._theme.setAccessibleName, N_("Light or dark"))
        self._theme.clicked.connect(self.theme_asked)
        self.help = tool_button("circle-help")
        phrases.say(self.help.setToolTip, N_("Help (F1)"))
        phrases.say(self.help.setAccessibleName, N_("Help"))
        self.help.clicked.connect(self.help_asked)
        top = QHBoxLayout()
        top.setContentsMargins(6, 0, 0, 0)
        top.setSpacing(6)
        top.addWidget(IconLabel("signature", "accent", 26))
        top.addWidget(brand)
        top.addStretch(1)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        tools.addWidget(self.help)
        tools.addWidget(self._theme)
        top.addLayout(tools)
        self.navigation = Navigation()
        phrases.say(self.navigation.setAccessibleName, N_("Pages"))
        self.navigation.currentRowChanged.connect(self.chosen)
        self.below = QVBoxLayout()
        self.below.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 12)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self.navigation, 1)
        column.addLayout(self.below)
        grow(self, lambda side, _words: side.fit(), _WORDS)

    def set_narrow(self, *, narrow: bool) -> None:
        """Take less width; the name of the program, which the title of the window has, makes room."""
        self._narrow = narrow
        self.fit()

    def fit(self) -> None:
        """Be as wide as the names of the pages need."""
        self.brand.setVisible(not self._narrow)
        self.setFixedWidth(_ICONS + grown(_FEW_WORDS if self._narrow else _WORDS))

    def add(self, icon_name: str, title: str) -> None:
        """Add a page."""
        item = QListWidgetItem()
        item.setData(_ICON_ROLE, icon_name)
        self._phrases.say(item.setText, title)
        self.navigation.addItem(item)

    def follow_theme(self) -> None:
        """Offer the other theme."""
        self._theme.setIcon(_theme_icon())


def _theme_icon() -> QIcon:
    return icon("sun" if is_dark() else "moon")
