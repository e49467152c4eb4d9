"""Where the window is put when it opens again: on a screen that is there. No Qt here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.values import dataclass

_SEEN: Final = 120
"""So much of the title bar must be on some screen, or the window could not be grasped."""
_TITLE: Final = 40


@dataclass(frozen=True)
class Area:
    """A rectangle of the desktop, in the units of Qt."""

    left: int
    top: int
    width: int
    height: int

    def shares(self, other: "Area") -> tuple[int, int]:
        """Return width and height of what both cover; not above zero: nothing."""
        wide = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        high = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        return wide, high


@dataclass(frozen=True)
class Placed:
    """Where the window was, and whether it was as large as its screen."""

    area: Area
    maximised: bool = False

    def written(self) -> str:
        """Return it as the setting holds it."""
        area = self.area
        return f"{area.left} {area.top} {area.width} {area.height} {int(self.maximised)}"


def read(text: str) -> Placed | None:
    """Read the setting, which was checked; None: nothing is remembered."""
    if not text:
        return None
    left, top, width, height, maximised = map(int, text.split())
    return Placed(Area(left, top, width, height), bool(maximised))


def put_on(placed: Placed, screens: Sequence[Area], least: tuple[int, int]) -> Placed | None:
    """Return where the window goes now: where it was, or on the first screen if that one is gone.

    It is never larger than its screen, nor smaller than ``least``. None: there is no screen.
    """
    if not screens:
        return None
    title = replace(placed.area, height=_TITLE)
    screen = max(screens, key=lambda each: _shared(title, each))
    wide, high = title.shares(screen)
    width = max(least[0], min(placed.area.width, screen.width))
    height = max(least[1], min(placed.area.height, screen.height))
    if wide >= _SEEN and high >= _TITLE:
        return replace(placed, area=Area(placed.area.left, placed.area.top, width, height))
    first = screens[0]
    width, height = min(width, first.width), min(height, first.height)
    left = first.left + (first.width - width) // 2
    top = first.top + (first.height - height) // 2
    return replace(placed, area=Area(left, top, width, height))


def _shared(one: Area, other: Area) -> int:
    wide, high = one.shares(other)
    return max(0, wide) * max(0, high)
