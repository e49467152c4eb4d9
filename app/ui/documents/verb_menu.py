"""The verbs on the page: one menu for the row and the button, and a key for each of them."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.texts.catalogue import N_, _
from app.ui.documents.verbs import KEYS, Offered, Verb
from app.ui.phrases import Phrases
from app.ui.theme import icon
from app.ui.widgets.buttons import button

_GROUPS = (Verb.CO_SIGN, Verb.RAISE, Verb.EXTRACT, Verb.MERGE, Verb.REMOVE)
"""Before these there is a line, or the beginning."""


class VerbMenu:
    """Fills menus anew each time they open: what can be done depends on what is chosen."""

    def __init__(
        self,
        page: QWidget,
        phrases: Phrases,
        offered: Callable[[], tuple[Offered, ...]],
        do: Callable[[Verb], object],
        refused: Callable[[str], object],
    ) -> None:
        """``refused`` is told why a verb that was asked for by its keys cannot be done."""
        self._offered = offered
        self._do = do
        self._refused = refused
        self.button: QPushButton = button("badge-check")
        phrases.say(self.button.setText, N_("With the signature"))
        phrases.say(
            self.button.setToolTip, N_("Add, certify, raise, take apart: what can be done with it")
        )
        menu = QMenu(self.button)
        menu.setToolTipsVisible(True)  # Qt's signature
        menu.aboutToShow.connect(lambda: self._fill_anew(menu))
        self.button.setMenu(menu)
        for verb, keys in KEYS.items():
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.activated.connect(lambda verb=verb: self.ask_for(verb))

    def ask_for(self, verb: Verb) -> None:
        """Do a verb, or say why not."""
        found = next(each for each in self._offered() if each.verb is verb)
        if found.why_not:
            self._refused(found.why_not)
        else:
            self._do(verb)

    def fill(self, menu: QMenu) -> None:
        """Add every verb to a menu; where one is impossible, its tooltip says why."""
        menu.setToolTipsVisible(True)  # Qt's signature
        for each in self._offered():
            if each.verb in _GROUPS and menu.actions():
                menu.addSeparator()
            entry = QAction(icon(each.icon), each.title, menu)
            # Only shown: the page's own shortcut does it, also while no menu is open.
            entry.setText(f"{each.title}\t{QKeySequence(each.keys).toString(_NATIVE)}")
            entry.setEnabled(not each.why_not)
            if each.why_not:
                entry.setToolTip(_("Not now: {reason}").format(reason=each.why_not))
                entry.setStatusTip(each.why_not)
            else:
                entry.setToolTip(each.title)
            entry.triggered.connect(lambda _checked=False, verb=each.verb: self._do(verb))
            menu.addAction(entry)

    def _fill_anew(self, menu: QMenu) -> None:
        menu.clear()
        self.fill(menu)


_NATIVE = QKeySequence.SequenceFormat.NativeText
