"""A new PIN, typed twice and measured while it is typed, before any token sees it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.tokens.pin import Secret
from app.ui.forms import NewPinAsked
from app.ui.widgets.labels import label
from app.ui.widgets.secret_line import SecretLine


class NewPin(QWidget):
    """Two lines that must agree, and what is still wrong with them."""

    changed = Signal()

    def __init__(self, asked: NewPinAsked, beside: SecretLine | None) -> None:
        """``beside``: the line of the PIN that the token knows, which the new one must differ from."""
        super().__init__()
        self._asked = asked
        self._beside = beside
        self.first = SecretLine(asked.prompt)
        self.second = SecretLine(_("Once more"))
        rule = label("caption", wrap=True)
        rule.setText(asked.rule())
        self._trouble = label("error", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for each in (self.first, rule, self.second, self._trouble):
            column.addWidget(each)
        self.setFocusProxy(self.first)
        for line in (self.first, self.second):
            line.changed.connect(self._on_change)
        if beside is not None:
            beside.changed.connect(self._on_change)
        self._on_change()

    def trouble(self) -> str:
        """Say what is wrong; nothing where all is well."""
        weak = self.first.measured(self._measure)
        if weak:
            return weak
        return "" if self.first.text_equals(self.second) else _("The two PINs differ")

    def take(self) -> Secret:
        """Hand the PIN over and forget both lines."""
        self.second.clear()
        return self.first.take()

    def _measure(self, new: bytearray) -> str:
        if self._beside is None or self._beside.is_empty():
            return self._asked.trouble(new, None)
        return self._beside.measured(lambda beside: self._asked.trouble(new, beside))

    def _on_change(self) -> None:
        self._trouble.setText("" if self.first.is_empty() else self.trouble())
        self.changed.emit()
