"""What a qualified certificate must have, and whom a certificate speaks for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from stand_ins.pki import Pki, end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import names, numbers
from app.crypto.certificates.building import NamePart, encode_name
from app.crypto.certificates.fields import describe
from app.crypto.certificates.qualified import authority_kind, legal_inn, qualification
from app.crypto.practice import names as practice_names
from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verdict.report import Answer, AuthorityKind

PKI = pki_of(KeyAlgorithm.GOST_256)
ISSUER_TOOL = build.issuer_sign_tool(("ПАК", "УЦ", "СФ/1", "СФ/2"))


def issued(pki: Pki = PKI, *policies: str, **parts: str) -> CertificateFacts:
    """Issue a certificate shaped like a qualified one, with these parts of the name."""
    usual = {
        extension.oid: extension
        for extension in (*end_entity(pki.leaf_key.public, pki.ca_issuer.key.public), ISSUER_TOOL)
    }
    if policies:
        usual["2.5.29.32"] = build.policies(*policies)
    oids = {
        "cn": names.COMMON_NAME, "c": names.COUNTRY, "o": names.ORGANIZATION, "sn": names.SURNAME,
        "g": names.GIVEN_NAME, "inn": names.INN, "inn_le": names.INN_LE, "ogrn": names.OGRN,
        "ogrnip": names.OGRNIP, "snils": names.SNILS,
    }  # fmt: skip
    subject = encode_name([NamePart(oids[key], value) for key, value in parts.items()])
    return describe(pki.issue(subject=subject, extensions=tuple(usual.values())))


PERSON = {
    "cn": "И",
    "c": "RU",
    "sn": "Иванов",
    "g": "Иван",
    "inn": "500100732259",
    "snils": "11223344595",
}
ENTITY = {"cn": "О", "c": "RU", "o": "ООО", "inn_le": "7707083893", "ogrn": "1027700132195"}


def missing(facts: CertificateFacts) -> set[object]:
    """Return the fields that are told to be missing."""
    return {reason.facts.get("field") for reason in qualification(facts).reasons}


@pytest.mark.parametrize("parts", [PERSON, ENTITY, PERSON | ENTITY])
def test_at_most_unknown(parts: dict[str, str]):
    """With every requisite the answer stays unknown: accreditation is not established here."""
    found = qualification(issued(**parts))
    assert found.answer is Answer.UNKNOWN
    assert [reason.code for reason in found.reasons] == ["accreditation_not_established"]
    assert found.warnings == ()
    assert found.tool_class == "КС1"


@pytest.mark.parametrize(
    ("parts", "lack", "field"),
    [
        (PERSON, "snils", "snils"),
        (PERSON, "inn", "inn"),
        (PERSON, "c", "country"),
        (ENTITY, "ogrn", "ogrn"),
        (ENTITY, "inn_le", "inn"),
    ],
)
def test_missing_requisites_say_no(parts: dict[str, str], lack: str, field: str):
    """A certificate that lacks what order №795 demands is not a qualified one, and it is told why."""
    facts = issued(**{key: value for key, value in parts.items() if key != lack})
    assert qualification(facts).answer is Answer.NO
    assert missing(facts) == {field}


def test_rsa_is_no_qualified_certificate():
    """Certified tools make no other keys than GOST."""
    assert missing(issued(pki_of(KeyAlgorithm.ECDSA_P256), **PERSON)) == {"gost_key"}


def test_practice_is_never_qualified():
    """Whatever it looks like."""
    extensions = (build.subject_sign_tool(practice_names.TOOL),)
    found = qualification(describe(PKI.issue(extensions=extensions)))
    assert (found.answer, found.reasons[0].code) == (Answer.NO, "practice")


@pytest.mark.parametrize(
    ("classes", "reached"),
    [
        ((1,), "КС1"),
        ((1, 2, 3), "КС3"),
        ((1, 3), "КС1"),
        ((2, 3), None),
        ((1, 2, 3, 4, 5, 6), "КА1"),
    ],
)
def test_classes_are_cumulative(classes: tuple[int, ...], reached: str | None):
    """Rule RU-09: a class counts only with all below it."""
    facts = issued(PKI, *(f"1.2.643.100.113.{number}" for number in classes), **PERSON)
    assert qualification(facts).tool_class == reached


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (PERSON, AuthorityKind.PERSON_ONLY),
        (PERSON | {"ogrnip": "304500116000157"}, AuthorityKind.IP),
        (PERSON | ENTITY, AuthorityKind.HEAD),
        (ENTITY, AuthorityKind.NO_PERSON),
        (PERSON | {"o": "ООО"}, AuthorityKind.UNKNOWN),
        ({"cn": "x"}, AuthorityKind.UNKNOWN),
    ],
)
def test_authority_is_read_from_the_subject(parts: dict[str, str], kind: AuthorityKind):
    """ИП, head, person, or no person at all."""
    assert authority_kind(issued(**parts)) is kind


def test_old_certificates_pad_the_inn_of_an_entity():
    """Before 2021 the twelve digits of ИНН held a legal entity's ten behind two zeros."""
    late = issued(cn="О", c="RU", o="ООО", inn="007707083893", ogrn="1027700132195")
    facts = replace(late, not_before=datetime(2021, 8, 31, 20, 59, tzinfo=UTC))
    assert legal_inn(facts.subject) == "7707083893"
    assert qualification(facts).warnings == ()
    assert [one.code for one in qualification(late).warnings] == ["requisite_outdated"]
    first = replace(late, not_before=datetime(2021, 8, 31, 21, tzinfo=UTC))
    assert [one.code for one in qualification(first).warnings] == ["requisite_outdated"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inn", "500100732258"),
        ("inn_le", "7707083890"),
        ("ogrn", "1027700132190"),
        ("snils", "11223344590"),
        ("ogrnip", "304500116000150"),
    ],
)
def test_wrong_check_digits_are_a_warning(field: str, value: str):
    """Rule RU-08: doubtful numbers are told, and change no answer."""
    found = qualification(issued(**(PERSON | ENTITY | {field: value})))
    assert found.answer is Answer.UNKNOWN
    assert [(one.code, one.facts["field"]) for one in found.warnings] == [
        ("number_doubtful", field)
    ]


