"""Where the mark of a signature stands on a page: moved, resized, snapped to edges. No Qt here.

Everything is in millimetres from the upper left corner of the page as displayed.
"""

from dataclasses import replace
from typing import Final

from app.crypto.stamping.style import StampBox
from app.values import dataclass

MARGIN: Final = 7.8
"""Where the program itself puts marks: 22 points from the edge."""
SNAP: Final = 2.5
LEAST: Final = (30.0, 12.0)
USUAL: Final = (86.0, 34.0)


@dataclass(frozen=True, kw_only=True)
class MarkPlace:
    """A mark on one page of a document."""

    page: int
    """Counted from 0."""
    size: tuple[float, float]
    """Of the page."""
    box: StampBox

    def moved(self, dx: float, dy: float) -> "MarkPlace":
        """Return it moved, but not off the page."""
        return self._at(self.box.x + dx, self.box.y + dy)

    def at(self, x: float, y: float, *, snap: bool) -> "MarkPlace":
        """Return it with its corner at a place, drawn to the margins and the middle if near."""
        if not snap:
            return self._at(x, y)
        box = self.box
        return self._at(_snapped(x, box.width, self.size[0]), _snapped(y, box.height, self.size[1]))

    def resized(self, dw: float, dh: float) -> "MarkPlace":
        """Return it larger or smaller, its upper left corner where it is."""
        width = min(max(self.box.width + dw, LEAST[0]), max(self.size[0] - self.box.x, 1))
        height = min(max(self.box.height + dh, LEAST[1]), max(self.size[1] - self.box.y, 1))
        return replace(self, box=_rounded(self.box.x, self.box.y, width, height))

    def in_corner(self, horizontal: int, vertical: int) -> "MarkPlace":
        """Return it in a corner or at an edge: −1 left or top, 0 the middle, 1 right or bottom."""
        return self._at(
            _end(horizontal, self.box.width, self.size[0]),
            _end(vertical, self.box.height, self.size[1]),
        )

    def on_page(self, page: int, size: tuple[float, float]) -> "MarkPlace":
        """Return it at the same place of another page, as far as that is large enough."""
        moved = replace(self, page=page, size=size)
        width = min(self.box.width, size[0])
        height = min(self.box.height, size[1])
        fitted = replace(moved, box=_rounded(self.box.x, self.box.y, width, height))
        return fitted.moved(0, 0)

    def _at(self, x: float, y: float) -> "MarkPlace":
        box = self.box
        x = min(max(x, 0.0), max(self.size[0] - box.width, 0.0))
        y = min(max(y, 0.0), max(self.size[1] - box.height, 0.0))
        return replace(self, box=_rounded(x, y, box.width, box.height))


def usual_place(page: int, size: tuple[float, float]) -> MarkPlace:
    """Return the place at which a mark begins: bottom right, inside the margins."""
    width = min(USUAL[0], max(size[0] - 2 * MARGIN, 10.0))
    height = min(USUAL[1], max(size[1] - 2 * MARGIN, 6.0))
    box = StampBox(x=0.0, y=0.0, width=width, height=height)
    return MarkPlace(page=page, size=size, box=box).in_corner(1, 1)


def _end(where: int, length: float, room: float) -> float:
    if where == 0:
        return (room - length) / 2
    margin = min(MARGIN, max((room - length) / 2, 0.0))
    return margin if where < 0 else room - length - margin


def _snapped(position: float, length: float, room: float) -> float:
    for where in (-1, 0, 1):
        edge = _end(where, length, room)
        if abs(position - edge) <= SNAP:
            return edge
    return position


def _rounded(x: float, y: float, width: float, height: float) -> StampBox:
    """Write tenths: the command line takes no more, and nobody sees less."""
    return StampBox(x=round(x, 1), y=round(y, 1), width=round(width, 1), height=round(height, 1))
