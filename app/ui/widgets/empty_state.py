"""What a page says while it has nothing to show, and what one can do about it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.phrases import Phrases
from app.ui.text_size import grow
from app.ui.widgets.labels import IconLabel, label

_WIDEST: Final = 440


class EmptyState(QWidget):
    """A large icon, a heading, an explanation, and buttons.

    Without a heading it waits for `say`.
    """

    def __init__(self, phrases: Phrases, icon_name: str, heading: str, text: str) -> None:
        super().__init__()
        title, words = label("heading", wrap=True), label("muted", wrap=True)
        self._title, self._words = title, words
        if heading:
            phrases.say(title.setText, heading)
            phrases.say(words.setText, text)
        for each in (title, words):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        grow(words, QWidget.setMaximumWidth, _WIDEST)
        # Between stretches, not aligned: an aligned label is not asked for its height at its width.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(words, 100)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch()
        column.addWidget(IconLabel(icon_name, "faint", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(title)
        column.addLayout(middle)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch()
        self._buttons.addStretch()
        column.addSpacing(8)
        column.addLayout(self._buttons)
        column.addStretch()

    def say(self, heading: str, text: str) -> None:
        """Say something else, already in the user's language."""
        self._title.setText(heading)
        self._words.setText(text)

    def offer(self, *buttons: QPushButton) -> None:
        """Put buttons below the words."""
        for made in buttons:
            self._buttons.insertWidget(self._buttons.count() - 1, made)
