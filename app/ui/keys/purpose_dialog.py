"""«Для чего ключ?»: the first question, because for a КЭП of the tax office no request is made."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.crypto.requests.purpose import Purpose
from app.texts.catalogue import N_
from app.texts.purposes import purpose_question, purpose_words
from app.ui.rows import Tone
from app.ui.widgets.buttons import button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label

_WIDTH = 560


class PurposeDialog(Dialog):
    """One button for each answer, with what it means under it."""

    chosen = Signal(object)
    """A `Purpose`."""
    key_alone = Signal()
    """Only a key is wanted, without a request."""

    def __init__(self, parent: QWidget | None, *, key_alone: bool) -> None:
        super().__init__(parent, Tone.INFO, "key-round")
        self.setMinimumWidth(_WIDTH)
        self.say(purpose_question())
        self.answers = {}
        for purpose in Purpose:
            words = purpose_words(purpose)
            made = self.answers[purpose] = button()
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.setText(words.title)
            made.setAccessibleDescription(words.explanation)
            made.clicked.connect(lambda _checked=False, purpose=purpose: self._answer(purpose))
            more = label("caption", wrap=True)
            more.setText(words.explanation)
            self.content.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
            self.content.addWidget(more)
            self.content.addSpacing(6)
        self.alone = self.add_button(N_("A key without a request…"), "link", self._only_key)
        self.alone.setVisible(key_alone)
        self.add_cancel()
        self.answers[Purpose.FNS].setFocus()

    def _answer(self, purpose: Purpose) -> None:
        self.accept()
        self.chosen.emit(purpose)

    def _only_key(self) -> None:
        self.accept()
        self.key_alone.emit()
