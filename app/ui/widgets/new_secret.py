"""A new password, typed twice; says at once what is wrong with it."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.tokens.pin import Secret
from app.ui.widgets.labels import label
from app.ui.widgets.secret_line import SecretLine

SHORTEST: Final = 8


class NewSecret(QWidget):
    """Two lines that must agree."""

    changed = Signal()

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self.first = SecretLine(prompt)
        self.second = SecretLine(_("Once more"))
        self._trouble = label("error", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.first)
        column.addWidget(self.second)
        column.addWidget(self._trouble)
        self.setFocusProxy(self.first)
        self.first.changed.connect(self._on_change)
        self.second.changed.connect(self._on_change)
        self._on_change()

    def trouble(self) -> str:
        """Say what is wrong; nothing where all is well."""
        if self.first.length() < SHORTEST:
            return _("At least {n} characters are needed").format(n=SHORTEST)
        if not self.first.text_equals(self.second):
            return _("The two passwords differ")
        return ""

    def take(self) -> Secret:
        """Hand the password over and forget both lines."""
        self.second.clear()
        return self.first.take()

    def _on_change(self) -> None:
        self._trouble.setText("" if self.first.is_empty() else self.trouble())
        self.changed.emit()
