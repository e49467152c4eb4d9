"""A certificate on paper: the eight parts of part 8.3 of an authority's regulation, none ever left out.

What a certificate does not hold is printed as "not given": an empty place could be filled in later.
"""

from collections.abc import Iterator

from app.algorithms import der
from app.crypto.certificates.outline import Outline
from app.crypto.verdict.facts import CertificateFacts, Name
from app.errors import RoscherkError
from app.reports.sheet import Fields, Part, Rule, Sheet, SignHere, Style, Text
from app.texts.algorithm_words import key_words, signature_words
from app.texts.catalogue import _, language
from app.texts.certificate_fields import (
    fingerprint,
    identification_words,
    policy_words,
    purpose_words,
    usage_words,
)
from app.texts.showing import local_time, plain, utc_time

_LONGEST = 240
"""Characters of one field: a stranger's name does not push the signatures off the paper."""
_LONGEST_KEY = 1100
"""Hex digits of a public key that are printed whole: RSA of 4096 bits has 1052."""

Row = tuple[str, str | None]


def certificate_paper(facts: CertificateFacts) -> Sheet:
    """Return a certificate on paper, in the language of this process.

    The same certificate gives the same paper: its date of making is the first day of its term.
    """
    return Sheet(
        title=_("Certificate of the key for checking an electronic signature"),
        language=language(),
        created=facts.not_before,
        parts=tuple(_parts(facts)),
        mark=_mark(facts),
        one_page=True,
    )


def _mark(facts: CertificateFacts) -> str | None:
    if facts.practice:
        return _("PRACTICE: what is written here has no legal force")
    return None


def _parts(facts: CertificateFacts) -> Iterator[Part]:
    yield Text(_("Certificate of the key for checking an electronic signature"), Style.TITLE)
    yield Text(
        _(
            "A copy on paper, made by a program from the file of the certificate. Only the file can "
            "be checked."
        ),
        Style.FAINT,
    )
    for number, (heading, rows) in enumerate(_eight(facts), 1):
        yield Text(f"{number}. {heading}", Style.SUBHEADING)
        yield Fields(tuple((label, _given(value)) for label, value in rows))
    by_hand = _("Signatures made by hand")
    yield Text(f"8. {by_hand}", Style.SUBHEADING)
    yield SignHere((_("The owner of the certificate"), _("Authorized employee of the authority")))
    yield Rule()
    yield Fields(((_("SHA-256 of the certificate"), facts.sha256),))


def _given(value: str | None) -> str:
    return plain(value, _LONGEST_KEY) if value and value.strip() else _("not given")


def _cut(rows: Iterator[Row]) -> tuple[Row, ...]:
    return tuple((label, value and plain(value, _LONGEST)) for label, value in rows)


def _eight(facts: CertificateFacts) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """Give the seven parts that are printed; the eighth is written by hand."""
    name = facts.subject
    yield _("Unique number and term"), _cut(_number_and_term(facts))
    yield _("Owner"), _cut(_owner(name))
    yield _("Numbers of the owner"), _cut(_numbers(name))
    yield _("Key for checking the signature"), tuple(_key(facts))
    yield _("Issuer of the certificate"), _cut(_issuer(facts))
    yield _("Limits of use"), _cut(_limits(facts))
    yield _("Further information"), _cut(_further(facts))


def _number_and_term(facts: CertificateFacts) -> Iterator[Row]:
    yield _("Unique number"), fingerprint(facts.serial)
    for label, moment in ((_("Valid from"), facts.not_before), (_("Valid to"), facts.not_after)):
        yield label, f"{local_time(moment)} ({utc_time(moment)})"


def _owner(name: Name) -> Iterator[Row]:
    person = " ".join(part for part in (name.surname, name.given_name) if part)
    yield _("Surname, given name, patronymic"), person
    yield _("Name of the organization or other owner"), name.organization or name.common_name
    yield _("Place"), _place(name)
    yield _("OGRN"), name.ogrn or name.ogrnip


def _numbers(name: Name) -> Iterator[Row]:
    yield _("SNILS"), name.snils
    yield _("INN"), name.inn
    yield _("INN of the legal entity"), name.inn_le


def _place(name: Name) -> str:
    parts = (name.country, name.region, name.locality, name.street)
    return ", ".join(part for part in parts if part)


def _key(facts: CertificateFacts) -> Iterator[Row]:
    yield _("Algorithm"), key_words(facts.key_algorithm, facts.key_size)
    yield _("Value of the key"), _key_value(facts.der)
    yield _("Key identifier"), fingerprint(facts.subject_key_id) if facts.subject_key_id else None


def _key_value(certificate: bytes) -> str | None:
    """Return the bits of the public key in hex; None where they cannot be read."""
    try:
        bits = der.read(Outline.read(certificate).public_key).children(der.SEQUENCE)[1].content
    except (RoscherkError, der.DerError, IndexError, ValueError):
        return None
    value = bits[1:].hex().upper()
    if len(value) <= _LONGEST_KEY:
        return value
    half = _LONGEST_KEY // 2 - 5
    return f"{value[:half]} … {value[-half:]}"


def _issuer(facts: CertificateFacts) -> Iterator[Row]:
    name = facts.issuer
    yield _("Name of the authority"), name.common_name or name.organization or name.text
    yield _("Organization"), name.organization
    yield _("Place"), _place(name)
    yield _("OGRN"), name.ogrn
    yield _("INN"), name.inn_le or name.inn
    identifier = facts.authority_key_id
    yield _("Issuer's key identifier"), fingerprint(identifier) if identifier else None


def _limits(facts: CertificateFacts) -> Iterator[Row]:
    usage = None if facts.key_usage is None else usage_words(facts.key_usage)
    yield _("Key usage"), usage
    yield _("Purposes"), purpose_words(facts.extended_key_usage)
    start, end = facts.private_key_not_before, facts.private_key_not_after
    term = None
    if start is not None or end is not None:
        term = " — ".join("…" if one is None else local_time(one) for one in (start, end))
    yield _("Key in use"), term


def _further(facts: CertificateFacts) -> Iterator[Row]:
    name = facts.subject
    yield (
        _("Position, department"),
        ", ".join(part for part in (name.title, name.organizational_unit) if part),
    )
    yield _("E-mail"), name.email
    yield _("Owner's tool"), facts.subject_sign_tool
    yield _("Issuer's tools"), "; ".join(facts.issuer_sign_tool)
    yield _("Policies"), policy_words(facts.policies)
    kind = facts.identification_kind
    yield _("Identification"), None if kind is None else identification_words(kind)
    yield _("Signed with"), signature_words(facts.signature_oid)
