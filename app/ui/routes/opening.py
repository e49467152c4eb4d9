"""Opening the window of joint signing: one for the whole program, made when it is first asked for."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.services import Services
from app.ui.file_manager import FileManager
from app.ui.known_keys import KnownKeys
from app.ui.notes import Notes
from app.ui.practice_mode import PracticeMode
from app.ui.secrets import Secrets
from app.ui.versions.opening import Versions
from app.ui.work import Tasks

if TYPE_CHECKING:
    from app.ui.routes.window import RoutesWindow


class Around(Protocol):
    """What the window shares with the rest (`app.ui.assembly.Desk`)."""

    @property
    def window(self) -> QWidget:
        """The main window."""

    @property
    def tasks(self) -> Tasks:
        """Where work is done."""

    @property
    def files(self) -> FileManager:
        """The system's file manager."""

    @property
    def keys(self) -> KnownKeys:
        """The keys, for receipts."""

    @property
    def secrets(self) -> Secrets:
        """Who asks for PINs."""

    @property
    def practice(self) -> PracticeMode:
        """The mode."""

    @property
    def notes(self) -> Notes:
        """The journal."""


class JointSigning:
    """Knows how its window is put together."""

    def __init__(self, around: Around, services: Services) -> None:
        self._around = around
        self._services = services
        self._window: RoutesWindow | None = None
        self._complete = False

    def open(self, document: Path | None = None) -> None:
        """Bring the window to the front in a few turns; with a document, ask who is to sign it."""
        QTimer.singleShot(0, self._around.window, lambda: self._bring(document))

    def _bring(self, document: Path | None) -> None:
        """Show the window, or make a half of it and come back: each of the three takes a turn."""
        if self._window is None:
            self._window = self._make()
        elif not self._complete:
            try:
                self._window.complete()
            except Exception:  # a half is of no use: it is made anew when it is wanted again
                self._window.deleteLater()
                self._window = None
                raise
            self._complete = True
            self._follow_mode(self._window)
        else:
            self._window.bring(document)
            return
        self.open(document)

    def _follow_mode(self, window: "RoutesWindow") -> None:
        """Show over the window whether practice mode is on; only now is it there for good."""
        practice = self._around.practice
        window.ribbon.leave.clicked.connect(practice.leave)
        window.ribbon.setVisible(practice.active)
        practice.watch(lambda: window.ribbon.setVisible(practice.active))

    def _make(self) -> "RoutesWindow":
        from app.ui.routes.outgoing import Outgoing  # noqa: PLC0415 - not needed at the start
        from app.ui.routes.presenter import RoutesPresenter  # noqa: PLC0415
        from app.ui.routes.receipt import Receipts  # noqa: PLC0415
        from app.ui.routes.window import RoutesWindow  # noqa: PLC0415

        services, around = self._services, self._around
        notes, tasks, practice = around.notes, around.tasks, around.practice
        making = Outgoing(services.route_packages, services.routes, services.packages, notes)
        receipts = Receipts(
            services.routes, services.signing, around.keys, around.secrets, practice, notes, tasks
        )
        presenter = RoutesPresenter(
            services.routes,
            making,
            receipts,
            notes,
            tasks,
            practice=lambda: practice.active,
            draft=services.places.data / "drafts" / "people.json",
        )
        return RoutesWindow(
            around.window,
            presenter,
            services.settings,
            around.files.show,
            lambda window, dialogs: Versions(window, services.revisions, dialogs, tasks),
        )
