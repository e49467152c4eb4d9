"""What every page has: a title, a line under it, room for tools, and words that can change."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.phrases import Phrases
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import ElidedLabel, label
from app.values import dataclass


class Page(QWidget):
    """A page of the window. Sub-classes put their content into ``body``."""

    takes_files = False

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.phrases = Phrases()
        self.title = label("title")
        self.subtitle = ElidedLabel("muted", sentence=True)
        self.phrases.say(self.title.setText, title)
        self.phrases.say(self.setAccessibleName, title)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        words.addStretch(1)
        self.tools = Flow(at_right=True)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addLayout(words, 1)
        top.addLayout(self.tools)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(28, 20, 28, 20)
        self.body.setSpacing(14)
        self.body.addLayout(top)

    def retranslate(self) -> None:
        """Say everything again; sub-classes also ask their presenter to show itself again."""
        self.phrases.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped anywhere on the window; only if the page `takes_files`."""

    def set_aside(self) -> None:
        """Take out what is not seen: the window is about to be dressed anew, and all that it finds."""

    def put_back(self) -> None:
        """Put in again what was set aside: the window ends, and all in it."""

    def complete(self) -> None:
        """Build what was left for a turn of its own, before the page is first shown."""

    def entered(self) -> None:
        """Be told that the page came to the front."""


@dataclass(frozen=True)
class PageSpec:
    """One page of the sidebar."""

    icon: str
    title: str
    chapter: str = ""
    """What the guide says of it: a page below the folder of documents, with an anchor if need be."""
