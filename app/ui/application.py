"""The window's own start: Qt, fonts, theme, language, and the parts put together once."""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import handover
from app import settings as table
from app.errors import ErrorCode, RoscherkError
from app.handover import Met, Outcome
from app.services import Services
from app.ui.assembly import Desk
from app.ui.collecting import Collector, stop_collecting
from app.ui.languages import Languages, language_of
from app.ui.later_starts import LaterStarts
from app.ui.screen_check import check_screen
from app.ui.theme import ThemeChoice, apply_theme, icon, look_of, use_bundled_font
from app.ui.welcome.first_run import is_first_run
from app.ui.widgets.error_dialog import ErrorDialog
from app.ui.window_place import bring_to_front, keep_place, put_back


def run(
    services: Services,
    paths: Sequence[Path] = (),
    *,
    practice: bool = False,
    verify: bool = False,
    met: Met,
) -> int:
    """Open the window on ``paths`` and stay until it is closed; return the exit code.

    ``practice`` enters practice mode at once, ``verify`` shows the page of verification: the user
    asked for it on the command line or in the menu of files. ``met``: whether later starts come here.
    """
    stop_collecting()
    check_screen(os.environ)
    app = make_application()
    settings = services.settings
    apply_theme(app, *look_of(settings))
    languages = Languages(app)
    languages.speak(language_of(settings.get(table.LANGUAGE)))
    desk = Desk(app, services, languages)
    if not paths and not practice and not verify and is_first_run(settings, services.places):
        desk.first_run.show()
    put_back(desk.window, settings)
    desk.window.show()
    collector = Collector(app)
    QTimer.singleShot(0, lambda: desk.begin(paths, practice=practice, verify=verify))
    stop_listening = _listen(desk, services, met)
    # Python runs its signal handlers only between its own instructions: without this, Ctrl+C in a
    # terminal would wait for the next event.
    signal.signal(signal.SIGINT, lambda _number, _frame: desk.window.close())
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(500)
    try:
        return app.exec()
    finally:
        stop_listening()
        keep_place(desk.window, settings)
        desk.close()
        collector.end()


def _listen(desk: Desk, services: Services, met: Met) -> Callable[[], None]:
    """Show here what later starts hand over; return what ends that."""
    starts = LaterStarts(
        desk.tasks,
        show=lambda files, verify: desk.window.open_paths(files, place=3 if verify else 0),
        to_front=lambda token: bring_to_front(desk.window, token),
    )
    if met.claim is not None:
        # Once the event loop runs: what came early is shown in a window that is there.
        QTimer.singleShot(0, partial(met.claim.begin, starts.come))
        return met.claim.close
    if met.outcome is Outcome.FIRST:
        # Only Windows needs QtNetwork, so only there is it part of the program.
        pipe = importlib.import_module("app.ui.later_starts_pipe")
        server = pipe.PipeServer(handover.pipe_name(services.places), starts.take, desk.window)
        return cast("Callable[[], None]", server.close)
    if met.outcome is Outcome.SILENT:
        error = RoscherkError(ErrorCode.OTHER_WINDOW_SILENT)
        QTimer.singleShot(0, lambda: desk.dialogs.show_error(error))
    return lambda: None


def refuse(error: RoscherkError) -> None:
    """Say in a window of its own why the window of a profile is not opened, and wait for an answer.

    The language is the one that holds already. No setting is read: whatever form they may have.
    """
    check_screen(os.environ)
    app = make_application()
    apply_theme(app, ThemeChoice.SYSTEM)
    dialog = ErrorDialog(None, error)
    dialog.finished.connect(lambda _how: app.quit())
    dialog.open()
    app.exec()


def make_application() -> QApplication:
    """Return the one QApplication, looking as the program looks everywhere."""
    QApplication.setStyle("Fusion")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
            Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
        )
        app = QApplication(sys.argv[:1])
    app.setApplicationName("roscherk")
    app.setApplicationDisplayName("Росчерк")
    app.setDesktopFileName("roscherk")
    if sys.platform == "linux":
        use_bundled_font(app)
    app.setWindowIcon(icon("roscherk", "accent"))
    return app
