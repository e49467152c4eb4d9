"""The line above what came in: list or tree, words and standing to look for, earlier verdicts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.texts.catalogue import N_, _
from app.ui.phrases import Phrases
from app.ui.verify.tree_lines import standings
from app.ui.widgets.check import Check
from app.ui.widgets.choice import Choice


class Narrowing(QWidget):
    """Says what to show."""

    narrowed = Signal(str, str)
    """Words, and the key of a standing; empty: all."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.as_tree = Check()
        self.skip = Check()
        self.words = QLineEdit()
        self.words.setClearButtonEnabled(True)
        self.standing = Choice()
        phrases.say(self.as_tree.setText, N_("As a tree"))
        phrases.say(self.skip.setText, N_("Skip what was checked"))
        phrases.say(
            self.skip.setToolTip,
            N_(
                "Files that have not changed since their last check keep that verdict, with its date"
            ),
        )
        phrases.say(self.words.setPlaceholderText, N_("Find: name, signer, organization"))
        phrases.say(self.words.setAccessibleName, N_("Words to look for"))
        phrases.say(self.standing.setAccessibleName, N_("Which verdicts to show"))
        phrases.tell(lambda _text: self._say_standings(), lambda: _("All"))
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.as_tree)
        above.addStretch(1)
        above.addWidget(self.skip)
        below.addWidget(self.words, 1)
        below.addWidget(self.standing)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(above)
        lines.addLayout(below)
        self.words.textChanged.connect(lambda _text: self._tell())
        self.standing.currentIndexChanged.connect(lambda _index: self._tell())
        self.show_filters(shown=False)

    def show_filters(self, *, shown: bool) -> None:
        """Show what narrows the tree, or hide it where there is a list."""
        self.words.setVisible(shown)
        self.standing.setVisible(shown)

    def _say_standings(self) -> None:
        self.standing.show_items(standings(), str(self.standing.currentData() or ""))

    def _tell(self) -> None:
        self.narrowed.emit(self.words.text(), str(self.standing.currentData() or ""))
