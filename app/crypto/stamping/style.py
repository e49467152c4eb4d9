"""How the visible mark of a signature looks and where it goes: what the user chooses of it. Light.

Nothing here says what the mark tells: that comes from the certificate alone.
"""

import math
import re
from enum import StrEnum
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_MOST_PAGES = 1_000
_PAGES = re.compile(r"(?:first|last|all|\d{1,6}(?:-\d{1,6})?)", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,5}(?:\.\d{1,4})?", re.ASCII)
_LARGEST = 10_000.0
"""Millimetres. The largest page of PDF 1.x is half of that."""


class StampPreset(StrEnum):
    """The form of the mark."""

    GOST_2025 = "gost-2025"
    """ГОСТ Р 7.0.97-2025: with date and time where a time-stamp proves them."""
    GOST_2016 = "gost-2016"
    """ГОСТ Р 7.0.97-2016, 5.23: never a date of signing."""
    COMPACT = "compact"
    """The same data in the least room."""
    NONE = "none"


class StampPosition(StrEnum):
    """Where on a page a place is looked for."""

    AUTO = "auto"
    """Bottom right; where that is not blank, anywhere on the page."""
    BOTTOM_RIGHT = "bottom-right"
    """A named corner: where it is not blank, further along that edge of the page."""
    BOTTOM_LEFT = "bottom-left"
    TOP_RIGHT = "top-right"
    TOP_LEFT = "top-left"


class StampColour(StrEnum):
    """The ink of the mark. A practice mark has its own."""

    BLUE = "blue"
    BLACK = "black"


@dataclass(frozen=True, kw_only=True)
class StampBox:
    """An exact place in millimetres on the page as displayed, turned and cropped as it may be."""

    x: float
    """From the left edge of the page to that of the mark."""
    y: float
    """From the top edge of the page to that of the mark."""
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class StampStyle:
    """All that may be chosen. The default is the mark of ГОСТ Р 7.0.97-2025 on the last page."""

    preset: StampPreset = StampPreset.GOST_2025
    pages: str = "last"
    """``first``, ``last``, ``all``, or numbers and ranges from 1 on: ``1,3-5``."""
    position: StampPosition = StampPosition.AUTO
    box: StampBox | None = None
    """Takes the place of ``position``."""
    logo: Path | None = None
    """PNG or JPEG of the organisation's emblem; read in a worker."""
    facsimile: Path | None = None
    """PNG or JPEG of a handwritten signature. It proves nothing, and the mark says so."""
    colour: StampColour = StampColour.BLUE
    frame: bool = True
    qr: bool = False
    """A QR code with the certificate's number and the SHA-256 of the document."""
    note: str = ""
    """A line of the user's own at the foot of the mark."""

    @property
    def shown(self) -> bool:
        """Whether there is to be a mark at all."""
        return self.preset is not StampPreset.NONE


NO_STAMP = StampStyle(preset=StampPreset.NONE)


def usual_style(preset: str, logo: str, *, shown: bool = True) -> StampStyle:
    """Return the style that settings amount to; an empty ``logo`` is none."""
    if not shown:
        return NO_STAMP
    return StampStyle(preset=StampPreset(preset), logo=Path(logo) if logo else None)


def choose_pages(text: str, count: int) -> tuple[int, ...]:
    """Return the pages that ``text`` names in a document of ``count``, from 0 on, in order.

    Raises STAMP_PAGES_INVALID for what is no list of pages, or names one that is not there.
    """
    chosen: set[int] = set()
    for part in check_pages(text):
        named = {"first": (1, 1), "last": (count, count), "all": (1, count)}.get(part)
        begin, _, end = part.partition("-")
        first, last = named or (int(begin), int(end or begin))
        if not 1 <= first <= last <= count:
            raise RoscherkError(ErrorCode.STAMP_PAGES_INVALID, pages=text, count=count)
        if last - first < _MOST_PAGES:
            chosen.update(range(first - 1, last))
        if last - first >= _MOST_PAGES or len(chosen) > _MOST_PAGES:
            raise RoscherkError(ErrorCode.STAMP_PAGES_INVALID, pages=text, maximum=_MOST_PAGES)
    return tuple(sorted(chosen))


def check_pages(text: str) -> list[str]:
    """Return the parts of a list of pages; raise STAMP_PAGES_INVALID where it is none."""
    parts = [part.strip().lower() for part in text.split(",")]
    if len(text) > 1_000 or any(_PAGES.fullmatch(part) is None for part in parts):
        raise RoscherkError(ErrorCode.STAMP_PAGES_INVALID, pages=text[:100])
    return parts


def read_position(text: str) -> StampPosition | StampBox:
    """Read a position as people write it: a name, or ``x,y,width,height`` in millimetres.

    Raises STAMP_PLACE_INVALID.
    """
    if text in set(StampPosition):
        return StampPosition(text)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 4 and all(_NUMBER.fullmatch(part) for part in parts):
        x, y, width, height = map(float, parts)
        box = StampBox(x=x, y=y, width=width, height=height)
        check_box(box)
        return box
    raise RoscherkError(ErrorCode.STAMP_PLACE_INVALID, place=text[:100])


def check_box(box: StampBox) -> None:
    """Raise STAMP_PLACE_INVALID for a box that can be on no page."""
    numbers = (box.x, box.y, box.width, box.height)
    sound = all(math.isfinite(number) and abs(number) <= _LARGEST for number in numbers)
    if not sound or box.x < 0 or box.y < 0 or box.width <= 0 or box.height <= 0:
        raise RoscherkError(ErrorCode.STAMP_PLACE_INVALID, place=box_text(box))


def box_text(box: StampBox) -> str:
    """Write a box as `read_position` reads it."""
    return ",".join(f"{number:g}" for number in (box.x, box.y, box.width, box.height))
