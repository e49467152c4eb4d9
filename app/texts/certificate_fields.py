"""A certificate in words: its fields in groups, with the names people know from order No. 795."""

from collections.abc import Iterator, Mapping

from app.crypto.verdict.facts import CertificateFacts, Name
from app.texts.algorithm_words import key_words, signature_words
from app.texts.catalogue import N_, _
from app.texts.showing import local_date, local_time, plain
from app.values import dataclass

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together."""

    title: str
    lines: Lines


_USAGES: Mapping[str, str] = {
    "digitalSignature": N_("electronic signature"),
    "nonRepudiation": N_("non-repudiation"),
    "keyEncipherment": N_("key encryption"),
    "dataEncipherment": N_("data encryption"),
    "keyAgreement": N_("key agreement"),
    "keyCertSign": N_("signing of certificates"),
    "cRLSign": N_("signing of revocation lists"),
    "encipherOnly": N_("encryption only"),
    "decipherOnly": N_("decryption only"),
}
_PURPOSES: Mapping[str, str] = {
    "1.3.6.1.5.5.7.3.1": N_("server authentication"),
    "1.3.6.1.5.5.7.3.2": N_("client authentication"),
    "1.3.6.1.5.5.7.3.3": N_("code signing"),
    "1.3.6.1.5.5.7.3.4": N_("protection of e-mail"),
    "1.3.6.1.5.5.7.3.8": N_("time stamps"),
    "1.3.6.1.5.5.7.3.9": N_("answers on revocation (OCSP)"),
}
_POLICIES: Mapping[str, str] = {
    "1.2.643.100.113.1": N_("signature tool of class KS1"),
    "1.2.643.100.113.2": N_("signature tool of class KS2"),
    "1.2.643.100.113.3": N_("signature tool of class KS3"),
    "1.2.643.100.113.4": N_("signature tool of class KV1"),
    "1.2.643.100.113.5": N_("signature tool of class KV2"),
    "1.2.643.100.113.6": N_("signature tool of class KA1"),
}


def field_groups(facts: CertificateFacts) -> tuple[FieldGroup, ...]:
    """Return the fields of a certificate, group by group; empty fields are left out."""
    groups = (
        FieldGroup(_("Owner"), name_lines(facts.subject)),
        FieldGroup(_("Issued by"), name_lines(facts.issuer)),
        FieldGroup(_("Term"), tuple(_term(facts))),
        FieldGroup(_("Key and use"), tuple(_use(facts))),
        FieldGroup(_("Signature tools"), tuple(_tools(facts))),
        FieldGroup(_("Numbers"), tuple(_numbers(facts))),
        FieldGroup(_("Addresses"), tuple(_addresses(facts))),
    )
    return tuple(group for group in groups if group.lines)


def name_lines(name: Name) -> Lines:
    """Return the parts of a name that are there, in the order people read them."""
    parts = (
        (_("Common name"), name.common_name),
        (_("Surname"), name.surname),
        (_("Given names"), name.given_name),
        (_("Position"), name.title),
        (_("Organization"), name.organization),
        (_("Department"), name.organizational_unit),
        (_("INN"), name.inn),
        (_("INN of the legal entity"), name.inn_le),
        (_("SNILS"), name.snils),
        (_("OGRN"), name.ogrn),
        (_("OGRNIP"), name.ogrnip),
        (_("E-mail"), name.email),
        (_("Country"), name.country),
        (_("Region"), name.region),
        (_("Town"), name.locality),
        (_("Street"), name.street),
    )
    lines = tuple((label, plain(value)) for label, value in parts if value)
    return lines or ((_("Name"), plain(name.text)),)


def fingerprint(digest: str) -> str:
    """Write a fingerprint in groups of four, which can be read aloud."""
    upper = digest.upper()
    return " ".join(upper[place : place + 4] for place in range(0, len(upper), 4))


def owner_words(facts: CertificateFacts) -> str:
    """Return the person and the organisation of a certificate: «Иванов Иван — ООО «Ромашка»»."""
    name = facts.subject
    person = " ".join(part for part in (name.surname, name.given_name) if part)
    parts = [person or name.common_name or name.organization or name.text]
    if person and name.organization:
        parts.append(name.organization)
    return plain(" — ".join(parts), 160)


def portal_lines(facts: CertificateFacts) -> str:
    """Return the three lines that portals such as ЕСИА ask for: number, term, issuer."""
    issuer = facts.issuer.common_name or facts.issuer.organization or facts.issuer.text
    term = _("from {begin} to {end}").format(
        begin=local_date(facts.not_before), end=local_date(facts.not_after)
    )
    lines = (
        (_("Number of the certificate"), facts.serial.upper()),
        (_("Valid"), term),
        (_("Issued by"), plain(issuer, 400)),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines)


def all_fields_text(facts: CertificateFacts) -> str:
    """Return all fields as plain text."""
    return "\n\n".join(
        "\n".join((group.title, *(f"  {name}: {value}" for name, value in group.lines)))
        for group in field_groups(facts)
    )


def _term(facts: CertificateFacts) -> Iterator[tuple[str, str]]:
    yield _("Valid from"), local_time(facts.not_before)
    yield _("Valid to"), local_time(facts.not_after)
    if facts.private_key_not_before is not None:
        yield _("Key in use from"), local_time(facts.private_key_not_before)
    if facts.private_key_not_after is not None:
        yield _("Key in use to"), local_time(facts.private_key_not_after)


def _use(facts: CertificateFacts) -> Iterator[tuple[str, str]]:
    yield _("Public key"), key_words(facts.key_algorithm, facts.key_size)
    yield _("Signed with"), signature_words(facts.signature_oid)
    if facts.key_usage is not None:
        yield _("Key usage"), usage_words(facts.key_usage)
    if facts.extended_key_usage:
        yield _("Purposes"), purpose_words(facts.extended_key_usage)
    if facts.policies:
        yield _("Policies"), policy_words(facts.policies)
    if facts.is_ca:
        yield _("Kind"), _("certificate of a certification authority")
    if facts.identification_kind is not None:
        yield _("Identification"), identification_words(facts.identification_kind)


def usage_words(usages: tuple[str, ...]) -> str:
    """Say what a key is for, by the names of RFC 5280."""
    return ", ".join(_named(_USAGES, usages)) or _("none")


def purpose_words(oids: tuple[str, ...]) -> str:
    """Say the purposes of extended key usage."""
    return ", ".join(_named(_PURPOSES, oids))


def policy_words(oids: tuple[str, ...]) -> str:
    """Say the policies."""
    return ", ".join(_named(_POLICIES, oids))


def _named(table: Mapping[str, str], codes: tuple[str, ...]) -> Iterator[str]:
    return (_(table[code]) if code in table else plain(code) for code in codes)


def identification_words(kind: int) -> str:
    """Say how the owner was identified (order No. 795, identificationKind)."""
    words = {
        0: _("in person"),
        1: _("by a qualified signature"),
        2: _("by a biometric passport"),
        3: _("by the unified biometric system"),
    }
    return words.get(kind, str(kind))


def _tools(facts: CertificateFacts) -> Iterator[tuple[str, str]]:
    if facts.subject_sign_tool:
        yield _("Owner's tool"), plain(facts.subject_sign_tool)
    labels = (
        _("Issuer's tool"),
        _("Issuer's system"),
        _("Conformity of the tool"),
        _("Conformity of the system"),
    )
    for label, value in zip(labels, facts.issuer_sign_tool, strict=False):
        yield label, plain(value)


def _numbers(facts: CertificateFacts) -> Iterator[tuple[str, str]]:
    yield _("Serial number"), fingerprint(facts.serial)
    yield _("Fingerprint SHA-256"), fingerprint(facts.sha256)
    yield _("Fingerprint SHA-1"), fingerprint(facts.sha1)
    if facts.subject_key_id:
        yield _("Key identifier"), fingerprint(facts.subject_key_id)
    if facts.authority_key_id:
        yield _("Issuer's key identifier"), fingerprint(facts.authority_key_id)
    if facts.unknown_critical:
        yield _("Unknown critical extensions"), ", ".join(facts.unknown_critical)


def _addresses(facts: CertificateFacts) -> Iterator[tuple[str, str]]:
    for label, addresses in (
        (_("Revocation list"), facts.crl_urls),
        (_("Revocation service"), facts.ocsp_urls),
        (_("Issuer's certificate"), facts.issuer_urls),
    ):
        for address in addresses:
            yield label, plain(address)
