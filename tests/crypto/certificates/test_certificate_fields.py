"""Every field of a certificate is read, from real ones and from hostile ones."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins.pki import FROM, UNTIL, Pki, end_entity, pki_of

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import names
from app.crypto.certificates.building import ExtensionSpec, NamePart
from app.crypto.certificates.fields import PRACTICE_TOOL, describe
from app.crypto.practice.names import TOOL
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError

RU_OIDS = ("1.2.643.100.111", "1.2.643.100.112", "1.2.643.100.114", "2.5.29.16")


def leaf_with(pki: Pki, *more: ExtensionSpec) -> CertificateFacts:
    """Describe a certificate with further extensions."""
    usual = end_entity(pki.leaf_key.public, pki.ca_issuer.key.public)
    return describe(pki.issue(extensions=(*usual, *more)))


def test_every_accredited_authority_is_read(accredited: list[tuple[bytes, dict[str, str]]]):
    """All 2,403 certificates are described, and the referee's columns agree."""
    for encoded, row in accredited:
        facts = describe(encoded)
        if row["key_algorithm"] != "?":  # the one that the referee's reader could not read
            assert facts.subject.common_name == row["subject_cn"]
            assert facts.issuer.common_name == row["issuer_cn"]
            assert f"{facts.not_before:%Y-%m-%d %H:%M:%S}" == row["not_before"]
            assert f"{facts.not_after:%Y-%m-%d %H:%M:%S}" == row["not_after"]
            assert facts.key_algorithm.replace("-", "_") == row["key_algorithm"]
        assert facts.is_ca
        assert facts.subject_sign_tool
        assert len(facts.issuer_sign_tool) == 4
        assert facts.unknown_critical == ()


def test_wrong_string_tag_is_no_obstacle(accredited: list[tuple[bytes, dict[str, str]]]):
    """The one name whose country is an UTF8String, which asn1crypto refuses, is read."""
    odd = [encoded for encoded, row in accredited if "asn1crypto" in row["note"]]
    facts = describe(odd[0])
    assert facts.subject.country == "RU"
    assert "postalAddress=150047" in facts.subject.text


def test_all_russian_fields_are_found():
    """A certificate with every field of order №795 gives each of them back."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    facts = leaf_with(
        pki,
        build.issuer_sign_tool(("ПАК УЦ", "КриптоПро УЦ", "СФ/1", "СФ/2")),
        build.identification_kind(3),
        build.private_key_period(FROM, UNTIL),
        build.crl_points("http://ca.example/1.crl", "http://ca.example/2.crl"),
        build.extended_key_usage("1.3.6.1.5.5.7.3.4"),
    )
    name = facts.subject
    assert (name.inn, name.inn_le, name.ogrn, name.snils) == (
        "000000000000",
        "0000000000",
        "1000000000009",
        "00000000000",
    )
    assert (name.surname, name.given_name, name.title) == ("Тестов", "Тест Тестович", "Директор")
    assert name.organization == "ООО «Тест, проверка»"
    assert name.text.startswith("C=RU,ST=77 г. Москва,")
    assert "O=ООО «Тест\\, проверка»" in name.text
    assert facts.issuer_sign_tool == ("ПАК УЦ", "КриптоПро УЦ", "СФ/1", "СФ/2")
    assert facts.identification_kind == 3
    assert (facts.private_key_not_before, facts.private_key_not_after) == (FROM, UNTIL)
    assert facts.crl_urls == ("http://ca.example/1.crl", "http://ca.example/2.crl")
    assert facts.extended_key_usage == ("1.3.6.1.5.5.7.3.4",)
    assert facts.policies == ("1.2.643.100.113.1",)
    assert facts.key_usage == ("digitalSignature", "nonRepudiation")
    assert (facts.key_algorithm, facts.key_size) == ("gost2012-256", 256)
    assert facts.subject_key_id is not None
    assert facts.authority_key_id == describe(pki.ca).subject_key_id
    assert not facts.practice


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        (KeyAlgorithm.RSA, ("rsa", 2048, None)),
        (KeyAlgorithm.ECDSA_P256, ("ecdsa-p256", 256, "P-256")),
        (KeyAlgorithm.ECDSA_P521, ("ecdsa-p521", 521, "P-521")),
        (KeyAlgorithm.ED25519, ("ed25519", 256, None)),
        (KeyAlgorithm.GOST_512, ("gost2012-512", 512, "tc26-512-A")),
    ],
)
def test_key_is_named(algorithm: KeyAlgorithm, expected: tuple[str, int, str | None]):
    """The key's algorithm, size and curve are told."""
    facts = describe(pki_of(algorithm).leaf)
    assert (facts.key_algorithm, facts.key_size, facts.curve) == expected


@pytest.mark.parametrize("oid", RU_OIDS)
def test_critical_russian_extensions_are_processed(oid: str):
    """Rule X-02: these are known to us, also when they are critical."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    known = {
        spec.oid: spec
        for spec in (
            build.subject_sign_tool("x"),
            build.issuer_sign_tool("abcd"),
            build.identification_kind(0),
            build.private_key_period(FROM, UNTIL),
        )
    }
    extensions = (build.key_usage("digitalSignature"), replace(known[oid], critical=True))
    assert describe(pki.issue(extensions=extensions)).unknown_critical == ()


def test_unknown_critical_extension_is_named():
    """An extension that nobody here processes is told by its OID; not critical, it is not."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    facts = leaf_with(pki, ExtensionSpec("1.2.3.4", b"\x05\0", critical=True))
    assert facts.unknown_critical == ("1.2.3.4",)
    assert leaf_with(pki, ExtensionSpec("1.2.3.4", b"\x05\0")).unknown_critical == ()


