"""Widgets in a row that goes on in the next line where the first is full, as words do."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_GAP = 8


class Flow(QLayout):
    """A row of buttons that never asks for more width than its widest button."""

    def __init__(self, *widgets: QWidget, at_right: bool = False) -> None:
        """Begin with these widgets; ``at_right``: each line ends where the room ends."""
        super().__init__()
        self._at_right = at_right
        self._items: list[QLayoutItem] = []
        self._sizes: list[tuple[QLayoutItem, QSize]] | None = None
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item over."""
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one item."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item away."""
        self.invalidate()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Ask for no more room than needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Be higher where there is less width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at this width: Qt asks for it many times in one change."""
        if width not in self._heights:
            self._heights[width] = self._height(width)
        return self._heights[width]

    def _height(self, width: int) -> int:
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        lines = self._arrange(QRect(0, 0, inner, 0), move=False)
        return lines + margins.top() + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:
        """Put the widgets in their places."""
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        spare = inner.height() - self._arrange(inner, move=False)
        if self._at_right and spare > 0:  # beside words that are higher
            inner.moveTop(inner.top() + spare // 2)
        self._arrange(inner, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        sizes = [size for _item, size in self._seen()]
        width = sum(size.width() for size in sizes) + _GAP * max(0, len(sizes) - 1)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width, height).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        """Return the size of the widest widget."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def invalidate(self) -> None:
        """Ask the widgets for their sizes again."""
        self._sizes = None
        self._heights.clear()
        super().invalidate()

    def _seen(self) -> list[tuple[QLayoutItem, QSize]]:
        """Return what is seen, with its size: Qt asks for it many times in one change."""
        if self._sizes is None:
            self._sizes = [(one, one.sizeHint()) for one in self._items if not one.isEmpty()]
        return self._sizes

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        top = rect.y() - _GAP
        for line in self._lines(rect.width()):
            top += _GAP
            height = max(size.height() for _item, size in line)
            left = rect.x()
            if self._at_right:
                left += rect.width() + _GAP - sum(size.width() + _GAP for _item, size in line)
            for item, size in line if move else ():
                below = (height - size.height()) // 2
                item.setGeometry(QRect(QPoint(left, top + below), size))
                left += size.width() + _GAP
            top += height
        return max(0, top - rect.y())

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """Return what stands in each line."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for one in self._seen():
            if not lines or left + one[1].width() > width:
                lines.append([])
                left = 0
            lines[-1].append(one)
            left += one[1].width() + _GAP
        return lines
