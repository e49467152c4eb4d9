"""The window's own start: Qt, fonts, theme, language, and the parts put together once."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.errors import RoscherkError
from app.handover import Met
from app.places import Places
from app.settings import Settings
from app.ui.collecting import stop_collecting
from app.ui.languages import Languages, language_of
from app.ui.main_window import MainWindow
from app.ui.opening import FirstPaint, Opening, Shown, show_failure
from app.ui.screen_check import check_screen
from app.ui.tasks import QtTasks
from app.ui.theme import ThemeChoice, apply_theme, icon, look_of, use_bundled_font
from app.ui.welcome.choices import is_first_run
from app.ui.window_place import keep_place, put_back

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
    when_interrupted: Callable[[Callable[[], None]], None],
) -> int:
    """Open the window on ``paths`` and stay until it is closed; return the exit code.

    ``make`` puts the services together, in a thread, when the window is on the screen. ``practice``
    enters practice mode at once, ``verify`` shows the page of verification: the user asked for it on
    the command line or in the menu of files. ``met``: whether later starts come here.
    ``when_interrupted`` is told what to do at Ctrl+C. An error that keeps the program from starting is
    shown in the window, then raised.
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
    shown = Shown(
        app=app,
        window=window,
        languages=languages,
        asking=window.ask_first() if asked else None,
        follow=lambda: apply_theme(app, *look_of(settings)),
    )
    opening = Opening(shown, met)
    if verify:
        window.go_to(3)
    put_back(window, settings)
    window.show()

    def begin(desk: "Desk") -> None:
        desk.begin(paths, practice=practice, verify=verify)

    FirstPaint(window, lambda: opening.load(make, begin))
    when_interrupted(lambda: QTimer.singleShot(0, window.close))
    # Python runs its signal handlers only between its own instructions: without this, Ctrl+C in a
    # terminal would wait for the next event.
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(500)
    try:
        code = app.exec()
    finally:
        # Whoever has enough of waiting for the end may break it off.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        opening.end()
        keep_place(window, settings)
    if opening.error is not None:
        raise opening.error
    return code


def refuse(error: RoscherkError) -> None:
    """Say in a window of its own why the window of a profile is not opened, and wait for an answer.

    The language is the one that holds already. No setting is read: whatever form they may have.
    """
    check_screen(os.environ)
    app = make_application()
    apply_theme(app, ThemeChoice.SYSTEM)
    dialog = show_failure(None, error, QtTasks(app), app.quit)
    app.exec()
    dialog.deleteLater()


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
