"""Dialogs: one frame for all of them, opened without a nested event loop."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.asking import Question
from app.ui.phrases import Phrases
from app.ui.rows import TONE_ICONS, Tone, tone_tokens
from app.ui.text_size import grown
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import IconLabel, label
from app.ui.widgets.paint_turn import PaintTurn

_WIDTH: Final = 480


class Dialog(QDialog):
    """A window over the window: icon, heading, words, content, buttons.

    Open it with `open`; what was decided comes by signals. It deletes itself when it is closed.
    """

    def __init__(self, parent: QWidget | None, tone: Tone, icon_name: str | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(grown(_WIDTH))
        PaintTurn(self)
        self.phrases = Phrases()
        self.heading = label("heading", wrap=True)
        self.words = label(wrap=True, selectable=True)
        self.words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.hide()
        self._icon = IconLabel(icon_name or TONE_ICONS[tone], tone_tokens(tone)[0], 28)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.words)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column, 1)
        self.content = QVBoxLayout()
        self.content.setSpacing(10)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(22, 20, 22, 18)
        frame.setSpacing(16)
        frame.addLayout(top)
        frame.addLayout(self.content)
        frame.addLayout(self._buttons)

    def say(self, heading: str, words: str = "") -> None:
        """Give the dialog its words."""
        self.setWindowTitle(heading)
        self.heading.setText(heading)
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def add_button(self, text: str, kind: str, on_click: Callable[[], object]) -> QPushButton:
        """Add a button at the right end."""
        made = button(kind=kind)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.phrases.say(made.setText, text)
        made.clicked.connect(on_click)
        self._buttons.addWidget(made)
        return made

    def add_cancel(self) -> QPushButton:
        """Add «Cancel»."""
        return self.add_button(N_("Cancel"), "plain", self.reject)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the wrapped words need at this width: Qt guesses from a narrower one."""
        self.fit()
        super().showEvent(event)

    def fit(self) -> None:
        """Take the height that the content needs now."""
        layout = self.layout()
        if layout is not None:
            width = max(self.width(), self.minimumWidth())
            self.resize(width, layout.totalHeightForWidth(width))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.phrases.refresh()
        super().changeEvent(event)


def confirm(
    parent: QWidget,
    question: Question,
    on_yes: Callable[[], object],
) -> Dialog:
    """Ask before something that matters; Escape and Enter both mean no where it cannot be undone."""
    dialog = Dialog(parent, question.tone, question.icon)
    dialog.say(question.heading, question.words)
    no = dialog.add_cancel()
    if question.no:
        no.setText(question.no)
    kind = "danger" if question.tone is Tone.ERROR else "primary"
    yes = dialog.add_button(question.yes, kind, dialog.accept)
    dialog.accepted.connect(on_yes)
    safe = no if question.tone is Tone.ERROR else yes
    safe.setDefault(True)
    safe.setFocus()
    dialog.open()
    return dialog
