"""Names and values that are copied one by one: with the mouse, or with the arrows and Enter."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.texts.catalogue import _
from app.ui.text_size import grow
from app.ui.theme import colour, painting
from app.ui.widgets.buttons import tool_button
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import label

_NAME_WIDTH: Final = 150
SIDE: Final = 8
"""The room at the sides of a field, for the ring of the focus."""
_BUTTON: Final = QSize(30, 22)
_GAP: Final = 10
_COPYING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class CopyableField(InColumn, QWidget):
    """One name with its value. The whole value is shown, however long it is."""

    copied = Signal(str)
    """The name of what lies in the clipboard now."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__()
        self.name, self.value = name, value
        self.move_on: Callable[[CopyableField, int], None] = lambda _field, _step: None
        self._hover = False
        self.setAccessibleName(f"{name}: {value}")
        self.setAccessibleDescription(_("Enter copies the value"))
        left, right = label("muted", wrap=True), label(wrap=True, selectable=True)
        # Long values of one word get places where they may wrap; what is copied has none.
        left.setText(name)
        right.setText(breakable(value))
        right.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        grow(left, QWidget.setFixedWidth, _NAME_WIDTH)
        left.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.button: QToolButton | None = None
        """Made when it is first seen: a certificate has thirty fields."""
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 2, 2 + _BUTTON.width() + _GAP, 2)
        row.setSpacing(_GAP)
        row.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        right.setAlignment(Qt.AlignmentFlag.AlignTop)
        for each in (left, right):
            each.setContentsMargins(0, 3, 0, 3)
        row.addWidget(right, 1, Qt.AlignmentFlag.AlignTop)

    def copy(self) -> None:
        """Put the value into the clipboard."""
        put_into_clipboard(self.value)
        self.copied.emit(self.name)

    def copy_with_name(self) -> None:
        """Put name and value into the clipboard."""
        put_into_clipboard(f"{self.name}: {self.value}")
        self.copied.emit(self.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, or go to the field above or below."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps:
            self.move_on(self, steps[Qt.Key(event.key())])
        elif event.key() in _COPYING or event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy the value alone, or with its name."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Copy the value")).triggered.connect(self.copy)
        menu.addAction(_("Copy with its name")).triggered.connect(self.copy_with_name)
        menu.popup(event.globalPos())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the button."""
        self._hover = True
        self._follow()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it again."""
        self._hover = False
        self._follow()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the button to the keyboard too."""
        super().focusInEvent(event)
        self._follow()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it again."""
        super().focusOutEvent(event)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in its corner."""
        super().resizeEvent(event)
        self._place()

    def _follow(self) -> None:
        wanted = self._hover or self.hasFocus()
        if wanted and self.button is None:
            self.button = self._make_button()
            self._place()
        if self.button is not None:
            self.button.setVisible(wanted)
        self.update()

    def _make_button(self) -> QToolButton:
        made = tool_button("copy")
        made.setParent(self)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setToolTip(_("Copy"))
        made.setAccessibleName(_("Copy: {name}").format(name=self.name))
        made.setFixedSize(_BUTTON)
        made.setIconSize(QSize(14, 14))
        made.clicked.connect(self.copy)
        return made

    def _place(self) -> None:
        if self.button is not None:
            self.button.move(self.width() - _BUTTON.width() - 2, 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground under the mouse, and the ring of the focus."""
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            if self._hover:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("raised"))
                painter.drawRoundedRect(area, 6, 6)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colour("focus"), 2))
                painter.drawRoundedRect(area, 6, 6)


class FieldPath:
    """Fields that are one stop for Tab, and walked through with the arrows."""

    def __init__(self, shown: Callable[[QWidget], object], copied: Callable[[str], object]) -> None:
        """``shown`` is called with the field that got the focus, ``copied`` with a name."""
        self._shown = shown
        self._copied = copied
        self.fields: list[CopyableField] = []

    def make(self, lines: Iterable[tuple[str, str]]) -> list[CopyableField]:
        """Make fields, and add them to the path."""
        made = [CopyableField(name, value) for name, value in lines]
        for field in made:
            field.copied.connect(self._copied)
            field.move_on = self._move
            field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.fields += made
        if self.fields:
            self.fields[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return made

    def _move(self, field: CopyableField, step: int) -> None:
        place = self.fields.index(field) + step
        if 0 <= place < len(self.fields):
            field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            wanted = self.fields[place]
            wanted.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            wanted.setFocus(Qt.FocusReason.TabFocusReason)
            self._shown(wanted)


def breakable(value: str, longest: int = 28) -> str:
    """Return a value with places to wrap in words that are too long (addresses, numbers)."""
    return " ".join(
        "\u200b".join(word[place : place + longest] for place in range(0, len(word), longest))
        if len(word) > longest
        else word
        for word in value.split(" ")
    )


def put_into_clipboard(text: str) -> None:
    """Let other programs paste this."""
    QGuiApplication.clipboard().setText(text)
