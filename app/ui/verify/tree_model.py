"""The model of the table: documents with their signers under headings, in plain Python, thousands at once."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.ui.verify.groups import HANDFUL, Narrowed, grouped
from app.ui.verify.tree_lines import Flat, TreeLine, columns
from app.ui.widgets.tips import tip

Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = 4


class TreeModel(QAbstractTableModel):
    """What is shown, from top to bottom. It is flat: Qt would ask a real tree for every line."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: tuple[TreeLine, ...] = ()
        self.flat: list[Flat] = []
        self.narrowed = Narrowed()
        self._sorted: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)

    def show(self, lines: Sequence[TreeLine]) -> None:
        """Show these lines, as they are sorted and narrowed now."""
        self._all = tuple(lines)
        self._renew()

    def narrow(self, narrowed: Narrowed) -> None:
        """Show only what this accepts."""
        self.narrowed = narrowed
        self._renew()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the documents by a column; -1: under the headings of their standing."""
        if (column, order) != self._sorted:
            self._sorted = (column, order)
            self._renew()

    def _renew(self) -> None:
        shown = list(self._all)
        if self.narrowed:
            shown = [line for line in shown if self.narrowed.accepts(line)]
        self.beginResetModel()
        self.flat = list(self._ordered(shown))
        self.endResetModel()

    def _ordered(self, shown: list[TreeLine]) -> Iterator[Flat]:
        column, order = self._sorted
        if 0 <= column < self.columnCount():
            shown.sort(
                key=lambda line: _sort_text(line, column),
                reverse=order is Qt.SortOrder.DescendingOrder,
            )
            yield from _flat(shown)
            return
        if len(self._all) <= HANDFUL:
            yield from _flat(shown)
            return
        for group, below in grouped(shown):
            yield Flat("", (group.heading,))
            yield from _flat(below)

    def headings(self) -> list[int]:
        """Return where the headings stand."""
        return [place for place, each in enumerate(self.flat) if each.tone is None]

    # --- Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.flat)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many columns there are."""
        return _COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a heading of a column."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return columns()[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says; `CellDelegate` draws it."""
        if not index.isValid():
            return None
        flat, column = self.flat[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            words = flat.cells[column] if column < len(flat.cells) else ""
            return words if role == Qt.ItemDataRole.DisplayRole else tip(words)
        return None


def _flat(lines: Sequence[TreeLine]) -> Iterator[Flat]:
    return chain.from_iterable(line.flat for line in lines)


def _sort_text(line: TreeLine, column: int) -> str:
    """Return what a document is sorted by: its own cell, or that of its first signer."""
    own = line.cells[column]
    return (own or (line.below[0].cells[column] if line.below else "")).casefold()
