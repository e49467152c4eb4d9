"""Open the window, photograph it, close it: prove_window.py PICTURE.png, by a Python of Windows."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import app.ui.application as ours
from app.__main__ import main

SECONDS = 10


def photographed() -> QApplication:
    """Return the program's own application, which is looked at once it stands."""
    made = make()
    QTimer.singleShot(SECONDS * 1000, lambda: _look(made))
    return made


def _look(application: QApplication) -> None:
    windows = [each for each in application.topLevelWidgets() if each.isVisible()]
    for window in windows:
        print("window:", window.windowTitle(), window.width(), window.height(), flush=True)
    if windows:
        windows[0].grab().save(picture)
        print("closed:", windows[0].close(), flush=True)
    # Not quit(): under Wine, where nothing draws on a screen, it does not come back.
    application.exit(0)


picture = sys.argv.pop(1)
make = ours.make_application
ours.make_application = photographed
sys.exit(main())
