"""The visible mark of a signature, drawn as a PDF of one page: a frame, words, pictures, a QR code."""

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Self

import segno
from fpdf import FPDF
from fpdf.enums import RenderStyle
from fpdf.fonts import TTFFont
from PIL import Image

from app.crypto.pdf.stamp_layout import (
    QUIET_ZONE,
    Area,
    Content,
    Layout,
    Ruler,
    Size,
    least_width,
    natural_width,
    set_mark,
)
from app.crypto.pdf.stamp_words import StampText
from app.crypto.stamping.style import StampColour
from app.errors import ErrorCode, RoscherkError
from app.places import resource
from app.values import dataclass

logging.getLogger("fpdf").setLevel(logging.ERROR)
"""It would log letters that our typeface lacks: parts of a stranger's name."""

_INKS = {StampColour.BLUE: (27, 79, 156), StampColour.BLACK: (22, 26, 34)}
_AMBER = (180, 83, 9)
_BLACK = (0, 0, 0)
_MISSING = "?"
_STEP = 4.0
_POINTS_PER_MM = 72 / 25.4
_SCALES = (*(step / 20 for step in range(32, 12, -1)), 0.65)
"""From 1.6 down: below 0.65 all type is the smallest, and only gaps would shrink."""


@dataclass(frozen=True)
class Stamp:
    """The mark drawn as a PDF of one page, with its size in points."""

    pdf: bytes
    width: float
    height: float

    @property
    def size(self) -> Size:
        """Width and height in points."""
        return self.width, self.height


@dataclass(frozen=True)
class Look:
    """How the mark is drawn."""

    colour: StampColour = StampColour.BLUE
    frame: bool = True
    logo: Image.Image | None = None
    facsimile: Image.Image | None = None


