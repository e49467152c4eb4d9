"""What the first window shows: two large choices, and nothing else."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app import settings as table
from app.places import Places
from app.settings import Settings
from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.text_size import grown
from app.ui.widgets.labels import IconLabel, label

_WIDEST: Final = 820
_ICON: Final = 40
_TRANSPARENT: Final = Qt.WidgetAttribute.WA_TransparentForMouseEvents


def is_first_run(settings: Settings, places: Places) -> bool:
    """Tell whether nobody has worked in this profile; looks at the disk, so ask before the window."""
    return not settings.get(table.WELCOMED) and not places.journal.exists()


class LargeChoice(QPushButton):
    """A button as large as a card: icon, heading, explanation."""

    def __init__(
        self, phrases: Phrases, icon_name: str, tint: str, heading: str, words: str
    ) -> None:
        super().__init__()
        self.setProperty("kind", "large")
        self.setAutoDefault(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        title, more = label("choice", wrap=True), label("muted", wrap=True)
        phrases.say(title.setText, heading)
        phrases.say(more.setText, words)
        phrases.say(self.setAccessibleName, heading)
        phrases.say(self.setAccessibleDescription, words)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(26, 26, 26, 26)
        self._column.setSpacing(8)
        self._column.addWidget(IconLabel(icon_name, tint, _ICON))
        self._column.addSpacing(6)
        self._column.addWidget(title)
        self._column.addWidget(more)
        self._column.addStretch()
        for each in (title, more):
            each.setAttribute(_TRANSPARENT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the wrapped words need: a button does not ask its layout."""
        self.setMinimumHeight(self._column.totalHeightForWidth(self.width()))
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for what the words need."""
        return self._column.totalSizeHint()


class WelcomePage(QWidget):
    """Shown once, on an empty profile, instead of the pages."""

    own_chosen = Signal()
    sample_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.phrases = phrases = Phrases()
        phrases.say(self.setAccessibleName, N_("First run"))
        title, question = label("title", wrap=True), label("muted", wrap=True)
        phrases.say(title.setText, N_("Roscherk signs documents and verifies signatures"))
        phrases.say(question.setText, N_("What shall we begin with?"))
        self.own = LargeChoice(
            phrases,
            "signature",
            "accent",
            N_("Sign or verify my documents"),
            N_(
                "Drop files onto the window, or choose them. Keys on tokens and in files are found "
                "by themselves."
            ),
        )
        self.sample = LargeChoice(
            phrases,
            "graduation-cap",
            "practice",
            N_("Try it on a practice sample"),
            N_(
                "Three steps, about a minute, without a token. A practice key is made; what it signs "
                "is marked as PRACTICE and has no legal force."
            ),
        )
        once = label("caption", wrap=True)
        phrases.say(
            once.setText,
            N_("This is asked once. The tour can be begun again on the page of settings."),
        )
        for each in (title, question, once):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        choices = QHBoxLayout()
        choices.setSpacing(20)
        choices.addWidget(self.own, 1)
        choices.addWidget(self.sample, 1)
        self._lay(title, question, choices, once)
        self._last: Callable[[], None] = lambda: None
        self.own.clicked.connect(lambda: self._choose(self.own_chosen.emit))
        self.sample.clicked.connect(lambda: self._choose(self.sample_chosen.emit))
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.activated.connect(lambda: self._choose(self.own_chosen.emit))

    def _choose(self, tell: Callable[[], None]) -> None:
        self._last = tell
        tell()

    def go_on(self) -> None:
        """Tell again what was chosen last: the window is on the screen before anybody hears it."""
        self._last()

    def _lay(self, title: QWidget, question: QWidget, choices: QHBoxLayout, once: QWidget) -> None:
        inner = QWidget()
        inner.setMaximumWidth(grown(_WIDEST))
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        mark = IconLabel("signature", "accent", 48)
        column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        column.addWidget(title)
        column.addWidget(question)
        column.addSpacing(22)
        column.addLayout(choices)
        column.addSpacing(14)
        column.addWidget(once)
        around = QHBoxLayout()
        around.addStretch(1)
        around.addWidget(inner, 100)
        around.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 20, 28, 20)
        outer.addStretch(2)
        outer.addLayout(around)
        outer.addStretch(3)

    def take_focus(self) -> None:
        """Let the keyboard begin at the first choice."""
        self.own.setFocus(Qt.FocusReason.OtherFocusReason)
