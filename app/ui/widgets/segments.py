"""One of a few choices, all of them seen at once."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from app.ui.phrases import Phrases
from app.ui.widgets.buttons import button
from app.ui.widgets.flow import Flow


class Segments(QWidget):
    """Buttons in a row, one of which is pressed. Left and Right move between them."""

    chosen = Signal(str)

    def __init__(self, phrases: Phrases, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = Flow()
        self.setLayout(row)
        for key, text in choices:
            made = button(kind="segment")
            phrases.say(made.setText, text)
            made.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(made)
            self._buttons[key] = made
            row.addWidget(made)

    def show_choice(self, key: str) -> None:
        """Show which one is chosen; says nothing to those who listen."""
        self._buttons[key].setChecked(True)

    @property
    def choice(self) -> str:
        """Return the chosen one."""
        return next(key for key, made in self._buttons.items() if made.isChecked())
