"""The card of one route: how it stands, who has signed, what can be done."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from app.texts.catalogue import N_, _
from app.ui.phrases import Phrases
from app.ui.routes.telling import EntryCard, RouteCard
from app.ui.rows import Tone
from app.ui.theme import icon
from app.ui.widgets.buttons import button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.flow import Flow
from app.ui.widgets.in_column import Column
from app.ui.widgets.labels import ElidedLabel, label, rule
from app.ui.widgets.notice import Notice
from app.ui.widgets.rows import RowView

_SHORTEST: Final = 150


class RouteDetails(QFrame):
    """Shows a `RouteCard`; what is pressed comes by signals."""

    move_asked = Signal()
    finish_asked = Signal()
    letter_asked = Signal()
    save_asked = Signal()
    edit_asked = Signal()
    forget_asked = Signal()
    reopen_asked = Signal()
    package_asked = Signal(str)
    settle_asked = Signal()
    choose_asked = Signal()
    welcome_asked = Signal()
    dismiss_asked = Signal()
    receipt_asked = Signal()
    copy_asked = Signal()
    compare_asked = Signal()

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._nothing = EmptyState(
            phrases,
            "users-round",
            N_("No document is chosen"),
            N_("Choose a document to see who has signed it and whose signature is awaited."),
        )
        self._inner = Column()
        self.heading = ElidedLabel("heading")
        self.state = Notice()
        self.trouble = Notice()
        self.trouble.asked.connect(self.move_asked)
        self.facts = label("muted", wrap=True, selectable=True)
        self.list = RowView(headers=True)
        phrases.say(self.list.setAccessibleName, N_("Who has signed and who has not"))
        self.entry = label("muted", wrap=True, selectable=True)
        self._package = ""
        self.state.asked.connect(lambda: self.package_asked.emit(self._package))
        self.state.second_asked.connect(self.reopen_asked)
        self._make_buttons(phrases)
        self._lay_out()
        self.show_card(None)
        self.show_entry(EntryCard())

    def _make_buttons(self, phrases: Phrases) -> None:
        self.settle = button("check", kind="primary")
        self.choose = button("user-round")
        self.welcome = button("plus")
        self.dismiss = button("x")
        self.receipt = button("badge-check")
        self.copy = button("save")
        self.compare = button("files")
        self.finish = button("check", kind="primary")
        self.letter = button("mail")
        self.edit = button("users-round")
        self.more = button()
        phrases.say(self.more.setText, N_("More"))
        menu = QMenu(self.more)
        self.save = menu.addAction(icon("signature"), "")
        self.forget = menu.addAction(icon("trash-2"), "")
        self.more.setMenu(menu)
        for made, words, asked in (
            (self.choose, N_("Whose is it…"), self.choose_asked),
            (self.welcome, N_("Add to the awaited"), self.welcome_asked),
            (self.dismiss, N_("Do not count it"), self.dismiss_asked),
            (self.receipt, N_("Make a receipt…"), self.receipt_asked),
            (self.copy, N_("Save what came…"), self.copy_asked),
            (self.compare, N_("Compare with yours…"), self.compare_asked),
            (self.finish, N_("Make the package…"), self.finish_asked),
            (self.letter, N_("Ask by letter…"), self.letter_asked),
            (self.edit, N_("People…"), self.edit_asked),
        ):
            phrases.say(made.setText, words)
            made.clicked.connect(asked)
        for entry, words, asked in (
            (self.save, N_("Save the signatures…"), self.save_asked),
            (self.forget, N_("Stop gathering…"), self.forget_asked),
        ):
            phrases.say(entry.setText, words)
            entry.triggered.connect(asked)
        self.settle.clicked.connect(self.settle_asked)
        phrases.say(
            self.receipt.setToolTip,
            N_("Certify this signature with yours, for whoever made it: he sees that it has come"),
        )
        phrases.say(
            self.compare.setToolTip,
            N_("Pages of your document and of what came, side by side, with what differs in boxes"),
        )
        phrases.say(
            self.finish.setToolTip,
            N_("One ZIP: the document, all signatures in one file, the protocol (Ctrl+Enter)"),
        )
        phrases.say(
            self.letter.setToolTip,
            N_("A draft of a letter to those who have not signed, with the document"),
        )

    def _lay_out(self) -> None:
        about = Flow(
            self.compare,
            self.settle,
            self.choose,
            self.welcome,
            self.receipt,
            self.copy,
            self.dismiss,
        )
        deeds = Flow(self.finish, self.letter, self.edit, self.more)
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        for each in (self.heading, self.facts, self.state, self.trouble):
            column.addWidget(each)
        column.addWidget(self.list, 1)
        column.addWidget(self.entry)
        column.addLayout(about)
        column.addWidget(rule())
        column.addLayout(deeds)
        self.list.setMinimumHeight(_SHORTEST)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self._nothing)
        frame.addWidget(self._scroll)

    def show_card(self, card: RouteCard | None) -> None:
        """Show a route, or that none is chosen."""
        self._nothing.setVisible(card is None)
        self._scroll.setVisible(card is not None)
        if card is None:
            return
        self.heading.setText(card.heading)
        self._package = card.package
        finished = bool(card.package) and not card.open
        self.state.say(
            Tone.PRACTICE if card.practice and card.tone is Tone.INFO else card.tone,
            card.summary,
            "",
            _("Show the package") if finished else "",
            _("Go on gathering") if finished else "",
        )
        more = _("Signatures that come are of what it was before. Put it back, or point to a copy.")
        self.trouble.say(
            Tone.ERROR, card.trouble, more if card.trouble else "", _("Where is it now…")
        )
        self.facts.setText("\n".join(card.facts))
        self.list.show_rows(card.rows)
        self.list.setVisible(bool(card.rows))
        self.finish.setVisible(card.open)
        self.finish.setEnabled(card.has_signatures)
        self.save.setEnabled(card.has_signatures)
        self.letter.setVisible(card.letter)
        self.edit.setVisible(card.open)

    def show_entry(self, entry: EntryCard) -> None:
        """Show what can be done about the chosen line."""
        self.entry.setText(entry.words)
        self.entry.setVisible(bool(entry.words))
        self.settle.setText(entry.settle)
        shown: Sequence[tuple[QWidget, bool]] = (
            (self.settle, bool(entry.settle)),
            (self.choose, entry.choose),
            (self.welcome, entry.welcome),
            (self.dismiss, entry.dismiss),
            (self.receipt, entry.receipt),
            (self.copy, entry.copy),
            (self.compare, entry.compare),
        )
        for widget, visible in shown:
            widget.setVisible(visible)

    def focus_list(self) -> None:
        """Bring the keyboard to the people."""
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
