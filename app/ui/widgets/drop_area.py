"""The place to drop files on, with a button for those who have no mouse."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.text_size import grow, grown
from app.ui.theme import colour, painting
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import IconLabel, label

_TWO_LINES: Final = 0.65
"""The part of its length that a sentence needs to be broken into two lines, not three."""
_NO_LIMIT: Final = 16777215
"""Qt's own QWIDGETSIZE_MAX."""
_LINE: Final = 60
"""Pixels of height at 100 % while there is a list."""


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders that were dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def comes_from_outside(event: QDropEvent) -> bool:
    """Tell whether files are dragged that the window may not have yet; its own rows it has."""
    return event.source() is None and bool(dropped_paths(event.mimeData()))


class DropArea(QWidget):
    """Takes files and folders. ``compact`` while there is a list to look at."""

    dropped = Signal(list)
    browse_asked = Signal()

    def __init__(self, phrases: Phrases, title: str, hint: str) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._hot = False
        phrases.say(self.setAccessibleName, title)
        self._icon = IconLabel("upload", "accent", 40)
        heading, self._hint = label("heading", wrap=True), label("muted", wrap=True)
        phrases.say(heading.setText, title)
        phrases.say(self._hint.setText, hint)
        self.browse = button("folder-open")
        phrases.say(self.browse.setText, N_("Choose files…"))
        self.browse.clicked.connect(self.browse_asked)
        self._heading = heading
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(heading)
        self._words.addWidget(self._hint)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addStretch()
        self._row.addWidget(self._icon)
        self._row.addLayout(self._words)
        self._row.addWidget(self.browse)
        self._row.addStretch()
        self.set_compact(compact=False)
        grow(self, lambda area, _pixels: area.fit(), _LINE)

    def offer(self, widget: QWidget) -> None:
        """Put a further button below the one that is there."""
        self._row.insertWidget(self._row.count() - 1, widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_compact(self, *, compact: bool) -> None:
        """Take one line, or all the room there is."""
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if compact else direction.TopToBottom)
        self._row.setContentsMargins(*((20, 10, 12, 10) if compact else (24, 24, 24, 24)))
        self._row.setSpacing(14 if compact else 12)
        for place in (0, self._row.count() - 1):
            self._row.setStretch(place, 0 if compact else 1)
        self._row.setStretchFactor(self._words, 1 if compact else 0)
        side = Qt.AlignmentFlag.AlignLeft if compact else Qt.AlignmentFlag.AlignHCenter
        middle = Qt.AlignmentFlag.AlignVCenter if compact else Qt.AlignmentFlag.AlignHCenter
        for words in (self._heading, self._hint):
            words.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        for widget in (self._icon, self.browse):
            self._row.setAlignment(widget, middle)
        size = 24 if compact else 40
        self._icon.setFixedSize(size, size)
        self._compact = compact
        self._make_room()
        self._hint.setVisible(not compact)
        self.fit()

    def fit(self) -> None:
        """Be as high as one line of words needs, or take all the room there is."""
        self.setMaximumHeight(grown(_LINE) if self._compact else _NO_LIMIT)

    def _make_room(self) -> None:
        """Leave the icon out where words and button need its place."""
        margins = self._row.contentsMargins()
        needed = margins.left() + margins.right() + 2 * self._row.spacing() + self._icon.width()
        words = self._heading.fontMetrics().horizontalAdvance(self._heading.text())
        needed += int(words * _TWO_LINES) + self.browse.sizeHint().width()
        self._icon.setVisible(not self._compact or self.width() >= needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find room for the words."""
        self._make_room()
        super().resizeEvent(event)

    def set_hot(self, *, hot: bool) -> None:
        """Show that files are being held above."""
        self._hot = hot
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what has files in it."""
        if comes_from_outside(event):
            event.acceptProposedAction()
            self.set_hot(hot=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Cool down."""
        self.set_hot(hot=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        self.set_hot(hot=False)
        event.acceptProposedAction()
        self.dropped.emit(dropped_paths(event.mimeData()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dashed frame."""
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(colour("accent_soft" if self._hot else "surface"))
            pen = QPen(colour("accent" if self._hot else "edge"), 1.5, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([5, 4])
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
