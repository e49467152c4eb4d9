"""The card of the tour, over the pages: where one is, what happens, one button, a way out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.ui.rows import Tone
from app.ui.welcome.tour import TourCard
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import IconLabel, label


class TourFrame(QFrame):
    """Shows what the tour says."""

    act_asked = Signal()
    leave_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tour")
        self.setProperty("tone", Tone.PRACTICE.value)
        self._place = label("overline")
        self._heading = label("heading", wrap=True)
        self._words = label(wrap=True)
        self.action = button(kind="primary")
        self.leave = button(kind="link")
        self.action.clicked.connect(self.act_asked)
        self.leave.clicked.connect(self.leave_asked)
        words = QVBoxLayout()
        words.setSpacing(3)
        for each in (self._place, self._heading, self._words):
            words.addWidget(each)
        deeds = QVBoxLayout()
        deeds.setSpacing(6)
        deeds.addStretch()
        for made in (self.action, self.leave):
            deeds.addWidget(made, 0, Qt.AlignmentFlag.AlignRight)
        deeds.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 14, 24, 14)
        row.setSpacing(16)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(IconLabel("graduation-cap", "practice", 28), 0, top)
        row.addLayout(words, 1)
        row.addLayout(deeds)
        self._said = ""
        self.hide()

    def show_card(self, card: TourCard | None) -> None:
        """Show a card, to the eye and to a screen reader; None: hide it."""
        self.setVisible(card is not None)
        if card is None:
            self._said = ""
            return
        for place, text in (
            (self._place, card.place),
            (self._heading, card.heading),
            (self._words, card.words),
            (self.leave, card.leave),
        ):
            place.setText(text)
        if card.action:
            self.action.setText(card.action)
        self.action.setEnabled(bool(card.action))
        said = f"{card.place}. {card.heading}. {card.words}"
        self.setAccessibleName(said)
        if said != self._said:
            self._said = said
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))
        if card.action:
            # The keyboard and a screen reader stand at the next step, not where the last one was.
            self.action.setFocus(Qt.FocusReason.OtherFocusReason)
