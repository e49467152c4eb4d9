"""An error in words: what happened, why, what to do; the details can be copied."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.errors import ErrorFamily, RoscherkError
from app.texts.catalogue import N_, _
from app.texts.errors import describe_error
from app.ui.rows import Tone
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label


class ErrorDialog(Dialog):
    """Heading, explanation, advice. An unexpected error also offers its details for support."""

    def __init__(self, parent: QWidget | None, error: RoscherkError) -> None:
        super().__init__(parent, Tone.ERROR)
        self.error = error
        words = describe_error(error)
        self.say(words.heading, words.explanation)
        if words.advice:
            heading, advice = label("strong"), label(wrap=True, selectable=True)
            heading.setText(_("What to do"))
            advice.setText(words.advice)
            self.content.setSpacing(2)
            self.content.addWidget(heading)
            self.content.addWidget(advice)
        if error.family is ErrorFamily.REPORT:
            self.add_button(N_("Copy the details"), "plain", self._copy)
        close = self.add_button(N_("Close"), "primary", self.accept)
        close.setDefault(True)  # Qt's signature
        close.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(str(self.error))
