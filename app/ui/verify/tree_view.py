"""The table on the page of verification: documents, their signers, verdicts; sorted, narrowed."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui.verify.groups import Narrowed
from app.ui.verify.tree_delegate import CellDelegate
from app.ui.verify.tree_lines import TreeLine
from app.ui.verify.tree_model import TreeModel
from app.ui.widgets.rows import runs

_WIDTHS: Final = (230, 160, 240, 240)
_LEAST: Final = 150
_ROOM: Final = 14
"""Pixels of a line besides its letters."""


class TreeView(QTableView):
    """The table itself."""

    chosen = Signal(list)
    """The keys of the documents that are chosen now."""
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[TreeLine, ...] | None = None
        self._model = TreeModel(self)
        self._quiet = False
        self._kept: list[str] = []
        self._scrolled = 0
        self.setModel(self._model)
        self._cells = CellDelegate(self._model, self)
        self.setItemDelegate(self._cells)
        self.setShowGrid(False)  # Qt's signature
        self.setWordWrap(False)  # Qt's signature
        self.setCornerButtonEnabled(False)  # Qt's signature
        self.setTabKeyNavigation(False)  # Qt's signature
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        lines = self.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(self.fontMetrics().height() + _ROOM)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)  # Qt's signature
        heads.setStretchLastSection(True)
        # Else each heading is asked at each paint whether its whole column is chosen: line by line.
        heads.setSelectionModel(QItemSelectionModel(self._model, heads))
        # A third click on a heading of a column gives the groups back.
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self._model.modelAboutToBeReset.connect(self._before_reset)
        self._model.modelReset.connect(self._after_reset)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def show_lines(self, lines: Sequence[TreeLine]) -> None:
        """Show these; what was chosen stays chosen, where it still exists."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._model.show(lines)

    def narrow(self, narrowed: Narrowed) -> None:
        """Show only what this accepts."""
        if narrowed != self._model.narrowed:
            self._model.narrow(narrowed)

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing is shown."""
        return not self._model.flat

    def shown_titles(self) -> list[str]:
        """Return the documents as they are shown now, from top to bottom."""
        flat = self._model.flat
        return [each.cells[0] for each in flat if each.tone is not None and not each.signer]

    def headings(self) -> list[str]:
        """Return the headings of the groups, from top to bottom."""
        return [self._model.flat[place].cells[0] for place in self._model.headings()]

    def chosen_keys(self) -> list[str]:
        """Return the keys of the documents that are chosen, or whose signers are."""
        chosen, flat = self.selectionModel().selection(), self._model.flat
        parts = [chosen.at(number) for number in range(chosen.count())]
        places = {place for each in parts for place in range(each.top(), each.bottom() + 1)}
        keys = (flat[place].key for place in sorted(places))
        return [key for key in dict.fromkeys(keys) if key]

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these documents, and show the first of them."""
        wanted, flat = set(keys), self._model.flat
        if len(wanted) > 1 and wanted.issuperset({each.key for each in flat if each.key}):
            self._select([(0, len(flat) - 1)])
            return
        places = [n for n, each in enumerate(flat) if not each.signer and each.key in wanted]
        if len(places) < len(wanted):
            # A file that signs another's document as well has only the line of its signer.
            own = {flat[place].key for place in places}
            places += [n for n, each in enumerate(flat) if each.key in wanted - own]
            places.sort()
        self._select(runs(places))

    def _select(self, runs: Sequence[tuple[int, int]]) -> None:
        """Choose whole lines."""
        selection, last = QItemSelection(), self._model.columnCount() - 1
        for top, bottom in runs:
            selection.select(self._model.index(top, 0), self._model.index(bottom, last))
        model = self.selectionModel()
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if runs:
            first = self._model.index(runs[0][0], 0)
            model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            if not self._quiet:
                self.scrollTo(first)

    def choose_first(self) -> None:
        """Choose the first document."""
        first = next((each.key for each in self._model.flat if each.key), None)
        if first is not None:
            self.choose([first])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let document and verdict be seen together, however narrow it is."""
        room = self.viewport().width() - self.columnWidth(1)
        self.setColumnWidth(0, max(_LEAST, min(_WIDTHS[0], room)))
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete as a wish to remove what is chosen."""
        self._cells.ring = True
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Frame no cell that the mouse chose."""
        self._cells.ring = False
        super().mousePressEvent(event)

    def _before_reset(self) -> None:
        self._quiet = True
        self._kept = self.chosen_keys()
        self._scrolled = self.verticalScrollBar().value()

    def _after_reset(self) -> None:
        self.clearSpans()
        for place in self._model.headings():
            self.setSpan(place, 0, 1, self._model.columnCount())
        self.choose(self._kept)
        self.verticalScrollBar().setValue(self._scrolled)
        self._quiet = False

    def _on_selection(self, _on: QItemSelection, _off: QItemSelection) -> None:
        if not self._quiet:
            self.chosen.emit(self.chosen_keys())
