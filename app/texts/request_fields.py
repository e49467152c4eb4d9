"""A certificate request in words: its fields in groups, and the names of what was typed wrongly."""

from collections.abc import Iterator, Mapping

from app.crypto.requests.model import ApplicantKind, RequestFacts
from app.errors import Fact, RoscherkError
from app.texts.algorithm_words import key_words, signature_words
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import (
    FieldGroup,
    fingerprint,
    identification_words,
    name_lines,
    policy_words,
    purpose_words,
    usage_words,
)
from app.texts.showing import plain

_FIELDS: Mapping[str, str] = {
    "common_name": N_("Common name"),
    "surname": N_("Surname"),
    "given_name": N_("Given names"),
    "title": N_("Position"),
    "organization": N_("Organization"),
    "organizational_unit": N_("Department"),
    "country": N_("Country"),
    "region": N_("Region"),
    "locality": N_("Town"),
    "street": N_("Street"),
    "email": N_("E-mail"),
    "inn": N_("INN"),
    "inn_le": N_("INN of the legal entity"),
    "ogrn": N_("OGRN"),
    "ogrnip": N_("OGRNIP"),
    "snils": N_("SNILS"),
    "key_usage": N_("Key usage"),
    "purposes": N_("Purposes"),
    "policies": N_("Policies"),
    "identification": N_("Identification"),
    "alternative_emails": N_("E-mail"),
    "alternative_hosts": N_("Name of the host"),
}
_KINDS: Mapping[str, str] = {
    ApplicantKind.PERSON: N_("person"),
    ApplicantKind.IP: N_("individual entrepreneur"),
    ApplicantKind.LEGAL: N_("legal entity with its representative"),
    ApplicantKind.SYSTEM: N_("legal entity without a person"),
}


def worded(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Return the facts of an error with codes of fields and kinds put into words."""
    words: dict[str, Fact] = {}
    for name, table in (("field", _FIELDS), ("kind", _KINDS)):
        code = facts.get(name)
        if isinstance(code, str) and code in table:
            words[name] = _(table[code])
    return {**facts, **words}


def field_words(field: str) -> str:
    """Name a field of a request by its code."""
    return _(_FIELDS[field])


def trouble_words(error: RoscherkError) -> str:
    """Say in a few words what is wrong with a field while it is typed."""
    told = (
        ("digits", _("It has {digits} digits, no more and no less.")),
        ("number", _("A typing error: the check digits do not agree.")),
        ("limit", _("It may have up to {limit} characters.")),
        ("characters", _("It has characters that cannot be seen: {characters}.")),
        ("value", _("This is not possible here.")),
    )
    words = next((words for name, words in told if name in error.facts), "")
    return words.format(**error.facts)


def request_groups(facts: RequestFacts) -> tuple[FieldGroup, ...]:
    """Return the fields of a request, group by group; empty fields are left out."""
    groups = (
        FieldGroup(_("Future owner"), name_lines(facts.subject)),
        FieldGroup(_("Key and use"), tuple(_use(facts))),
        FieldGroup(_("Request"), tuple(_request(facts))),
    )
    return tuple(group for group in groups if group.lines)


def _use(facts: RequestFacts) -> Iterator[tuple[str, str]]:
    yield _("Public key"), key_words(facts.key_algorithm, facts.key_size)
    if facts.key_usage is not None:
        yield _("Key usage"), usage_words(facts.key_usage)
    if facts.extended_key_usage:
        yield _("Purposes"), purpose_words(facts.extended_key_usage)
    if facts.policies:
        yield _("Policies"), policy_words(facts.policies)
    if facts.alternative_names:
        yield _("Further names"), ", ".join(plain(each) for each in facts.alternative_names)
    if facts.subject_sign_tool:
        yield _("Owner's tool"), plain(facts.subject_sign_tool)
    if facts.identification_kind is not None:
        yield _("Identification"), identification_words(facts.identification_kind)


def _request(facts: RequestFacts) -> Iterator[tuple[str, str]]:
    yield _("Signed with"), signature_words(facts.signature_oid)
    yield _("Fingerprint SHA-256"), fingerprint(facts.sha256)
    if facts.other_extensions:
        yield _("Further extensions"), ", ".join(facts.other_extensions)
    if facts.other_attributes:
        yield _("Further attributes"), ", ".join(facts.other_attributes)
