"""A sheet as a PDF: the type, the spacing, and the mark on every page."""

import io
from collections.abc import Mapping
from types import MappingProxyType

from fpdf.enums import Align, XPos, YPos

from app.reports.paper import FAINT, INK, PRACTICE, PRACTICE_TINT, RULE, Colours, Paper
from app.reports.sheet import (
    LONGEST,
    Answer,
    Banner,
    Blank,
    Fields,
    Grid,
    Part,
    Rule,
    Sheet,
    SignHere,
    Style,
    Text,
    Together,
)
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone

_COLOURS: Mapping[Tone, Colours] = MappingProxyType(
    {
        Tone.GOOD: Colours((20, 108, 67), (234, 247, 240)),
        Tone.BAD: Colours((176, 32, 24), (253, 238, 236)),
        Tone.UNSURE: Colours((138, 92, 4), (255, 247, 224)),
        Tone.PLAIN: Colours((71, 80, 96), (244, 246, 249)),
    }
)
_OF_PRACTICE = Colours(PRACTICE, PRACTICE_TINT)
_MARKS: Mapping[Tone, str] = MappingProxyType(
    {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNSURE: "?", Tone.PLAIN: "·"}
)
_LOOKS: Mapping[Style, tuple[tuple[int, int, int], float, bool, float]] = MappingProxyType(
    {
        Style.TITLE: (INK, 17, True, 0.8),
        Style.LEAD: (INK, 10, False, 1.0),
        Style.HEADING: (INK, 12, True, 0.9),
        Style.SUBHEADING: (INK, 9.5, True, 0.9),
        Style.BODY: (INK, 9, False, 1.0),
        Style.SMALL: (INK, 7.5, False, 0.5),
        Style.FAINT: (FAINT, 8, False, 0.5),
    }
)
"""Ink, size, weight, and the gap below in millimetres."""

_LABEL = 44.0
_MARK_ROOM = 6.0
_LINE_BY_HAND = 7.5
_DENSITIES = (1.0, 0.89, 0.8)
"""Scales of the type that are tried for one page: the smallest type is then 6 points."""


