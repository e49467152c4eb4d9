"""The way from an error to its place in the guide: a link that any card can carry."""

from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from app.texts.catalogue import _
from app.ui.widgets.buttons import button

SCHEME: Final = "roscherk-help"
"""Heard by `app.ui.help.desk.HelpDesk`."""


def help_link(code: str) -> QPushButton:
    """Return the link «More in the help» for the code of an error."""
    made = button(kind="link")
    made.setText(_("More in the help"))
    made.setProperty("code", code)
    made.clicked.connect(lambda: open_help(code))
    return made


def open_help(code: str) -> None:
    """Open the guide at an error."""
    QDesktopServices.openUrl(QUrl(f"{SCHEME}:{code}"))


def open_contents() -> None:
    """Open the guide at its beginning."""
    open_help("")
