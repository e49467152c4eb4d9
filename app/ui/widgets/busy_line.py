"""What is being done just now, how far it is, and a way to stop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import ElidedLabel


class BusyLine(QFrame):
    """Hidden while nothing is being done."""

    cancel_asked = Signal()

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("tone", "info")
        self._words = ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)  # Qt's signature
        phrases.say(self._bar.setAccessibleName, N_("Progress"))
        cancel = button(kind="link")
        phrases.say(cancel.setText, N_("Cancel"))
        cancel.clicked.connect(self.cancel_asked)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self._words)
        words.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(cancel)
        self.hide()

    def say(self, text: str, percent: int | None) -> None:
        """Show what is being done; without a percentage the bar only moves."""
        self.setVisible(bool(text))
        self._words.setText(text)
        # By itself the bar paints at once, and with it all that waits to be painted in the window.
        self._bar.setUpdatesEnabled(False)  # Qt's signature
        self._bar.setRange(0, 0 if percent is None else 100)
        if percent is not None:
            self._bar.setValue(percent)
        self._bar.setUpdatesEnabled(True)  # Qt's signature
