"""Closing the window: not over work that is being done, unless the user says so."""

from app.ui.dialogs import Dialogs
from app.ui.leaving import leave_question
from app.ui.main_window import MainWindow
from app.ui.tasks import QtTasks


class Quitting:
    """Holds the window back while something would be broken off."""

    def __init__(self, window: MainWindow, tasks: QtTasks, dialogs: Dialogs) -> None:
        self._window = window
        self._tasks = tasks
        self._dialogs = dialogs
        self._decided = False
        self._asking = False
        window.hold_back = self._hold_back

    def _hold_back(self) -> bool:
        question = None if self._decided else leave_question(self._tasks.busy)
        if question is None:
            return False
        if not self._asking:
            self._asking = True
            dialog = self._dialogs.ask(question, self._close)
            dialog.finished.connect(self._answered)
        return True

    def _answered(self) -> None:
        self._asking = False

    def _close(self) -> None:
        self._decided = True
        self._window.close()
