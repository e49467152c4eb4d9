"""Notifications of the desktop: over D-Bus under Linux, by an icon of the tray elsewhere."""

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from app.ui.main_window import MainWindow
from app.ui.session_bus import call
from app.ui.window_place import bring_to_front
from app.ui.work import Tasks

_LOOK_AGAIN_MS: Final = 400
_SHOWN_MS: Final = 10_000


class SystemNotices:
    """Knows whether the window is looked at, and speaks where it is not (`notifying.Screen`)."""

    def __init__(self, window: MainWindow, tasks: Tasks) -> None:
        self._window = window
        self._tasks = tasks
        self._tray: QSystemTrayIcon | None = None
        self._clock = QTimer(window)
        self._clock.setInterval(_LOOK_AGAIN_MS)
        self._clock.timeout.connect(self._on_clock)
        self._look: Callable[[], bool] = lambda: False

    def is_active(self) -> bool:
        """Tell whether the user looks at one of our windows."""
        return QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive

    def look_soon(self, look: Callable[[], bool]) -> None:
        """Call ``look`` in a moment, and again while it returns True."""
        self._look = look
        self._clock.start()

    def _on_clock(self) -> None:
        if not self._look():
            self._clock.stop()

    def notify(self, heading: str, words: str) -> None:
        """Show a notification; a desktop that has none stays silent, the window says it all."""
        if sys.platform == "linux":
            self._tasks.run(
                lambda _job: send(heading, words),
                done=lambda _nothing: None,
                failed=lambda _error: None,
                lane="notices",
            )
        elif QSystemTrayIcon.isSystemTrayAvailable():
            self._show_in_tray(heading, words)

    def _show_in_tray(self, heading: str, words: str) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self._window)
            self._tray.messageClicked.connect(lambda: bring_to_front(self._window))
            self._tray.activated.connect(lambda _reason: bring_to_front(self._window))
        self._tray.show()
        self._tray.showMessage(heading, words, self._window.windowIcon(), _SHOWN_MS)


def send(heading: str, words: str) -> bool:
    """Ask the desktop to show a notification (Desktop Notifications Specification 1.2, Notify).

    Returns whether there was anybody to ask. Runs in a thread.
    """
    hints: dict[str, tuple[str, str]] = {
        "desktop-entry": ("s", "roscherk"),
        "category": ("s", "transfer.complete"),
    }
    values: tuple[object, ...] = ("Росчерк", 0, "roscherk", heading, words, [], hints, -1)
    name = "org.freedesktop.Notifications"
    return call(name, "/org/freedesktop/Notifications", "Notify", "susssasa{sv}i", values)
