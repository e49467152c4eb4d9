"""The tree on the page of verification: sorted by its headings, narrowed by words and by standing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from app.ui.theme import colour
from app.ui.verify.tree_lines import TreeLine, columns
from app.ui.widgets.rows import tone_tokens

_KEY: Final = Qt.ItemDataRole.UserRole
_STANDING: Final = Qt.ItemDataRole.UserRole + 1
_WIDTHS: Final = (230, 170, 240)
_LINE_HEIGHT: Final = 30


class _Narrowed(QSortFilterProxyModel):
    """Lets through documents whose words, or whose signers' words, hold what is looked for."""

    def __init__(self, parent: QTreeView) -> None:
        super().__init__(parent)
        self._words = ""
        self._standing = ""
        self.setRecursiveFilteringEnabled(True)
        self.setAutoAcceptChildRows(True)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def narrow(self, words: str, standing: str) -> None:
        """Look for these words and this standing."""
        self._words, self._standing = words.casefold().strip(), standing
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Accept a row by its own words; its parent and children come with it."""
        model = self.sourceModel()
        cells = [model.index(row, column, parent) for column in range(model.columnCount())]
        if self._standing and cells[0].data(_STANDING) != self._standing:
            return False
        return any(self._words in str(each.data()).casefold() for each in cells)


class TreeView(QTreeView):
    """The tree itself."""

    chosen = Signal(list)
    """The keys of the documents that are chosen now."""
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source = QStandardItemModel(self)
        self._narrowed = _Narrowed(self)
        self._narrowed.setSourceModel(self._source)
        self._lines: tuple[TreeLine, ...] = ()
        self.setModel(self._narrowed)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def show_lines(self, lines: Sequence[TreeLine]) -> None:
        """Show this tree; what was chosen stays chosen, where it still exists."""
        lines = tuple(lines)
        headings = list(columns())
        if lines == self._lines and self._source.columnCount():
            self._source.setHorizontalHeaderLabels(headings)
            return
        kept, widths = self.chosen_keys(), [self.columnWidth(n) for n in range(3)]
        was = self.blockSignals(True)  # Qt's signature
        known = bool(self._source.columnCount())
        self._lines = lines
        self._source.clear()
        self._source.setHorizontalHeaderLabels(headings)
        for line in lines:
            self._source.appendRow(_items(line))
        for column, width in enumerate(widths if known else _WIDTHS):
            self.setColumnWidth(column, width)
        self.expandAll()
        self.choose(kept)
        self.blockSignals(was)
        if self.chosen_keys() != kept:
            self.chosen.emit(self.chosen_keys())

    def narrow(self, words: str, standing: str) -> None:
        """Show only what holds these words and stands there; empty: all."""
        self._narrowed.narrow(words, standing)
        self.expandAll()

    def shown_titles(self) -> list[str]:
        """Return the documents as they are shown now, from top to bottom."""
        rows = range(self._narrowed.rowCount())
        return [str(self._narrowed.index(row, 0).data()) for row in rows]

    def chosen_keys(self) -> list[str]:
        """Return the keys of the documents that are chosen, or whose signers are."""
        found = (index.data(_KEY) for index in self.selectionModel().selectedRows())
        return list(dict.fromkeys(str(key) for key in found))

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these documents."""
        wanted = set(keys)
        selection = QItemSelection()
        for row in range(self._narrowed.rowCount()):
            index = self._narrowed.index(row, 0)
            if index.data(_KEY) in wanted:
                selection.select(index, self._narrowed.index(row, 3))
        flag = self.selectionModel().SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flag)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete as a wish to remove what is chosen."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)

    def _on_selection(self, _on: QItemSelection, _off: QItemSelection) -> None:
        self.chosen.emit(self.chosen_keys())


def _items(line: TreeLine) -> list[QStandardItem]:
    """Make the cells of one line with all that hangs under it."""
    items = [QStandardItem(text) for text in line.cells]
    for item, text in zip(items, line.cells, strict=True):
        item.setData(line.key, _KEY)
        item.setData(line.standing.value, _STANDING)
        item.setToolTip(text)
        item.setSizeHint(QSize(0, _LINE_HEIGHT))
    items[1].setForeground(colour(tone_tokens(line.tone)[0]))
    for below in line.below:
        items[0].appendRow(_items(below))
    return items
