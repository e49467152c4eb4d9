"""Names and values in two columns; values can be selected and copied."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import ElidedLabel, label

_LONGEST_WORD: Final = 22
_NAME: Final = 4
"""So many words may be the name of a file; more are a sentence."""
_LONGEST_ALONE: Final = 14
"""A word that stands alone gains nothing by wrapping: it may be shortened earlier."""


class Fields(InColumn, QWidget):
    """A table of names and values. Long values wrap."""

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 96)
        self._pairs: list[tuple[QLabel, QLabel]] = []
        self.show_lines(lines)

    def show_lines(self, lines: Iterable[tuple[str, str]]) -> None:
        """Show these lines in place of what is shown.

        Labels that are there say other words: to make and to dress a new one takes ten times longer.
        """
        wanted = list(lines)
        for place, (name, value) in enumerate(wanted):
            left, right = self._pair(place, shortened=_is_shortened(value))
            left.setText(name)
            right.setText(value)
            right.setAccessibleName(f"{name}: {value}")
        while len(self._pairs) > len(wanted):
            self._drop(len(self._pairs) - 1)

    def _pair(self, place: int, *, shortened: bool) -> tuple[QLabel, QLabel]:
        """Return the labels of a line."""
        if place < len(self._pairs):
            if isinstance(self._pairs[place][1], ElidedLabel) is shortened:
                return self._pairs[place]
            self._drop(place)
        left = label("muted", wrap=True)
        right = ElidedLabel() if shortened else label(wrap=True, selectable=True)
        left.setBuddy(right)
        self._grid.addWidget(left, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(right, place, 1)
        self._pairs.insert(place, (left, right))
        return left, right

    def _drop(self, place: int) -> None:
        for each in self._pairs.pop(place):
            self._grid.removeWidget(each)
            each.hide()
            each.deleteLater()


def _is_shortened(text: str) -> bool:
    """Tell whether a value is shortened, since nothing lets it wrap."""
    words = text.split()
    if max(map(len, words), default=0) > (_LONGEST_WORD if len(words) > 1 else _LONGEST_ALONE):
        return True
    return len(words) <= _NAME and any("." in each and len(each) > _LONGEST_ALONE for each in words)
