"""The window's own start: Qt, fonts, theme, language, and the parts put together once."""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import handover
from app import settings as table
from app.errors import ErrorCode, RoscherkError
from app.handover import Met, Outcome
from app.places import Places
from app.settings import Settings
from app.ui.collecting import stop_collecting
from app.ui.languages import Languages, language_of
from app.ui.main_window import MainWindow
from app.ui.opening import FirstPaint, Opening
from app.ui.screen_check import check_screen
from app.ui.theme import ThemeChoice, apply_theme, icon, look_of, use_bundled_font
from app.ui.welcome.choices import is_first_run
from app.ui.window_place import bring_to_front, keep_place, put_back

if TYPE_CHECKING:
    from app.services import Services
    from app.ui.assembly import Desk


def run(
    make: "Callable[[], Services]",
    places: Places,
    paths: Sequence[Path] = (),
    *,
    practice: bool = False,
    verify: bool = False,
    met: Met,
) -> int:
    """Open the window on ``paths`` and stay until it is closed; return the exit code.

    ``make`` puts the services together, in a thread, when the window is on the screen. ``practice``
    enters practice mode at once, ``verify`` shows the page of verification: the user asked for it on
    the command line or in the menu of files. ``met``: whether later starts come here. An error that
    keeps the program from starting is shown in the window, then raised.
    """
    stop_collecting()
    check_screen(os.environ)
    app = make_application()
    settings = Settings.of(places)
    apply_theme(app, *look_of(settings))
    languages = Languages(app)
    languages.speak(language_of(settings.get(table.LANGUAGE)))
    window = MainWindow()
    asked = not paths and not practice and not verify and is_first_run(settings, places)
    opening = Opening(app, window, window.ask_first() if asked else None)
    if verify:
        window.go_to(3)
    put_back(window, settings)
    window.show()

    def begin(desk: "Desk", services: "Services") -> None:
        desk.begin(paths, practice=practice, verify=verify)
        opening.stop_listening = _listen(desk, services, met)

    FirstPaint(window, lambda: opening.load(make, languages, begin))
    # Python runs its signal handlers only between its own instructions: without this, Ctrl+C in a
    # terminal would wait for the next event.
    signal.signal(signal.SIGINT, lambda _number, _frame: window.close())
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(500)
    try:
        code = app.exec()
    finally:
        opening.end()
        keep_place(window, settings)
    if opening.error is not None:
        raise opening.error
    return code


def _listen(desk: "Desk", services: "Services", met: Met) -> Callable[[], None]:
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
        server = pipe.PipeServer(handover.pipe_name(services.places), starts.take, desk.window)
        return cast("Callable[[], None]", server.close)
    if met.outcome is Outcome.SILENT:
        desk.dialogs.show_error(RoscherkError(ErrorCode.OTHER_WINDOW_SILENT))
    return lambda: None


def refuse(error: RoscherkError) -> None:
    """Say in a window of its own why the window of a profile is not opened, and wait for an answer.

    The language is the one that holds already. No setting is read: whatever form they may have.
    """
    check_screen(os.environ)
    app = make_application()
    apply_theme(app, ThemeChoice.SYSTEM)
    from app.ui.widgets.error_dialog import ErrorDialog  # noqa: PLC0415 - rarely needed

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
