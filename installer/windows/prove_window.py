"""Open the window, let later starts come, photograph it, close it, by a Python of Windows.

prove_window.py PICTURE.png PROGRAM.exe FILE…: PROGRAM is started once for each file, all at once. Each must
hand its file to this window over the named pipe, and end. The window judges the files, with PROGRAM for its
children, as it has them when it is PROGRAM itself.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import app.ui.application as ours
from app.__main__ import main
from app.ui.main_window import MainWindow

SECONDS = 10
LONGEST = 120
"""Seconds for the later starts: each loads a Python."""
JUDGED = "изменён"
"""A word of every verdict, whatever it is, and of no failure: whether the document was changed."""
shown: list[str] = []


def photographed() -> QApplication:
    """Return the program's own application, which is looked at once it stands."""
    made = make()
    QTimer.singleShot(SECONDS * 1000, lambda: _begin(made))
    return made


def told(window: MainWindow, paths: Sequence[Path], place: int = 0) -> None:
    """Note what the window is asked to show, and let it."""
    shown.extend(map(str, paths))
    open_paths(window, paths, place)


def _begin(application: QApplication) -> None:
    coming = threading.Thread(target=_come)
    coming.start()
    clock = QTimer(application)

    until = time.monotonic() + LONGEST + SECONDS

    def ended() -> None:
        if not coming.is_alive() and (_is_judged(application) or time.monotonic() > until):
            clock.stop()
            QTimer.singleShot(SECONDS * 1000, lambda: _look(application))

    clock.timeout.connect(ended)
    clock.start(500)


def _come() -> None:
    began = time.monotonic()
    running = [subprocess.Popen([program, "--verify", file]) for file in files]
    codes: list[int | str] = []
    for each in running:
        try:
            codes.append(each.wait(LONGEST))
        except subprocess.TimeoutExpired:
            each.kill()
            codes.append("a window of its own")
    spent = time.monotonic() - began
    print(f"later starts ended with {codes} within {spent:.0f} s", flush=True)


def _is_judged(application: QApplication) -> bool:
    """Tell whether a verdict is on the screen."""
    return any(JUDGED in words.lower() for words in _words(application))


def _words(application: QApplication) -> list[str]:
    words = []
    for each in application.allWidgets():
        if each.isVisible():
            text = getattr(each, "text", None)
            words += [each.accessibleName(), str(text()) if callable(text) else ""]
    return [each for each in words if each]


def _look(application: QApplication) -> None:
    windows = [each for each in application.topLevelWidgets() if each.isVisible()]
    for window in windows:
        print("window:", window.windowTitle(), window.width(), window.height(), flush=True)
    if windows:
        windows[0].grab().save(picture)
        if not _is_judged(application):
            print("FAILED: nothing was judged:", _words(application), flush=True)
        elif sorted(shown) == sorted(files):
            print(
                f"PROVED: {len(files)} later starts, {len(shown)} files judged in one window",
                flush=True,
            )
        else:
            print("FAILED: shown was only", shown, flush=True)
        print("closed:", windows[0].close(), flush=True)
    # Not quit(): under Wine, where nothing draws on a screen, it does not come back.
    application.exit(0)


picture, program, *files = sys.argv[1:]
del sys.argv[1:]
# As inside/roscherk_start.py says it: then children are begun by the program itself.
sys.frozen = True  # type: ignore[attr-defined]  # no attribute of ordinary Python
sys.executable = program
make, open_paths = ours.make_application, MainWindow.open_paths
ours.make_application = photographed
MainWindow.open_paths = told  # type: ignore[method-assign,assignment]
sys.exit(main())
