"""Where on a page the mark goes: on blank paper if there is any, and never over another mark.

Places are found in the page as displayed (points from its lower left corner) and then turned into
the units of its content, because pages may be rotated and cropped.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from app.crypto.pdf.pages import PageBox
from app.crypto.stamping.style import StampPosition
from app.values import dataclass

MARGIN = 22.0
CLEARANCE = 4.0
_STEP = 4.0
_WIDE_STEP = 8.0
_MOST_WEIGHED = 400
"""Places that are compared by their ink where none is blank: those along the edges."""
_MOST_STEPS = 80
"""In between the edges places are tried on a coarser grid: a poster has very many."""
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

    def moved_up(self, by: float) -> "Rectangle":
        """Return it moved up the page."""
        return Rectangle(self.left, self.bottom + by, self.right, self.top + by)

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


class Ground(StrEnum):
    """What is known of the paper under a place."""

    BLANK = "blank"
    PRINTED = "printed"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Spot:
    """A place on the page as displayed."""

    area: Rectangle
    ground: Ground


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
        rows, left, right = self._rows_of(area, size)
        return any(row.find(1, left, right) >= 0 for row in rows)

    def amount(self, area: Rectangle, size: tuple[float, float]) -> int:
        """Return how many pixels of ``area`` are inked."""
        rows, left, right = self._rows_of(area, size)
        return sum(row.count(1, left, right) for row in rows)

    def _rows_of(self, area: Rectangle, size: tuple[float, float]) -> tuple[list[bytes], int, int]:
        scale_x, scale_y = self._width / size[0], self._height / size[1]
        left, right = int(area.left * scale_x), int(area.right * scale_x) + 1
        top = self._height - int(area.top * scale_y) - 1
        bottom = self._height - int(area.bottom * scale_y)
        return self._rows[max(0, top) : max(0, bottom)], max(0, left), max(0, right)


_PAPER_SPREAD = 24
"""Shades this close to the paper's are paper: scans and tinted pages are not even."""


def find_spot(
    page: tuple[float, float],
    size: tuple[float, float],
    taken: Sequence[Rectangle],
    ink: Ink | None,
    position: StampPosition = StampPosition.AUTO,
) -> Spot | None:
    """Find a place for a mark of ``size`` on a displayed page; None: other marks leave none.

    A blank place is looked for from the wanted corner along its edge of the page; where nobody
    named a corner, then along the opposite edge, and last in between. Where all is printed, the
    mark goes where least is; if the page could not be seen, as near to the corner as other marks
    let it.
    """
    grown = [one.grown(CLEARANCE) for one in taken]
    chosen: Rectangle | None = None
    least = 0
    for number, candidate in enumerate(_candidates(page, size, position)):
        if any(candidate.meets(one) for one in grown):
            continue
        if ink is None:
            return Spot(candidate, Ground.UNSEEN)
        if not ink.touches(candidate.grown(CLEARANCE), page):
            return Spot(candidate, Ground.BLANK)
        if chosen is None or number < _MOST_WEIGHED:
            amount = ink.amount(candidate, page)
            if chosen is None or amount < least:
                chosen, least = candidate, amount
    return None if chosen is None else Spot(chosen, Ground.PRINTED)


def look_at(
    page: tuple[float, float], area: Rectangle, taken: Sequence[Rectangle], ink: Ink | None
) -> Spot | None:
    """Say what is under a place that was named exactly; None: another mark."""
    if any(area.meets(one) for one in taken):
        return None
    if ink is None:
        return Spot(area, Ground.UNSEEN)
    return Spot(area, Ground.PRINTED if ink.touches(area, page) else Ground.BLANK)


def place_of(box: PageBox, area: Rectangle) -> Place:
    """Turn a place on the displayed page into one for the page's content."""
    return Place(to_content(box, area), _UPRIGHT[box.rotation])


def _candidates(
    page: tuple[float, float], size: tuple[float, float], position: StampPosition
) -> Iterator[Rectangle]:
    width, height = size
    side = min(MARGIN, (page[0] - width) / 2)
    foot = min(MARGIN, (page[1] - height) / 2)
    edges = [page[0] - side - width, side]
    if position in {StampPosition.BOTTOM_LEFT, StampPosition.TOP_LEFT}:
        edges.reverse()
    between = page[1] - 2 * foot - height
    from_top = position in {StampPosition.TOP_LEFT, StampPosition.TOP_RIGHT}
    yield from _column(edges[0], foot, between, size, from_top=from_top, step=_STEP)
    if position is not StampPosition.AUTO:
        return
    yield from _column(edges[1], foot, between, size, from_top=from_top, step=_STEP)
    step = max(_WIDE_STEP, page[0] / _MOST_STEPS)
    upwards = max(_WIDE_STEP, page[1] / _MOST_STEPS)
    for number in range(1, int((edges[0] - edges[1]) / step) + 1):
        left = edges[0] - number * step
        yield from _column(left, foot, between, size, from_top=from_top, step=upwards)


def _column(
    left: float,
    foot: float,
    between: float,
    size: tuple[float, float],
    *,
    from_top: bool,
    step: float,
) -> Iterator[Rectangle]:
    """Walk along one edge: places from its end on, ``step`` apart."""
    for number in range(max(0, int(between / step)) + 1):
        bottom = foot + (max(0.0, between) - number * step if from_top else number * step)
        yield Rectangle(left, bottom, left + size[0], bottom + size[1])


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
