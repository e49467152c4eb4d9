"""What lies in a column, which gives it its width."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_WIDTH: Final = 400


class InColumn:
    """Mixed into a widget before its Qt class: it wishes for a usual width and for no height.

    Words that wrap have a height for each width. Where a layout of such words is asked what it would
    like, Qt breaks them all into lines for the width it would like best, at every level around them
    for another one, and then for the width there is. A column heeds none of these wishes: without
    them a card of forty labels is laid out in two thirds of the time, and a line more in half.
    """

    def sizeHint(self) -> QSize:
        """Return the wish; the height follows from the width that is given."""
        return QSize(_WIDTH, 0)


class Column(InColumn, QWidget):
    """A widget for a column of others, as it lies in a scroll area."""
