"""Saving a protocol: ask where, have it made, say that it is there."""

from collections.abc import Callable
from pathlib import Path

from app.crypto.verifying.door import Checked
from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.dialogs import Dialogs
from app.ui.paperwork import Paperwork, suggested_name


class ReportSaving:
    """The way of a report from a page to a file."""

    def __init__(self, dialogs: Dialogs, paperwork: Paperwork, tell: Callable[[str], None]) -> None:
        self._dialogs = dialogs
        self._paperwork = paperwork
        self._tell = tell

    def ask(self, checked: Checked | None) -> None:
        """Ask where to save a report, if there is one."""
        if checked is None:
            return
        filters = [
            _("Protocol for people (*.pdf)"),
            _("Protocol for a browser (*.html)"),
            _("Report for programs (*.json)"),
        ]
        self._dialogs.choose_target(
            _("Save the protocol"),
            suggested_name(checked.report),
            filters,
            lambda target: self._save(checked, target),
        )

    def _save(self, checked: Checked, target: Path) -> None:
        words = _("The protocol is saved: {name}").format(name=plain(target.name))
        self._paperwork.save(
            checked, target, done=lambda: self._tell(words), failed=self._dialogs.show_error
        )
