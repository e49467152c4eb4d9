"""The future owner of a certificate: checked field by field, then written as a name.

Order №795 (edition of order №31) says which attributes a qualified certificate has, RFC 9215 §5
of what type and length they are. A wrong digit found here costs a minute; found by the authority
it costs a day, found in the certificate a new certificate.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from app.crypto.certificates import names, numbers
from app.crypto.requests.model import Applicant, ApplicantKind
from app.errors import ErrorCode, RoscherkError

LONGEST = 255
"""Characters of one field. X.520 has lower bounds (64 for a name), which the long names of Russian
legal entities exceed in certificates of every authority."""

_PERSON = ("surname", "given_name", "snils", "inn")
_ENTITY = ("organization", "inn_le", "ogrn", "region", "locality")

_REQUIRED: Mapping[ApplicantKind, tuple[str, ...]] = {
    ApplicantKind.PERSON: _PERSON,
    ApplicantKind.IP: (*_PERSON, "ogrnip"),
    ApplicantKind.LEGAL: (*_ENTITY, *_PERSON),
    ApplicantKind.SYSTEM: _ENTITY,
}
_EXCLUDED: Mapping[ApplicantKind, tuple[str, ...]] = {
    ApplicantKind.PERSON: ("organization", "organizational_unit", "inn_le", "ogrn", "ogrnip"),
    ApplicantKind.IP: ("organization", "organizational_unit", "inn_le", "ogrn"),
    ApplicantKind.LEGAL: ("ogrnip",),
    ApplicantKind.SYSTEM: ("surname", "given_name", "title", "snils", "inn", "ogrnip"),
}
"""Fields that would make the certificate speak for somebody else."""

_NUMBERS: Mapping[str, tuple[int, Callable[[str], bool]]] = {
    "inn": (12, numbers.inn_of_person),
    "inn_le": (10, numbers.inn_of_entity),
    "ogrn": (13, numbers.ogrn),
    "ogrnip": (15, numbers.ogrnip),
    "snils": (11, numbers.snils),
}
"""Digits and check of each number (RFC 9215 §5.1, rule RU-08)."""

OIDS: Mapping[str, str] = {
    "common_name": names.COMMON_NAME,
    "surname": names.SURNAME,
    "given_name": names.GIVEN_NAME,
    "country": names.COUNTRY,
    "region": names.REGION,
    "locality": names.LOCALITY,
    "street": names.STREET,
    "organization": names.ORGANIZATION,
    "organizational_unit": names.ORGANIZATIONAL_UNIT,
    "title": names.TITLE,
    "ogrn": names.OGRN,
    "ogrnip": names.OGRNIP,
    "snils": names.SNILS,
    "inn_le": names.INN_LE,
    "inn": names.INN,
    "email": names.EMAIL,
}
"""In the order in which they are written."""

_COUNTRY = re.compile(r"[A-Z]{2}")
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")
_HOST = re.compile(r"(?=.{1,253}$)(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_SEPARATORS = str.maketrans("", "", " \t\u00a0-\u2010\u2011\u2013")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def checked(applicant: Applicant) -> Applicant:
    """Return the applicant with every field in its final form.

    Raises ``REQUEST_FIELD_MISSING`` (field, kind) and ``REQUEST_FIELD_INVALID`` (field, and one
    of: digits, number, limit, characters, value, kind).
    """
    changes: dict[str, Any] = dict(_cleaned(applicant))
    cleaned = replace(applicant, **changes)
    kind = cleaned.kind
    for field in _REQUIRED[kind]:
        if not getattr(cleaned, field):
            raise RoscherkError(ErrorCode.REQUEST_FIELD_MISSING, field=field, kind=kind.value)
    for field in _EXCLUDED[kind]:
        if getattr(cleaned, field):
            raise _invalid(field, kind=kind.value)
    if not _COUNTRY.fullmatch(cleaned.country):
        raise _invalid("country", value=cleaned.country)
    if cleaned.email:
        check_email("email", cleaned.email)
    return cleaned if cleaned.common_name else replace(cleaned, common_name=_usual(cleaned))


def required(kind: ApplicantKind) -> tuple[str, ...]:
    """Return the fields without which no certificate of this kind is issued."""
    return _REQUIRED[kind]


def excluded(kind: ApplicantKind) -> tuple[str, ...]:
    """Return the fields that would make a certificate of this kind speak for somebody else."""
    return _EXCLUDED[kind]


def trouble_of(field: str, value: str) -> RoscherkError | None:
    """Say what is wrong with one field while it is typed; nothing is wrong with an empty one."""
    try:
        text = _text(field, value)
        if text and field in _NUMBERS:
            _number(field, text)
        if text and field == "email":
            check_email(field, text)
        if text and field == "country" and not _COUNTRY.fullmatch(text):
            return _invalid(field, value=text)
    except RoscherkError as error:
        return error
    return None


def check_email(field: str, value: str) -> None:
    """Refuse what cannot be an address; IA5String has no place for other letters."""
    if not _EMAIL.fullmatch(value):
        raise _invalid(field, value=value)


def check_host(field: str, value: str) -> None:
    """Refuse what cannot be a name of a host (RFC 1123 §2.1), a wildcard in front allowed."""
    if not _HOST.fullmatch(value):
        raise _invalid(field, value=value)


def _cleaned(applicant: Applicant) -> Iterator[tuple[str, str]]:
    for one in fields(applicant):
        value = getattr(applicant, one.name)
        if one.name == "kind":
            continue
        text = _text(one.name, value)
        if one.name in _NUMBERS and text:
            text = _number(one.name, text)
        yield one.name, text


def _text(field: str, value: str) -> str:
    """Return the text composed, with single blanks; refuse what would not be seen."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    hidden = sorted({each for each in text if unicodedata.category(each) in _HIDDEN})
    if hidden:
        told = " ".join(f"U+{ord(each):04X}" for each in hidden[:5])
        raise _invalid(field, characters=told)
    if len(text) > LONGEST:
        raise _invalid(field, limit=LONGEST)
    return text


def _number(field: str, text: str) -> str:
    """Return the digits alone, after their check."""
    digits, check = _NUMBERS[field]
    number = text.translate(_SEPARATORS)
    if len(number) != digits or not (number.isascii() and number.isdecimal()):
        raise _invalid(field, digits=digits)
    if not check(number):
        raise _invalid(field, number=number)
    return number


def _usual(applicant: Applicant) -> str:
    """Return the common name that the order asks for."""
    if applicant.kind in {ApplicantKind.LEGAL, ApplicantKind.SYSTEM}:
        return applicant.organization
    return f"{applicant.surname} {applicant.given_name}"


def _invalid(field: str, **facts: str | int) -> RoscherkError:
    return RoscherkError(ErrorCode.REQUEST_FIELD_INVALID, field=field, **facts)
