"""When Python looks for garbage: never in the middle of work.

What workers answer is plain values without cycles, hundreds of thousands of them; counting
references frees them. A full collection looks at each all the same, in whatever thread it falls,
and everything stands still for a tenth of a second and more.
"""

import gc
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

_YOUNG: Final = 1000
_MIDDLE: Final = 5
_NEVER: Final = 1_000_000
"""Middle collections before a full one."""


def collect_unseen(app: QGuiApplication) -> None:
    """From now on collect the young as usual, and all only while nobody works in the window."""
    collect_rarely()
    app.applicationStateChanged.connect(_on_state)


def collect_rarely() -> None:
    """Collect all now, set aside what is left, and then only the young of what comes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)


def _on_state(state: Qt.ApplicationState) -> None:
    if state is not Qt.ApplicationState.ApplicationActive:
        gc.collect()
