"""A list of rows: icon, title, caption, a badge in words. It carries ten thousand of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.rows import Badge, Row, tone_tokens
from app.ui.text_size import grown
from app.ui.theme import colour, draw_icon
from app.ui.widgets.counted import CountedModel
from app.ui.widgets.tips import tip

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE: Final = Qt.ItemDataRole.UserRole
_ROW_HEIGHT: Final = 60
_HEADER_HEIGHT: Final = 34
_NARROW: Final = 420
"""Below this width a row says its state in place of the caption, so that its name has room."""


class RowModel(CountedModel):
    """Hold the rows; change as little as possible, so that selection and scrolling stay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._places: dict[str, int] = {}
        self.dragged: Callable[[], Sequence[Path]] = tuple
        """Which files the chosen rows stand for, when they are dragged out of the window."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row, its title, or what a screen reader says of it."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole and (row.caption or not row.header):
            return tip("\n".join(part for part in (row.title, row.caption) if part))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let everything but headings be chosen."""
        if index.isValid() and self._rows[index.row()].header:
            return Qt.ItemFlag.ItemIsEnabled
        drag = Qt.ItemFlag.ItemIsDragEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | drag

    def mimeTypes(self) -> list[str]:
        """Say that files are dragged (RFC 2483 §5)."""
        return ["text/uri-list"]

    def mimeData(self, _indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the files of the chosen rows, for a file manager or a mail program."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in self.dragged()])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Let them be copied, never moved away: the list and the journal name their place."""
        return Qt.DropAction.CopyAction

    def is_choosable(self, place: int) -> bool:
        """Tell whether a row is more than a heading; quicker than to ask for its flags."""
        return not self._rows[place].header

    def show(self, rows: Sequence[Row]) -> bool:
        """Show these rows: append where they only grew, repaint where they only changed.

        Return whether any has another place now.
        """
        old, new = [row.key for row in self._rows], [row.key for row in rows]
        if old == new:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return False
        if old and new[: len(old)] == old:
            self._take(rows)
            self.insertRows(len(old), len(new) - len(old))
            self.dataChanged.emit(self.index(0), self.index(len(old) - 1))
            return True
        self.reset_count(len(rows), lambda: self._take(rows))
        return True

    def _take(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)
        self._places = {row.key: place for place, row in enumerate(rows)}

    @property
    def shown(self) -> Sequence[Row]:
        """Return the rows, from top to bottom."""
        return self._rows

    def replace(self, rows: Sequence[Row]) -> None:
        """Repaint rows that changed: together, since a view is told of all of them at once."""
        changed = [(place, row) for row in rows if (place := self._places.get(row.key)) is not None]
        for place, row in changed:
            self._rows[place] = row
        if changed:
            places = [place for place, _row in changed]
            self.dataChanged.emit(self.index(min(places)), self.index(max(places)))

    def place_of(self, key: str) -> int | None:
        """Return where the row of this key stands."""
        return self._places.get(key)

    def key_at(self, place: int) -> str:
        """Return the key of a row."""
        return self._rows[place].key


class RowDelegate(QStyledItemDelegate):
    """Draw a row: everything from tokens, nothing cut without an ellipsis."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row or of a heading."""
        row: Row = index.data(ROW_ROLE)
        metrics = QFontMetricsF(option.font)
        height = max(_ROW_HEIGHT, int(metrics.height() * 2 + 26))
        view = option.widget
        if row.header and not (isinstance(view, RowView) and view.uniformItemSizes()):
            height = grown(_HEADER_HEIGHT)
        return QSize(120, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: Row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(2, 2, -2, -2)
        if row.header:
            _draw_header(painter, area, option, row)
        else:
            view = option.widget
            _draw_ground(painter, area, option, ring=isinstance(view, RowView) and view.ring)
            _draw_row(painter, area, option, row)
        painter.restore()


def _draw_header(painter: QPainter, area: QRectF, option: QStyleOptionViewItem, row: Row) -> None:
    font = QFont(option.font)
    font.setPointSizeF(font.pointSizeF() - 1)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(colour("muted"))
    room = area.adjusted(10, 0, -10, -4)
    bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
    lines = [(font, row.title)]
    if row.caption:
        font = QFont(font)
        font.setWeight(QFont.Weight.Normal)
        lines.insert(0, (font, row.caption))
    for used, words in lines:
        painter.setFont(used)
        metrics = QFontMetricsF(used)
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, bottom, text)
        room.setBottom(room.bottom() - metrics.height() - 1)


def _draw_ground(
    painter: QPainter, area: QRectF, option: QStyleOptionViewItem, *, ring: bool
) -> None:
    state = option.state
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("selection" if chosen else "raised"))
        painter.drawRoundedRect(area, 8, 8)
    if ring and state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("focus"), 2))
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 7, 7)


