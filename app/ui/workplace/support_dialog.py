"""What is gathered for support, shown word for word before it is saved."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.texts.catalogue import N_, _
from app.ui.rows import Tone
from app.ui.widgets.dialog import Dialog

_WIDTH = 720
_HEIGHT = 320


class SupportDialog(Dialog):
    """The text, and what to do with it: save, copy, nothing."""

    save_asked = Signal(str)

    def __init__(self, parent: QWidget | None, text: str) -> None:
        super().__init__(parent, Tone.INFO, "file-text")
        self.setMinimumWidth(_WIDTH)
        self.say(
            _("Information for support"),
            _(
                "This is all that will be in the file: no names, paths, numbers of documents or "
                "tokens. Nothing is sent by the program itself."
            ),
        )
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setPlainText(text)
        # The style sheet of the window gives texts a height of its own, so this one needs another.
        self.text.setStyleSheet(f"min-height: {_HEIGHT}px; max-height: {_HEIGHT}px;")
        self.text.setTabChangesFocus(True)  # Qt's signature
        self.phrases.say(self.text.setAccessibleName, N_("What will be in the file"))
        self.content.addWidget(self.text)
        self.add_button(N_("Close"), "plain", self.reject)
        self.copy = self.add_button(N_("Copy"), "plain", self._copy)
        self.keep = self.add_button(N_("Save…"), "primary", self._save)
        self.keep.setDefault(True)
        self.keep.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _save(self) -> None:
        text = self.text.toPlainText()
        self.accept()
        self.save_asked.emit(text)
