"""The dialog of a `Form`: what is typed in it is handed over once, and only when all is in order."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.texts.catalogue import N_, _
from app.tokens.pin import Secret
from app.ui.forms import Filled, Form, NewPinAsked, PinAsked
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.check import Check
from app.ui.widgets.choice import Choice
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label
from app.ui.widgets.new_pin import NewPin
from app.ui.widgets.notice import Notice
from app.ui.widgets.points import Points
from app.ui.widgets.secret_line import SecretLine

_LONGEST_TEXT = 400


class FormDialog(Dialog):
    """Ask once. Closing the dialog in any other way than by its button is a no."""

    filled = Signal(object)
    """A `Filled`."""

    def __init__(self, parent: QWidget | None, form: Form) -> None:
        super().__init__(parent, form.tone, form.icon)
        self._form = form
        self.say(form.heading, form.words)
        if form.facts:
            self.content.addWidget(Fields(form.facts))
        if form.points:
            self.content.addWidget(Points(form.points))
        self.text: QLineEdit | None = None
        self.choice: Choice | None = None
        self.pin: SecretLine | None = None
        self.new: NewPin | None = None
        self.sure: Check | None = None
        self.keep: Check | None = None
        self.typed: QLineEdit | None = None
        if form.barred is not None:
            self._bar(form.barred)
            return
        self.add_cancel()
        kind = "danger" if form.tone is Tone.ERROR else "primary"
        self.ok = self.add_button(form.yes, kind, self._answer)
        # Where it cannot be undone, Enter alone does nothing.
        self.ok.setDefault(form.tone is not Tone.ERROR)
        self._ask()
        self._check()
        self._focus()

    def _ask(self) -> None:
        """Add a line for everything that is asked, in the order in which one thinks of it."""
        form = self._form
        if form.choice:
            self.choice = self._choice(form)
        if form.text:
            self.text = self._line(form.text, form.value)
        if form.pin is not None:
            self._ask_pin(form.pin)
        if form.new is not None:
            self._ask_new(form.new)
        if form.typed:
            caption = _("To confirm, type: {text}").format(text=form.typed)
            self.typed = self._line(caption, "")

    def _line(self, caption: str, value: str) -> QLineEdit:
        words, line = label("strong", wrap=True), QLineEdit(value)
        words.setText(caption)
        line.setMaxLength(_LONGEST_TEXT)
        line.setAccessibleName(caption)
        words.setBuddy(line)
        line.textChanged.connect(self._check)
        self.content.addWidget(words)
        self.content.addWidget(line)
        return line

    def _choice(self, form: Form) -> Choice:
        words, choice = label("strong", wrap=True), Choice()
        words.setText(form.choice)
        words.setBuddy(choice)
        choice.setAccessibleName(form.choice)
        choice.show_items(list(form.choices), form.choices[0][0])
        self.content.addWidget(words)
        self.content.addWidget(choice)
        return choice

    def _bar(self, reason: ReasonText) -> None:
        """Only say why nothing can be typed here."""
        self.content.addWidget(ReasonCard(reason))
        self.ok = self.add_button(N_("Close"), "primary", self.reject)
        self.ok.setDefault(True)  # Qt's signature

    def _ask_pin(self, asked: PinAsked) -> None:
        self.pin = SecretLine(asked.prompt)
        self.pin.changed.connect(self._check)
        self.content.addWidget(self.pin)
        if asked.tries:
            tries = Notice()
            tries.say(asked.tone, asked.tries)
            self.content.addWidget(tries)
        if asked.last_try:
            self.sure = Check()
            self.sure.setText(asked.last_try)
            self.sure.toggled.connect(self._check)
            self.content.addWidget(self.sure)

    def _ask_new(self, asked: NewPinAsked) -> None:
        if self._form.keep:
            self.keep = Check()
            self.keep.setText(self._form.keep)
            self.keep.toggled.connect(self._check)
            self.content.addWidget(self.keep)
        self.new = NewPin(asked, beside=self.pin)
        self.new.changed.connect(self._check)
        self.content.addWidget(self.new)

    def _keeps(self) -> bool:
        return self.keep is not None and self.keep.isChecked()

    def _check(self) -> None:
        if self.new is not None and self.keep is not None:
            self.new.setVisible(not self._keeps())
            self.fit()
        self.ok.setEnabled(self._is_complete())

    def _is_complete(self) -> bool:
        form = self._form
        if self.text is not None and form.text_needed and not self.text.text().strip():
            return False
        if self.pin is not None and self.pin.is_empty():
            return False
        if self.sure is not None and not self.sure.isChecked():
            return False
        if self.new is not None and not self._keeps() and self.new.trouble():
            return False
        return self.typed is None or self.typed.text().strip() == form.typed.strip()

    def _answer(self) -> None:
        if not self._is_complete():
            return
        pin = Secret(bytearray()) if self.pin is None else self.pin.take()
        pin.last_try_confirmed = self.sure is not None
        wants_new = self.new is not None and not self._keeps()
        filled = Filled(
            text="" if self.text is None else self.text.text().strip(),
            choice="" if self.choice is None else str(self.choice.currentData()),
            typed="" if self.typed is None else self.typed.text(),
            keep=self._keeps(),
            pin=pin,
            new=self.new.take() if self.new is not None and wants_new else None,
        )
        self.accept()
        self.filled.emit(filled)

    def _focus(self) -> None:
        asked = (self.text, self.pin, self.new, self.typed, self.choice)
        first = next((each for each in asked if each is not None), None)
        if first is not None:
            first.setFocus()
