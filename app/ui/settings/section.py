"""A card of settings: each with its name, what it does, and who fixed it, if somebody did."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.settings import Setting
from app.texts.catalogue import _
from app.ui.phrases import Phrases
from app.ui.widgets.labels import IconLabel, label

_NAMES = 200
_TO_THE_MIDDLE = 7
"""A name stands beside the middle of a control of one line."""
Locked = Callable[[Setting[str] | Setting[bool] | Setting[tuple[str, ...]]], str]
"""Returns the file that fixes a setting; nothing where the user decides."""


@dataclass(frozen=True)
class Line:
    """One setting on the screen."""

    parts: tuple[QWidget, ...]
    said: tuple[QLabel, ...]
    usable: QWidget
    setting: Setting[str] | Setting[bool] | Setting[tuple[str, ...]] | None
    lock: QWidget
    lock_words: QLabel

    def fits(self, words: tuple[str, ...]) -> bool:
        """Tell whether all words are somewhere in the name or the explanation."""
        told = " ".join(each.text() for each in self.said).casefold()
        name = self.usable.accessibleName().casefold()
        return all(word in told or word in name for word in words)

    def show(self, *, shown: bool) -> None:
        """Show the line or hide it."""
        for each in self.parts:
            each.setVisible(shown)
        self.lock.setVisible(shown and bool(self.lock_words.text()))

    def follow_lock(self, locked: Locked) -> None:
        """Say who fixed the setting, and let nobody try to change it in vain."""
        file = "" if self.setting is None else locked(self.setting)
        self.usable.setEnabled(not file)
        words = _("Fixed by the administrator: {file}").format(file=file) if file else ""
        self.lock_words.setText(words)
        self.lock.setVisible(bool(words))


class Section(QFrame):
    """A card with a heading and lines of settings."""

    def __init__(self, phrases: Phrases, title: str) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._phrases = phrases
        self._title = label("heading")
        phrases.say(self._title.setText, title)
        phrases.say(self.setAccessibleName, title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 18)
        self.column.setSpacing(12)
        self.column.addWidget(self._title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _NAMES)
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)
        self.lines: list[Line] = []
        self.wanted = True
        """Whether there is anything to be set here now; the page decides."""

    def add(
        self,
        title: str,
        widget: QWidget,
        setting: Setting[str] | Setting[bool] | Setting[tuple[str, ...]] | None = None,
        explanation: str = "",
    ) -> None:
        """Add one setting with its name and, in a sentence, what it does."""
        name, words = label(wrap=True), label("caption", wrap=True)
        self._phrases.say(name.setText, title)
        self._phrases.say(widget.setAccessibleName, title)
        if explanation:
            self._phrases.say(words.setText, explanation)
            self._phrases.say(widget.setAccessibleDescription, explanation)
        name.setContentsMargins(0, _TO_THE_MIDDLE, 0, 0)
        lock, lock_words = _lock()
        place = self._grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, place, 0, top)
        self._grid.addWidget(widget, place, 1)
        parts: tuple[QWidget, ...] = (name, widget)
        if explanation:
            self._grid.addWidget(words, place + 1, 1)
            parts = (*parts, words)
        self._grid.addWidget(lock, place + 2, 1)
        self._grid.setRowMinimumHeight(place + 3, 6)
        self.lines.append(Line(parts, (name, words), widget, setting, lock, lock_words))

    def search(self, words: tuple[str, ...]) -> bool:
        """Show what fits, and tell whether anything does; the name of the card fits all of it."""
        whole = all(word in self._title.text().casefold() for word in words)
        fitting = [each.fits(words) for each in self.lines]
        for line, fits in zip(self.lines, fitting, strict=True):
            line.show(shown=whole or fits)
        shown = self.wanted and (whole or any(fitting))
        self.setVisible(shown)
        return shown

    def follow_locks(self, locked: Locked) -> None:
        """Show what is fixed by an administrator."""
        for line in self.lines:
            line.follow_lock(locked)


def _lock() -> tuple[QWidget, QLabel]:
    box = QWidget()
    words = label("caption", wrap=True)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(IconLabel("lock-keyhole", "warn", 14), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1)
    box.hide()
    return box, words
