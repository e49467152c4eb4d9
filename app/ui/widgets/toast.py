"""A short message at the foot of the window that goes away by itself."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ui.widgets.labels import IconLabel, label

_SHOWN_MS: Final = 6000
_MARGIN: Final = 20


class Toast(QFrame):
    """Tells that something was done. What must be answered is a dialog, not this."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("toast")
        self._words = label()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 16, 10)
        row.setSpacing(10)
        row.addWidget(IconLabel("circle-check", "ok", 18))
        row.addWidget(self._words)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)  # Qt's signature
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show a message, to the eye and to a screen reader."""
        self._words.setText(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the window changes its size."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        left = (self._over.width() - self.width()) // 2
        self.move(max(0, left), self._over.height() - self.height() - _MARGIN)
