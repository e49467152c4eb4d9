"""Whether a certificate has what a qualified one must have, and whom it speaks for: pure functions.

63-ФЗ art. 17 and order №795 say what stands in a qualified certificate (rules RU-04..RU-09). That
it is one also needs an issuer accredited on the day of issue, which nobody can read out of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.crypto.certificates import numbers
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, Name, Notice
from app.crypto.verdict.report import Answer, AuthorityKind

_CLASSES = {
    "1.2.643.100.113.1": "КС1",
    "1.2.643.100.113.2": "КС2",
    "1.2.643.100.113.3": "КС3",
    "1.2.643.100.113.4": "КВ1",
    "1.2.643.100.113.5": "КВ2",
    "1.2.643.100.113.6": "КА1",
}
"""Policies of RFC 9215 §5.2, from the lowest class of the owner's tool to the highest."""

_GOST = "gost"
_PADDING = "00"


@dataclass(frozen=True)
class Qualification:
    """Answer five for one certificate: never yes, since no accreditation is established here."""

    answer: Answer
    reasons: tuple[Notice, ...]
    """Why it is no, or why it stays unknown."""
    warnings: tuple[Notice, ...] = ()
    tool_class: str | None = None
    """КС1…КА1: the highest class below which none is missing (rule RU-09)."""


def qualification(certificate: CertificateFacts, chain: ChainFacts | None = None) -> Qualification:
    """Say whether the certificate can be a qualified one."""
    warnings = tuple(doubtful_numbers(certificate.subject))
    tool_class = _tool_class(certificate.policies)
    links = () if chain is None else chain.links
    if certificate.practice or any(link.certificate.practice for link in links):
        answer, reasons = Answer.NO, _because("practice")
    elif missing := tuple(_missing(certificate)):
        answer, reasons = Answer.NO, missing
    else:
        answer, reasons = Answer.UNKNOWN, _because("accreditation_not_established")
    return Qualification(answer, reasons, warnings, tool_class)


def _because(code: str) -> tuple[Notice, ...]:
    return (Notice(code),)


def authority_kind(certificate: CertificateFacts) -> AuthorityKind:
    """Say whom the certificate speaks for, by its subject alone.

    That a person is the head of the legal entity follows from the law on the day of issue: whoever
    gives a verdict sees to that day.
    """
    name = certificate.subject
    person = bool(name.surname and name.given_name)
    entity = bool(name.organization or name.inn_le or legal_inn(name))
    if person and name.ogrnip:
        return AuthorityKind.IP
    if person and name.organization and legal_inn(name) and name.ogrn:
        return AuthorityKind.HEAD
    if person and not entity:
        return AuthorityKind.PERSON_ONLY
    if entity and not person:
        return AuthorityKind.NO_PERSON
    return AuthorityKind.UNKNOWN


def legal_inn(name: Name) -> str | None:
    """Return the ИНН of the legal entity: its own field, or the padded one of before 2021."""
    if name.inn_le is not None:
        return name.inn_le
    old = name.inn
    if old is not None and len(old) == 12 and old.startswith(_PADDING) and not name.ogrnip:
        return old.removeprefix(_PADDING)
    return None


def _missing(certificate: CertificateFacts) -> Iterator[Notice]:
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


def _tool_class(policies: tuple[str, ...]) -> str | None:
    """Return the class of the tool: each class must be accompanied by all lower ones."""
    reached = None
    for policy, name in _CLASSES.items():
        if policy not in policies:
            break
        reached = name
    return reached
