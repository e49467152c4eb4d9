"""From the first paint to a window that works: the rest of the program is loaded beside it."""

import importlib
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.errors import ErrorCode, RoscherkError
from app.handover import Met, Outcome, pipe_name
from app.ui.collecting import Collector
from app.ui.languages import Languages
from app.ui.main_window import MainWindow
from app.ui.tasks import QtTasks
from app.ui.welcome.choices import WelcomePage
from app.ui.window_place import bring_to_front
from app.ui.work import Job
from app.values import dataclass

if TYPE_CHECKING:
    from app.services import Services
    from app.ui.assembly import Desk

_LOADED: Final = ("app.composition", "app.ui.assembly", "app.ui.later_starts")
_OTHER_PAGES: Final = "app.ui.rooms"
_UNSEEN_MS: Final = 500
_PATIENCE_S: Final = 10.0
"""Whoever closes the window while it is loaded waits no longer for what is being put together."""
_log = logging.getLogger(__name__)


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


class _Pressed:
    """What was pressed in the sidebar before anybody heard it."""

    def __init__(self, *signals: Any) -> None:
        self._slots = [(each, partial(self._note, each)) for each in signals]
        self._noted: list[Any] = []
        for each, slot in self._slots:
            each.connect(slot)

    def _note(self, pressed: Any) -> None:
        self._noted.append(pressed)

    def pass_on(self) -> None:
        """Press again, now that somebody hears it; note nothing more."""
        for each, slot in self._slots:
            each.disconnect(slot)
        for each in self._noted:
            each.emit()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The window as it is on the screen before anything stands behind it."""

    app: QApplication
    window: MainWindow
    languages: Languages
    asking: WelcomePage | None
    """The two choices of the first run, if they lie over the window."""
    follow: Callable[[], None]
    """Looks as the system does, if that is wanted."""


class Opening:
    """Loads what stands behind a window that is on the screen, and puts it in."""

    def __init__(self, shown: Shown, met: Met) -> None:
        """``met``: whether later starts come here."""
        self._shown = shown
        self._met = met
        self._tasks = QtTasks(shown.app)
        self._wanted = True
        self._at_rest = threading.Event()
        """Nothing is being put together."""
        self._at_rest.set()
        self._collector: Collector | None = None
        self._desk: Desk | None = None
        self._stop_listening = met.claim.close if met.claim is not None else lambda: None
        self.error: RoscherkError | None = None
        """What kept the program from starting."""
        sidebar = shown.window.sidebar
        self._pressed = _Pressed(
            shown.window.theme_asked, shown.window.practice_asked, sidebar.help_asked
        )
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    def load(self, make: "Callable[[], Services]", begin: "Callable[[Desk], None]") -> None:
        """Load in a thread, put the services together there, then the parts behind the window.

        ``begin`` is called when the page that is wanted is there: what it starts would only slow it.
        """
        self._at_rest.clear()
        # The first widget of Qt's own making that Python meets costs 20 ms: all classes are named then.
        # Here that has a turn for itself; else it would lengthen the one that builds the page.
        self._shown.window.sidebar.navigation.viewport()

        def work(_job: Job) -> "Services":
            try:
                return self._work(make)
            finally:
                self._at_rest.set()

        self._tasks.run(work, done=partial(self._furnish, begin=begin), failed=self._fail)

    def _work(self, make: "Callable[[], Services]") -> "Services":
        for name in _LOADED:
            self._demand_wanted()
            importlib.import_module(name)
        if self._shown.window.stack.wanted > 0:
            importlib.import_module(_OTHER_PAGES)
        self._demand_wanted()
        return make()

    def _demand_wanted(self) -> None:
        if not self._wanted:
            raise RoscherkError(ErrorCode.CANCELLED)

    def _furnish(self, services: "Services", begin: "Callable[[Desk], None]") -> None:
        """Put the parts behind the window. No error gets lost: without them the window is of no use."""
        shown = self._shown
        try:
            # What was loaded is no garbage.
            self._collector = Collector(shown.app)
            assembly = importlib.import_module("app.ui.assembly")
            desk = self._desk = assembly.Desk(
                shown.app, services, shown.languages, window=shown.window, tasks=self._tasks
            )
            QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._follow)
            if shown.asking is not None:
                desk.first_run.show(shown.asking)
            shown.window.stack.then(partial(self._begin, desk, services, begin), self._fail_oddly)
        except Exception as error:  # noqa: BLE001  # it is told in words
            self._fail_oddly(error)

    def _begin(self, desk: "Desk", services: "Services", begin: "Callable[[Desk], None]") -> None:
        try:
            begin(desk)
            self._stop_listening = listen(desk, services, self._met)
            self._pressed.pass_on()
        except Exception as error:  # noqa: BLE001  # it is told in words
            self._fail_oddly(error)

    def _follow(self) -> None:
        self._shown.follow()

    def _fail_oddly(self, error: Exception) -> None:
        if isinstance(error, RoscherkError):
            self._fail(error)
            return
        _log.error("the window could not be put together", exc_info=error)
        self._fail(RoscherkError(ErrorCode.UNEXPECTED, exception=type(error).__name__))

    def _fail(self, error: RoscherkError) -> None:
        """Say why the program cannot start, then end. Nobody is told any more that files are taken."""
        self._stop_listening()
        self.error = error
        show_failure(self._shown.window, error, self._tasks, self._shown.window.close)

    def end(self) -> None:
        """End what was begun; services that are being put together right now are waited for."""
        self._wanted = False
        self._stop_listening()
        self._at_rest.wait(_PATIENCE_S)
        if self._desk is not None:
            self._desk.close()
        else:
            self._tasks.close()
        if self._collector is not None:
            self._collector.end()


def show_failure(
    parent: QWidget | None, error: RoscherkError, tasks: QtTasks, done: Callable[[], object]
) -> QDialog:
    """Say why there is no window to work in; return the dialog, whose way into the guide leads there."""
    from app.ui.help.desk import HelpDesk  # noqa: PLC0415 - rarely needed
    from app.ui.widgets.error_dialog import ErrorDialog  # noqa: PLC0415

    dialog = ErrorDialog(parent, error)
    guide = HelpDesk(dialog, tasks, lambda _error: None)
    dialog.finished.connect(lambda _how: guide.close())
    dialog.finished.connect(lambda _how: done())
    dialog.open()
    return dialog


def listen(desk: "Desk", services: "Services", met: Met) -> Callable[[], None]:
    """Show here what later starts hand over; return what ends that."""
    # Loaded with the desk, a moment ago.
    from app.ui.later_starts import LaterStarts  # noqa: PLC0415

    starts = LaterStarts(
        desk.tasks,
        show=lambda files, verify: desk.window.open_paths(files, place=3 if verify else 0),
        to_front=lambda token: bring_to_front(desk.window, token),
    )
    if met.claim is not None:
        met.claim.begin(starts.come)
        return met.claim.close
    if met.outcome is Outcome.FIRST:
        # Only Windows needs QtNetwork, so only there is it part of the program.
        pipe = importlib.import_module("app.ui.later_starts_pipe")
        server = pipe.PipeServer(pipe_name(services.places), starts.take, desk.window)
        close: Callable[[], None] = server.close
        return close
    if met.outcome is Outcome.SILENT:
        desk.dialogs.show_error(RoscherkError(ErrorCode.OTHER_WINDOW_SILENT))
    return lambda: None
