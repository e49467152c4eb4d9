"""Names and values in two columns; values can be selected and copied."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.widgets.labels import ElidedLabel, label

_LONGEST_WORD: Final = 22
_NAME: Final = 4
"""So many words may be the name of a file; more are a sentence."""
_LONGEST_ALONE: Final = 14
"""A word that stands alone gains nothing by wrapping: it may be shortened earlier."""


class Fields(QWidget):
    """A table of names and values. Long values wrap."""

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 96)
        self.show_lines(lines)

    def show_lines(self, lines: Iterable[tuple[str, str]]) -> None:
        """Show these lines in place of what is shown."""
        clear(self._grid)
        for place, (name, value) in enumerate(lines):
            left, right = label("muted", wrap=True), _value(value)
            left.setText(name)
            right.setText(value)
            right.setAccessibleName(f"{name}: {value}")
            left.setBuddy(right)
            self._grid.addWidget(left, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, place, 1)


def _value(text: str) -> QLabel:
    """Return a label for a value: wrapped, or shortened where nothing lets it wrap."""
    words = text.split()
    if max(map(len, words), default=0) > (_LONGEST_WORD if len(words) > 1 else _LONGEST_ALONE):
        return ElidedLabel()
    if len(words) <= _NAME and any("." in each and len(each) > _LONGEST_ALONE for each in words):
        return ElidedLabel()
    return label(wrap=True, selectable=True)


def clear(grid: QGridLayout) -> None:
    """Take everything out of a grid."""
    while grid.count():
        item = grid.takeAt(0)
        widget = None if item is None else item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
