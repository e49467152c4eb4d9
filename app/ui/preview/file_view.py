"""What is seen of a file that has no pages: a tree, text, a picture, facts."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QImage, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.crypto.pdf.pages import PageImage
from app.crypto.viewing.model import ViewAnswer, ViewKind
from app.texts.catalogue import N_, _
from app.ui.phrases import Phrases
from app.ui.preview.branches import Branches
from app.ui.preview.facts import card_lines, fact_lines, office_reason
from app.ui.preview.xml_model import XmlModel
from app.ui.theme import colour, fill, painting
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label
from app.ui.widgets.next_turn import NextTurn

_LEAST: Final = 180
"""Pixels of height of a tree, a text or a picture."""


class FileView(QWidget):
    """Shows one `ViewAnswer`."""

    found = Signal(str)
    """What came of a search, in words."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self._branches: Branches | None = None
        self._turn = NextTurn(self, self._show_tree)
        self._at = -1
        self._card, self._facts = Fields(), Fields()
        self._reason = QVBoxLayout()
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        phrases.say(self.search.setPlaceholderText, N_("Find in the document"))
        phrases.say(self.search.setAccessibleName, N_("Find in the document"))
        self.search.returnPressed.connect(self.find_next)
        self.tree = QTreeView()
        phrases.say(self.tree.setAccessibleName, N_("The document as a tree"))
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(False)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        phrases.say(self.text.setAccessibleName, N_("The text of the document"))
        self.picture = _Picture()
        self._more = label("caption", wrap=True)
        self._build()
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.search.setFocus)

    def _build(self) -> None:
        """Put it all into one column, which scrolls where there is little room."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._card)
        column.addLayout(self._reason)
        column.addWidget(self.search)
        for shown in (self.tree, self.text, self.picture):
            shown.setMinimumHeight(_LEAST)
            column.addWidget(shown, 100)
        column.addWidget(self._more)
        column.addWidget(self._facts)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(area)

    def show_answer(self, answer: ViewAnswer, branches: Branches | None) -> None:
        """Show what a file shows of itself."""
        self._branches, self._at = branches, -1
        card = card_lines(answer)
        self._card.show_lines(card)
        self._card.setVisible(bool(card))
        self._facts.show_lines(fact_lines(answer))
        self._show_reason(answer)
        self.tree.hide()
        self.text.setVisible(answer.kind is ViewKind.TEXT)
        self.search.setVisible(branches is not None or answer.kind is ViewKind.TEXT)
        self.picture.setVisible(answer.kind is ViewKind.IMAGE)
        self._more.setVisible(answer.more)
        self._more.setText(_("The document is longer: only its beginning is shown."))
        if branches is not None:
            # In a turn of its own: Qt asks for each of thousands of lines, and the card is laid out now.
            self._turn.start()
        if answer.kind is ViewKind.TEXT:
            self.text.setPlainText(answer.text)

    def show_picture(self, image: PageImage) -> None:
        """Show a picture that was decoded."""
        self.picture.show_image(image)

    def find_next(self) -> None:
        """Go to the next place that holds the words."""
        words = self.search.text().strip()
        if not words:
            return
        if self._branches is None:
            if not self.text.find(words):
                self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
                self.found.emit("" if self.text.find(words) else _("Nothing found"))
            return
        number = self._branches.find(words, self._at)
        if number is None:
            self.found.emit(_("Nothing found"))
            return
        self._at = number
        self._show_tree()
        model = self.tree.model()
        if isinstance(model, XmlModel):
            index = model.index_of(number)
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def _show_tree(self) -> None:
        """Show the tree; a search may have hung it up already."""
        branches = self._branches
        if branches is None:
            return
        old = self.tree.model()
        if not (isinstance(old, XmlModel) and old.branches is branches):
            self._hang_up(branches)
        self.tree.show()

    def _hang_up(self, branches: Branches) -> None:
        old = self.tree.model()
        self.tree.setModel(XmlModel(branches, self.tree))
        if old is not None:
            old.deleteLater()
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 190)
        self.tree.expandToDepth(1 if len(branches.lines) > 500 else 3)

    def _show_reason(self, answer: ViewAnswer) -> None:
        while (item := self._reason.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        reason = office_reason(answer)
        if reason is not None:
            self._reason.addWidget(ReasonCard(reason))


class _Picture(QWidget):
    """A picture, as large as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Picture"))

    def show_image(self, image: PageImage) -> None:
        """Show a picture; its bytes are copied."""
        shown = QImage(
            image.pixels, image.width, image.height, 4 * image.width, QImage.Format.Format_RGB32
        )
        self._image = shown.copy()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the middle."""
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            fill(painter, self.rect(), colour("raised"))
            if self._image.isNull():
                return
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            area = self.rect()
            area.setSize(size)
            area.moveCenter(self.rect().center())
            painter.drawImage(area, self._image)
