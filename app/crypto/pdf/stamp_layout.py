"""Setting the mark: its words and pictures broken to a width, at a size of type that can be read.

Everything is in points from the upper left corner of the mark. ``scale`` stretches type and gaps;
whatever the scale, no type is set smaller than `SMALLEST`, so that the mark is legible when the
document is seen or printed at its natural size.
"""

from collections.abc import Callable, Iterable
from dataclasses import field

from app.crypto.pdf.stamp_words import FACSIMILE_NOTE, Row, StampText
from app.values import dataclass

SMALLEST = 6.0
"""Points."""

_PADDING = 10.0
_TITLE = 9.0
_COMPACT_TITLE = 7.2
_ROW = 7.4
_COMPACT_ROW = 6.6
_NUMBER = 6.1
"""A long number is set smaller, down to this, rather than broken."""
_NOTE = 6.2
_LEADING = 1.4
_TITLE_LEADING = 1.28
_GAP = 5.0
_AFTER_LABEL = 5.0
_LOGO = (64.0, 34.0)
_FACSIMILE = (92.0, 34.0)
_LEAST_VALUE = 88.0
"""Where less is left beside the labels, values go below them."""
_MOST_LINES = 8
_QR_MODULE = 1.0
"""0.35 mm: four dots of an office printer."""
QUIET_ZONE = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""

Ruler = Callable[[str, bool, float], float]
"""Width in points of a text, bold or not, at a size of type."""
Size = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A line of text; ``y`` is its base line."""

    x: float
    y: float
    text: str
    strong: bool
    size: float


@dataclass(frozen=True)
class Area:
    """Where a picture goes."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Layout:
    """The mark as set."""

    width: float
    height: float = 0.0
    scale: float = 1.0
    lines: list[Line] = field(default_factory=list)
    logo: Area | None = None
    facsimile: Area | None = None
    qr: Area | None = None
    cramped: bool = False
    """A word of the phrase, or a label, is wider than its room."""


@dataclass(frozen=True)
class Content:
    """What is to be set: words, and the sizes of the pictures in pixels, of the QR in modules."""

    text: StampText
    logo: Size | None = None
    facsimile: Size | None = None
    qr_modules: int = 0


def natural_width(content: Content) -> float:
    """Return how wide the mark is where nobody says how wide it should be."""
    width = 220.0 if content.text.compact else 244.0
    return width + (_qr_side(content) + _GAP if content.qr_modules else 0)


def least_width(content: Content) -> float:
    """Return below which width a mark is no longer set."""
    return 104.0 + (_qr_side(content) + _GAP if content.qr_modules else 0)


def _qr_side(content: Content) -> float:
    return (content.qr_modules + 2 * QUIET_ZONE) * _QR_MODULE


def set_mark(content: Content, width: float, ruler: Ruler, scale: float = 1.0) -> Layout:
    """Set the mark to a width."""
    return _Setting(content, width, ruler, scale).run()


