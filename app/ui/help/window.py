"""The window of the guide: contents, the page, search on it, ways back."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.texts.catalogue import N_, _
from app.ui.help.browser import HelpBrowser
from app.ui.help.library import GuidePage
from app.ui.phrases import Phrases
from app.ui.text_size import grow
from app.ui.theme import dress
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.labels import label

_CONTENTS = 260
_SEARCH = 260
_NAME = Qt.ItemDataRole.UserRole


class HelpWindow(QWidget):
    """A window of its own: a question that is open over the main window does not block it."""

    page_asked = Signal(str)
    link_asked = Signal(str)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.phrases = Phrases()
        self.setMinimumSize(640, 420)
        self.resize(1040, 760)
        self.contents = QListWidget()
        self.contents.setObjectName("contents")
        grow(self.contents, QWidget.setFixedWidth, _CONTENTS)
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setWordWrap(True)  # Qt's signature
        self.browser = HelpBrowser()
        self.back = tool_button("chevron-left")
        self.words = QLineEdit()
        self.words.setClearButtonEnabled(True)  # Qt's signature
        grow(self.words, QWidget.setFixedWidth, _SEARCH)
        self.count = label("muted")
        self.next = button("chevron-down")
        self._say()
        self._lay_out()
        self._listen()
        dress(self)

    def _say(self) -> None:
        say = self.phrases.say
        say(self.setWindowTitle, N_("Help — Roscherk"))
        say(self.contents.setAccessibleName, N_("Contents of the guide"))
        say(self.browser.setAccessibleName, N_("Page of the guide"))
        say(self.back.setToolTip, N_("Back (Alt+Left)"))
        say(self.back.setAccessibleName, N_("Back"))
        say(self.words.setPlaceholderText, N_("Find on this page"))
        say(self.words.setAccessibleName, N_("Find on this page"))
        say(self.next.setText, N_("Next"))

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(8)
        tools.addWidget(self.back)
        tools.addStretch()
        tools.addWidget(self.count)
        tools.addWidget(self.words)
        tools.addWidget(self.next)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(tools)
        right.addWidget(self.browser, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self.contents)
        row.addLayout(right, 1)

    def _listen(self) -> None:
        self.contents.itemActivated.connect(self._choose)
        self.contents.itemClicked.connect(self._choose)
        self.browser.link_asked.connect(self.link_asked)
        self.back.clicked.connect(self.back_asked)
        self.words.textChanged.connect(lambda _text: self._begin_search())
        self.words.returnPressed.connect(self.find_next)
        self.next.clicked.connect(self.find_next)
        for keys, heard in (
            (QKeySequence(QKeySequence.StandardKey.Find), self._want_search),
            (QKeySequence("F3"), self.find_next),
            (QKeySequence("Shift+F3"), self.find_before),
            (QKeySequence(QKeySequence.StandardKey.Back), self.back_asked.emit),
            (QKeySequence("Esc"), self.close),
            (QKeySequence(QKeySequence.StandardKey.Close), self.close),
        ):
            QShortcut(keys, self).activated.connect(heard)

    def list_pages(self, pages: tuple[tuple[str, str], ...]) -> None:
        """Show the contents: titles and names."""
        self.contents.clear()
        for title, name in pages:
            item = QListWidgetItem(title)
            item.setData(_NAME, name)
            self.contents.addItem(item)

    def show_page(self, page: GuidePage, anchor: str, *, back: bool) -> None:
        """Show a page; ``back``: there is one to go back to."""
        self.browser.show_page(page, anchor)
        self.back.setEnabled(back)
        self.count.setText("")
        for row in range(self.contents.count()):
            if self.contents.item(row).data(_NAME) == page.name:
                self.contents.setCurrentRow(row)
                break
        else:
            self.contents.clearSelection()

    def find_next(self) -> None:
        """Go to the next place with the words, and around at the end."""
        self._tell(*self.browser.find_words(self.words.text()))

    def find_before(self) -> None:
        """Go to the place before."""
        self._tell(*self.browser.find_words(self.words.text(), back=True))

    def _begin_search(self) -> None:
        cursor = self.browser.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self.browser.setTextCursor(cursor)
        self.find_next()

    def _want_search(self) -> None:
        self.words.setFocus()
        self.words.selectAll()

    def _tell(self, place: int, count: int) -> None:
        if not self.words.text():
            self.count.setText("")
        elif not count:
            self.count.setText(_("Nothing found"))
        else:
            self.count.setText(_("{n} of {total}").format(n=place, total=count))

    def _choose(self, item: QListWidgetItem) -> None:
        self.page_asked.emit(item.data(_NAME))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.phrases.refresh()
        super().changeEvent(event)
