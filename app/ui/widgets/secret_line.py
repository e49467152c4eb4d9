"""A line for a secret: hidden text, an eye to see it, hints about CapsLock and the layout."""

import unicodedata
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.tokens.pin import Secret
from app.ui.theme import icon
from app.ui.widgets.labels import label

T = TypeVar("T")
_LONGEST = 256


class SecretLine(QWidget):
    """One secret. Its text leaves only as a `Secret`, and only once."""

    changed = Signal()

    def __init__(self, prompt: str) -> None:
        super().__init__()
        caption = label("strong")
        caption.setText(prompt)
        self._edit = QLineEdit()
        self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._edit.setMaxLength(_LONGEST)
        self._edit.setAccessibleName(prompt)
        # No dictionary, no suggestions, no clipboard history of what is typed here.
        self._edit.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        caption.setBuddy(self._edit)
        self._eye = QAction(icon("eye"), "", self._edit)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._on_eye)
        self._edit.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._on_eye(shown=False)
        self._caps = False
        self._hint = label("caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(caption)
        column.addWidget(self._edit)
        column.addWidget(self._hint)
        self.setFocusProxy(self._edit)
        self._edit.installEventFilter(self)
        self._edit.textChanged.connect(self._on_text)
        self._on_text()

    def is_empty(self) -> bool:
        """Tell whether nothing was typed."""
        return not self._edit.text()

    def text_equals(self, other: "SecretLine") -> bool:
        """Tell whether both lines hold the same."""
        return self._edit.text() == other._edit.text()  # noqa: SLF001  # of the same class

    def length(self) -> int:
        """Return how many characters were typed."""
        return len(self._edit.text())

    def measured(self, measure: Callable[[bytearray], T]) -> T:
        """Return what ``measure`` says of the octets that are typed; they are wiped afterwards."""
        octets = bytearray(self._edit.text(), "utf-8")
        try:
            return measure(octets)
        finally:
            octets[:] = bytes(len(octets))

    def take(self) -> Secret:
        """Hand the secret over and forget it. Qt's own copy of the text cannot be overwritten."""
        secret = Secret.of_text(self._edit.text())
        self._edit.clear()
        return secret

    def clear(self) -> None:
        """Forget what was typed."""
        self._edit.clear()

    def type(self, text: str) -> None:
        """Put text in, as if it was typed."""
        self._edit.setText(text)

    def hint(self) -> str:
        """Return the hint that is shown now."""
        return self._hint.text()

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        """Watch the keys for signs of CapsLock: no system is asked, Qt has no way to."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._watch(event)
        return False

    def _watch(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_CapsLock:
            self._caps = not self._caps
        elif event.text().isalpha():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._caps = event.text().isupper() != shift
        self._on_text()

    def _on_eye(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._edit.setEchoMode(mode)
        self._eye.setIcon(icon("eye-off" if shown else "eye"))
        self._eye.setToolTip(_("Hide") if shown else _("Show"))

    def _on_text(self) -> None:
        self._hint.setText("  ·  ".join(_hints(self._edit.text(), caps=self._caps)))
        self._hint.setVisible(bool(self._hint.text()))
        self.changed.emit()


def _hints(text: str, *, caps: bool) -> list[str]:
    hints = []
    if caps:
        hints.append(_("CapsLock is on"))
    if any("CYRILLIC" in unicodedata.name(char, "") for char in text):
        hints.append(_("Russian keyboard layout"))
    if text != text.strip():
        hints.append(_("There is a space at the beginning or at the end"))
    return hints
