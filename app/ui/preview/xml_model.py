"""The tree of an XML document: made of lines in their order, without a node object for each."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.preview.branches import NO_LINE, Branches
from app.ui.theme import colour
from app.ui.widgets.tips import tip

Index = QModelIndex | QPersistentModelIndex


class XmlModel(QAbstractItemModel):
    """Two columns: the name and the value."""

    def __init__(self, branches: Branches, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.branches = branches

    def index_of(self, number: int) -> QModelIndex:
        """Return the place of a line."""
        return self.createIndex(self.branches.rows[number], 0, number)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  # Qt's signature
        """Return a place below another."""
        number = parent.internalId() if parent.isValid() else NO_LINE
        below = self.branches.children.get(number, ())
        if not 0 <= row < len(below):
            return QModelIndex()
        return self.createIndex(row, column, below[row])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # Qt has two of this name
        """Return what a place hangs on."""
        above = self.branches.parents[index.internalId()] if index.isValid() else NO_LINE
        return QModelIndex() if above == NO_LINE else self.index_of(above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Return how many hang on a place."""
        if parent.isValid() and parent.column() > 0:
            return 0
        number = parent.internalId() if parent.isValid() else NO_LINE
        return len(self.branches.children.get(number, ()))

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008  # Qt's signature
        """Tell whether something hangs on a place: asked of each line when a long tree is laid out."""
        if parent.isValid() and parent.column() > 0:
            return False  # or a screen reader says of each value too that it can be unfolded
        number = parent.internalId() if parent.isValid() else NO_LINE
        return number in self.branches.children

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Return two."""
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name or the value."""
        if not index.isValid():
            return None
        line = self.branches.lines[index.internalId()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            words = plain(line.name if index.column() == 0 else line.value, 1000)
            return words if role == Qt.ItemDataRole.DisplayRole else tip(words)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0 and line.attribute:
            return colour("muted")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{plain(line.name)}: {plain(line.value)}" if line.value else plain(line.name)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the headings."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _("Name") if section == 0 else _("Value")
        return None
