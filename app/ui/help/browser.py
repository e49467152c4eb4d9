"""A page of the guide on the screen: Markdown drawn by Qt, with places to lead to and pictures that fit."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from app.ui.help.library import GuidePage
from app.ui.theme import colour

_MARGIN: Final = 26
_LINE: Final = 128.0
"""Per cent: long text is read more easily with room between its lines."""
_BELOW: Final = {
    "heading": (20.0, 6.0),
    "list": (0.0, 3.0),
    "words": (0.0, 9.0),
    "cell": (2.0, 2.0),
}
_IMAGE_OBJECT: Final = "\ufffc"


class HelpBrowser(QTextBrowser):
    """Shows one `GuidePage`; a link is asked for, never followed by itself."""

    link_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._page: GuidePage | None = None
        self._pictures: dict[str, QImage] = {}
        self.setOpenLinks(False)  # Qt's signature
        self.setOpenExternalLinks(False)
        self.setObjectName("guide")
        self.anchorClicked.connect(lambda url: self.link_asked.emit(url.toString()))

    def show_page(self, page: GuidePage, anchor: str = "") -> None:
        """Show a page from its beginning, or at a place on it."""
        if page is not self._page:
            self._page = page
            self._pictures = {name: QImage.fromData(data) for name, data in page.images.items()}
            self._draw()
        if not anchor:
            self.verticalScrollBar().setValue(0)
        elif anchor in page.anchors:
            self.scrollToAnchor(anchor)

    def find_words(self, words: str, *, back: bool = False) -> tuple[int, int]:
        """Mark all places with these words, go to the next; return its number and how many there are."""
        found = list(self._found(words))
        self.setExtraSelections([_marked(each) for each in found])
        if not found:
            return 0, 0
        here = self.textCursor()
        if back:
            before = [
                n for n, each in enumerate(found) if each.selectionEnd() < here.selectionEnd()
            ]
            place = before[-1] if before else len(found) - 1
        else:
            after = [n for n, each in enumerate(found) if each.selectionStart() >= here.position()]
            place = after[0] if after else 0
        self.setTextCursor(found[place])
        self.ensureCursorVisible()
        return place + 1, len(found)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Give out the pictures that came with the page, and nothing else."""
        picture = self._pictures.get(QUrl(name).toString())
        return picture if kind == QTextDocument.ResourceType.ImageResource.value else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let pictures be as wide as there is room."""
        super().resizeEvent(event)
        self._fit_pictures()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._page is not None:
            at = self.verticalScrollBar().value()
            self._draw()
            self.verticalScrollBar().setValue(at)

    def _draw(self) -> None:
        if self._page is None:
            return
        document = self.document()
        document.setDocumentMargin(_MARGIN)
        document.setMarkdown(self._page.text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        headings = iter(self._page.headings)
        # As one change: otherwise Qt lays a table out anew for each of its cells.
        whole = QTextCursor(document)
        whole.beginEditBlock()
        for block in _blocks(document):
            self._lay_out(block, headings)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _dress_table(frame)
        whole.endEditBlock()
        self._fit_pictures()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _lay_out(self, block: QTextBlock, headings: Iterator[tuple[str, ...]]) -> None:
        cursor = QTextCursor(block)
        kind = block.blockFormat()
        heading = kind.headingLevel() > 0
        if heading:
            cursor.movePosition(
                QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
            )
            named = QTextCharFormat()
            named.setAnchor(True)  # Qt's signature
            named.setAnchorNames(list(next(headings, ())))
            cursor.mergeCharFormat(named)
        role = (
            "heading"
            if heading
            else "list"
            if block.textList() is not None
            else "cell"
            if cursor.currentTable() is not None
            else "words"
        )
        above, below = _BELOW[role]
        if role == "list" and block.next().textList() is None:
            below = _BELOW["words"][1]
        change = QTextBlockFormat()
        change.setTopMargin(0 if block.blockNumber() == 0 else above)
        change.setBottomMargin(below)
        if not heading and _IMAGE_OBJECT not in block.text():
            change.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(change)

    def _fit_pictures(self) -> None:
        room = self.viewport().width() - 2 * _MARGIN
        for block in _blocks(self.document()):
            if _IMAGE_OBJECT not in block.text():
                continue
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                form = fragment.charFormat()
                if form.isImageFormat():
                    self._fit(form.toImageFormat().name(), fragment.position(), room)
                iterator += 1

    def _fit(self, name: str, position: int, room: int) -> None:
        picture = self._pictures.get(name)
        if picture is None or picture.isNull():
            return
        width = min(picture.width(), max(room, 80))
        change = QTextCharFormat()
        change.setProperty(QTextFormat.Property.ImageWidth.value, float(width))
        height = picture.height() * width / picture.width()
        change.setProperty(QTextFormat.Property.ImageHeight.value, float(height))
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
        )
        cursor.mergeCharFormat(change)

    def _found(self, words: str) -> Iterator[QTextCursor]:
        if not words:
            return
        found = self.document().find(words)
        while not found.isNull():
            yield QTextCursor(found)
            found = self.document().find(words, found)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _marked(cursor: QTextCursor) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor = cursor
    selection.format.setBackground(colour("warn_soft"))
    return selection


def _dress_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderCollapse(True)  # Qt's signature
    form.setBorderBrush(colour("line"))
    form.setCellPadding(7)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    form.setTopMargin(6)
    form.setBottomMargin(12)
    table.setFormat(form)
    ground = QTextCharFormat()
    ground.setBackground(QColor(colour("raised")))
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        shown = cell.format()
        shown.setBackground(colour("raised"))
        cell.setFormat(shown)
