"""What a document of accounting says of itself: number, day, total, the two sides. In a worker only.

The formats of ФНС differ from year to year; what is looked for are the names of attributes that
all of them share: УПД (ON_NSCHFDOPPR), its correction, acts, waybills.
"""

import re
from collections.abc import Iterator
from datetime import date

from app.crypto.mchd.xml import local_name, text
from app.crypto.packages.model import DocumentCard, Party
from app.crypto.xml.reading import Element

_NUMBERS = (
    "НомерДок", "НомерСчФ", "НомДок", "НомерДокПТ", "НомДокПТ", "НомерДокПРУ", "НомДокПРУ",
    "НомерКСчФ", "НомерДокИсп",
)  # fmt: skip
_DAYS = ("ДатаДок", "ДатаСчФ", "ДатаДокПТ", "ДатаДокПРУ", "ДатаКСчФ")
_TOTALS = ("СтТовУчНалВсего", "СтУчНДСВсего", "СтТовБезНДСВсего", "СумУчНДСВсего", "СумВсего")
_SELLERS = frozenset({"СвПрод", "Продавец", "ГрузОтпр", "Исполнитель", "Поставщик", "СвПост"})
_BUYERS = frozenset({"СвПокуп", "Покупатель", "ГрузПолуч", "Заказчик"})
_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_TOTAL = re.compile(r"-?\d{1,18}(?:\.\d{1,6})?")


def card_of(root: Element) -> DocumentCard | None:
    """Return what the document says of itself; None if it says nothing of the kind."""
    number = day = total = None
    sides: dict[str, Party] = {}
    for element in root.iter():
        number = number or _first(element, _NUMBERS)
        day = day or _day(_first(element, _DAYS))
        total = total or _total(_first(element, _TOTALS))
        name = local_name(element)
        for side, known in (("seller", _SELLERS), ("buyer", _BUYERS)):
            if name in known and side not in sides:
                found = _party(element)
                if found is not None:
                    sides[side] = found
    if number is None and total is None and not sides:
        return None
    empty = Party()
    return DocumentCard(
        number=number,
        day=day,
        total=total,
        seller=sides.get("seller", empty),
        buyer=sides.get("buyer", empty),
    )


def _first(element: Element, attributes: tuple[str, ...]) -> str | None:
    return next(filter(None, (text(element, each, 200) for each in attributes)), None)


def _party(element: Element) -> Party | None:
    """Return the first side named inside an element: an organisation, an entrepreneur, a person."""
    for one in element.iter():
        inn = text(one, "ИННЮЛ", 12) or text(one, "ИННФЛ", 12) or text(one, "ИНН", 12)
        if inn is not None:
            return Party(name=text(one, "НаимОрг", 300) or " ".join(_person(one)), inn=inn)
    return None


def _person(element: Element) -> Iterator[str]:
    for one in element.iter():
        if local_name(one) == "ФИО":
            yield from filter(
                None, (text(one, each, 100) for each in ("Фамилия", "Имя", "Отчество"))
            )
            return


def _day(told: str | None) -> date | None:
    """Read a day as the formats of ФНС write it, or as ISO 8601 does."""
    russian = _DAY.fullmatch(told or "")
    try:
        if russian is not None:
            day, month, year = map(int, russian.groups())
            return date(year, month, day)
        return date.fromisoformat(told or "")
    except ValueError:
        return None


def _total(told: str | None) -> str | None:
    """Return a sum with a point, as the formats write it; anything else is no sum."""
    plain = (told or "").replace(",", ".").replace(" ", "")
    return plain if _TOTAL.fullmatch(plain) else None
