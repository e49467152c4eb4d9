"""Where the window stands on the screen: in front when it is asked for, and where it was left."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


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