class _Sheet(FPDF):
    """A page of a given size in points, in Inter. A context: its end closes the font files."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(unit="pt", format=(width, height))
        self.set_margin(0)
        self.set_auto_page_break(auto=False)
        self.c_margin = 0
        self.add_font("Inter", "", resource("fonts/Inter-Regular.ttf"))
        self.add_font("Inter", "B", resource("fonts/Inter-SemiBold.ttf"))
        self.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))  # goes nowhere: pages are taken
        self.add_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def width_of(self, text: str, strong: bool, size: float) -> float:
        """Measure a text."""
        self.set_font("Inter", "B" if strong else "", size)
        return float(self.get_string_width(text))


class Drawing:
    """A mark that can be drawn for several places: measuring is done once."""

    def __init__(self, text: StampText, look: Look | None = None) -> None:
        """Take what the mark says and how it looks."""
        self._text = text = _spellable(text)
        self._look = look or Look()
        self._modules = _qr_of(text.qr) if text.qr else ()
        self._content = Content(
            text,
            logo=None if self._look.logo is None else self._look.logo.size,
            facsimile=None if self._look.facsimile is None else self._look.facsimile.size,
            qr_modules=len(self._modules),
        )
        self._drawn: dict[tuple[float, float, bool], Stamp] = {}

    def within(self, width: float, height: float) -> Stamp:
        """Draw it at its natural size, or as much smaller as a page of this size demands.

        Raises STAMP_TOO_SMALL where it could not be read any more.
        """
        return self._get(width, height, exact=False)

    def closer(self, scale: float) -> Stamp:
        """Draw it closer than natural; its type is never smaller than can be read."""
        width = natural_width(self._content) * scale
        return self._drawn_once(
            (scale, 0.0, False), lambda m: set_mark(self._content, width, m, scale)
        )

    def exactly(self, width: float, height: float) -> Stamp:
        """Draw it to fill a rectangle, in the largest type that fits; raises STAMP_TOO_SMALL."""
        return self._get(width, height, exact=True)

    def _get(self, width: float, height: float, *, exact: bool) -> Stamp:
        key = round(width, 2), round(height, 2), exact
        return self._drawn_once(key, lambda m: self._layout(m, width, height, exact=exact))

    def _drawn_once(
        self, key: tuple[float, float, bool], set_with: Callable[[Ruler], Layout]
    ) -> Stamp:
        if key not in self._drawn:
            with _Sheet(1, 1) as ruler:
                layout = set_with(lru_cache(maxsize=20_000)(ruler.width_of))
            self._drawn[key] = self._draw(layout)
        return self._drawn[key]

    def _layout(
        self,
        measure: Ruler,
        width: float,
        height: float,
        *,
        exact: bool,
    ) -> Layout:
        natural = natural_width(self._content)
        if not exact and width >= natural:
            layout = set_mark(self._content, natural, measure)
            if layout.height <= height:
                return layout
        least = least_width(self._content)
        for scale in _SCALES if width >= least else ():
            if not exact and scale > 1:
                continue
            layout = set_mark(self._content, width, measure, scale)
            if layout.height <= height and not layout.cramped:
                return _centred(layout, height) if exact else layout
        needed = set_mark(self._content, max(width, least), measure, _SCALES[-1])
        while needed.cramped:
            needed = set_mark(self._content, needed.width + _STEP, measure, _SCALES[-1])
        raise RoscherkError(
            ErrorCode.STAMP_TOO_SMALL,
            width=_millimetres(needed.width),
            height=_millimetres(needed.height),
        )

    def _draw(self, layout: Layout) -> Stamp:
        ink = _AMBER if self._text.practice else _INKS[self._look.colour]
        with _Sheet(layout.width, layout.height) as sheet:
            if self._look.frame or self._text.practice:
                _frame(sheet, layout, ink, dashed=self._text.practice)
            for picture, area in (
                (self._look.logo, layout.logo),
                (self._look.facsimile, layout.facsimile),
            ):
                if picture is not None and area is not None:
                    sheet.image(picture, area.x, area.y, area.width, area.height)
            if layout.qr is not None:
                _draw_qr(sheet, self._modules, layout.qr)
            sheet.set_text_color(*ink)
            for line in layout.lines:
                sheet.set_font("Inter", "B" if line.strong else "", line.size)
                sheet.text(line.x, line.y, line.text)
            return Stamp(bytes(sheet.output()), layout.width, layout.height)


def _spellable(text: StampText) -> StampText:
    """Show letters that our typeface lacks as question marks: a name must not look shorter than it is."""
    known = _letters()

    def spelt(value: str) -> str:
        return "".join(letter if ord(letter) in known else _MISSING for letter in value)

    rows = tuple(replace(row, value=spelt(row.value)) for row in text.rows)
    return replace(text, rows=rows, notes=tuple(map(spelt, text.notes)))


@cache
def _letters() -> frozenset[int]:
    """Return the letters that both weights of our typeface have."""
    with _Sheet(1, 1) as sheet:
        fonts = [font for font in sheet.fonts.values() if isinstance(font, TTFFont)]
        return frozenset.intersection(*(frozenset(font.cmap) for font in fonts))


def _centred(layout: Layout, height: float) -> Layout:
    """Move everything to the middle of a higher mark."""
    down = (height - layout.height) / 2

    def moved(area: Area | None) -> Area | None:
        return None if area is None else Area(area.x, area.y + down, area.width, area.height)

    return Layout(
        layout.width,
        height,
        layout.scale,
        [type(one)(one.x, one.y + down, one.text, one.strong, one.size) for one in layout.lines],
        moved(layout.logo),
        moved(layout.facsimile),
        moved(layout.qr),
    )


def _millimetres(points: float) -> int:
    return math.ceil(points / _POINTS_PER_MM)


def _frame(sheet: FPDF, layout: Layout, ink: tuple[int, int, int], *, dashed: bool) -> None:
    sheet.set_draw_color(*ink)
    sheet.set_line_width(1.2)
    if dashed:
        sheet.set_dash_pattern(dash=5, gap=2.5)
    sheet.rect(
        0.8,
        0.8,
        layout.width - 1.6,
        layout.height - 1.6,
        style=RenderStyle.D,
        round_corners=True,
        corner_radius=min(7, layout.height / 4),
    )


def _qr_of(text: str) -> tuple[bytes, ...]:
    """Return the modules of a QR code, row by row, 1 for black."""
    code = segno.make_qr(text, error="m", mode="byte", encoding="utf-8", boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


def _draw_qr(sheet: FPDF, modules: tuple[bytes, ...], area: Area) -> None:
    """Draw black runs on white; rows overlap by a hair, lest a screen shows seams."""
    sheet.set_fill_color(255, 255, 255)
    sheet.rect(area.x, area.y, area.width, area.height, style=RenderStyle.F)
    sheet.set_fill_color(*_BLACK)
    side = area.width / (len(modules) + 2 * QUIET_ZONE)
    for number, row in enumerate(modules):
        y = area.y + (number + QUIET_ZONE) * side
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            x = area.x + (start + QUIET_ZONE) * side
            sheet.rect(x, y, (end - start) * side, side * 1.02, style=RenderStyle.F)
            start = row.find(1, end)
