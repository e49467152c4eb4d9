"""Reading one МЧД of the format EMCHD_1 (rule RU-19). Runs in a worker only.

Recognised by its root and namespace; the name ``ON_EMCHD_….xml`` is only where one looks first.
What the format demands and the file lacks becomes a problem, never a guess.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.crypto.mchd.recognising import NAMESPACE
from app.crypto.mchd.xml import child, children, local_name, namespace, parse_xml, read_xml, text
from app.crypto.verdict.mchd_facts import (
    Delegation,
    MchdFacts,
    MchdPower,
    MchdPrincipal,
    MchdRepresentative,
    PrincipalKind,
)
from app.crypto.xml.reading import Element

ROOT = "Доверенность"
MAX_BYTES = 4 << 20
MAX_POWERS = 500
MAX_REPRESENTATIVES = 100

_FORMAT = "EMCHD_1"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d\d)\.(\d\d)\.(\d{4})")
_DELEGATIONS = {"1": Delegation.NONE, "2": Delegation.ONCE, "3": Delegation.FURTHER}
_PRINCIPALS = {
    "РосОргДовер": ("СвРосОрг", PrincipalKind.ORGANISATION),
    "ИнОргДовер": ("СвИнОрг", PrincipalKind.FOREIGN_ORGANISATION),
    "ИПДовер": ("СвИП", PrincipalKind.ENTREPRENEUR),
    "ФЛДовер": ("СвФЛ", PrincipalKind.PERSON),
}
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


def facts_of(path: Path, root: Element, sha256: str) -> MchdFacts:
    """Return what a parsed МЧД says."""
    document = child(root, "Документ")
    passed_on = child(document, "Передов")
    body = child(document, "Довер") if passed_on is None else passed_on
    about = _about(body)
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
        parent_number=None if passed_on is None else _parent(passed_on, about),
        joint=text(child(body, "СвПолн"), "ПрСовмПолн") == _JOINT,
        principal=_principal(body),
        representatives=tuple(_representatives(body)),
        powers=tuple(_powers(body)),
        register_address=_register(about),
    )
    return _with_problems(found)


def _about(body: Element | None) -> Element | None:
    """Return the element with number and term: it has another name in a МЧД passed on."""
    if body is None:
        return None
    named = (child(body, name) for name in ("СвДов", "СвПередов", "СвДовПередов"))
    return next((one for one in named if one is not None), None)


def _parent(body: Element, about: Element | None) -> str | None:
    """Return the number of the power of attorney that was passed on."""
    own = text(about, "НомДовер", 100)
    for element in body.iter():
        for name in ("НомДоверПерв", "НомДовер"):
            value = text(element, name, 100)
            if value is not None and value != own:
                return value
    return None


def _principal(body: Element | None) -> MchdPrincipal:
    """Return who gives the power."""
    holder = child(body, "СвДоверит")
    inner = child(holder, "Доверит")
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
        )
    return MchdPrincipal()


def _representatives(body: Element | None) -> Iterator[MchdRepresentative]:
    """Yield who gets the power: persons, entrepreneurs, organisations."""
    given = [one for holder in children(body, "СвУпПред") for one in children(holder, "Пред")]
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
    left = MAX_POWERS
    for holder in children(body, "СвПолн"):
        for one in holder:
            if left == 0:
                return
            if local_name(one) == "МашПолн":
                left -= 1
                yield MchdPower(code=text(one, "КодПолн", 100), name=text(one, "НаимПолн") or "")
            elif local_name(one) in {"ТекстПолн", "СодПолн"}:
                left -= 1
                words = text(one, "СодПолн") or text(one, "НаимПолн") or (one.text or "")
                yield MchdPower(name=words.strip()[:1000])


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