class _Setting:
    """One run over the mark, from its head to its foot."""

    def __init__(self, content: Content, width: float, ruler: Ruler, scale: float) -> None:
        self._content = content
        self._ruler = ruler
        self._scale = scale
        self._left = _PADDING * scale * (0.7 if content.text.compact else 1)
        self._right = width - self._left
        self._y = self._left
        self._set = Layout(width, scale=scale)

    def run(self) -> Layout:
        content, text = self._content, self._content.text
        below_qr = self._qr() if content.qr_modules else 0.0
        self._head()
        self._y += (2.0 if text.compact else _GAP) * self._scale
        self._rows()
        if content.facsimile is not None:
            self._facsimile(content.facsimile)
        if text.notes:
            self._y += 2 * self._scale
        for note in text.notes:
            self._block(note, self._left, self._right, self._type(_NOTE))
        self._set.height = max(self._y, below_qr) + self._left - 1.5 * self._scale
        return self._set

    def _type(self, size: float) -> float:
        return max(size * self._scale, SMALLEST)

    def _qr(self) -> float:
        """Put the QR code top right; return where it ends."""
        side = _qr_side(self._content) * max(self._scale, 1.0)
        area = Area(self._right - side, self._left, side, side)
        self._set.qr = area
        self._right = area.x - _GAP * self._scale
        return self._left + side

    def _head(self) -> None:
        """Put the emblem left, the phrase in the middle of what is left."""
        top, left = self._y, self._left
        text = self._content.text
        size = self._type(_COMPACT_TITLE if text.compact else _TITLE)
        high = 0.0
        if self._content.logo is not None:
            room = ((self._right - left) * 0.4, self._right)
            wide, high = _fit(self._content.logo, _LOGO, self._scale, room)
            self._set.logo = Area(left, top, wide, high)
            left += wide + _GAP * self._scale
        lines = [
            broken
            for line in text.title
            for broken in _broken(line, self._right - left, self._width_of(strong=True, size=size))
        ]
        words = (word for line in text.title for word in line.split())
        self._demand_room(words, self._right - left, size, strong=True)
        leading = size * _TITLE_LEADING
        self._y = top + max(0.0, (high - len(lines) * leading) / 2)
        for line in lines:
            indent = 0.0
            if not text.compact:
                indent = (self._right - left - self._ruler(line, True, size)) / 2
            self._line(left + indent, line, size, leading, strong=True)
        self._y = max(self._y, top + high)

    def _rows(self) -> None:
        text = self._content.text
        size = self._type(_COMPACT_ROW if text.compact else _ROW)
        labels = max((self._ruler(row.label, False, size) for row in text.rows), default=0)
        labels_of = (row.label for row in text.rows)
        self._demand_room(labels_of, self._right - self._left, size, strong=False)
        beside = labels + _AFTER_LABEL * self._scale
        stacked = self._right - self._left - beside < _LEAST_VALUE * min(self._scale, 1.0)
        for row in text.rows:
            if text.compact or stacked:
                self._row_below(row, size, joined=text.compact)
            else:
                self._row_beside(row, size, beside)

    def _demand_room(self, words: Iterable[str], room: float, size: float, *, strong: bool) -> None:
        if any(self._ruler(word, strong, size) > room for word in words):
            self._set.cramped = True

    def _row_beside(self, row: Row, size: float, beside: float) -> None:
        base = self._y
        self._line(self._left, row.label, size, size * _LEADING, strong=False)
        self._y = base
        self._value(row, self._left + beside, size)

    def _row_below(self, row: Row, size: float, *, joined: bool) -> None:
        """Set a value below its label, or beside it if one line takes both."""
        label = self._ruler(row.label + " ", False, size)
        room = self._right - self._left - label
        base = self._y
        self._line(self._left, row.label, size, size * _LEADING, strong=False)
        if joined or self._ruler(row.value, row.strong, size) <= room:
            self._y = base
            self._value(row, self._left + label, size)
        else:
            self._value(row, self._left, size)

    def _value(self, row: Row, left: float, size: float) -> None:
        room = self._right - left
        fitting = size * room / max(self._ruler(row.value, row.strong, size), 1.0)
        smaller = self._type(_NUMBER)
        shrunk = not row.strong and smaller <= fitting < size
        size_of_value = fitting if shrunk else size
        self._block(row.value, left, self._right, size_of_value, strong=row.strong, leading=size)

    def _facsimile(self, pixels: Size) -> None:
        self._y += 2 * self._scale
        top = self._y
        room = ((self._right - self._left) * 0.5, self._right)
        wide, high = _fit(pixels, _FACSIMILE, self._scale, room)
        self._set.facsimile = Area(self._left, top, wide, high)
        left = self._left + wide + _GAP * self._scale
        self._block(FACSIMILE_NOTE, left, self._right, self._type(_NOTE))
        self._y = max(self._y, top + high) + 2 * self._scale

    def _block(
        self,
        text: str,
        left: float,
        right: float,
        size: float,
        *,
        strong: bool = False,
        leading: float | None = None,
    ) -> None:
        """Set a text between two edges, in no more lines than `_MOST_LINES`."""
        lines = _broken(text, right - left + 0.01, self._width_of(strong=strong, size=size))
        if len(lines) > _MOST_LINES:
            lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][:-1] + "…"]
        for line in lines:
            self._line(left, line, size, (leading or size) * _LEADING, strong=strong)

    def _line(self, x: float, text: str, size: float, leading: float, *, strong: bool) -> None:
        """Set one line; its base line is where the letters fill the middle of the leading."""
        self._set.lines.append(Line(x, self._y + (leading + 0.72 * size) / 2, text, strong, size))
        self._y += leading

    def _width_of(self, *, strong: bool, size: float) -> Callable[[str], float]:
        return lambda text: self._ruler(text, strong, size)


def _fit(pixels: Size, largest: Size, scale: float, room: Size) -> Size:
    """Return the size in points of a picture that keeps its shape."""
    limits = (min(largest[0] * scale, room[0]), min(largest[1] * scale, room[1]))
    factor = min(limits[0] / pixels[0], limits[1] / pixels[1])
    return pixels[0] * factor, pixels[1] * factor


def _broken(text: str, room: float, width: Callable[[str], float]) -> list[str]:
    """Break at blanks; a word that is too long by itself is cut."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if width(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line) > room and len(line) > 1:
            cut = _cut(line, room, width)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def _cut(word: str, room: float, width: Callable[[str], float]) -> int:
    """Return how many characters of a word fit, at least one."""
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(word[:middle]) <= room else (low, middle - 1)
    return low
