"""The visible mark of an electronic signature: first, simple form of ГОСТ Р 7.0.97-2025, 5.23.

Its words are prescribed and are content of the document, hence Russian in every language of the
program. All data come from the certificate and from nowhere else.
"""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from typing import Self

from fpdf import FPDF
from fpdf.enums import RenderStyle
from fpdf.fonts import TTFFont

from app.crypto.verdict.facts import CertificateFacts
from app.places import resource

_TITLE = ("ДОКУМЕНТ ПОДПИСАН", "ЭЛЕКТРОННОЙ ПОДПИСЬЮ")
_TITLE_OF_PRACTICE = ("УЧЕБНЫЙ ОБРАЗЕЦ, НЕ ПОДПИСЬ",)

_BLUE = (27, 79, 156)
_AMBER = (180, 83, 9)

_WIDTH = 244.0
_PADDING = 10.0
_TITLE_SIZE = 9.0
_TITLE_LEADING = 11.5
_SIZE = 7.4
_SMALLEST = 6.4
"""A long number is set smaller, down to this, rather than broken."""
_LEADING = 10.4
_GAP = 5.0
_LONGEST_VALUE = 300
"""Characters of one value: a name of ten thousand characters must not fill the page."""


@dataclass(frozen=True)
class StampText:
    """What the mark says, line by line, before it is broken to its width."""

    title: tuple[str, ...]
    rows: tuple["Row", ...]
    practice: bool


@dataclass(frozen=True)
class Row:
    """A label and its value. Numbers are long and need no weight."""

    label: str
    value: str
    style: str = "B"


@dataclass(frozen=True)
class _Broken:
    """A row broken into lines of a certain size of type."""

    row: Row
    size: float
    lines: list[str]


@dataclass(frozen=True)
class Stamp:
    """The mark drawn as a PDF of one page, with its size in points."""

    pdf: bytes
    width: float
    height: float


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


def stamp_text(
    certificate: CertificateFacts, *, practice: bool, zone: tzinfo | None = None
) -> StampText:
    """Say what the mark must say; days are those of ``zone`` (None: of this computer)."""
    return StampText(
        title=_TITLE_OF_PRACTICE if practice else _TITLE,
        rows=(
            Row("Сертификат:", _clean(certificate.serial), style=""),
            Row("Владелец:", _clean(owner(certificate))),
            Row(
                "Действителен:",
                f"с {_day(certificate.not_before, zone)} по {_day(certificate.not_after, zone)}",
            ),
        ),
        practice=practice,
    )


def owner(certificate: CertificateFacts) -> str:
    """Return surname and given names of the owner; without a person, what the subject is called."""
    subject = certificate.subject
    person = " ".join(part for part in (subject.surname, subject.given_name) if part)
    return person or subject.common_name or subject.organization or subject.text


def draw_stamp(text: StampText) -> Stamp:
    """Draw the mark: a rounded frame, the phrase, three rows."""
    inner = _WIDTH - 2 * _PADDING
    rows = _broken(text, inner)
    lines = sum(len(broken.lines) for broken in rows)
    height = 2 * _PADDING + len(text.title) * _TITLE_LEADING + _GAP + lines * _LEADING - 3
    with _Sheet(_WIDTH, height) as sheet:
        _draw(sheet, text, rows, height)
        return Stamp(bytes(sheet.output()), _WIDTH, height)


def _draw(sheet: FPDF, text: StampText, rows: list[_Broken], height: float) -> None:
    colour = _AMBER if text.practice else _BLUE
    _frame(sheet, height, colour, dashed=text.practice)
    sheet.set_text_color(*colour)
    sheet.set_font("Inter", "B", _TITLE_SIZE)
    y = _PADDING + _TITLE_SIZE - 1
    for line in text.title:
        sheet.text((_WIDTH - sheet.get_string_width(line)) / 2, y, line)
        y += _TITLE_LEADING
    y += _GAP - (_TITLE_LEADING - _LEADING)
    label_width = _label_width(sheet, text)
    for broken in rows:
        sheet.set_font("Inter", "", _SIZE)
        sheet.text(_PADDING, y, broken.row.label)
        sheet.set_font("Inter", broken.row.style, broken.size)
        for value in broken.lines:
            sheet.text(_PADDING + label_width, y, value)
            y += _LEADING


def _frame(sheet: FPDF, height: float, colour: tuple[int, int, int], *, dashed: bool) -> None:
    sheet.set_draw_color(*colour)
    sheet.set_line_width(1.2)
    if dashed:
        sheet.set_dash_pattern(dash=5, gap=2.5)
    sheet.rect(
        0.8,
        0.8,
        _WIDTH - 1.6,
        height - 1.6,
        style=RenderStyle.D,
        round_corners=True,
        corner_radius=7,
    )


def _label_width(sheet: FPDF, text: StampText) -> float:
    sheet.set_font("Inter", "", _SIZE)
    return max(float(sheet.get_string_width(row.label)) for row in text.rows) + 5


def _broken(text: StampText, inner: float) -> list[_Broken]:
    """Break every value into lines that fit beside the labels."""
    with _Sheet(_WIDTH, _WIDTH) as ruler:
        room = inner - _label_width(ruler, text)
        return [_broken_row(ruler, row, room) for row in text.rows]


def _broken_row(ruler: FPDF, row: Row, room: float) -> _Broken:
    ruler.set_font("Inter", row.style, _SIZE)
    fitting = _SIZE * room / max(float(ruler.get_string_width(row.value)), 1.0)
    size = fitting if not row.style and _SMALLEST <= fitting < _SIZE else _SIZE
    ruler.set_font_size(size)
    return _Broken(row, size, _lines(ruler, row.value, room + 0.01))


def _lines(ruler: FPDF, value: str, room: float) -> list[str]:
    """Break at blanks; a word that is too long by itself is cut."""
    lines, line = [], ""
    for word in value.split(" "):
        longer = f"{line} {word}".strip()
        if ruler.get_string_width(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while ruler.get_string_width(line) > room:
            cut = max(n for n in range(1, len(line)) if ruler.get_string_width(line[:n]) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def _day(moment: datetime, zone: tzinfo | None) -> str:
    return moment.astimezone(zone).strftime("%d.%m.%Y")


def _clean(value: str) -> str:
    """Drop what could make a name look like another one: controls, direction marks, line breaks."""
    kept = "".join(" " if c.isspace() else c for c in value if unicodedata.category(c)[0] != "C")
    shortened = " ".join(kept.split())
    if len(shortened) > _LONGEST_VALUE:
        return shortened[: _LONGEST_VALUE - 1] + "…"
    return shortened


def stamp_stream(stamp: Stamp) -> BytesIO:
    """Return the drawn mark as a stream to be read as a PDF."""
    return BytesIO(stamp.pdf)