@pytest.mark.parametrize("oid", ["2.5.29.15", "2.5.29.37"])
def test_unreadable_restriction_closes_the_path(oid: str):
    """An extension that restricts, and cannot be read, is told even when it is not critical."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    facts = describe(pki.issue(extensions=(ExtensionSpec(oid, b"\x04\x01x"),)))
    assert facts.unknown_critical == (oid,)


def test_repeated_extension_closes_the_path():
    """RFC 5280 §4.2 forbids it; nobody could say which of the two holds."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    facts = leaf_with(pki, build.basic_constraints(ca=True))
    assert facts.unknown_critical == ("2.5.29.19",)
    assert not facts.is_ca


@pytest.mark.parametrize("oid", ["2.5.29.30", "2.5.29.33", "2.5.29.36", "2.5.29.54"])
def test_unreadable_constraints_are_never_passed_over(oid: str):
    """Constraints that cannot be read close the path, also when not marked critical."""
    facts = leaf_with(pki_of(KeyAlgorithm.ECDSA_P256), ExtensionSpec(oid, b"\x30\0"))
    assert facts.unknown_critical == (oid,)


def test_mark_of_practice_is_recognised():
    """The tool that practice certificates name is the one that is looked for."""
    assert TOOL == PRACTICE_TOOL
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    facts = describe(pki.issue(extensions=(build.subject_sign_tool(TOOL),)))
    assert facts.practice


def test_serial_is_what_people_compare():
    """The sign octet is left out; leading zeros inside an octet stay."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    assert describe(pki.issue(serial=0xFF00)).serial == "FF00"
    assert describe(pki.issue(serial=5)).serial == "05"


def test_dates_after_2049():
    """GeneralizedTime is written and read back."""
    far = datetime(2051, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert describe(pki_of(KeyAlgorithm.ECDSA_P256).issue(not_after=far)).not_after == far


@pytest.mark.parametrize(
    ("tag", "content", "expected"),
    [
        (0x0C, "Ёж".encode(), "Ёж"),
        (0x1E, "Ёж".encode("utf-16-be"), "Ёж"),
        (0x1C, "Ёж".encode("utf-32-be"), "Ёж"),
        (0x14, b"caf\xe9", "café"),
        (0x13, b"plain", "plain"),
        (0x0C, b"\xff\xfe", "#0C02FFFE"),
        (0x04, b"abc", "#0403616263"),
    ],
)
def test_strings_are_read_by_their_own_tag(tag: int, content: bytes, expected: str):
    """Whatever a string claims to be decides; what is no string is shown in hex."""
    part = der.sequence(der.oid(names.COMMON_NAME), der.element(tag, content))
    name = names.read_name(der.sequence(der.element(0x31, part)))
    assert name.text == f"CN={expected}"
    assert name.common_name == (None if expected.startswith("#") else expected)


def test_name_text_is_escaped():
    """RFC 4514 §2.4: nothing in a value can look like another attribute."""
    wicked = ' #a,CN=b+c"d\\e<f>;g\0 '
    name = build.encode_name([NamePart(names.COMMON_NAME, wicked)])
    read = names.read_name(name)
    assert read.text == 'CN=\\ #a\\,CN=b\\+c\\"d\\\\e\\<f\\>\\;g\\00\\ '
    assert read.common_name == wicked


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ООО Ромашка", "ооо  РОМАШКА ", True),
        ("ООО Ромашка", "ООО Ромашки", False),
        ("Ёж", "Е\u0308ж", True),
        ("strasse", "STRASSE", True),
    ],
)
def test_names_are_compared_as_people_mean_them(one: str, other: str, same: bool):
    """Case, white space and the form of letters make no difference (rule X-06)."""
    keys = [
        names.name_key(build.encode_name([NamePart(names.ORGANIZATION, t)])) for t in (one, other)
    ]
    assert (keys[0] == keys[1]) is same


def test_order_of_a_name_matters():
    """The same parts in another order are another name."""
    parts = [NamePart(names.COUNTRY, "RU"), NamePart(names.COMMON_NAME, "x")]
    keys = [names.name_key(build.encode_name(some)) for some in (parts, parts[::-1])]
    assert keys[0] != keys[1]


@given(st.binary(max_size=300))
def test_any_bytes_end_in_one_error(data: bytes):
    """Bytes that are no certificate are told as such."""
    with pytest.raises(RoscherkError) as caught:
        describe(data)
    assert caught.value.code is ErrorCode.CERTIFICATE_DAMAGED


@settings(max_examples=300)
@given(st.data())
def test_damaged_certificates_never_surprise(data: st.DataObject):
    """A certificate with any octets changed is described, or told to be damaged."""
    encoded = bytearray(pki_of(KeyAlgorithm.GOST_256).leaf)
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = describe(bytes(encoded))
    except RoscherkError as error:
        assert error.code is ErrorCode.CERTIFICATE_DAMAGED  # noqa: PT017 - either outcome is right
    else:
        assert facts.der == encoded


def test_huge_input_is_refused_at_once():
    """No certificate has a megabyte."""
    with pytest.raises(RoscherkError) as caught:
        describe(bytes(2 << 20))
    assert caught.value.facts == {"size": 2 << 20}
