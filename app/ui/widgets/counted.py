"""A list whose rows Qt counts without asking Python."""

from collections.abc import Callable

from PySide6.QtCore import QStringListModel


class CountedModel(QStringListModel):
    """A list that Qt itself counts: of the strings it holds only their number is used.

    A view asks for the count once for each row it lays out. Answered in Python, a hundred thousand rows
    would hold the window up for as many turns of the interpreter's lock.
    """

    def reset_count(self, count: int, change: Callable[[], None]) -> None:
        """Begin anew with so many rows; ``change`` puts what they show in its place."""
        self.beginResetModel()
        change()
        quiet = self.blockSignals(True)  # Qt's signature
        self.removeRows(0, self.rowCount())
        self.insertRows(0, count)
        self.blockSignals(quiet)
        self.endResetModel()
