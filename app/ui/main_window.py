"""The window: sidebar, ribbon of practice mode, one page at a time. Pages are built when first shown."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.ui.pages import PAGES
from app.ui.phrases import Phrases
from app.ui.text_size import grow, grown
from app.ui.theme import dress
from app.ui.welcome.choices import WelcomePage
from app.ui.widgets.drop_area import comes_from_outside, dropped_paths
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.page_stack import PageStack
from app.ui.widgets.paint_turn import PaintTurn
from app.ui.widgets.ribbon import Ribbon
from app.ui.widgets.sidebar import Sidebar
from app.ui.widgets.sidebar_cards import SideCard
from app.ui.widgets.toast import Toast

if TYPE_CHECKING:  # the window is on the screen before they are loaded
    from app.ui.known_keys import KnownKeys
    from app.ui.pin_memory import Remembered
    from app.ui.practice_mode import PracticeMode
    from app.ui.rows import ReasonText

_FRAME = 4
_NARROW = 1100
_CLOCK_MS = 10_000
_PLACES_OF_KEYS = (0, 1)
"""The pages of documents and of keys: there it matters that a key ends."""


class MainWindow(QMainWindow):
    """Holds the pages together and shows the mode; decides nothing else.

    It can be shown at once, and is furnished with pages when these are loaded (`furnish`).
    """

    closing = Signal()
    theme_asked = Signal()
    practice_asked = Signal()
    retranslated = Signal()
    uncovered = Signal()
    """The pages are to be seen again."""

    def __init__(self) -> None:
        super().__init__()
        PaintTurn(self)
        self.phrases = Phrases()
        self._practice: PracticeMode | None = None
        self._keys: KnownKeys | None = None
        self.hold_back: Callable[[], bool] = lambda: False
        """Asked before the window closes; True: it stays."""
        self._told_memory: Callable[[], Remembered | None] = lambda: None
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.resize(1280, 800)
        self.sidebar = Sidebar(self.phrases)
        self.stack = PageStack()
        self.ribbon = Ribbon(self.phrases)
        self.silence = Notice()
        self.reminder = Notice()
        self._reminds = False
        self.trouble = Notice()
        self._root = QWidget()
        self._build()
        grow(self, lambda it, least: it.sidebar.set_narrow(narrow=it.width() < least), _NARROW)
        self._toast = Toast(self._root)
        self.sidebar.chosen.connect(self._show)
        self.sidebar.theme_asked.connect(self.theme_asked)
        self._add_pages()
        self.show_mode()
        self._show_tokens()
        dress(self)

    def _build(self) -> None:
        self._root.setObjectName("root")
        self._root.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tokens = SideCard("usb", "ok")
        self.practice = SideCard("graduation-cap", "practice")
        self.practice.clicked.connect(self.practice_asked)
        self.remembered = SideCard("lock-keyhole", "warn")
        self.remembered.hide()
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self.refresh_memory)
        for card in (self.remembered, self.tokens, self.practice):
            self.sidebar.below.addWidget(card)
        self._right = right = QVBoxLayout()
        right.setSpacing(0)
        for above in (self.ribbon, self.silence, self.reminder, self.trouble):
            right.addWidget(above)
        right.addWidget(self.stack, 1)
        row = QHBoxLayout(self._root)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addLayout(right, 1)
        self.setCentralWidget(self._root)

    def _add_pages(self) -> None:
        for place, spec in enumerate(PAGES):
            self.stack.add(spec)
            self.sidebar.add(spec.icon, spec.title)
            keys = QKeySequence(f"Ctrl+{place + 1}")
            QShortcut(keys, self).activated.connect(lambda place=place: self.go_to(place))
        self.tokens.clicked.connect(lambda: self.go_to(1))
        self.go_to(0)
        self.sidebar.navigation.setFocus(Qt.FocusReason.OtherFocusReason)

    def furnish(
        self, practice: "PracticeMode", keys: "KnownKeys", makers: Sequence[Callable[[], Page]]
    ) -> None:
        """Take what the cards of the sidebar tell of, and what makes the pages."""
        self._practice, self._keys = practice, keys
        self.ribbon.leave.clicked.connect(practice.leave)
        practice.watch(self.show_mode)
        keys.watch(self._show_tokens)
        self.show_mode()
        self._show_tokens()
        self.stack.furnish(makers)

    def go_to(self, place: int) -> None:
        """Bring a page to the front, unless something lies over all of them that is to be answered."""
        if not self.stack.covered:
            self.sidebar.navigation.setCurrentRow(place)

    def page(self, place: int) -> Page:
        """Return a page, built if it was not yet."""
        return self.stack.page(place)

    def open_paths(self, paths: Sequence[Path], place: int = 0) -> None:
        """Show files on a page, the first one unless another is named."""
        self.cover(None)
        self.go_to(place)
        if paths:
            self.page(place).accept_paths(paths)

    def put_above(self, widget: QWidget) -> None:
        """Put something over every page, right under the ribbon of practice mode."""
        self._right.insertWidget(self._right.indexOf(self.ribbon) + 1, widget)

    def cover(self, widget: QWidget | None) -> None:
        """Show something instead of sidebar and pages; None: show them again."""
        was_covered = self.stack.covered
        self.stack.cover(widget)
        self.sidebar.setVisible(widget is None)
        if was_covered:
            self.uncovered.emit()
        if was_covered and widget is None:
            self._show(self.sidebar.navigation.currentRow())

    def ask_first(self) -> WelcomePage:
        """Show the two choices of the first run instead of sidebar and pages; return them."""
        page = WelcomePage()
        self.cover(page)
        page.take_focus()
        return page

    def tell(self, text: str) -> None:
        """Say for a moment that something was done."""
        self._toast.say(text)

    def show_silence(self, silence: "ReasonText | None") -> None:
        """Say over every page that a token does not answer, and offer to interrupt it."""
        self.silence.say_reason(silence, _("Interrupt"))

    def show_trouble(self, trouble: "ReasonText | None") -> None:
        """Say over every page that the journal is damaged or not written; work goes on."""
        self.trouble.say_reason(trouble, _("To the journal"))

    def remind(self, words: str | None) -> None:
        """Show the reminder, which was said already, where keys matter; None: hide it."""
        self._reminds = words is not None
        self._show_reminder()

    def _show_reminder(self) -> None:
        place = self.sidebar.navigation.currentRow()
        self.reminder.setVisible(self._reminds and place in _PLACES_OF_KEYS)

    def show_memory(self, told: "Callable[[], Remembered | None]") -> None:
        """Name the one who says which PINs are remembered, and for how long."""
        self._told_memory = told
        self.refresh_memory()

    def refresh_memory(self) -> None:
        """Show over every page that a PIN is remembered, or that none is."""
        told = self._told_memory()
        self.remembered.setVisible(told is not None)
        if told is None:
            self._clock.stop()
            return
        self.remembered.say(told.heading, told.caption)
        self.remembered.setToolTip(told.words)
        self.remembered.setAccessibleDescription(told.words)
        if not self._clock.isActive():
            self._clock.start()

    def _show(self, place: int) -> None:
        if place < 0:
            return
        self.stack.bring(place)
        self.setWindowTitle(f"{_(self.stack.title(place))} — {_('Roscherk')}")
        self._show_reminder()

    @property
    def _practising(self) -> bool:
        return self._practice is not None and self._practice.active

    def show_mode(self) -> None:
        """Frame and ribbon in practice mode; otherwise the way into it."""
        active, entering = self._practising, self._practice is not None and self._practice.entering
        self.ribbon.setVisible(active)
        self.practice.setVisible(not active)
        self.practice.setEnabled(not entering)
        margin = _FRAME if active else 0
        self._root.setContentsMargins(margin, margin, margin, margin)
        self._root.setProperty("practice", active)
        self._root.style().unpolish(self._root)
        self._root.style().polish(self._root)
        caption = _("Preparing…") if entering else _("Try it without a token")
        self.practice.say(_("Practice mode"), caption)

    def _show_tokens(self) -> None:
        told = None if self._keys is None else self._keys.tokens_told()
        self.tokens.setVisible(told is not None and not self._practising)
        if told is not None:
            self.tokens.say(*told)

    def retranslate(self) -> None:
        """Say everything again."""
        self.phrases.refresh()
        self.show_mode()
        self._show_tokens()
        self.refresh_memory()
        self.retranslated.emit()
        place = self.sidebar.navigation.currentRow()
        if place >= 0:
            self.setWindowTitle(f"{_(self.stack.title(place))} — {_('Roscherk')}")

    def changeEvent(self, event: QEvent) -> None:
        """Follow changes of language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.sidebar.follow_theme()
        super().changeEvent(event)

    def setStyleSheet(self, sheet: str) -> None:
        """Take a look; pages behind take it when they come to the front: Qt polishes all it finds."""
        self.stack.set_aside()
        super().setStyleSheet(sheet)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave more room to the page in a narrow window."""
        self.sidebar.set_narrow(narrow=self.width() < grown(_NARROW))
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files anywhere on the window, if the page in front wants them."""
        if not self.stack.furnished:
            return
        page = self.page(self.sidebar.navigation.currentRow())
        if page.takes_files and comes_from_outside(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand dropped files to the page in front."""
        event.acceptProposedAction()
        self.cover(None)
        page = self.page(self.sidebar.navigation.currentRow())
        page.accept_paths(dropped_paths(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the window goes, unless somebody holds it back."""
        if self.hold_back():
            event.ignore()
            return
        self.closing.emit()
        self.stack.put_back()
        super().closeEvent(event)
