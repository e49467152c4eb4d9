"""Hears that nobody sits at the screen any more: it was locked, the computer sleeps, the session ends.

Linux tells it over D-Bus (logind, the screen savers of the desktops), Windows by messages to the
window. What tells nobody is not heard: a locker without D-Bus (i3lock, xlock), and macOS, where Qt
tells of the end of the session only. For these there are the terms of `app.tokens.pin_cache`.
"""

import ctypes
import logging
import sys
from ctypes import wintypes
from typing import Any, Final

from PySide6.QtCore import QAbstractNativeEventFilter, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

_log = logging.getLogger(__name__)

_LOGIND: Final = "org.freedesktop.login1"
_ON_SYSTEM_BUS: Final = (
    (f"{_LOGIND}.Session", "Lock", "1on_lock()"),
    (f"{_LOGIND}.Manager", "PrepareForSleep", "1on_state(bool)"),
)
_ON_SESSION_BUS: Final = tuple(
    (name, "ActiveChanged", "1on_state(bool)")
    for name in (
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    )
)
_SYSTEM_ONLY: Final = 0x800
"""LOAD_LIBRARY_SEARCH_SYSTEM32: not what somebody laid beside the program."""
_WM_POWER: Final = 0x0218
_WM_SESSION: Final = 0x02B1
_LEAVING: Final = frozenset(
    {(_WM_POWER, 0x4), (_WM_SESSION, 0x2), (_WM_SESSION, 0x4), (_WM_SESSION, 0x7)}
)
"""PBT_APMSUSPEND; WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOCK."""


class SessionWatch(QObject):
    """Tells by one signal. It changes nothing in the system."""

    left = Signal()
    """The screen was locked, the computer goes to sleep, or the session ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hears_lock = False
        """Somebody is there who can tell that the screen was locked."""
        self._filter: _Messages | None = None

    def begin(self, window: QWidget) -> None:
        """Begin to hear; what this system does not have is left out."""
        app = QApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.connect(self._on_end)
            app.applicationStateChanged.connect(self._on_application)
        if sys.platform == "win32":
            self.hears_lock = self._hear_messages(int(window.winId()))
        elif sys.platform == "linux":
            self.hears_lock = self._hear_buses()

    def end(self) -> None:
        """Hear no more."""
        app = QApplication.instance()
        if self._filter is not None and app is not None:
            app.removeNativeEventFilter(self._filter)
            self._filter = None

    def _hear_buses(self) -> bool:
        # Imported here: the first start of a window shall not wait for the library.
        from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415

        heard = False
        for bus, signals in (
            (QDBusConnection.systemBus(), _ON_SYSTEM_BUS),
            (QDBusConnection.sessionBus(), _ON_SESSION_BUS),
        ):
            if not bus.isConnected():
                continue
            connect: Any = bus.connect  # its stub asks for bytes, which it refuses
            for interface, name, slot in signals:
                # Whoever says so is believed: the worst that a liar gets is a PIN asked for again.
                # Without the name of a service Qt asks nobody and does not wait.
                heard = connect("", "", interface, name, self, slot) or heard
        return heard

    def _hear_messages(self, window: int) -> bool:
        """Have Windows tell the window of locks; without that, sleep is still told."""
        app = QApplication.instance()
        if app is None:
            return False
        self._filter = _Messages(self)
        app.installNativeEventFilter(self._filter)
        try:
            load: Any = ctypes.WinDLL  # type: ignore[attr-defined]  # Windows only
            library = load("wtsapi32", winmode=_SYSTEM_ONLY)
            return bool(library.WTSRegisterSessionNotification(wintypes.HWND(window), 0))
        except OSError as error:
            _log.warning("locks of the screen are not told: %s", type(error).__name__)
            return False

    @Slot()
    def on_lock(self) -> None:
        """Heard of a session that is locked."""
        self.left.emit()

    @Slot(bool)
    def on_state(self, begins: bool) -> None:  # the signal's signature
        """Heard of a screen saver or of sleep that begins or ends."""
        if begins:
            self.left.emit()

    def _on_end(self, _manager: object) -> None:
        self.left.emit()

    def _on_application(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationSuspended:
            self.left.emit()


class _Messages(QAbstractNativeEventFilter):
    """Reads the messages that Windows sends to a window."""

    def __init__(self, watch: SessionWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, _kind: Any, message: Any) -> tuple[bool, int]:  # Qt's
        """Look at one message, and let it go on."""
        told = wintypes.MSG.from_address(int(message))
        if (told.message, told.wParam) in _LEAVING:
            self._watch.left.emit()
        return False, 0
