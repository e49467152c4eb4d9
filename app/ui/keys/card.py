"""The card beside the list: the chosen key or token, and buttons for what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from app.texts.catalogue import N_
from app.ui.keys.deeds import SHOWN, Card, Deed
from app.ui.phrases import Phrases
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.fields import Fields
from app.ui.widgets.flow import Flow
from app.ui.widgets.in_column import Column
from app.ui.widgets.labels import label
from app.ui.widgets.next_turn import NextTurn


class KeyCard(QFrame):
    """Heading, what to beware of, what is known, what can be done."""

    asked = Signal(object)
    """A `Deed`."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._nothing = EmptyState(
            phrases,
            "key-round",
            N_("No key is chosen"),
            N_("Choose a key or a token in the list to see what it is and what can be done."),
        )
        self._heading = label("heading", wrap=True, selectable=True)
        self._fields = Fields()
        self._notices = QVBoxLayout()
        self._said: list[ReasonCard] = []
        self.buttons = {}
        for deed, shown in SHOWN.items():
            made = self.buttons[deed] = button(shown.icon, kind=shown.kind)
            phrases.say(made.setText, shown.text)
            made.clicked.connect(lambda _checked=False, deed=deed: self.asked.emit(deed))
        inner = Column()
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(self._heading)
        column.addLayout(self._notices)
        column.addWidget(self._fields)
        column.addLayout(Flow(*self.buttons.values()))
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self._nothing)
        frame.addWidget(self._scroll)
        self._card: Card | None = None
        self._turn = NextTurn(self, self._show)
        self._show()

    def show_card(self, card: Card | None) -> None:
        """Show a key or a token, or that none is chosen, in the next turn."""
        if card != self._card:
            self._card = card
            self._turn.start()

    def _show(self) -> None:
        card = self._card
        self._nothing.setVisible(card is None)
        self._scroll.setVisible(card is not None)
        if card is None:
            return
        self._heading.setText(card.heading)
        self._fields.show_lines(card.lines)
        for said in self._said:
            said.hide()
            said.deleteLater()
        self._said = [ReasonCard(each) for each in card.notices]
        for said in self._said:
            self._notices.addWidget(said)
        for deed, made in self.buttons.items():
            made.setVisible(deed in card.deeds)

    def offered(self) -> tuple[Deed, ...]:
        """Return what can be done with what is shown."""
        return () if self._card is None else self._card.deeds
