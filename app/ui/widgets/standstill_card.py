"""Work that stands still: what it waits for, and the two ways on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.rows import Tone
from app.ui.widgets.buttons import button
from app.ui.widgets.notice import Notice


class StandstillCard(QFrame):
    """Hidden while nothing stands still."""

    go_on_asked = Signal()
    stop_asked = Signal()

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.notice = Notice()
        self.stop, self.go_on = button(), button(kind="primary")
        phrases.say(self.stop.setText, N_("Interrupt"))
        phrases.say(self.stop.setToolTip, N_("Stop signing; what is signed stays"))
        phrases.say(self.go_on.setText, N_("Go on"))
        self.stop.clicked.connect(self.stop_asked)
        self.go_on.clicked.connect(self.go_on_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch()
        buttons.addWidget(self.stop)
        buttons.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addLayout(buttons)
        self.hide()

    def say(self, heading: str, text: str, *, can_go_on: bool) -> None:
        """Show why it stands still; without a heading it goes away."""
        self.notice.say(Tone.INFO if can_go_on else Tone.WARN, heading, text)
        self.go_on.setEnabled(can_go_on)
        self.setVisible(bool(heading))
