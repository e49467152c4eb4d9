"""What must stand in a qualified certificate, and what stands there doubtfully: pure functions.

63-ФЗ art. 17 p. 2, order №795 with №31 (rules RU-04..RU-09). Rules change: those of the day of
issue hold.
"""

from collections.abc import Iterator

from app.crypto.accreditation import moscow
from app.crypto.accreditation.rules import load_rules
from app.crypto.certificates import numbers
from app.crypto.verdict.facts import CertificateFacts, Name, Notice

_CLASSES = {
    "1.2.643.100.113.1": "КС1",
    "1.2.643.100.113.2": "КС2",
    "1.2.643.100.113.3": "КС3",
    "1.2.643.100.113.4": "КВ1",
    "1.2.643.100.113.5": "КВ2",
    "1.2.643.100.113.6": "КА1",
}
"""Policies of RFC 9215 §5.2, from the lowest class of the owner's tool to the highest."""

_CA_CLASSES = {
    f"1.2.643.100.114.{number}": name for number, name in enumerate(_CLASSES.values(), start=1)
}
"""As policies these name the class of the authority's tool. As an extension 1.2.643.100.114 says
how the owner was identified: one arc for two things (rule RU-07)."""

_GOST = "gost"
_PADDING = "00"


def tool_class(policies: tuple[str, ...]) -> str | None:
    """Return the class of the owner's tool: each class must be accompanied by all lower ones."""
    return _highest(_CLASSES, policies)


def authority_tool_class(policies: tuple[str, ...]) -> str | None:
    """Return the class of the authority's tool, where the policies name one."""
    return _highest(_CA_CLASSES, policies)


def _highest(classes: dict[str, str], policies: tuple[str, ...]) -> str | None:
    reached = None
    for policy, name in classes.items():
        if policy not in policies:
            break
        reached = name
    return reached


def legal_inn(name: Name) -> str | None:
    """Return the ИНН of the legal entity: its own field, or the padded one of before 2021."""
    if name.inn_le is not None:
        return name.inn_le
    old = name.inn
    if old is not None and len(old) == 12 and old.startswith(_PADDING) and not name.ogrnip:
        return old.removeprefix(_PADDING)
    return None


def missing(certificate: CertificateFacts) -> Iterator[Notice]:
    """Name what order №795 demands and the certificate lacks."""
    name = certificate.subject
    wanted = {
        "common_name": name.common_name,
        "country": name.country,
        "subject_sign_tool": certificate.subject_sign_tool,
        "issuer_sign_tool": certificate.issuer_sign_tool,
        "key_usage": certificate.key_usage,
        "authority_key_id": certificate.authority_key_id,
        "policy": "1.2.643.100.113.1" in certificate.policies,
        "gost_key": certificate.key_algorithm.startswith(_GOST),
    }
    if name.organization or name.ogrn or name.inn_le:
        wanted |= {"organization": name.organization, "ogrn": name.ogrn, "inn": legal_inn(name)}
    else:
        wanted |= {
            "surname": name.surname,
            "given_name": name.given_name,
            "snils": name.snils,
            "inn": name.inn,
        }
    for field, value in wanted.items():
        if not value:
            yield Notice("requisite_missing", {"field": field})


def outdated(certificate: CertificateFacts) -> Iterator[Notice]:
    """Name what stands in a form that the order had already left on the day of issue."""
    name = certificate.subject
    padded = name.inn_le is None and legal_inn(name) is not None
    issued = moscow.day(certificate.not_before)
    if padded and issued >= load_rules().entity_inn.own_field_from:
        yield Notice("requisite_outdated", {"field": "inn_le"})


def doubtful_numbers(name: Name) -> Iterator[Notice]:
    """Name the numbers whose check digits are wrong (rule RU-08)."""
    for field, number, check in (
        ("inn", name.inn, _inn_of_anyone),
        ("inn_le", name.inn_le, numbers.inn_of_entity),
        ("ogrn", name.ogrn, numbers.ogrn),
        ("ogrnip", name.ogrnip, numbers.ogrnip),
        ("snils", name.snils, numbers.snils),
    ):
        if number is not None and not check(number):
            yield Notice("number_doubtful", {"field": field, "value": number})


def _inn_of_anyone(number: str) -> bool:
    """Check twelve digits: a person's, or a legal entity's behind the padding of before 2021."""
    padded = number.startswith(_PADDING) and numbers.inn_of_entity(number.removeprefix(_PADDING))
    return padded or numbers.inn_of_person(number)
