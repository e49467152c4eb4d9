"""A card of settings: each with its name, what it does, and who fixed it, if somebody did."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.settings import Setting
from app.texts.catalogue import _
from app.ui.phrases import Phrases
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import IconLabel, label

_NAMES = 200
_TO_THE_MIDDLE = 7
"""A name stands beside the middle of a control of one line."""
AnySetting = Setting[str] | Setting[bool] | Setting[tuple[str, ...]]
Locked = Callable[[AnySetting], str]
"""Returns the file that fixes a setting; nothing where the user decides."""


class Line:
    """One setting on the screen: its name, what it does, its control, perhaps a lock."""

    def __init__(
        self,
        parts: tuple[QWidget, ...],
        said: tuple[QLabel, ...],
        usable: QWidget,
        setting: AnySetting | None,
        show_lock: Callable[[QWidget], object],
    ) -> None:
        """``show_lock`` puts a lock under the control; most lines never get one."""
        self.parts = parts
        self.said = said
        self.usable = usable
        self.setting = setting
        self.lock: QWidget | None = None
        self.lock_words: QLabel | None = None
        self._show_lock = show_lock
        self._shown = True

    def fits(self, words: tuple[str, ...]) -> bool:
        """Tell whether all words are somewhere in the name or the explanation."""
        told = " ".join(each.text() for each in self.said).casefold()
        name = self.usable.accessibleName().casefold()
        return all(word in told or word in name for word in words)

    def show(self, *, shown: bool) -> None:
        """Show the line or hide it."""
        self._shown = shown
        for each in self.parts:
            each.setVisible(shown)
        self._follow()

    def follow_lock(self, locked: Locked) -> None:
        """Say who fixed the setting, and let nobody try to change it in vain."""
        file = "" if self.setting is None else locked(self.setting)
        self.usable.setEnabled(not file)
        if file and self.lock_words is None:
            self.lock, self.lock_words = _lock()
            self._show_lock(self.lock)
        if self.lock_words is not None:
            words = _("Fixed by the administrator: {file}").format(file=file) if file else ""
            self.lock_words.setText(words)
        self._follow()

    def _follow(self) -> None:
        if self.lock is not None and self.lock_words is not None:
            self.lock.setVisible(self._shown and bool(self.lock_words.text()))


class Section(InColumn, QFrame):
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
        setting: AnySetting | None = None,
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
        place = self._grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, place, 0, top)
        self._grid.addWidget(widget, place, 1)
        parts: tuple[QWidget, ...] = (name, widget)
        if explanation:
            self._grid.addWidget(words, place + 1, 1)
            parts = (*parts, words)
        self._grid.setRowMinimumHeight(place + 3, 6)

        def show_lock(lock: QWidget) -> None:
            self._grid.addWidget(lock, place + 2, 1)

        self.lines.append(Line(parts, (name, words), widget, setting, show_lock))

    def search(self, words: tuple[str, ...]) -> bool:
        """Show what fits, and tell whether anything does; the name of the card fits all of it.

        A card that is on no page yet would be a window of its own: it is not shown.
        """
        whole = all(word in self._title.text().casefold() for word in words)
        fitting = [each.fits(words) for each in self.lines]
        for line, fits in zip(self.lines, fitting, strict=True):
            line.show(shown=whole or fits)
        shown = self.wanted and (whole or any(fitting))
        if self.parent() is not None:
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
