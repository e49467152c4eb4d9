"""The sample contract of practice mode: several pages of a supply contract between made-up firms.

Its words are content, not interface: Russian in every language of the program. The same call gives
the same bytes.
"""

from datetime import UTC, datetime

from fpdf.enums import Align, XPos, YPos

from app.reports.paper import FAINT, INK, PRACTICE, RULE, Paper
from app.reports.sample_words import (
    ANNEX,
    BUYER,
    CLAUSES,
    DATE,
    GOODS,
    NUMBER,
    PREAMBLE,
    SUPPLIER,
    TOTAL_IN_WORDS,
    Party,
)

_CREATED = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
_MARK = "УЧЕБНЫЙ ДОКУМЕНТ · стороны, реквизиты и обязательства вымышлены"


class _Contract(Paper):
    """The contract's sheet: every page says at its head that it is practice."""

    def header(self) -> None:
        """Print the practice mark."""
        self.set_y(10)
        self.ink(PRACTICE, 7.5, bold=True)
        self.cell(0, 4, _MARK, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(20)
        self.ink()


def contract() -> bytes:
    """Return the sample contract."""
    with _Contract(
        title=f"Договор поставки № {NUMBER} (учебный)",
        language="ru-RU",
        created=_CREATED,
        footer=f"Договор поставки № {NUMBER} от {DATE}",
    ) as paper:
        paper.add_page()
        _title(paper)
        for heading, clauses in CLAUSES:
            _section(paper, heading, clauses)
        _parties(paper)
        paper.add_page()
        _annex(paper)
        return bytes(paper.output())


def _title(paper: Paper) -> None:
    paper.ink(size=14, bold=True)
    paper.paragraph(f"ДОГОВОР ПОСТАВКИ № {NUMBER}", align=Align.C, gap=3)
    paper.ink()
    half = paper.epw / 2
    paper.cell(half, 5, "г. Москва", new_x=XPos.RIGHT, new_y=YPos.TOP)
    paper.cell(half, 5, DATE, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(3)
    paper.paragraph(PREAMBLE, align=Align.J, gap=2)


def _section(paper: Paper, heading: str, clauses: tuple[str, ...]) -> None:
    paper.room(22)  # a heading never stands alone at the foot of a page
    paper.ln(2)
    paper.ink(size=10, bold=True)
    paper.paragraph(heading, gap=1)
    paper.ink()
    for clause in clauses:
        paper.paragraph(clause, align=Align.J)


def _parties(paper: Paper) -> None:
    paper.room(95)
    paper.ln(2)
    paper.ink(size=10, bold=True)
    paper.paragraph("12. Адреса, реквизиты и подписи сторон", gap=2)
    _two_columns(paper, _details(SUPPLIER, "Поставщик"), _details(BUYER, "Покупатель"))
    _signatures(paper)


def _details(party: Party, role: str) -> tuple[str, str]:
    return role, "\n".join(
        (
            party.name,
            f"Адрес: {party.address}",
            f"ИНН {party.inn}, КПП {party.kpp}",
            f"ОГРН {party.ogrn}",
            f"р/с {party.account}",
            f"в {party.bank}",
            f"к/с {party.correspondent}",
            f"БИК {party.bik}",
            f"Эл. почта: {party.email}",
        )
    )


def _two_columns(paper: Paper, left: tuple[str, str], right: tuple[str, str]) -> None:
    width = (paper.epw - 8) / 2
    top, bottom = paper.get_y(), paper.get_y()
    for number, (heading, text) in enumerate((left, right)):
        paper.set_xy(paper.l_margin + number * (width + 8), top)
        paper.ink(size=9, bold=True)
        paper.cell(width, 5, heading, new_x=XPos.LEFT, new_y=YPos.NEXT)
        paper.ink(size=8.5)
        paper.multi_cell(width, paper.leading(), text, align=Align.L)
        bottom = max(bottom, paper.get_y())
    paper.set_xy(paper.l_margin, bottom + 4)


def _signatures(paper: Paper) -> None:
    """Draw two places to sign; below the right one there is room for the marks of signatures."""
    width = (paper.epw - 8) / 2
    top = paper.get_y()
    for number, (party, role) in enumerate(((SUPPLIER, "Поставщик"), (BUYER, "Покупатель"))):
        left = paper.l_margin + number * (width + 8)
        paper.set_xy(left, top)
        paper.ink(size=9, bold=True)
        paper.cell(width, 5, f"От имени стороны «{role}»", new_x=XPos.LEFT, new_y=YPos.NEXT)
        paper.ink(size=8.5)
        paper.cell(width, 5, party.signer_title, new_x=XPos.LEFT, new_y=YPos.NEXT)
        line = top + 18
        paper.set_draw_color(*INK)
        paper.line(left, line, left + 34, line)
        paper.set_xy(left + 36, line - 4)
        paper.cell(width - 36, 5, f"/ {party.signer_short} /")
    paper.set_xy(paper.l_margin, top + 24)


def _annex(paper: Paper) -> None:
    paper.ink(FAINT, 8.5)
    paper.paragraph(
        f"Приложение № 1\nк договору поставки № {NUMBER} от {DATE}", align=Align.R, gap=3
    )
    paper.ink(size=12, bold=True)
    paper.paragraph("СПЕЦИФИКАЦИЯ № 1", align=Align.C, gap=3)
    paper.ink(size=8.5)
    rows, total = [], 0
    for number, (name, article, unit, count, price) in enumerate(GOODS, 1):
        total += count * price
        rows.append(
            (str(number), name, article, unit, str(count), _money(price), _money(count * price))
        )
    paper.grid(
        ("№", "Наименование", "Артикул", "Ед.", "Кол-во", "Цена, ₽", "Сумма, ₽"),
        rows,
        widths=(8, 64, 22, 11, 15, 23, 27),
        aligns=("CENTER", "LEFT", "LEFT", "CENTER", "RIGHT", "RIGHT", "RIGHT"),
    )
    paper.ln(2)
    paper.ink(size=9.5, bold=True)
    paper.paragraph(f"Итого: {_money(total)} ₽", align=Align.R, gap=1)
    paper.ink(size=8.5)
    paper.paragraph(f"Всего к оплате: {TOTAL_IN_WORDS}", gap=3)
    for line in ANNEX:
        paper.paragraph(line, align=Align.J)
    paper.ln(4)
    _signatures(paper)
    _place_for_marks(paper)


def _place_for_marks(paper: Paper) -> None:
    """Say where the marks of electronic signatures go; the stamp lands below this line."""
    paper.set_draw_color(*RULE)
    paper.ink(FAINT, 7.5)
    paper.paragraph("Отметки об электронных подписях ставятся ниже.", align=Align.R, gap=0)


def _money(kopecks: int) -> str:
    """Write an amount as is usual in Russia: 1 234 567,89."""
    roubles, rest = divmod(kopecks, 100)
    return f"{roubles:,}".replace(",", " ") + f",{rest:02d}"
