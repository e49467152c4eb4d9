"""Where the window stands on the screen: in front when it is asked for, and where it was left."""

import logging
import os

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app import settings as table
from app.errors import RoscherkError
from app.settings import Settings
from app.ui.window_geometry import Area, Placed, put_on, read

_log = logging.getLogger(__name__)


def bring_to_front(window: QWidget, token: str = "") -> None:
    """Show the window over others, as far as the system lets a program do that by itself.

    ``token`` is Wayland's permission, given to whoever the user started; Qt reads it from there.
    """
    if token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def put_back(window: QWidget, settings: Settings) -> None:
    """Put the window where it was left, if that place is still there."""
    placed = read(settings.get(table.WINDOW_PLACE))
    if placed is None:
        return
    first = QGuiApplication.primaryScreen()
    screens = sorted(QGuiApplication.screens(), key=lambda each: each is not first)
    areas = [_area(each.availableGeometry()) for each in screens]
    least = window.minimumSize()
    found = put_on(placed, areas, (least.width(), least.height()))
    if found is not None:
        area = found.area
        window.setGeometry(area.left, area.top, area.width, area.height)
        if found.maximised:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def keep_place(window: QWidget, settings: Settings) -> None:
    """Remember where the window is; writes a file, so call it when the window is gone."""
    maximised = bool(window.windowState() & Qt.WindowState.WindowMaximized)
    shown = window.normalGeometry() if maximised else window.geometry()
    told = Placed(_area(shown), maximised).written()
    if settings.locked(table.WINDOW_PLACE) or settings.get(table.WINDOW_PLACE) == told:
        return
    try:
        settings.set(table.WINDOW_PLACE, told)
    except RoscherkError as error:
        _log.warning("the place of the window was not kept: %s", error.code)


def _area(found: QRect) -> Area:
    return Area(found.x(), found.y(), found.width(), found.height())
