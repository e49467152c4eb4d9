"""The window's own start: Qt, fonts, theme, language, and the parts put together once."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.services import Services
from app.ui.assembly import Desk
from app.ui.collecting import collect_unseen
from app.ui.languages import Languages, language_of
from app.ui.screen_check import check_screen
from app.ui.theme import ThemeChoice, apply_theme, icon, use_bundled_font


def run(
    services: Services,
    paths: Sequence[Path] = (),
    *,
    practice: bool = False,
    verify: bool = False,
) -> int:
    """Open the window on ``paths`` and stay until it is closed; return the exit code.

    ``practice`` enters practice mode at once, ``verify`` shows the page of verification: the user
    asked for it on the command line or in the menu of files.
    """
    check_screen(os.environ)
    app = make_application()
    settings = services.settings
    apply_theme(app, ThemeChoice(settings.get(table.THEME)))
    languages = Languages(app)
    languages.speak(language_of(settings.get(table.LANGUAGE)))
    desk = Desk(app, services, languages)
    desk.window.show()
    QTimer.singleShot(0, lambda: collect_unseen(app))
    QTimer.singleShot(0, lambda: desk.begin(paths, practice=practice, verify=verify))
    # Python runs its signal handlers only between its own instructions: without this, Ctrl+C in a
    # terminal would wait for the next event.
    signal.signal(signal.SIGINT, lambda _number, _frame: desk.window.close())
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(500)
    try:
        return app.exec()
    finally:
        desk.close()


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
