"""Labels by their role, and one that ends in an ellipsis instead of being cut."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.texts.catalogue import _
from app.ui.theme import icon, painting
from app.ui.widgets.tips import tip


def label(role: str | None = None, *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return an empty label; the style sheet knows its ``role``."""
    made = _Wrapping() if wrap else QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)  # names come from strangers' files
    if role is not None:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


class _Wrapping(QLabel):
    """Words over several lines.

    Qt asks for their height at every level of what lies around, and breaks them into lines anew
    each time: a card of forty would hold up the window.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heights: dict[tuple[int, int], int] = {}

    def heightForWidth(self, width: int) -> int:
        """Return the height, worked out once for each width and height of letters."""
        key = width, self.fontMetrics().lineSpacing()
        if key not in self._heights:
            self._heights[key] = super().heightForWidth(width)
        return self._heights[key]

    def setText(self, text: str) -> None:
        """Show other words."""
        self._heights.clear()
        super().setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or look."""
        self._heights.clear()
        super().changeEvent(event)


class ElidedLabel(QLabel):
    """One line of text that is shortened; the whole of it is in the tooltip.

    Names and paths are shortened in the middle, since their ends matter; sentences at the end.
    """

    def __init__(self, role: str | None = None, *, sentence: bool = False) -> None:
        super().__init__()
        mode = Qt.TextElideMode
        self._mode = mode.ElideRight if sentence else mode.ElideMiddle
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role is not None:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        copy = QAction(_("Copy"), self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def setText(self, text: str) -> None:
        """Show ``text``, as much as there is room for."""
        super().setText(text)
        self.setToolTip(tip(text))

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of a line and no width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shortened line."""
        with painting(QPainter(self)) as painter:
            area = self.contentsRect()
            line = self.fontMetrics().elidedText(self.text(), self._mode, area.width())
            painter.drawText(area, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), line)


class IconLabel(QWidget):
    """An icon that follows the theme; decoration only, so a screen reader does not see it."""

    def __init__(self, name: str, tint: str = "muted", size: int = 20) -> None:
        super().__init__()
        self._name = name
        self._tint = tint
        self.setFixedSize(size, size)

    def show_icon(self, name: str, tint: str) -> None:
        """Show another icon or colour."""
        self._name, self._tint = name, tint
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        with painting(QPainter(self)) as painter:
            icon(self._name, self._tint).paint(painter, self.rect())


def rule() -> QFrame:
    """Return a thin line across."""
    line = QFrame()
    line.setObjectName("rule")
    return line
