"""The tree on the page of verification: sorted by its headings, narrowed by words and by standing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from app.ui.verify.tree_lines import TreeLine
from app.ui.verify.tree_model import KEY_ROLE, TreeModel

_WIDTHS: Final = (230, 170, 240)


class TreeView(QTreeView):
    """The tree itself."""

    chosen = Signal(list)
    """The keys of the documents that are chosen now."""
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[TreeLine, ...] | None = None
        self._model = TreeModel(self)
        self._quiet = False
        self.setModel(self._model)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self._model.modelAboutToBeReset.connect(self._before_reset)
        self._model.modelReset.connect(self._after_reset)
        self._kept: list[str] = []
        self._scrolled = 0
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def show_lines(self, lines: Sequence[TreeLine]) -> None:
        """Show this tree; what was chosen stays chosen, where it still exists."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._model.show(lines)

    def narrow(self, words: str, standing: str) -> None:
        """Show only what holds these words and stands there; empty: all."""
        self._model.narrow(words, standing)

    def shown_titles(self) -> list[str]:
        """Return the documents as they are shown now, from top to bottom."""
        return [line.title for line in self._model.shown]

    def chosen_keys(self) -> list[str]:
        """Return the keys of the documents that are chosen, or whose signers are."""
        found = (index.data(KEY_ROLE) for index in self.selectionModel().selectedRows())
        return list(dict.fromkeys(str(key) for key in found))

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these documents."""
        wanted = set(keys)
        selection = QItemSelection()
        last = self._model.columnCount() - 1
        for row, line in enumerate(self._model.shown):
            if line.key in wanted or any(one.key in wanted for one in line.below):
                selection.select(self._model.index(row, 0), self._model.index(row, last))
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flag)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete as a wish to remove what is chosen."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)

    def _before_reset(self) -> None:
        self._quiet = True
        self._kept = self.chosen_keys()
        self._scrolled = self.verticalScrollBar().value()

    def _after_reset(self) -> None:
        self.expandAll()
        self.choose(self._kept)
        self.verticalScrollBar().setValue(self._scrolled)
        self._quiet = False

    def _on_selection(self, _on: QItemSelection, _off: QItemSelection) -> None:
        if not self._quiet:
            self.chosen.emit(self.chosen_keys())
