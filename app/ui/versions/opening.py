"""Opening the dialog of two versions over the window."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.crypto.revisions.door import Revisions
from app.ui.dialogs import Dialogs
from app.ui.versions.dialog import VersionsDialog
from app.ui.versions.presenter import VersionsPresenter
from app.ui.work import Tasks


class Versions:
    """Opens the comparison of a document with what was signed."""

    def __init__(
        self, parent: QWidget, revisions: Revisions, dialogs: Dialogs, tasks: Tasks
    ) -> None:
        self._parent = parent
        self._revisions = revisions
        self._dialogs = dialogs
        self._tasks = tasks

    def show(self, path: Path) -> VersionsDialog:
        """Open the dialog."""
        presenter = VersionsPresenter(self._revisions, self._tasks, path)
        dialog = VersionsDialog(self._parent, presenter, self._dialogs)
        dialog.open()
        return dialog
