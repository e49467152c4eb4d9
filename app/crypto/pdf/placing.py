"""Where on a page the mark goes: bottom right, above earlier marks, on blank paper if there is any.

Places are found in the page as displayed (points from its lower left corner) and then turned into
the units of its content, because pages may be rotated and cropped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.crypto.pdf.pages import PageBox

MARGIN = 22.0
_CLEARANCE = 4.0
_STEP = 4.0
_UPRIGHT = {
    0: (1, 0, 0, 1, 0, 0),
    90: (0, 1, -1, 0, 0, 0),
    180: (-1, 0, 0, -1, 0, 0),
    270: (0, -1, 1, 0, 0, 0),
}
"""What turns a form so that it stands upright on a page that is displayed turned clockwise."""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle with ``left <= right`` and ``bottom <= top``."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> "Rectangle":
        """Return it with a border of ``by`` on every side."""
        return Rectangle(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def meets(self, other: "Rectangle") -> bool:
        """Tell whether the two have a point inside in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


@dataclass(frozen=True)
class Place:
    """Where the field goes, in the units of the page's content, and how its form is turned."""

    rectangle: tuple[float, float, float, float]
    matrix: tuple[int, int, int, int, int, int]


class Ink:
    """Which parts of a displayed page are not blank."""

    def __init__(self, width: int, height: int, pixels: bytes) -> None:
        """Take a picture of four bytes a pixel; what differs from its commonest shade is ink."""
        green = pixels[1::4]
        paper = max(range(256), key=green.count)
        table = bytes(0 if abs(shade - paper) <= _PAPER_SPREAD else 1 for shade in range(256))
        marks = green.translate(table)
        self._rows = [marks[y * width : (y + 1) * width] for y in range(height)]
        self._width, self._height = width, height

    def touches(self, area: Rectangle, size: tuple[float, float]) -> bool:
        """Tell whether there is ink in ``area`` of a displayed page of ``size`` points."""
        scale_x, scale_y = self._width / size[0], self._height / size[1]
        left, right = int(area.left * scale_x), int(area.right * scale_x) + 1
        top = self._height - int(area.top * scale_y) - 1
        bottom = self._height - int(area.bottom * scale_y)
        return any(1 in row[max(0, left) : right] for row in self._rows[max(0, top) : bottom])


_PAPER_SPREAD = 24
"""Shades this close to the paper's are paper: scans and tinted pages are not even."""


def find_place(
    box: PageBox, width: float, height: float, taken: Sequence[Rectangle], ink: Ink | None
) -> Place:
    """Find a place for a mark of the given size; ``taken`` and the answer are as displayed.

    A blank place is looked for along the right edge from below, then along the left one. Where
    there is none, or the page could not be drawn, the mark goes bottom right, above earlier marks.
    """
    page = box.size
    scale = min(1.0, (page[0] - 2) / width, (page[1] - 2) / height)
    width, height = width * scale, height * scale
    candidates = list(_candidates(page, width, height))
    free = [c for c in candidates if not any(c.meets(t.grown(_CLEARANCE)) for t in taken)]
    blank = (c for c in free if ink is not None and not ink.touches(c.grown(_CLEARANCE), page))
    chosen = next(blank, None) or next(iter(free), None) or candidates[0]
    return Place(to_content(box, chosen), _UPRIGHT[box.rotation])


def _candidates(page: tuple[float, float], width: float, height: float) -> Iterator[Rectangle]:
    side = min(MARGIN, (page[0] - width) / 2)
    foot = min(MARGIN, (page[1] - height) / 2)
    steps = max(1, int((page[1] - 2 * foot - height) / _STEP) + 1)
    for left in dict.fromkeys((page[0] - side - width, side)):
        for step in range(steps):
            bottom = foot + step * _STEP
            yield Rectangle(left, bottom, left + width, bottom + height)


def to_content(box: PageBox, area: Rectangle) -> tuple[float, float, float, float]:
    """Turn an area of the displayed page into the units of its content."""
    corners = [_point(box, area.left, area.bottom), _point(box, area.right, area.top)]
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def to_display(box: PageBox, area: Sequence[float]) -> Rectangle:
    """Turn a rectangle of the page's content into one of the displayed page."""
    (x1, y1), (x2, y2) = (_display_point(box, area[0], area[1]), _display_point(box, *area[2:4]))
    return Rectangle(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _point(box: PageBox, x: float, y: float) -> tuple[float, float]:
    if box.rotation == 90:
        return box.right - y, box.bottom + x
    if box.rotation == 180:
        return box.right - x, box.top - y
    if box.rotation == 270:
        return box.left + y, box.top - x
    return box.left + x, box.bottom + y


def _display_point(box: PageBox, x: float, y: float) -> tuple[float, float]:
    if box.rotation == 90:
        return y - box.bottom, box.right - x
    if box.rotation == 180:
        return box.right - x, box.top - y
    if box.rotation == 270:
        return box.top - y, x - box.left
    return x - box.left, y - box.bottom
