"""The line above what came in: list or table, words to look for, only problems, earlier verdicts."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.texts.catalogue import N_, _
from app.ui.phrases import Phrases
from app.ui.verify.groups import PROBLEMS, Narrowed
from app.ui.widgets.check import Check

_TYPING_MS = 150


class Narrowing(QWidget):
    """Says what to show."""

    narrowed = Signal(object)
    """A `Narrowed`."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self._count = 0
        self.as_tree = Check()
        self.skip = Check()
        self.problems = Check()
        self.words = QLineEdit()
        self.words.setClearButtonEnabled(True)
        phrases.say(self.as_tree.setText, N_("As a table"))
        phrases.say(
            self.as_tree.setToolTip,
            N_("Documents with their signers, in columns that can be sorted"),
        )
        phrases.say(self.skip.setText, N_("Skip what was checked"))
        phrases.say(
            self.skip.setToolTip,
            N_(
                "Files that have not changed since their last check keep that verdict, with its date"
            ),
        )
        phrases.tell(self.problems.setText, self._problems_told)
        phrases.say(
            self.problems.setToolTip,
            N_("Show only what is not valid, has problems or cannot be judged"),
        )
        phrases.say(self.words.setPlaceholderText, N_("Find: name, signer, organization"))
        phrases.say(self.words.setAccessibleName, N_("Words to look for"))
        self._below = QWidget()
        above, below = QHBoxLayout(), QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.as_tree)
        above.addStretch(1)
        above.addWidget(self.skip)
        below.addWidget(self.words, 1)
        below.addWidget(self.problems)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(above)
        lines.addWidget(self._below)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)  # Qt's signature
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.words.textChanged.connect(lambda _text: self._typing.start())
        self.problems.toggled.connect(lambda _on: self._tell())

    @property
    def wish(self) -> Narrowed:
        """Return what is to be shown."""
        return Narrowed(self.words.text(), PROBLEMS if self.problems.isChecked() else "")

    def show_problems(self, count: int, *, many: bool) -> None:
        """Say how many files need attention; ``many``: there is something to narrow."""
        self._below.setVisible(many or bool(self.wish))
        if count != self._count:
            self._count = count
            self.problems.setText(self._problems_told())

    def show_all(self) -> None:
        """Narrow no more."""
        self.words.clear()
        self.problems.setChecked(False)
        self._tell()

    def _problems_told(self) -> str:
        words = _("Only problems")
        return f"{words} · {self._count}" if self._count else words

    def _tell(self) -> None:
        self._typing.stop()
        self.narrowed.emit(self.wish)
