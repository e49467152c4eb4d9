"""The keys that move a mark: arrows, with Shift in large steps, with Ctrl its size, digits to corners."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.ui.preview.mark_place import MarkPlace

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CORNERS: Final = {
    Qt.Key.Key_7: (-1, -1),
    Qt.Key.Key_8: (0, -1),
    Qt.Key.Key_9: (1, -1),
    Qt.Key.Key_4: (-1, 0),
    Qt.Key.Key_5: (0, 0),
    Qt.Key.Key_6: (1, 0),
    Qt.Key.Key_1: (-1, 1),
    Qt.Key.Key_2: (0, 1),
    Qt.Key.Key_3: (1, 1),
}
"""As the keys of a number pad lie."""
_PAGES: Final = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_STEP: Final = 1.0
_LARGE: Final = 10.0


def place_by_key(
    place: MarkPlace,
    event: QKeyEvent,
    pages: int,
    size_of: Callable[[int], tuple[float, float]],
) -> MarkPlace | None:
    """Return where a key moves the mark; None: it is no such key."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers()
    step = _LARGE if modifiers & Qt.KeyboardModifier.ShiftModifier else _STEP
    if key in _ARROWS:
        dx, dy = (step * each for each in _ARROWS[key])
        resize = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        return place.resized(dx, dy) if resize else place.moved(dx, dy)
    if key in _CORNERS:
        return place.in_corner(*_CORNERS[key])
    if key in _PAGES:
        page = min(max(place.page + _PAGES[key], 0), pages - 1)
        return place.on_page(page, size_of(page))
    return None
