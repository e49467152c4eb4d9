"""A line for one field of a request: what is wrong is told while it is typed."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.crypto.requests.applicant import LONGEST, trouble_of
from app.texts.catalogue import _
from app.texts.request_fields import field_words, trouble_words
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import label


class FieldLine(InColumn, QWidget):
    """Caption, line, and a word about what stands in it."""

    changed = Signal()

    def __init__(self, field: str, value: str = "") -> None:
        super().__init__()
        self.field = field
        self._needed = False
        self._caption = label("strong", wrap=True)
        self.edit = QLineEdit(value)
        self.edit.setMaxLength(LONGEST)
        self._caption.setBuddy(self.edit)
        self._count = label("caption", wrap=True)
        self._trouble = label("error", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for each in (self._caption, self.edit, self._count, self._trouble):
            column.addWidget(each)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._on_text)
        self.edit.installEventFilter(self)
        self.need(needed=False)
        self._on_text()

    def need(self, *, needed: bool) -> None:
        """Say whether it has to be filled in."""
        self._needed = needed
        words = field_words(self.field)
        self._caption.setText(f"{words} *" if needed else words)
        self.edit.setAccessibleName(_("{field}, required").format(field=words) if needed else words)

    def text(self) -> str:
        """Return what was typed."""
        return self.edit.text()

    def is_right(self) -> bool:
        """Tell whether nothing is wrong with what was typed."""
        return trouble_of(self.field, self.text()) is None

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        """Judge an unfinished number when the line is left, not before."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._show()
        return False

    def _on_text(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        error = trouble_of(self.field, self.text())
        wanted = None if error is None else error.facts.get("digits")
        typed = sum(each.isdecimal() for each in self.text())
        count = trouble = ""
        if error is not None:
            growing = isinstance(wanted, int) and typed < wanted and self.edit.hasFocus()
            if growing:
                count = _("{n} of {total} digits").format(n=typed, total=wanted)
            else:
                trouble = trouble_words(error)
        self._count.setText(count)
        self._count.setVisible(bool(count))
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self.edit.setAccessibleDescription(trouble or count)
