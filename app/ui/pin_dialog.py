"""The dialog for a PIN or a password: it says whose secret it asks for, and why."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.texts.catalogue import N_
from app.tokens.secret_pair import join_secrets
from app.ui.asking import SecretQuestion
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.check import Check
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.widgets.secret_line import SecretLine


class PinDialog(Dialog):
    """Ask for one secret, or for two that belong together. ``answered`` carries it; closing the dialog in any other way is a no."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None, question: SecretQuestion) -> None:
        super().__init__(parent, Tone.INFO, "lock-keyhole")
        self.say(question.heading, question.purpose)
        if question.refused:
            refused = Notice()
            refused.say(Tone.ERROR, question.refused)
            self.content.addWidget(refused)
        self.content.addLayout(_facts(question))
        if question.barred is not None:
            self._bar(question.barred)
            return
        self.line = SecretLine(question.prompt)
        self.content.addWidget(self.line)
        if question.tries:
            tries = Notice()
            tries.say(_tone(question), question.tries)
            self.content.addWidget(tries)
        self.beside: SecretLine | None = None
        if question.beside:
            self.beside = SecretLine(question.beside)
            self.beside.changed.connect(self._on_change)
            self.content.addWidget(self.beside)
        self._sure = Check()
        self._sure.setText(question.last_try)
        self._sure.toggled.connect(self._on_change)
        self.content.addWidget(self._sure)
        self._sure.setHidden(not question.last_try)
        self.remember = Check()
        self.remember.setText(question.remember)
        self.remember.setAccessibleDescription(question.remember_terms)
        terms = label("caption", wrap=True)
        terms.setText(question.remember_terms)
        for each in (self.remember, terms):
            self.content.addWidget(each)
            each.setHidden(not question.remember)
        self.add_cancel()
        self.ok = self.add_button(N_("Continue"), "primary", self._answer)
        self.ok.setDefault(True)
        self.ok.setEnabled(False)
        self._last_try = bool(question.last_try)
        self.line.changed.connect(self._on_change)
        self.line.setFocus()

    def _bar(self, reason: ReasonText) -> None:
        """Only say why nothing can be typed, and the way out."""
        self.content.addWidget(ReasonCard(reason))
        close = self.add_button(N_("Close"), "primary", self.reject)
        close.setDefault(True)

    def _on_change(self) -> None:
        sure = self._sure.isChecked() or not self._last_try
        typed = not self.line.is_empty() and (self.beside is None or not self.beside.is_empty())
        self.ok.setEnabled(sure and typed)

    def _answer(self) -> None:
        secret = self.line.take()
        secret.last_try_confirmed = self._last_try
        secret.remember = self.remember.isChecked()
        if self.beside is not None:
            with secret as pin, self.beside.take() as password:
                secret = join_secrets(pin, password)
        self.accept()
        self.answered.emit(secret)


def _tone(question: SecretQuestion) -> Tone:
    if question.last_try:
        return Tone.ERROR
    return Tone.WARN if question.grave else Tone.PLAIN


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
