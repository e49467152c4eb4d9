"""The pages of a document one below the other; a mark can be put on them by mouse and by keyboard."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from app.crypto.pdf.pages import PageImage, Pages
from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.ui.preview.mark_keys import place_by_key
from app.ui.preview.mark_place import MarkPlace
from app.ui.preview.pages_presenter import PageLoader, Wanted
from app.ui.theme import colour, fill, painting
from app.ui.work import Tasks

POINTS_PER_MM: Final = 72 / 25.4
_GAP: Final = 12
_CACHE: Final = 96 << 20
"""Octets of drawn pages that are kept."""
_HANDLE: Final = 9
_ZOOM: Final = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0)


class PagesView(QAbstractScrollArea):
    """Scrolls through any number of pages: only those that are seen are drawn."""

    mark_moved = Signal(object)
    """The `MarkPlace`, while it is put somewhere."""
    mark_done = Signal()
    page_shown = Signal(int, int)
    """The page in the middle, counted from 0, and how many there are."""
    failed = Signal(str)

    def __init__(self, pages: Pages, tasks: Tasks) -> None:
        super().__init__()
        self.loader = PageLoader(pages, tasks, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._sizes: list[tuple[float, float]] = []
        self._total = 0
        self._tops: list[float] = []
        self._height = 0.0
        self._scale = 1.0
        self._zoom = 0
        self._images: OrderedDict[Wanted, QImage] = OrderedDict()
        self._bytes = 0
        self._broken: dict[int, str] = {}
        self._to_last = False
        self.mark: MarkPlace | None = None
        self._picture = QImage()
        self._bad = False
        self._grip: tuple[str, QPointF, MarkPlace] | None = None

    # --- what is shown

    def show_document(self, path: Path, *, last: bool = False) -> None:
        """Show a document from its beginning, or from its end."""
        self.forget()
        self._to_last = last
        self.loader.show(path)

    def forget(self) -> None:
        """Show nothing."""
        self.loader.hide()
        self._sizes, self._tops, self._total, self._height = [], [], 0, 0.0
        self._images.clear()
        self._bytes = 0
        self._broken.clear()
        self.mark = None
        self._lay_out()

    def show_sizes(self, sizes: Sequence[tuple[float, float]], total: int) -> None:
        """Take the sizes of the pages in points."""
        self._sizes, self._total = list(sizes), total
        self._lay_out()
        if self._to_last:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            self._to_last = len(sizes) < total

    def show_page(self, width: int, image: PageImage) -> None:
        """Take a page that was drawn."""
        picture = QImage(
            image.pixels, image.width, image.height, 4 * image.width, QImage.Format.Format_RGB32
        )
        # Qt would not copy the bytes by itself, and they go with the answer.
        self._images[image.page, width] = picture.copy()
        self._bytes += len(image.pixels)
        while self._bytes > _CACHE and len(self._images) > 1:
            _key, old = self._images.popitem(last=False)
            self._bytes -= old.sizeInBytes()
        self.viewport().update()

    def show_failure(self, page: int | None, error: RoscherkError) -> None:
        """Say why something cannot be drawn."""
        words = describe_error(error).heading
        if page is None:
            self.failed.emit(words)
        else:
            self._broken[page] = words
            self.viewport().update()

    def page_size_mm(self, page: int) -> tuple[float, float]:
        """Return the size of a page in millimetres."""
        width, height = self._sizes[page]
        return width / POINTS_PER_MM, height / POINTS_PER_MM

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return self._total

    @property
    def middle(self) -> int:
        """Return the page in the middle of what is seen, counted from 0."""
        seen = self._seen()
        return seen[len(seen) // 2] if seen else 0

    # --- the mark

    def begin_mark(self, place: MarkPlace) -> None:
        """Show a mark that can be moved."""
        self.mark, self._picture, self._bad = place, QImage(), False
        self.reveal()
        self.viewport().update()

    def end_mark(self) -> None:
        """Show no mark."""
        self.mark = None
        self.viewport().update()

    def show_mark(self, picture: QImage, *, bad: bool) -> None:
        """Show how the mark will look; ``bad``: it cannot stand there."""
        self._picture, self._bad = picture, bad
        self.viewport().update()

    def put_mark(self, place: MarkPlace) -> None:
        """Move the mark."""
        if place == self.mark:
            return
        resized = self.mark is None or place.box.width != self.mark.box.width
        if resized or (self.mark is not None and place.box.height != self.mark.box.height):
            self._picture = QImage()
        self.mark = place
        self.viewport().update()
        self.mark_moved.emit(place)

    def reveal(self) -> None:
        """Scroll to the mark."""
        if self.mark is None or self.mark.page >= len(self._tops):
            return
        area = self._mark_area(self.mark)
        bar = self.verticalScrollBar()
        top, bottom = area.top() - 20, area.bottom() + 20
        if top < 0 or bottom > self.viewport().height():
            wanted = area.center().y() - self.viewport().height() / 2
            bar.setValue(bar.value() + round(wanted))

    def _mark_area(self, place: MarkPlace) -> QRectF:
        page, step = self._page_area(place.page), self._scale * POINTS_PER_MM
        box = place.box
        return QRectF(
            page.x() + box.x * step, page.y() + box.y * step, box.width * step, box.height * step
        )

    # --- layout and drawing

    def _lay_out(self) -> None:
        room = max(self.viewport().width() - 2, 40)
        widest = max((width for width, _height in self._sizes), default=1.0)
        self._scale = room / widest * _ZOOM[self._zoom]
        top, self._tops = 0.0, []
        for _width, height in self._sizes:
            self._tops.append(top)
            top += height * self._scale + _GAP
        self._height = max(top - _GAP, 0.0)
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(self._height) - self.viewport().height()))
        vertical.setPageStep(self.viewport().height())
        vertical.setSingleStep(40)
        horizontal.setRange(0, max(0, round(widest * self._scale) - self.viewport().width()))
        horizontal.setPageStep(self.viewport().width())
        self.viewport().update()

    def _page_area(self, page: int) -> QRectF:
        width, height = self._sizes[page]
        wide = width * self._scale
        left = max((self.viewport().width() - wide) / 2, 0) - self.horizontalScrollBar().value()
        top = self._tops[page] - self.verticalScrollBar().value()
        return QRectF(left, top, wide, height * self._scale)

    def _seen(self) -> list[int]:
        high = self.viewport().height()
        found = []
        for page in range(self._first_seen(), len(self._tops)):
            if self._page_area(page).top() > high:
                break
            found.append(page)
        return found

    def _first_seen(self) -> int:
        """Find the first page that is seen, in a few steps even among thousands."""
        above = self.verticalScrollBar().value()
        low, high = 0, len(self._tops)
        while low < high:
            middle = (low + high) // 2
            end = self._tops[middle] + self._sizes[middle][1] * self._scale
            low, high = (middle + 1, high) if end < above else (low, middle)
        return low

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what is seen, and ask for what is not there yet."""
        seen = self._seen()
        with painting(QPainter(self.viewport())) as painter:
            wanted = self._draw_seen(painter, seen)
        self.loader.want(wanted)
        if seen:
            self.page_shown.emit(seen[len(seen) // 2], self._total)

    def _draw_seen(self, painter: QPainter, seen: Sequence[int]) -> list[Wanted]:
        """Draw the pages that are seen; return those that are still to be fetched."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        fill(painter, self.viewport().rect(), colour("raised"))
        wanted = []
        for page in seen:
            area = self._page_area(page)
            key = (page, self._pixels(area))
            image = self._kept(key) or self._other(page)
            if key not in self._images and page not in self._broken:
                wanted.append(key)
            self._draw_page(painter, area, image, self._broken.get(page, ""))
        if self.mark is not None and self.mark.page in seen:
            self._draw_mark(painter, self._mark_area(self.mark))
        if self.hasFocus():
            painter.setPen(QPen(colour("focus"), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        return wanted

    def _pixels(self, area: QRectF) -> int:
        return min(round(area.width() * self.devicePixelRatioF()), 4000)

    def _kept(self, key: Wanted) -> QImage | None:
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
        return image

    def _other(self, page: int) -> QImage | None:
        """Return the page as it was drawn for another width: better than nothing meanwhile."""
        return next((one for (number, _w), one in self._images.items() if number == page), None)

    @staticmethod
    def _draw_page(painter: QPainter, area: QRectF, image: QImage | None, trouble: str) -> None:
        fill(painter, area, QColor(Qt.GlobalColor.white))
        if image is not None:
            painter.drawImage(area, image)
        elif trouble:
            painter.setPen(Qt.GlobalColor.black)
            flags = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignCenter.value)
            painter.drawText(area.adjusted(20, 20, -20, -20), flags, trouble)
        painter.setPen(QPen(colour("line"), 1))
        painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _draw_mark(self, painter: QPainter, area: QRectF) -> None:
        ink = colour("error" if self._bad else "accent")
        if self._picture.isNull():
            ground = colour("error_soft" if self._bad else "accent_soft")
            ground.setAlpha(200)
            fill(painter, area, ground)
        else:
            painter.drawImage(area, self._picture)
        painter.setPen(QPen(ink, 2))
        painter.drawRect(area)
        painter.setBrush(colour("surface"))
        for corner in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()):
            painter.drawEllipse(corner, _HANDLE / 2, _HANDLE / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # --- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the width."""
        self._lay_out_here()
        super().resizeEvent(event)

    def _lay_out_here(self) -> None:
        """Lay out anew; what was seen stays near."""
        bar = self.verticalScrollBar()
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self._lay_out()
        bar.setValue(round(share * bar.maximum()))

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Draw anew: nothing of the old can be moved, for the page numbers follow."""
        self.viewport().update()

    def zoom(self, step: int) -> None:
        """Show the pages larger or smaller."""
        self._zoom = min(max(self._zoom + step, 0), len(_ZOOM) - 1)
        self._lay_out_here()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it has gone."""
        self.viewport().update()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the mark, or scroll."""
        if self.mark is not None:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.mark_done.emit()
                return
            place = place_by_key(self.mark, event, self._total, self.page_size_mm)
            if place is not None:
                self.put_mark(place)
                self.reveal()
                return
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        elif event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self.zoom(-1 if event.key() == Qt.Key.Key_Minus else 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the mark or of its corner; beside it: put it here."""
        if self.mark is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        area, at = self._mark_area(self.mark), event.position()
        if (area.bottomRight() - at).manhattanLength() < 2 * _HANDLE:
            self._grip = ("size", at, self.mark)
        elif area.contains(at):
            self._grip = ("move", at, self.mark)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the mark, also onto another page; Alt lets it stand where it is let go."""
        if self._grip is None:
            super().mouseMoveEvent(event)
            return
        kind, start, place = self._grip
        step = self._scale * POINTS_PER_MM
        offset = event.position() - start
        if kind == "size":
            self.put_mark(place.resized(offset.x() / step, offset.y() / step))
            return
        snap = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        page = self._page_at(event.position(), place.page)
        moved = place.on_page(page, self.page_size_mm(page))
        corner = self._mark_area(place).topLeft() + offset - self._page_area(page).topLeft()
        self.put_mark(moved.at(corner.x() / step, corner.y() / step, snap=snap))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the mark go."""
        self._grip = None
        super().mouseReleaseEvent(event)

    def _page_at(self, point: QPointF, otherwise: int) -> int:
        return next(
            (page for page in self._seen() if self._page_area(page).contains(point)), otherwise
        )

    def say_place(self) -> str:
        """Return where the mark is, for a screen reader."""
        if self.mark is None:
            return ""
        box = self.mark.box
        return _("Page {n}: {x} mm from the left, {y} mm from the top, {w} by {h} mm").format(
            n=self.mark.page + 1,
            x=round(box.x),
            y=round(box.y),
            w=round(box.width),
            h=round(box.height),
        )
