"""Opening the dialog of two versions over the window."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.crypto.revisions.door import Revisions
from app.ui.dialogs import Dialogs
from app.ui.work import Tasks

if TYPE_CHECKING:
    from app.ui.versions.dialog import VersionsDialog
    from app.ui.versions.presenter import Sent


class Versions:
    """Opens the comparison of a document with what was signed."""

    def __init__(
        self, parent: QWidget, revisions: Revisions, dialogs: Dialogs, tasks: Tasks
    ) -> None:
        self._parent = parent
        self._revisions = revisions
        self._dialogs = dialogs
        self._tasks = tasks

    def show(self, path: Path, sent: "Sent | None" = None) -> "VersionsDialog":
        """Open the dialog; ``sent``: the document that the file grew out of."""
        from app.ui.versions.dialog import VersionsDialog  # noqa: PLC0415 - not needed at the start
        from app.ui.versions.presenter import VersionsPresenter  # noqa: PLC0415

        presenter = VersionsPresenter(self._revisions, self._tasks, path, sent)
        dialog = VersionsDialog(self._parent, presenter, self._dialogs)
        dialog.open()
        return dialog
