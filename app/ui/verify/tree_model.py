"""The model of the tree: lines as they are, sorted and narrowed in plain Python, thousands at once."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)

from app.ui.theme import colour
from app.ui.verify.tree_lines import TreeLine, columns
from app.ui.widgets.rows import tone_tokens

Index = QModelIndex | QPersistentModelIndex
KEY_ROLE: Final = Qt.ItemDataRole.UserRole
_VERDICT: Final = 1
_LINE_HEIGHT: Final = 30
_DOCUMENT: Final = 0
"""Internal id of a document's line; that of a signer is the row of the document, plus one."""


class TreeModel(QAbstractItemModel):
    """Documents with their signers. Two levels are all there is."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: tuple[TreeLine, ...] = ()
        self.shown: list[TreeLine] = []
        self._words = ""
        self._standing = ""
        self._sorted: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)

    def show(self, lines: Sequence[TreeLine]) -> None:
        """Show these lines, as they are sorted and narrowed now."""
        self._all = tuple(lines)
        self._renew()

    def narrow(self, words: str, standing: str) -> None:
        """Show only lines whose words, or whose signers' words, hold these, and that stand there."""
        self._words, self._standing = words.casefold().strip(), standing
        self._renew()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the documents by a column; -1: as they came."""
        self._sorted = (column, order)
        self._renew()

    def _renew(self) -> None:
        shown = [line for line in self._all if self._accepts(line)]
        column, order = self._sorted
        if 0 <= column < self.columnCount():
            shown.sort(
                key=lambda line: _sort_text(line, column),
                reverse=order is Qt.SortOrder.DescendingOrder,
            )
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()

    def _accepts(self, line: TreeLine) -> bool:
        if self._standing and line.standing.value != self._standing:
            return False
        if not self._words:
            return True
        return any(
            self._words in text.casefold() for one in (line, *line.below) for text in one.cells
        )

    def line(self, index: Index) -> TreeLine:
        """Return what an index stands for."""
        document = int(index.internalId())
        if document == _DOCUMENT:
            return self.shown[index.row()]
        return self.shown[document - 1].below[index.row()]

    # --- Qt's questions

    def index(
        self,
        row: int,
        column: int,
        parent: Index = QModelIndex(),  # noqa: B008 - Qt's signature
    ) -> QModelIndex:
        """Return the index of a cell."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _DOCUMENT)

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008 - Qt's signature
        """Return the document of a signer."""
        document = int(index.internalId()) if index.isValid() else _DOCUMENT
        return QModelIndex() if document == _DOCUMENT else self.createIndex(document - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many lines hang there."""
        if not parent.isValid():
            return len(self.shown)
        if parent.column() or int(parent.internalId()) != _DOCUMENT:
            return 0
        return len(self.shown[parent.row()].below)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many columns there are."""
        return len(columns())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a heading."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return columns()[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says, and how."""
        if not index.isValid():
            return None
        line = self.line(index)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return line.cells[index.column()]
        if role == KEY_ROLE:
            return line.key
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, _LINE_HEIGHT)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == _VERDICT:
            return colour(tone_tokens(line.tone)[0])
        return None


def _sort_text(line: TreeLine, column: int) -> str:
    """Return what a document is sorted by: its own cell, or that of its first signer."""
    own = line.cells[column]
    return (own or (line.below[0].cells[column] if line.below else "")).casefold()
