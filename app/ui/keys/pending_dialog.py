"""The requests that wait for their certificates."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.texts.catalogue import N_, _
from app.ui.rows import Row, Tone
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.rows import RowView

_WIDTH = 680
_MOST_SHOWN = 6


class PendingDialog(Dialog):
    """A list, and what can be done with one of it."""

    install_asked = Signal()
    folder_asked = Signal(str)
    forget_asked = Signal(str)

    def __init__(self, parent: QWidget | None, rows: Sequence[Row], placed: frozenset[str]) -> None:
        """``placed``: the names of those whose file is known."""
        super().__init__(parent, Tone.INFO, "clock")
        self.setMinimumWidth(_WIDTH)
        self._placed = placed
        self.say(
            _("Requests that wait for a certificate"),
            _(
                "When the authority has issued the certificate, install its file: the program finds "
                "the key for it, and the request waits no more."
            )
            if rows
            else "",
        )
        self.list = RowView()
        self.list.setAccessibleName(_("Requests that wait for a certificate"))
        self.list.show_rows(rows)
        self.list.fit_height(most=_MOST_SHOWN)
        self.list.setVisible(bool(rows))
        empty = EmptyState(
            self.phrases,
            "clock",
            N_("No request waits"),
            N_("Requests that you make here stay in this list until their certificates come."),
        )
        empty.setVisible(not rows)
        self.content.addWidget(self.list)
        self.content.addWidget(empty)
        self.forget = self.add_button(N_("Wait no longer…"), "plain", self._forget)
        self.folder = self.add_button(N_("Show the file"), "plain", self._folder)
        self.install = self.add_button(N_("Install the certificate…"), "primary", self._install)
        self.add_button(N_("Close"), "plain", self.reject)
        for each in (self.forget, self.folder, self.install):
            each.setVisible(bool(rows))
        self.list.chosen.connect(self._on_choice)
        if rows:
            self.list.choose([rows[0].key])
        self._on_choice()

    def _chosen(self) -> str:
        return next(iter(self.list.chosen_keys()), "")

    def _on_choice(self, _keys: object = None) -> None:
        chosen = self._chosen()
        self.forget.setEnabled(bool(chosen))
        self.folder.setEnabled(chosen in self._placed)

    def _forget(self) -> None:
        chosen = self._chosen()
        self.accept()
        self.forget_asked.emit(chosen)

    def _folder(self) -> None:
        self.folder_asked.emit(self._chosen())

    def _install(self) -> None:
        self.accept()
        self.install_asked.emit()