def _draw_row(painter: QPainter, area: QRectF, option: QStyleOptionViewItem, row: Row) -> None:
    tile = QRectF(area.x() + 10, area.center().y() - 18, 36, 36)
    painter.setPen(Qt.PenStyle.NoPen)
    ink, ground = tone_tokens(row.tone)
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(tile, 8, 8)
    draw_icon(painter, tile.adjusted(8, 8, -8, -8), row.icon, ink)
    small = QFont(option.font)
    small.setPointSizeF(small.pointSizeF() - 1)
    left, right = tile.right() + 12, area.right() - 12
    caption, tint = row.caption, "muted"
    if row.badge is not None and area.width() < grown(_NARROW):
        caption, tint = row.badge.text, tone_tokens(row.badge.tone)[0]
    elif row.badge is not None:
        right = draw_badge(painter, area, small, row.badge) - 12
    title = QFont(option.font)
    title.setWeight(QFont.Weight.Medium)
    above = QFontMetricsF(title).height()
    middle = area.center().y() + (0 if caption else above / 2)
    mode = Qt.TextElideMode.ElideMiddle if row.of_file else Qt.TextElideMode.ElideRight
    end = Qt.TextElideMode.ElideRight
    for token, font, top, text, cut in (
        ("text", title, middle - above - 1, row.title, mode),
        (tint, small, middle + 2, caption, end if row.sentence else mode),
    ):
        painter.setFont(font)
        painter.setPen(colour(token))
        line = QFontMetricsF(font).elidedText(text, cut, right - left)
        painter.drawText(QRectF(left, top, right - left, above + 1), 0, line)


def draw_badge(painter: QPainter, area: QRectF, font: QFont, badge: Badge) -> float:
    """Draw a badge at the right end of ``area``; return where it begins."""
    text, ground = tone_tokens(badge.tone)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(badge.text) + 36
    height = metrics.height() + 8
    pill = QRectF(area.right() - 10 - width, area.center().y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    draw_icon(painter, QRectF(pill.x() + 8, pill.center().y() - 7, 14, 14), badge.icon_name, text)
    painter.setFont(font)
    painter.setPen(colour(text))
    painter.drawText(pill.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, badge.text)
    return pill.left()


class RowView(QListView):
    """The list itself. Delete asks to remove; the focus ring is shown to the keyboard only."""

    chosen = Signal(list)
    """The keys of the rows that are chosen now."""
    opened = Signal(str)
    remove_asked = Signal()

    def __init__(
        self, *, several: bool = False, headers: bool = False, rows: RowModel | None = None
    ) -> None:
        """Take what holds the rows, if it is another than the usual one."""
        super().__init__()
        self.ring = False
        self.rows = RowModel(self) if rows is None else rows
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(not headers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self.activated.connect(lambda index: self.opened.emit(self.rows.key_at(index.row())))

    def drag_out(self, files: Callable[[], Sequence[Path]]) -> None:
        """Let the chosen rows be dragged out of the window as ``files``."""
        self.rows.dragged = files
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows and keep what was chosen, where it still exists."""
        kept = self.chosen_keys()
        self.rows.show(rows)
        if kept and self.chosen_keys() != kept:
            self.choose(kept)

    def renew(self, rows: Sequence[Row]) -> None:
        """Show these rows; neither what was chosen nor the place in the list moves, nobody is told."""
        kept, place = self.chosen_keys(), self.verticalScrollBar().value()
        model = self.selectionModel()
        was = model.blockSignals(True)  # Qt's signature
        moved = self.rows.show(rows)
        if kept and self.chosen_keys() != kept:
            self.choose(kept)
        model.blockSignals(was)
        if moved:
            self.doItemsLayout()
        self.verticalScrollBar().setValue(place)

    def fit_height(self, *, most: int) -> None:
        """Be as high as the rows, but not higher than ``most`` of them."""
        rows = min(self.rows.rowCount(), most)
        self.setFixedHeight(sum(self.sizeHintForRow(place) for place in range(rows)) + 12)

    def chosen_keys(self) -> list[str]:
        """Return the keys of the chosen rows, from top to bottom."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        ranges = sorted((each.top(), each.bottom()) for each in parts)
        return [
            self.rows.key_at(place)
            for top, bottom in ranges
            for place in range(top, bottom + 1)
            if self.rows.is_choosable(place)
        ]

    def choose_first(self) -> None:
        """Choose the first row, unless one is chosen: the card beside has something to show."""
        if not self.chosen_keys():
            place = next(
                (n for n in range(self.rows.rowCount()) if self.rows.is_choosable(n)), None
            )
            if place is not None:
                self.choose([self.rows.key_at(place)])

    def choose(self, keys: Sequence[str]) -> None:
        """Choose the rows of these keys and show the first of them."""
        places = [self.rows.place_of(key) for key in keys]
        known = sorted({place for place in places if place is not None})
        selection = QItemSelection()
        for top, bottom in runs(known):
            selection.select(self.rows.index(top), self.rows.index(bottom))
        first = next((self.rows.index(place) for place in places if place is not None), None)
        model = self.selectionModel()
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if first is not None:
            model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)

    def _on_selection(self, _on: QItemSelection, _off: QItemSelection) -> None:
        self.chosen.emit(self.chosen_keys())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when the keyboard brought the focus, and begin with the first row."""
        self.ring = event.reason() not in {
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.OtherFocusReason,
        }
        super().focusInEvent(event)
        if self.ring and not self.currentIndex().isValid() and self.rows.rowCount():
            first = next(
                (place for place in range(self.rows.rowCount()) if self.rows.is_choosable(place)), 0
            )
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self.rows.index(first), flag)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete as a wish to remove what is chosen."""
        self.ring = True
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        super().keyPressEvent(event)


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Return rising numbers as ranges: thousands of single rows would take Qt a second to choose."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
