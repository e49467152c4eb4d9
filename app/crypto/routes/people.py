"""People whose signatures are awaited: read from a line of text, checked, compared with signers. Pure."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.crypto.certificates import numbers
from app.crypto.routes.model import By, Match, Person
from app.crypto.verdict.report import Signer
from app.errors import ErrorCode, RoscherkError

MOST_PEOPLE = 100
"""So many signers a file with signatures may have."""
LONGEST = 255
"""Of what is kept of a person and of a certificate: no stranger makes the note of a route large."""
_PARTS = re.compile(r"[,;\t]")
_SEPARATORS = str.maketrans("", "", " \u00a0-\u2010\u2011\u2013")
_NUMBER = re.compile(
    r"(?:инн|снилс|inn|snils)?[:\s]*([\d \u00a0\u2010\u2011\u2013-]+)", re.IGNORECASE
)
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def person_of(line: str) -> Person:
    """Read «ФИО, ИНН, СНИЛС, e-mail, note»: the numbers in any order, all but one thing optional.

    Also what is copied out of a table (tabs). Raises ROUTE_PERSON_INVALID, with ``value`` and one
    of ``digits``, ``number``, ``lacks``.
    """
    person, rest = Person(), list[str]()
    for number, raw in enumerate(_PARTS.split(line)):
        part = _text(raw)
        if not part:
            continue
        digits = _NUMBER.fullmatch(part)
        if digits is not None:
            person = _with_number(person, digits[1].translate(_SEPARATORS))
        elif _EMAIL.fullmatch(part):
            person = replace(person, email=part)
        elif number == 0:
            person = replace(person, name=part)
        else:
            rest.append(part)
    person = replace(person, note=", ".join(rest))
    if not (person.name or person.inn or person.snils):
        raise _invalid(_text(line), lacks=True)
    return person


def people_of(text: str) -> tuple[Person, ...]:
    """Read a person from each line; blank lines are passed over. Raises as `person_of`, with ``line``."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip(" \t,;"):
            continue
        try:
            found.append(person_of(line))
        except RoscherkError as error:
            raise error.with_facts(line=number) from error
    return named(found)


def named(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return people with keys, each of them once.

    Raises ROUTE_PERSON_TWICE, ROUTE_PEOPLE_TOO_MANY.
    """
    found: list[Person] = []
    known: set[str] = set()
    for each in people:
        marks = _marks(each)
        if known & marks:
            raise RoscherkError(
                ErrorCode.ROUTE_PERSON_TWICE, name=each.name or each.inn or each.snils
            )
        known |= marks
        found.append(each if each.key else replace(each, key=secrets.token_hex(4)))
    if len(found) > MOST_PEOPLE:
        raise RoscherkError(ErrorCode.ROUTE_PEOPLE_TOO_MANY, count=len(found), maximum=MOST_PEOPLE)
    return tuple(found)


def line_of(person: Person) -> str:
    """Return the line that `person_of` reads so."""
    parts = (person.name, person.inn, person.snils, person.email, person.note)
    name, *others = parts
    return ", ".join([name, *(each for each in others if each)])


def by_of(signer: Signer | None) -> By:
    """Return who signed, out of a report."""
    if signer is None:
        return By(name="")
    full = " ".join(each for each in (signer.surname, signer.given_name) if each)
    return By(
        name=(full or signer.common_name or signer.subject)[:LONGEST],
        inn=(signer.inn or "")[:LONGEST],
        inn_le=(signer.inn_le or "")[:LONGEST],
        snils=(signer.snils or "")[:LONGEST],
        organization=(signer.organization or "")[:LONGEST],
        certificate=signer.sha256,
    )


def whose(by: By, people: Sequence[Person], *, doubtful: bool = False) -> tuple[str, Match]:
    """Return whose signature it is, and by what that is known; nobody where several could be meant.

    ``doubtful``: what was signed may be more than what was sent out, or nobody vouches for the
    certificate, so a person has to look at it.
    """
    person, match = _whose(by, people)
    return person, Match.NAME if doubtful and match is Match.NUMBER else match


def _whose(by: By, people: Sequence[Person]) -> tuple[str, Match]:
    found = [(each, matching(each, by)) for each in people]
    for match in (Match.NUMBER, Match.NAME):
        fitting = [each for each, how in found if how is match]
        if len(fitting) == 1:
            return fitting[0].key, match
        if fitting:
            # Two whom the certificate does not tell apart: the name may, and a person confirms.
            narrower = [each for each in fitting if same_name(each.name, by.name)]
            return (narrower[0].key, Match.NAME) if len(narrower) == 1 else ("", Match.NONE)
    return "", Match.NONE


def matching(person: Person, by: By) -> Match:
    """Hold a person against a certificate: a number that differs rules out whatever the name says."""
    entity = len(person.inn) == 10
    inn = by.inn_le if entity else by.inn
    pairs = [(person.inn, inn), (person.snils, by.snils)]
    if any(ours and theirs and ours != theirs for ours, theirs in pairs):
        return Match.NONE
    agrees = any(ours and ours == theirs for ours, theirs in pairs)
    alike = same_name(person.name, by.name)
    if not agrees:
        return Match.NAME if alike else Match.NONE
    own = bool(person.snils and person.snils == by.snils) or (not entity and person.inn == by.inn)
    if person.name and not alike:
        # The number of a person under another name, e.g. after a marriage; the number of an
        # organization under another name is simply a colleague.
        return Match.NAME if own else Match.NONE
    if entity and person.snils and not (own or person.name):
        return Match.NAME  # somebody of the organization, nobody says whether it is he
    return Match.NUMBER


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one, written with other blanks, cases or ё."""
    return bool(one) and _folded(one) == _folded(other)


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[-\u2010\u2011\u2013]", "-", text).split())


def _with_number(person: Person, number: str) -> Person:
    checks = {
        10: ("inn", numbers.inn_of_entity),
        11: ("snils", numbers.snils),
        12: ("inn", numbers.inn_of_person),
    }
    if len(number) not in checks:
        raise _invalid(number, digits=len(number))
    field, check = checks[len(number)]
    if not check(number):
        raise _invalid(number, number=number)
    if getattr(person, field):
        raise _invalid(number, twice=field)
    return replace(person, snils=number) if field == "snils" else replace(person, inn=number)


def _marks(person: Person) -> set[str]:
    """Return what makes a person this one: an organization may send several."""
    found = {f"snils {person.snils}"} if person.snils else set()
    if len(person.inn) == 12:
        found.add(f"inn {person.inn}")
    return found or {f"{person.inn} {_folded(person.name)}"}


def _text(text: str) -> str:
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    cleaned = "".join(each for each in cleaned if unicodedata.category(each) not in _HIDDEN)
    return cleaned[:LONGEST]


def _invalid(value: str, **facts: str | int | bool) -> RoscherkError:
    return RoscherkError(ErrorCode.ROUTE_PERSON_INVALID, value=value, **facts)
