"""The dialog for a PIN or a password: it says whose secret it asks for, and why."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.texts.catalogue import N_
from app.ui.asking import SecretQuestion
from app.ui.rows import Tone
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.widgets.secret_line import SecretLine


class PinDialog(Dialog):
    """Ask for one secret. ``answered`` carries it; closing the dialog in any other way is a no."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None, question: SecretQuestion) -> None:
        super().__init__(parent, Tone.INFO, "lock-keyhole")
        self.say(question.heading, question.purpose)
        if question.refused:
            refused = Notice()
            refused.say(Tone.ERROR, question.refused)
            self.content.addWidget(refused)
        self.content.addLayout(_facts(question))
        self.line = SecretLine(question.prompt)
        self.content.addWidget(self.line)
        if question.tries:
            tries = Notice()
            tries.say(Tone.WARN if question.grave else Tone.PLAIN, question.tries)
            self.content.addWidget(tries)
        self.add_cancel()
        self.ok = self.add_button(N_("Continue"), "primary", self._answer)
        self.ok.setDefault(True)
        self.ok.setEnabled(False)
        self.line.changed.connect(lambda: self.ok.setEnabled(not self.line.is_empty()))
        self.line.setFocus()

    def _answer(self) -> None:
        secret = self.line.take()
        self.accept()
        self.answered.emit(secret)


def _facts(question: SecretQuestion) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for place, (name, value) in enumerate(question.facts):
        left, right = label("muted"), label(wrap=True)
        left.setText(name)
        right.setText(value)
        grid.addWidget(left, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(right, place, 1)
    return grid
