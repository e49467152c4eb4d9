"""The window's side of reminders: the bar over the pages, dialogs, files."""

from collections.abc import Callable
from pathlib import Path

from app.errors import RoscherkError
from app.texts.catalogue import _
from app.ui.dialogs import Dialogs
from app.ui.forms import Told
from app.ui.main_window import MainWindow
from app.ui.reminders import Reminder, Reminders


class Reminding:
    """Connects `Reminders` with a window."""

    def __init__(self, reminders: Reminders, window: MainWindow, dialogs: Dialogs) -> None:
        self._window = window
        self._dialogs = dialogs
        window.reminder.asked.connect(reminders.act)
        window.reminder.second_asked.connect(reminders.later)
        window.retranslated.connect(reminders.refresh)
        reminders.attach(self)

    def show_reminder(self, reminder: Reminder | None) -> None:
        """Show it over the pages of documents and keys, or nothing."""
        if reminder is None:
            self._window.remind(None)
            return
        self._window.reminder.say(
            reminder.tone, reminder.heading, reminder.words, reminder.action, _("Later")
        )
        self._window.remind(reminder.heading)

    def tell(self, told: Told) -> None:
        """Tell more in a dialog."""
        self._dialogs.tell(told)

    def choose_target(
        self, title: str, name: str, kind: str, answer: Callable[[Path], object]
    ) -> None:
        """Let the user say where to save something."""
        self._dialogs.choose_target(title, name, [kind], answer)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""
        self._dialogs.show_error(error)

    def say(self, text: str) -> None:
        """Say for a moment that something was done."""
        self._window.tell(text)
