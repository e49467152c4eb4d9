"""Can a window be opened here? Asked before Qt is, which would end the process with a riddle."""

import ctypes
import sys
from collections.abc import Callable, Mapping

from app.errors import ErrorCode, RoscherkError

XCB_CURSOR = "libxcb-cursor.so.0"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def check_screen(
    environ: Mapping[str, str], *, system: str = sys.platform, loads: Callable[[str], bool] = _loads
) -> None:
    """Raise ``SCREEN_MISSING`` without a display, ``QT_LIBRARY_MISSING`` without a library.

    The library is what plain Debian and Ubuntu desktops lack; Qt's own words do not name the package.
    """
    if system != "linux":
        return
    platform = environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith("xcb"):
        return
    if not platform and environ.get("WAYLAND_DISPLAY"):
        return
    if not environ.get("DISPLAY"):
        raise RoscherkError(ErrorCode.SCREEN_MISSING)
    if not loads(XCB_CURSOR):
        raise RoscherkError(
            ErrorCode.QT_LIBRARY_MISSING, library=XCB_CURSOR, package="libxcb-cursor0"
        )
