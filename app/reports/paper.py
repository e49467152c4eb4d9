"""A sheet of paper: the fonts, the margins and the habits that every printed page of ours shares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from app.places import resource
from app.values import dataclass

INK = (28, 32, 42)
FAINT = (106, 114, 128)
RULE = (208, 213, 221)
PAPER_TINT = (244, 246, 249)
PRACTICE = (180, 83, 9)
"""The colour of everything that is only practice."""
PRACTICE_TINT = (255, 247, 237)


@dataclass(frozen=True)
class Colours:
    """How a statement is coloured: its ink, and the tint of the box around it."""

    ink: tuple[int, int, int]
    tint: tuple[int, int, int]


LINE = 1.42
"""The height of a line, in sizes of its type."""
_POINT = 25.4 / 72
_BETWEEN = 8.0
"""Millimetres between a label and its text; a mark has room there."""


class Paper(FPDF):
    """An A4 document in Inter, with page numbers; the same input gives the same bytes."""

    def __init__(self, *, title: str, language: str, created: datetime, footer: str) -> None:
        super().__init__(orientation="P", unit="mm", format="A4")
        self._footer = footer
        for style, weight in (("", "Regular"), ("B", "SemiBold")):
            self.add_font("Inter", style, resource(f"fonts/Inter-{weight}.ttf"))
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Roscherk")
        self.set_producer("Roscherk")
        self.set_creation_date(created)
        self.set_margins(22, 20, 18)
        self.c_margin = 0  # text and tables start on one line
        self.set_auto_page_break(auto=True, margin=22)
        self.alias_nb_pages("{nb}")
        self.ink()

    def __enter__(self) -> Self:
        """Use it as a context: its end closes the font files."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the font files."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def footer(self) -> None:
        """Print the name of the document and the number of the page."""
        self.set_y(-14)
        self.ink(FAINT, 7.5)
        half = self.epw / 2
        self.cell(half, 4, self._footer, align=Align.L, new_x=XPos.RIGHT, new_y=YPos.TOP)
        self.cell(half, 4, self.page_number(), align=Align.R)

    def page_number(self) -> str:
        """Write the number of the page and how many there are."""
        return f"{self.page_no()} / {{nb}}"

    def ink(
        self, colour: tuple[int, int, int] = INK, size: float = 9.5, *, bold: bool = False
    ) -> None:
        """Choose the colour, the size and the weight of what is written next."""
        self.set_font("Inter", "B" if bold else "", size)
        self.set_text_color(*colour)

    def leading(self) -> float:
        """Return the height of a line of the present type, in millimetres."""
        return float(self.font_size_pt) * _POINT * LINE

    def paragraph(
        self, text: str, *, align: Align = Align.L, gap: float = 1.2, width: float = 0
    ) -> None:
        """Write one paragraph and leave a gap after it."""
        self.multi_cell(
            width, self.leading(), text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.ln(gap)

    def rule(self, *, before: float = 2, after: float = 3) -> None:
        """Draw a thin line across the page."""
        self.ln(before)
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(after)

    def room(self, height: float) -> None:
        """Start a new page unless ``height`` millimetres are left on this one."""
        if self.will_page_break(height):
            self.add_page()

    def height_of(self, text: str, width: float) -> float:
        """Return how high a text of the present type is, broken to ``width``."""
        if "\n" not in text and self.get_string_width(text) < width - 1:
            return self.leading()  # the usual case, found in a tenth of the time
        found = self.multi_cell(
            width,
            self.leading(),
            text,
            align=Align.L,
            dry_run=True,
            output=MethodReturnValue.HEIGHT,
        )
        return float(found) if isinstance(found, (int, float)) else self.leading()

    def beside(self, label: str, text: str, *, width: float, gap: float = 1.2) -> None:
        """Write a label in a column of ``width`` on the left, and a text beside it."""
        room = self.epw - width
        high = max(self.height_of(text, room), self.height_of(label, width - _BETWEEN))
        self.room(high)
        top = self.get_y()
        self.set_text_color(*FAINT)
        self.multi_cell(width - _BETWEEN, self.leading(), label, align=Align.L, new_y=YPos.TOP)
        self.set_text_color(*INK)
        self.set_xy(self.l_margin + width, top)
        self.multi_cell(room, self.leading(), text, align=Align.L)
        self.set_xy(self.l_margin, top + high + gap)

    def banner(self, text: str, colours: Colours) -> None:
        """Write a statement in a tinted box with a bar on its left."""
        self.ink(colours.ink, 11.5, bold=True)
        high = self.height_of(text, self.epw - 10) + 4
        self.room(high)
        top = self.get_y()
        self.set_fill_color(*colours.tint)
        self.rect(self.l_margin, top, self.epw, high, style="F")
        self.set_fill_color(*colours.ink)
        self.rect(self.l_margin, top, 1.4, high, style="F")
        self.set_xy(self.l_margin + 5, top + 2)
        self.multi_cell(self.epw - 10, self.leading(), text, align=Align.L)
        self.set_xy(self.l_margin, top + high + 2.2)
        self.ink()

    def grid(
        self,
        heading: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        aligns: Sequence[str],
        padding: tuple[float, float, float, float] = (1.1, 1.6, 1.1, 1.6),
    ) -> None:
        """Draw a table with a tinted heading that is repeated on every page."""
        self.set_draw_color(*RULE)
        self.set_fill_color(255, 255, 255)  # or rows take the colour of what was filled last
        self.set_line_width(0.2)
        with self.table(
            col_widths=tuple(widths),
            align="LEFT",  # CENTER would mean the middle of the sheet, not of the text
            text_align=tuple(aligns),
            line_height=self.leading(),
            padding=padding,
            borders_layout=TableBordersLayout.ALL,
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=PAPER_TINT),
        ) as table:
            for cells in (heading, *rows):
                row = table.row()
                for cell in cells:
                    row.cell(cell)
