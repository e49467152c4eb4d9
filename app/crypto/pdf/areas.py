"""Places on pages as people measure them: in millimetres from the upper left corner."""

from app.values import dataclass

MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True)
class Area:
    """A rectangle on a page as displayed; all in millimetres."""

    page: int
    """Counted from 1."""
    left: float
    top: float
    width: float
    height: float


def area_of_pixels(page: int, box: tuple[int, int, int, int], pixels_per_point: float) -> Area:
    """Turn a box of a drawn page (left, top, right, bottom in pixels) into millimetres."""
    left, top, right, bottom = (round(side / pixels_per_point * MM_PER_POINT, 1) for side in box)
    return Area(page, left, top, round(right - left, 1), round(bottom - top, 1))
