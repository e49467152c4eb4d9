"""From the first paint to a window that works: the rest of the program is loaded beside it."""

import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.errors import RoscherkError
from app.ui.collecting import Collector
from app.ui.languages import Languages
from app.ui.main_window import MainWindow
from app.ui.tasks import QtTasks
from app.ui.welcome.choices import WelcomePage
from app.ui.work import Job

if TYPE_CHECKING:
    from app.services import Services
    from app.ui.assembly import Desk

_LOADED: Final = ("app.composition", "app.ui.assembly", "app.ui.later_starts")
_OTHER_PAGES: Final = "app.ui.rooms"
_UNSEEN_MS: Final = 500
_PATIENCE_S: Final = 10.0
"""Whoever closes the window while it is loaded waits no longer for what is being put together."""


class FirstPaint(QObject):
    """Does a deed once, in the turn after a window was painted for the first time.

    Two threads that load at the same time only take turns. A window that is never seen, since the
    user or the system wants it small, does it after a moment.
    """

    def __init__(self, window: QWidget, deed: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._deed = deed
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._do)
        self._timer.start(_UNSEEN_MS)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look for the paint; let everything pass."""
        if event.type() == QEvent.Type.Paint:
            self._timer.start(0)
        return False

    def _do(self) -> None:
        self._window.removeEventFilter(self)
        self._deed()


class Opening:
    """Loads what stands behind a window that is on the screen, and puts it in."""

    def __init__(self, app: QApplication, window: MainWindow, asking: WelcomePage | None) -> None:
        """``asking``: the two choices of the first run, if they lie over the window."""
        self._app = app
        self._window = window
        self._asking = asking
        self._tasks = QtTasks(app)
        self._at_rest = threading.Event()
        """Nothing is being put together."""
        self._at_rest.set()
        self._collector: Collector | None = None
        self._desk: Desk | None = None
        self.stop_listening: Callable[[], None] = lambda: None
        """Ends what later starts are heard by."""
        self.error: RoscherkError | None = None
        """What kept the program from starting."""

    def load(
        self,
        make: "Callable[[], Services]",
        languages: Languages,
        begin: "Callable[[Desk, Services], None]",
    ) -> None:
        """Load in a thread, put the services together there, then the parts behind the window.

        ``begin`` is called when the page that is wanted is there: what it starts would only slow it.
        """
        self._at_rest.clear()
        # The first widget of Qt's own making that Python meets costs 20 ms: all classes are named then.
        # Here that has a turn for itself; else it would lengthen the one that builds the page.
        self._window.sidebar.navigation.viewport()

        def work(_job: Job) -> "Services":
            try:
                for name in _LOADED:
                    importlib.import_module(name)
                if self._window.stack.wanted > 0:
                    importlib.import_module(_OTHER_PAGES)
                return make()
            finally:
                self._at_rest.set()

        def furnish(services: "Services") -> None:
            # The rest of the start is no garbage either.
            self._collector = Collector(self._app)
            assembly = importlib.import_module("app.ui.assembly")
            desk = self._desk = assembly.Desk(
                self._app, services, languages, window=self._window, tasks=self._tasks
            )
            if self._asking is not None:
                desk.first_run.show(self._asking)
            self._window.stack.then(lambda: begin(desk, services))

        self._tasks.run(work, done=furnish, failed=self._fail)

    def _fail(self, error: RoscherkError) -> None:
        """Say why the program cannot start, then end."""
        from app.ui.widgets.error_dialog import ErrorDialog  # noqa: PLC0415 - rarely needed

        self.error = error
        dialog = ErrorDialog(self._window, error)
        dialog.finished.connect(lambda _how: self._window.close())
        dialog.open()

    def end(self) -> None:
        """End what was begun; services that are being put together right now are waited for."""
        self.stop_listening()
        self._at_rest.wait(_PATIENCE_S)
        if self._desk is not None:
            self._desk.close()
        else:
            self._tasks.close()
        if self._collector is not None:
            self._collector.end()
