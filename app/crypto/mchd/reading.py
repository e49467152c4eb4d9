"""Reading one МЧД of the format EMCHD_1 (rule RU-19). Runs in a worker only.

Recognised by its root and namespace; the name ``ON_EMCHD_….xml`` is only where one looks first.
What the format demands and the file lacks becomes a problem, never a guess.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from app.crypto.mchd.recognising import NAMESPACE
from app.crypto.mchd.xml import child, children, local_name, namespace, parse_xml, read_xml, text
from app.crypto.opening import path_fact
from app.crypto.verdict.mchd_facts import (
    Delegation,
    MchdFacts,
    MchdPower,
    MchdPrincipal,
    MchdRepresentative,
    PrincipalKind,
)
from app.crypto.xml.reading import Element
from app.errors import ErrorCode, RoscherkError

ROOT = "Доверенность"
MAX_BYTES = 4 << 20
MAX_POWERS = 500
MAX_REPRESENTATIVES = 100
MAX_LIMITS = 50

_LONGEST = 1000
_LONGEST_CODE = 100
_SHORT = 255
_CUT = "…"
_FORMAT = "EMCHD_1"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d\d)\.(\d\d)\.(\d{4})")
_DELEGATIONS = {"1": Delegation.NONE, "2": Delegation.ONCE, "3": Delegation.FURTHER}
_PRINCIPALS = {
    "РосОргДовер": ("СвРосОрг", PrincipalKind.ORGANISATION),
    "ИнОргДовер": ("СвИнОрг", PrincipalKind.FOREIGN_ORGANISATION),
    "ИПДовер": ("СвИП", PrincipalKind.ENTREPRENEUR),
    "ФЛДовер": ("СвФЛ", PrincipalKind.PERSON),
    "РосОргПерПолн": ("СвРосОрг", PrincipalKind.ORGANISATION),
    "ИнПерПолн": ("СвИнОрг", PrincipalKind.FOREIGN_ORGANISATION),
    "ИППерПолн": ("СвИП", PrincipalKind.ENTREPRENEUR),
    "ФЛПерПолн": ("СвФЛ", PrincipalKind.PERSON),
}
"""Elements of who gives a power, and of who passes one on; a branch (ФилПерПолн) is no person."""
_GIVERS = (("СвДоверит", "Доверит"), ("СвПередПолн", "ПередПолн"))
_TAKERS = ("СвУпПред", "СвПолучПолн")
"""Elements of a first power of attorney, and of one that passes a power on."""
_JOINT = "2"


def is_mchd(root: Element) -> bool:
    """Tell whether an XML document is a МЧД: by root and namespace, whatever its name."""
    return local_name(root) == ROOT and namespace(root) == NAMESPACE


def read_mchd(path: Path) -> MchdFacts | None:
    """Return what a МЧД says; None if the file is another XML document.

    Raises ``FILE_*`` codes, FORMAT_DAMAGED and FORMAT_TOO_COMPLEX.
    """
    data = read_xml(path, MAX_BYTES)
    root = parse_xml(data)
    return facts_of(path, root, hashlib.sha256(data).hexdigest()) if is_mchd(root) else None


def mchd_in(path: Path, data: bytes) -> MchdFacts | None:
    """Return what a МЧД that lies in a signature file says; None: another content. Raises as above."""
    if len(data) > MAX_BYTES:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, path=path_fact(path))
    root = parse_xml(data)
    if not is_mchd(root):
        return None
    return replace(facts_of(path, root, hashlib.sha256(data).hexdigest()), inside=True)


def facts_of(path: Path, root: Element, sha256: str) -> MchdFacts:
    """Return what a parsed МЧД says."""
    document = child(root, "Документ")
    passed_on = child(document, "Передов")
    body = child(document, "Довер") if passed_on is None else passed_on
    about = child(body, "СвДов" if passed_on is None else "СвПереДовер")
    first, before = child(passed_on, "СвПервДовер"), child(passed_on, "СвПередов")
    first_number = text(first, "НомДоверПерв", 100)
    found = MchdFacts(
        path=path,
        sha256=sha256,
        format=text(root, "ВерсФорм"),
        number=text(about, "НомДовер", 100),
        internal_number=text(about, "ВнНомДовер", 100),
        issued=_day(text(about, "ДатаВыдДовер")),
        valid_until=_day(text(about, "СрокДейст")),
        delegation=_DELEGATIONS.get(text(about, "ПрПередов") or "", Delegation.UNKNOWN),
        delegated=passed_on is not None,
        parent_number=first_number if before is None else _parent(before),
        first_number=first_number,
        joint=text(child(body, "СвПолн"), "ПрСовмПолн") == _JOINT,
        principal=_principal(body, _GIVERS[passed_on is not None]),
        representatives=tuple(_representatives(body, _TAKERS[passed_on is not None])),
        powers=tuple(_powers(body)),
        register_address=_register(about),
    )
    return _with_problems(found)


def _parent(before: Element) -> str | None:
    """Return the number of the power of attorney that was passed on, where it was not the first."""
    return text(before, "НомДоверN", 100) or text(before, "НомДоверПерв", 100)


def _principal(body: Element | None, way: tuple[str, str]) -> MchdPrincipal:
    """Return who gives the power, or passes it on: the first, where there are several."""
    inner = child(body, *way)
    for element in inner if inner is not None else ():
        known = _PRINCIPALS.get(local_name(element))
        if known is None:
            continue
        inside, kind = known
        about = child(element, inside)
        about = element if about is None else about
        return MchdPrincipal(
            kind=kind,
            name=text(about, "НаимОрг") or text(about, "НаимИП") or _person(about),
            inn=_digits(text(about, "ИННЮЛ") or text(about, "ИННФЛ")),
            ogrn=_digits(text(about, "ОГРН") or text(about, "ОГРНИП")),
            kpp=_digits(text(about, "КПП")),
            snils=_digits(text(about, "СНИЛС")),
        )
    return MchdPrincipal()


def _representatives(body: Element | None, name: str) -> Iterator[MchdRepresentative]:
    """Yield who gets the power: persons, entrepreneurs, organisations."""
    given = [one for holder in children(body, name) for one in children(holder, "Пред")]
    for element in given[:MAX_REPRESENTATIVES]:
        for one in element:
            kind = local_name(one)
            if kind in {"СведФизЛ", "СведИП"}:
                yield MchdRepresentative(
                    name=_person(one),
                    inn=_digits(text(one, "ИННФЛ")),
                    snils=_digits(text(one, "СНИЛС")),
                    position=text(one, "Должность"),
                )
            elif kind == "СведОрг":
                yield MchdRepresentative(
                    name=text(one, "НаимОрг") or "", organisation_inn=_digits(text(one, "ИННЮЛ"))
                )


def _powers(body: Element | None) -> Iterator[MchdPower]:
    """Yield what may be done: by the classifier, or as plain text."""
    found = [
        one
        for holder in children(body, "СвПолн")
        for one in holder
        if local_name(one) in {"МашПолн", "ТекстПолн", "СодПолн"}
    ]
    for number, one in enumerate(found[:MAX_POWERS], 1):
        power = _machine_power(one) if local_name(one) == "МашПолн" else _told_power(one)
        last = number == MAX_POWERS and len(found) > MAX_POWERS
        yield replace(power, cut=True) if last else power


def _machine_power(one: Element) -> MchdPower:
    limits = tuple(islice(_limits(one), MAX_LIMITS + 1))
    name = (one.get("НаимПолн") or "").strip()
    code = (one.get("КодПолн") or "").strip()
    long = len(name) > _LONGEST or len(code) > _LONGEST_CODE or len(limits) > MAX_LIMITS
    return MchdPower(
        code=code[:_LONGEST_CODE] or None,
        name=name[:_LONGEST],
        limits=limits[:MAX_LIMITS],
        cut=long or any(_CUT in each for each in limits),
    )


def _told_power(one: Element) -> MchdPower:
    words = (one.get("СодПолн") or one.get("НаимПолн") or one.text or "").strip()
    return MchdPower(name=words[:_LONGEST], cut=len(words) > _LONGEST)


def _limits(power: Element) -> Iterator[str]:
    """Yield what bounds a power, each bound with its value."""
    for one in children(power, "ОгрСвПолн"):
        name = _short(one.get("НаимОгр")) or _short(one.get("КодОгр"))
        code, words = child(one, "КодЗначОгр"), child(one, "ТексЗначОгр")
        inside = "" if code is None and words is None else (_text(code) or _text(words))
        named = _short(one.get("НаимЗначОгр"))
        # Both, where both are said: who passes a power on may repeat the one and change the other.
        value = f"{named}, {_text(words)}" if named and _text(words) else named or inside
        yield f"{name}: {value}" if value else name


def _text(element: Element | None) -> str:
    return "" if element is None else _short(element.text)


def _short(words: str | None) -> str:
    told = (words or "").strip()
    return told if len(told) <= _SHORT else told[: _SHORT - 1] + _CUT


def _person(element: Element) -> str:
    """Return surname, name and patronymic, wherever the format of this element keeps them."""
    for named in element.iter():
        if local_name(named) == "ФИО":
            parts = (text(named, each, 100) for each in ("Фамилия", "Имя", "Отчество"))
            return " ".join(part for part in parts if part)
    return ""


def _register(about: Element | None) -> str | None:
    """Return the address where the state of the power is told. It is shown, never opened."""
    element = child(about, "СведСист")
    told = text(about, "СведСист") if element is None else (element.text or "").strip()[:500]
    return told or None


def _digits(value: str | None) -> str | None:
    """Return the digits of a number: СНИЛС is written with hyphens and a space."""
    found = "".join(letter for letter in value or "" if letter in "0123456789")
    return found or None


def _day(value: str | None) -> date | None:
    """Read a day: ISO 8601, or day.month.year."""
    found = _DAY.fullmatch((value or "")[:10])
    if found is None:
        return None
    year, month, day, *russian = found.groups()
    if year is None:
        day, month, year = russian
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _with_problems(found: MchdFacts) -> MchdFacts:
    """Add what the format demands and the file lacks (rule RU-19)."""
    return replace(found, problems=tuple(_problems(found)))


def _problems(found: MchdFacts) -> Iterator[str]:
    if found.format != _FORMAT:
        yield "mchd_format_version"
    if found.number is None or _GUID.fullmatch(found.number) is None:
        yield "mchd_number_missing"
    if found.issued is None or found.valid_until is None:
        yield "mchd_term_missing"
    elif found.issued > found.valid_until:
        yield "mchd_term_reversed"
    if found.principal.kind is PrincipalKind.UNKNOWN or not found.principal.inn:
        yield "mchd_principal_missing"
    if not found.representatives:
        yield "mchd_representative_missing"
    if not found.powers:
        yield "mchd_powers_missing"