def test_real_authorities_have_their_requisites(accredited: list[tuple[bytes, dict[str, str]]]):
    """Of real certificates only self-signed roots (no issuer's key) and one odd name fall short."""
    short = [
        facts for facts in (describe(encoded) for encoded, _ in accredited[::3])
        if qualification(facts).answer is Answer.NO
    ]  # fmt: skip
    assert all(facts.authority_key_id is None or facts.subject.country is None for facts in short)
    assert len(short) <= 8


def test_practice_numbers_are_right_in_form():
    """They pass every check of form, and nobody has them."""
    assert numbers.inn_of_person(practice_names.INN)
    assert numbers.inn_of_entity(practice_names.INN_LE)
    assert numbers.ogrn(practice_names.OGRN)
    assert numbers.snils(practice_names.SNILS)
    assert practice_names.INN.startswith("00")
    assert practice_names.INN_LE.startswith("00")
    assert practice_names.OGRN[1:3] == "00"
    assert int(practice_names.SNILS[:9]) < 1_001_998


@pytest.mark.parametrize("number", ["", "12", "٣٣٣٣٣٣٣٣٣٣", "77070838931", "abcdefghij"])
def test_what_is_no_number(number: str):
    """Other digits of the world, letters and wrong lengths are no numbers."""
    checks = (
        numbers.inn_of_entity,
        numbers.inn_of_person,
        numbers.ogrn,
        numbers.ogrnip,
        numbers.snils,
    )
    assert not any(check(number) for check in checks)
