"""The page of a PDF on a card, with a way to turn the leaves."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.crypto.pdf.pages import Pages
from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.preview.presenter import Leaf, Preview
from app.ui.theme import colour, painting
from app.ui.widgets.buttons import tool_button
from app.ui.widgets.labels import label
from app.ui.work import Tasks


class Sheet(QWidget):
    """A drawn page, scaled to the width there is."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._pixels = b""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # Qt's signature
        self.setSizePolicy(policy)

    def show_leaf(self, leaf: Leaf) -> None:
        """Show a page; the bytes are kept, Qt does not copy them."""
        self._pixels = leaf.image.pixels
        width, height = leaf.image.width, leaf.image.height
        self._image = QImage(self._pixels, width, height, 4 * width, QImage.Format.Format_RGB32)
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image = QImage()
        self._pixels = b""
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Follow the form of the page."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the page at this width."""
        if self._image.isNull():
            return 0
        return round(width * self._image.height() / self._image.width())

    def sizeHint(self) -> QSize:
        """Ask for a readable width."""
        return QSize(280, self.heightForWidth(280))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the page with a thin edge."""
        if self._image.isNull():
            return
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            area = QRectF(0, 0, self.width(), self.heightForWidth(self.width()))
            painter.drawImage(area, self._image)
            painter.setPen(QPen(colour("line"), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))


class PreviewView(QWidget):
    """A page and, where there are several, two arrows."""

    def __init__(self, pages: Pages, tasks: Tasks, phrases: Phrases) -> None:
        super().__init__()
        self.presenter = Preview(pages, tasks, self)
        self._sheet = Sheet()
        self._words = label("caption")
        self._back = tool_button("chevron-left")
        self._forth = tool_button("chevron-right")
        phrases.say(self._back.setAccessibleName, N_("Previous page"))
        phrases.say(self._back.setToolTip, N_("Previous page"))
        phrases.say(self._forth.setAccessibleName, N_("Next page"))
        phrases.say(self._forth.setToolTip, N_("Next page"))
        self._back.clicked.connect(lambda: self.presenter.turn(-1))
        self._forth.clicked.connect(lambda: self.presenter.turn(1))
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._words, 1)
        row.addWidget(self._back)
        row.addWidget(self._forth)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._sheet, 0, Qt.AlignmentFlag.AlignTop)
        self.show_words("")

    def show_leaf(self, leaf: Leaf) -> None:
        """Show a page."""
        self._words.setText(leaf.title)
        self._sheet.show_leaf(leaf)
        self._sheet.setAccessibleName(leaf.title)
        self._back.setVisible(leaf.pages > 1)
        self._forth.setVisible(leaf.pages > 1)
        self._back.setEnabled(leaf.page > 0)
        self._forth.setEnabled(leaf.page < leaf.pages - 1)

    def show_words(self, text: str) -> None:
        """Say why there is no page."""
        self._words.setText(text)
        self._sheet.clear()
        self._back.hide()
        self._forth.hide()
