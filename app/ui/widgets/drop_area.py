"""The place to drop files on, with a button for those who have no mouse."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.theme import colour
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import IconLabel, label


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders that were dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropArea(QWidget):
    """Takes files and folders. ``compact`` while there is a list to look at."""

    dropped = Signal(list)
    browse_asked = Signal()

    def __init__(self, phrases: Phrases, title: str, hint: str) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._hot = False
        phrases.say(self.setAccessibleName, title)
        self._icon = IconLabel("upload", "accent", 28)
        heading, self._hint = label("heading", wrap=True), label("muted", wrap=True)
        phrases.say(heading.setText, title)
        phrases.say(self._hint.setText, hint)
        self.browse = button("folder-open")
        phrases.say(self.browse.setText, N_("Choose files…"))
        self.browse.clicked.connect(self.browse_asked)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch()
        words.addWidget(heading)
        words.addWidget(self._hint)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 14, 16, 14)
        row.setSpacing(16)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self.browse, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_compact(compact=False)

    def set_compact(self, *, compact: bool) -> None:
        """Take less room."""
        self._hint.setVisible(not compact)
        self.setMinimumHeight(60 if compact else 104)
        self.setMaximumHeight(64 if compact else 140)

    def set_hot(self, *, hot: bool) -> None:
        """Show that files are being held above."""
        self._hot = hot
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what has files in it."""
        if dropped_paths(event.mimeData()):
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
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colour("accent_soft" if self._hot else "surface"))
        pen = QPen(colour("accent" if self._hot else "edge"), 1.5, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
