"""Joint signing on the page of documents: gather signatures under the chosen one, or look at what is open."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.ui.documents.verbs import holds_cms
from app.ui.files import Document
from app.ui.phrases import Phrases
from app.ui.theme import icon
from app.ui.widgets.buttons import button

_GATHER = "Ctrl+G"
_OPEN = "Ctrl+Shift+G"
_NATIVE = QKeySequence.SequenceFormat.NativeText
_LONGEST = 40


class JointMenu:
    """A button with two things to do, and a key for each."""

    def __init__(
        self,
        page: QWidget,
        phrases: Phrases,
        chosen: Callable[[], Sequence[Document]],
        ask: Callable[[Path | None], object],
        refused: Callable[[str], object],
    ) -> None:
        """``ask`` opens the window of joint signing, on a document if one is named."""
        self._chosen = chosen
        self._ask = ask
        self._refused = refused
        self.button = button("users-round")
        phrases.say(self.button.setText, N_("Joint signing"))
        phrases.say(
            self.button.setToolTip,
            N_("Gather the signatures of several people under one document"),
        )
        menu = QMenu(self.button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.button.setMenu(menu)
        QShortcut(QKeySequence(_GATHER), page).activated.connect(self.gather)
        QShortcut(QKeySequence(_OPEN), page).activated.connect(lambda: ask(None))

    def gather(self) -> None:
        """Gather signatures under the chosen document, or say which to choose."""
        document = self._document()
        if document is None:
            self._refused(_("Choose one document: the one that several people are to sign."))
        else:
            self._ask(document.path)

    def add_to(self, menu: QMenu) -> None:
        """Add the first thing to another menu, where it goes with what is chosen."""
        if self._document() is not None:
            menu.addAction(self._gathering(menu, _("Gather signatures…")))

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        document = self._document()
        words = (
            _("Gather signatures…")
            if document is None
            else _("Gather signatures under {name}…").format(name=plain(document.name, _LONGEST))
        )
        entry = self._gathering(menu, words)
        entry.setEnabled(document is not None)
        menu.addAction(entry)
        opened = QAction(icon("users-round"), _("What is being gathered"), menu)
        opened.setText(f"{opened.text()}\t{QKeySequence(_OPEN).toString(_NATIVE)}")
        opened.triggered.connect(lambda: self._ask(None))
        menu.addAction(opened)

    def _gathering(self, menu: QMenu, words: str) -> QAction:
        entry = QAction(icon("plus"), words, menu)
        entry.setText(f"{words}\t{QKeySequence(_GATHER).toString(_NATIVE)}")
        entry.triggered.connect(self.gather)
        return entry

    def _document(self) -> Document | None:
        """Return the one chosen document, unless it is a file with signatures of another."""
        chosen = self._chosen()
        if len(chosen) != 1 or (holds_cms(chosen[0]) and chosen[0].signed is None):
            return None
        return chosen[0]
