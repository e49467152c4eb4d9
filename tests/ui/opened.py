"""A whole window over a profile of its own, for the tests and for screenshots."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from app.composition import build
from app.places import Places
from app.services import Services
from app.ui.application import make_application
from app.ui.assembly import Desk
from app.ui.help.window import HelpWindow
from app.ui.languages import Languages
from app.ui.theme import ThemeChoice, apply_theme

_TURNS: Final = 5
NO_STRAYS = {Qt.WindowType.Popup, Qt.WindowType.ToolTip}


@dataclass
class Opened:
    """The window and what stands behind it."""

    app: QApplication
    services: Services
    desk: Desk
    languages: Languages

    def until(self, reached: Callable[[], bool], seconds: float = 30) -> None:
        """Let the window live until ``reached``."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, "the window did not get there"
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            time.sleep(0.002)

    def settle(self, seconds: float = 0.6) -> None:
        """Let pending answers arrive; also where one turn takes all that time."""
        end, turns = time.monotonic() + seconds, count()
        self.until(lambda: next(turns) >= _TURNS and time.monotonic() >= end)


@contextmanager
def opened(
    folder: Path, *, theme: str = "light", language: str = "ru", percent: int = 100
) -> Iterator[Opened]:
    """Open the window on a profile in ``folder``."""
    app = make_application()
    apply_theme(app, ThemeChoice(theme), percent)
    languages = Languages(app)
    languages.speak(language)
    strays: list[str] = []

    def look(window: QWindow | None) -> None:
        """Note what opens as a window and is none: it flashes, and takes the focus away."""
        for each in QApplication.topLevelWidgets():
            known = (
                isinstance(each, QDialog | QMainWindow | HelpWindow)
                or each.windowType() in NO_STRAYS
            )
            if each.isVisible() and each.windowHandle() is window and not known:
                strays.append(f"{type(each).__name__} {each.objectName()} {each.accessibleName()}")

    app.focusWindowChanged.connect(look)
    with build(Places.under(folder)) as services:
        desk = Desk(app, services, languages)
        desk.window.show()
        desk.begin([], practice=False)
        try:
            yield Opened(app, services, desk, languages)
        finally:
            desk.window.close()
            desk.close()
            desk.window.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            app.processEvents()
            app.focusWindowChanged.disconnect(look)
            # The next window would say all its words anew when those of this one are collected.
            if languages._qt is not None:
                QCoreApplication.removeTranslator(languages._qt)
    assert not strays
