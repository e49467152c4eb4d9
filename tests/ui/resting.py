"""Whether the windows have done what they put off to a later turn of the event loop."""

from PySide6.QtWidgets import QApplication

from app.ui.widgets.later import Later
from app.ui.widgets.next_turn import NextTurn


def rests() -> bool:
    """Tell whether nothing is still to be made, to be put in its place or to be painted."""
    for each in QApplication.topLevelWidgets():
        if each.isVisible() and (
            any(turn.is_due for turn in each.findChildren(NextTurn))
            or any(later.is_busy for later in each.findChildren(Later))
        ):
            return False
    return True
