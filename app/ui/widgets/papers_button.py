"""The button of further papers about a check, with its menu."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QPushButton

from app.texts.catalogue import _
from app.ui.paperwork import Wish
from app.ui.widgets.buttons import button


def papers_button(asked: Callable[[Wish], object], *, letter: bool) -> QPushButton:
    """Return the button; ``letter``: there is something to ask the sender for."""
    made = button("file-text")
    made.setText(_("More papers"))
    menu = QMenu(made)
    wishes = [
        (Wish.EXPERTISE, _("Material for an expert (draft)…")),
        (Wish.PACKAGE, _("Package for an expert…")),
    ]
    if letter:
        wishes += [
            (Wish.LETTER, _("Letter to the sender…")),
            (Wish.LETTER_COPY, _("Copy the letter to the sender")),
        ]
    for wish, words in wishes:
        menu.addAction(words).triggered.connect(lambda _checked=False, wish=wish: asked(wish))
    made.setMenu(menu)
    return made
