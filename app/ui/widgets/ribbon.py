"""The ribbon of practice mode, over every page."""

from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import ElidedLabel, IconLabel, label


class Ribbon(QFrame):
    """The ribbon that says the mode in words, and the way out."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setObjectName("ribbon")
        words = label()
        phrases.say(words.setText, N_("PRACTICE MODE"))
        more = ElidedLabel(sentence=True)
        more.setObjectName("more")
        phrases.say(more.setText, N_("Signatures made here have no legal force"))
        self.leave = button()
        phrases.say(self.leave.setText, N_("Leave practice mode"))
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 5, 24, 5)
        row.setSpacing(12)
        row.addWidget(IconLabel("graduation-cap", "on_ribbon", 18))
        row.addWidget(words)
        row.addWidget(more, 1)
        row.addWidget(self.leave)