class _SheetPaper(Paper):
    """The paper of one sheet, in one density."""

    def __init__(self, sheet: Sheet, density: float, *, one_page: bool) -> None:
        self._mark = sheet.mark
        self.density = density
        self.one_page = one_page
        """All is tried to be set on one page: then nothing is kept together at that price."""
        super().__init__(
            title=sheet.title, language=sheet.language, created=sheet.created, footer=sheet.title
        )
        if density < 1:
            self.set_margins(20, 15, 16)
            self.set_auto_page_break(auto=True, margin=17)

    def header(self) -> None:
        """Print what this paper is not."""
        if self._mark is None:
            return
        self.set_fill_color(*PRACTICE_TINT)
        self.rect(0, 0, self.w, 12, style="F")
        self.set_y(4)
        self.set_font("Inter", "B", 8.5)
        self.set_text_color(*PRACTICE)
        self.cell(0, 4, self._mark, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(17)
        self.ink()

    def page_number(self) -> str:
        """Write the number of the page as papers in Russia do."""
        return _("p. {page} of {pages}").format(page=self.page_no(), pages="{nb}")

    def ink(
        self, colour: tuple[int, int, int] = INK, size: float = 9.5, *, bold: bool = False
    ) -> None:
        """Choose the type, scaled to the density of this paper."""
        super().ink(colour, size * self.density, bold=bold)


def as_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF; the same sheet gives the same bytes."""
    if sheet.one_page:
        for density in _DENSITIES:
            done = _set(sheet, density, one_page=True)
            if done is not None:
                return done
    return _set(sheet, 1.0, one_page=False) or b""


def _set(sheet: Sheet, density: float, *, one_page: bool) -> bytes | None:
    """Set the type; None: it wants more than the one page that was tried."""
    with _SheetPaper(sheet, density, one_page=one_page) as paper:
        paper.add_page()
        for part in sheet.parts:
            _part(paper, part)
            if one_page and paper.page_no() > 1:
                return None
        written = io.BytesIO()
        paper.output(written)
        return written.getvalue()


def _part(paper: _SheetPaper, part: Part) -> None:  # noqa: C901 - one case for each kind of part
    match part:
        case Text():
            _text(paper, part)
        case Banner():
            colours = _OF_PRACTICE if part.practice else _COLOURS[part.tone]
            paper.banner(_safe(part.words), colours)
        case Answer():
            _answer(paper, part)
        case Fields():
            _fields(paper, part)
        case Grid():
            _grid(paper, part)
        case Blank():
            _blank(paper, part)
        case SignHere():
            _sign_here(paper, part)
        case Rule():
            paper.rule(before=0.5, after=2)
        case Together():
            if not paper.one_page:
                paper.room(part.height)


def _safe(text: str) -> str:
    """Make a text harmless, keeping its own paragraphs, and cut one that is endless."""
    return "\n".join(plain(line, LONGEST) for line in text.split("\n"))


def _text(paper: _SheetPaper, part: Text) -> None:
    colour, size, bold, gap = _LOOKS[part.style]
    if part.style in {Style.HEADING, Style.SUBHEADING}:
        paper.room(22 * paper.density)
        paper.ln(1.2)
    paper.ink(colour, size, bold=bold)
    paper.paragraph(_safe(part.words), gap=gap)


def _answer(paper: _SheetPaper, part: Answer) -> None:
    """Write a question and its answer, with a mark and a colour for how the answer counts."""
    size = 8.0 if part.small else 9.0
    paper.ink(size=size)
    answer = _safe(part.answer)
    high = paper.height_of(answer, paper.epw - _LABEL)
    paper.room(max(high, 8))
    top = paper.get_y()
    paper.ink(_COLOURS[part.tone].ink, size + 1, bold=True)
    paper.set_xy(paper.l_margin + _LABEL - _MARK_ROOM, top)
    paper.cell(5, paper.leading() * 0.92, _MARKS[part.tone], align=Align.C)
    paper.set_xy(paper.l_margin, top)
    paper.ink(size=size)
    paper.beside(_safe(part.question), answer, width=_LABEL, gap=0.4 if part.small else 1.1)


def _fields(paper: _SheetPaper, part: Fields) -> None:
    for label, value in part.rows:
        paper.ink(size=7.5 if part.small else 9)
        gap = 0.3 if part.small else 1.0
        paper.beside(_safe(label), _safe(value), width=_LABEL, gap=gap)
    paper.ln(0.8)


def _grid(paper: _SheetPaper, part: Grid) -> None:
    paper.ink(size=7.2)
    share = paper.epw / sum(part.widths)
    paper.grid(
        tuple(map(_safe, part.heading)),
        [tuple(map(_safe, row)) for row in part.rows],
        widths=tuple(width * share for width in part.widths),
        aligns=("LEFT",) * len(part.widths),
        padding=(0.7, 1.4, 0.7, 1.4),
    )
    paper.ln(1.5)


def _blank(paper: _SheetPaper, part: Blank) -> None:
    """Leave lines to write on; the label stands above them, small."""
    paper.ink(FAINT, 8)
    label = _safe(part.label)
    paper.room(paper.height_of(label, paper.epw) + part.lines * _LINE_BY_HAND)
    paper.paragraph(label, gap=0)
    paper.set_draw_color(*RULE)
    paper.set_line_width(0.25)
    for _line in range(part.lines):
        paper.ln(_LINE_BY_HAND)
        paper.line(paper.l_margin, paper.get_y(), paper.w - paper.r_margin, paper.get_y())
    paper.ln(2.2)


def _sign_here(paper: _SheetPaper, part: SignHere) -> None:
    """Draw a line for each signature, with room for the name and the date."""
    for role in part.roles:
        paper.room(24)
        paper.ink(size=9)
        paper.paragraph(_safe(role), gap=8)
        left, top = paper.l_margin, paper.get_y()
        cuts = ((0.0, 0.34, _("signature")), (0.37, 0.74, _("name")), (0.77, 1.0, _("date")))
        paper.set_draw_color(*INK)
        paper.set_line_width(0.25)
        for start, end, words in cuts:
            paper.line(left + start * paper.epw, top, left + end * paper.epw, top)
            paper.set_xy(left + start * paper.epw, top + 0.6)
            paper.ink(FAINT, 7)
            paper.cell((end - start) * paper.epw, 3.5, words, align=Align.C)
        paper.set_xy(left, top + 8)
