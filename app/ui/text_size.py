"""How large the words are: letters, and what has to grow with them (WCAG 2.2, 1.4.4).

Process-wide, as the theme is. Sizes in the style sheet and in the code are those of 100 %.
"""

import re
import weakref
from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)
_POINTS: Final = re.compile(r"(\d+(?:\.\d+)?)pt")
_HEIGHTS: Final = re.compile(r"((?:min|max)-height: )(\d{2,})px")
"""Two digits: a line or a bar of a few pixels holds no words."""
_now: dict[str, float] = {"factor": 1.0}
_fonts: dict[str, QFont] = {}
_grown: "weakref.WeakKeyDictionary[QWidget, dict[Callable[[Any, int], None], int]]"
_grown = weakref.WeakKeyDictionary()
"""What is to be held at its size; a window that is gone leaves nothing here."""


def factor() -> float:
    """Return by how much words are larger than usual."""
    return _now["factor"]


def grown(pixels: int) -> int:
    """Return the present size of what takes so many pixels at 100 %."""
    return round(pixels * factor())


def grow(widget: W, resize: Callable[[W, int], None], pixels: int) -> None:
    """Let ``resize(widget, …)`` hold it at so many pixels at 100 %, now and at each later size."""
    resize(widget, grown(pixels))
    _grown.setdefault(widget, {})[resize] = pixels


def take_font(app: QApplication, base: QFont) -> None:
    """Write all words in this font, which has its size at 100 %."""
    _fonts["base"] = QFont(base)
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * factor())
    app.setFont(font)


def set_text_size(app: QApplication, percent: int) -> None:
    """Make words as large as chosen. Style sheets follow when the windows are dressed anew."""
    if round(factor() * 100) == percent:
        return
    base = _fonts.get("base", app.font())
    _now["factor"] = percent / 100
    take_font(app, base)
    for widget, held in list(_grown.items()):
        if isValid(widget):
            for resize, pixels in held.items():
                resize(widget, grown(pixels))


def in_size(sheet: str) -> str:
    """Return a style sheet with letters, and the heights of what holds them, in the present size."""
    if factor() == 1:
        return sheet
    sheet = _POINTS.sub(lambda found: f"{float(found[1]) * factor():g}pt", sheet)
    return _HEIGHTS.sub(lambda found: f"{found[1]}{grown(int(found[2]))}px", sheet)
