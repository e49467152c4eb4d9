"""Who signed: certificates, levels, counter-signatures, keys (CMS-04, CMS-16, CAD, GST)."""

import pytest
from cms_lab import (
    CONTENT,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    QUICK,
    attribute,
    bare,
    beyond_doubt,
    check,
    codes,
    pki,
    sign,
    sign_attributes,
    signer_of,
    splice,
    usual_attributes,
)
from stand_ins.pki import Pki, make_pki, person, pki_of

from app.algorithms import digests, names
from app.algorithms.gost import signing as gost_signing
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import structure, tlv
from app.crypto.cms.checking import Profile
from app.crypto.cms.codes import ConstraintProblem, FormatProblem, Remark, Unsupported
from app.crypto.cms.reading import read_cms
from app.crypto.verdict.facts import Level, SignatureKind, SigningCertificateAttribute


def with_certificates(*certificates: bytes) -> bytes:
    """Return the usual signature with other certificates in it."""
    data = sign()
    old = tlv.encode_set_of(list(read_cms(data).certificates), 0xA0)
    return splice(data, old, tlv.encode_set_of(list(certificates), 0xA0))


def test_no_certificate():
    """Without the signer's certificate there is no signer, unless it is at hand (CAD-01)."""
    data = with_certificates(pki().ca)
    (facts,) = check(data)
    assert facts.signer is None
    assert facts.signature_verifies is None
    assert facts.signer_identifier
    assert "Тестовый УЦ" in facts.signer_identifier
    assert Remark.SIGNER_CERTIFICATE_MISSING in codes(facts)
    (found,) = check(data, extra_certificates=[pki().leaf])
    assert found.signature_verifies
    assert found.level is Level.CMS
    assert Remark.CERTIFICATE_NOT_EMBEDDED in codes(found)


def twin(of: Pki) -> bytes:
    """Return another certificate under the signer's issuer and serial number."""
    outline = tlv.read_whole(of.leaf).children()[0].children()
    serial = tlv.integer(outline[1])
    key = make_pki(QUICK).leaf_key.public
    return of.issue(key, serial=serial, subject=person("Двойников Двойник"))


def test_double_certificate():
    """Of two certificates under one name the one that was signed for wins (CMS-16)."""
    (facts,) = check(with_certificates(twin(pki()), pki().leaf))
    assert beyond_doubt(facts)
    assert facts.signer is not None
    assert facts.signer.der == pki().leaf


def test_double_certificate_that_nothing_tells_apart():
    """Without signing-certificate two certificates under one name are no signer (CMS-16)."""
    data = sign_attributes([CONTENT_TYPE, MESSAGE_DIGEST])
    old = tlv.encode_set_of(list(read_cms(data).certificates), 0xA0)
    both = tlv.encode_set_of([twin(pki()), pki().leaf], 0xA0)
    (facts,) = check(splice(data, old, both))
    assert facts.signer is None
    assert Remark.SIGNER_CERTIFICATE_AMBIGUOUS in codes(facts)


def test_the_same_certificate_twice():
    """One certificate that lies in the file twice is one certificate."""
    assert beyond_doubt(check(with_certificates(pki().leaf, pki().leaf))[0])


def test_replaced_certificate():
    """Another certificate of the same key is not the one that was signed for (CAD-02)."""
    serial = tlv.integer(tlv.read_whole(pki().leaf).children()[0].children()[1])
    other = pki().issue(serial=serial, subject=person("Подменов Подмен"))
    (facts,) = check(with_certificates(other))
    assert facts.signature_verifies
    assert facts.signing_certificate is SigningCertificateAttribute.MISMATCH
    assert facts.level is Level.CMS


def signing_certificate(*parts: bytes, oid: str = structure.SIGNING_CERTIFICATE_V2) -> bytes:
    """Return a signing-certificate attribute whose one entry has these parts."""
    entry = tlv.encode(tlv.SEQUENCE, *parts)
    return attribute(oid, tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.SEQUENCE, entry)))


def leaf_hash(name: str) -> bytes:
    """Return the digest of the signer's certificate as an OCTET STRING."""
    return tlv.encode(tlv.OCTET_STRING, digests.digest(name, pki().leaf))


def test_forms_of_signing_certificate():
    """Both versions, any known digest, with and without the name (CAD-02)."""
    sha512 = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.16.840.1.101.3.4.2.3"))
    unknown = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.3.4"))
    outline = tlv.read_whole(pki().leaf).children()[0].children()
    issuer = tlv.encode(tlv.SEQUENCE, tlv.encode(0xA4, outline[3].raw))
    named = tlv.encode(tlv.SEQUENCE, issuer, outline[1].raw)
    misnamed = tlv.encode(tlv.SEQUENCE, issuer, tlv.encode_integer(5))
    v1 = structure.SIGNING_CERTIFICATE
    match, mismatch = SigningCertificateAttribute.MATCH, SigningCertificateAttribute.MISMATCH
    absent = SigningCertificateAttribute.ABSENT
    for one, expected in (
        (signing_certificate(leaf_hash("sha256")), match),
        (signing_certificate(leaf_hash("sha256"), named), match),
        (signing_certificate(leaf_hash("sha256"), misnamed), mismatch),
        (signing_certificate(sha512, leaf_hash("sha512")), match),
        (signing_certificate(sha512, leaf_hash("sha256")), mismatch),
        (signing_certificate(leaf_hash("sha1"), oid=v1), match),
        (signing_certificate(leaf_hash("sha256"), oid=v1), mismatch),
        (signing_certificate(unknown, leaf_hash("sha256")), absent),
    ):
        others = usual_attributes(without=[structure.SIGNING_CERTIFICATE_V2])
        (facts,) = check(sign_attributes([*others, one]))
        assert facts.signing_certificate is expected
        assert (facts.level is Level.CADES_BES) is (expected is match)
        named_oid = Unsupported.CERTIFICATE_DIGEST_UNSUPPORTED in codes(facts)
        assert named_oid is (expected is absent)


def test_both_versions_of_signing_certificate():
    """Both versions at once must agree, and are no CAdES (CAD-02)."""
    v1 = signing_certificate(leaf_hash("sha1"), oid=structure.SIGNING_CERTIFICATE)
    (facts,) = check(sign_attributes([*usual_attributes(), v1]))
    assert facts.signing_certificate is SigningCertificateAttribute.MATCH
    assert Remark.SIGNING_CERTIFICATE_TWICE in codes(facts)
    assert facts.level is Level.CMS


def test_levels():
    """CAdES-BES has a time, the CMS of PAdES has none (CAD-03)."""
    untimed = sign_attributes(usual_attributes(without=[structure.SIGNING_TIME]))
    assert check(untimed)[0].level is Level.CMS
    assert check(untimed, profile=Profile.PADES)[0].level is Level.PADES_B_B
    assert check(sign(), profile=Profile.PADES)[0].level is Level.PDF_LEGACY
    assert check(bare(), profile=Profile.PADES)[0].level is Level.PDF_LEGACY


def with_unsigned(data: bytes, *attributes: bytes) -> bytes:
    """Add unsigned attributes to the first signer."""
    signer = signer_of(data).raw
    parts = [part.raw for part in tlv.read_whole(signer).children()]
    return splice(
        data, signer, tlv.encode(tlv.SEQUENCE, *parts, tlv.encode_set_of([*attributes], 0xA1))
    )


def test_unsigned_attributes_are_told():
    """What is not signed and not checked is remarked on."""
    (facts,) = check(with_unsigned(sign(), attribute("1.2.3.4", b"\x05\x00")))
    assert beyond_doubt(facts)
    assert [n.facts for n in facts.warnings if n.code == Remark.UNSIGNED_ATTRIBUTE_UNCHECKED] == [
        {"oid": "1.2.3.4"}
    ]


def test_broken_unsigned_attributes_break_no_signature():
    """Unsigned attributes that cannot be read are remarked on."""
    (facts,) = check(with_unsigned(sign(), b"\x05\x00"))
    assert beyond_doubt(facts)
    assert Remark.UNSIGNED_ATTRIBUTE_DAMAGED in codes(facts)


def counter_signer(signature: bytes, *extra: bytes) -> bytes:
    """Return a SignerInfo over the value of another signature."""
    digest = tlv.encode(tlv.OCTET_STRING, digests.digest("sha256", signature))
    others = usual_attributes(without=[structure.CONTENT_TYPE, structure.MESSAGE_DIGEST])
    attributes = [*others, attribute(structure.MESSAGE_DIGEST, digest), *extra]
    return signer_of(sign_attributes(attributes)).raw


def test_counter_signature():
    """A counter-signature signs the signature; it has a parent and no content-type (CAD-07)."""
    data = sign()
    good = counter_signer(signer_of(data).signature)
    other = counter_signer(b"something else")
    typed = counter_signer(signer_of(data).signature, CONTENT_TYPE)
    signed = with_unsigned(
        data, attribute(structure.COUNTER_SIGNATURE, good, other, typed, b"\x05\x00")
    )
    found = check(signed)
    assert [(facts.index, facts.kind, facts.parent) for facts in found] == [
        (0, SignatureKind.SIGNATURE, None),
        *((index, SignatureKind.COUNTER_SIGNATURE, 0) for index in (1, 2, 3, 4)),
    ]
    assert [beyond_doubt(facts) for facts in found] == [True, True, False, False, False]
    assert found[2].digest_matches is False
    assert FormatProblem.COUNTER_SIGNATURE_CONTENT_TYPE in codes(found[3])
    assert FormatProblem.SIGNER_INFO_DAMAGED in codes(found[4])
    assert found[1].level is Level.CADES_BES


def test_counter_signatures_on_counter_signatures():
    """Nested counter-signatures know their parents, five deep and no deeper (CAD-07)."""
    signers = [signer_of(sign())]
    for _ in range(7):
        raw = counter_signer(signers[-1].signature)
        signers.append(signer_of(splice(sign(), signers[0].raw, raw)))
    nested = b""
    for signer in reversed(signers):
        parts = [part.raw for part in tlv.read_whole(signer.raw).children()]
        unsigned = (
            tlv.encode(0xA1, attribute(structure.COUNTER_SIGNATURE, nested)) if nested else b""
        )
        nested = tlv.encode(tlv.SEQUENCE, *parts, unsigned)
    found = check(splice(sign(), signers[0].raw, nested))
    assert [facts.parent for facts in found] == [None, 0, 1, 2, 3, 4, 5]
    assert [beyond_doubt(facts) for facts in found] == [True] * 6 + [False]
    assert FormatProblem.COUNTER_SIGNATURE_TOO_DEEP in codes(found[-1])


def with_signers(*signers: bytes) -> bytes:
    """Return the usual signature with other signers."""
    data = sign()
    return splice(data, tlv.encode(tlv.SET, signer_of(data).raw), tlv.encode(tlv.SET, *signers))


def test_every_signer_is_judged():
    """A bad signer or a broken block beside a good one is not hidden by it (CMS-04)."""
    good = signer_of(sign()).raw
    bad = signer_of(sign(content=CONTENT + b"!")).raw
    found = check(with_signers(good, bad, b"\x30\x03\x02\x01\x01", good))
    assert [facts.index for facts in found] == [0, 1, 2, 3]
    assert [beyond_doubt(facts) for facts in found] == [True, False, False, True]
    assert FormatProblem.SIGNER_INFO_DAMAGED in codes(found[2])


def test_signers_of_different_algorithms():
    """Signers with different digests share one reading of the content."""
    gost = sign(KeyAlgorithm.GOST_256)
    data = with_signers(signer_of(sign()).raw, signer_of(gost).raw)
    certificates = tlv.encode_set_of(list(read_cms(sign()).certificates), 0xA0)
    all_of_them = [*read_cms(sign()).certificates, *read_cms(gost).certificates]
    data = splice(data, certificates, tlv.encode_set_of(all_of_them, 0xA0))
    listed = [tlv.encode(tlv.SEQUENCE, tlv.encode_oid(names.digest_by_name(name).oid))
              for name in ("sha256", "streebog256")]  # fmt: skip
    data = splice(data, tlv.encode(tlv.SET, listed[0]), tlv.encode_set_of(listed))
    assert read_cms(data).needed_digests == {"sha256", "streebog256"}
    assert [beyond_doubt(facts) for facts in check(data)] == [True, True]


def test_key_identifier():
    """A signer may be named by key identifier; then the version is 3 (CMS-15, CMS-16)."""
    data = sign()
    raw = signer_of(data).raw
    parts = [part.raw for part in tlv.read_whole(raw).children()]
    extension = tlv.encode_oid("2.5.29.14")
    at = pki().leaf.index(extension) + len(extension)
    key_id = tlv.octets(tlv.read_whole(tlv.octets(tlv.read(pki().leaf, at))))
    named = tlv.encode(tlv.SEQUENCE, b"\x02\x01\x03", tlv.encode(0x80, key_id), *parts[2:])
    (facts,) = check(splice(data, raw, named))
    assert beyond_doubt(facts)
    assert facts.warnings == ()
    stranger = tlv.encode(tlv.SEQUENCE, b"\x02\x01\x03", tlv.encode(0x80, b"none"), *parts[2:])
    (unknown,) = check(splice(data, raw, stranger))
    assert unknown.signer is None
    assert unknown.signer_identifier == "keyid 6E6F6E65"


def test_name_spelled_otherwise():
    """An issuer's name in other letters finds the certificate, but is not passed over."""
    data = sign()
    raw = signer_of(data).raw
    for changed in (
        raw.replace("Тестовый УЦ".encode(), "тестовый УЦ".encode(), 1),
        raw.replace(b"\x13\x02RU", b"\x0c\x02RU", 1),
    ):
        assert changed != raw
        (facts,) = check(splice(data, raw, changed))
        assert facts.signature_verifies
        assert ConstraintProblem.SIGNER_NAME_INEXACT in codes(facts)


def gost_key(curve: str, digest: str | None) -> bytes:
    """Return a GOST public key on a curve, with a digestParamSet or without."""
    _, public = gost_signing.generate(curve, allow_test=True)
    encoded = spki.encode_public(curve, public)
    parameters = tlv.read_whole(encoded).children()[0].children()[1].raw
    chosen = [tlv.encode_oid(curve)] + ([tlv.encode_oid(digest)] if digest else [])
    return splice(encoded, parameters, tlv.encode(tlv.SEQUENCE, *chosen))


@pytest.mark.parametrize(
    ("curve", "digest", "right"),
    [
        ("1.2.643.2.2.35.1", "1.2.643.7.1.1.2.2", True),
        ("1.2.643.2.2.35.1", None, False),
        ("1.2.643.7.1.2.1.1.2", None, True),
        ("1.2.643.7.1.2.1.1.2", "1.2.643.7.1.1.2.2", False),
        ("1.2.643.7.1.2.1.2.1", None, True),
        ("1.2.643.7.1.2.1.2.1", "1.2.643.7.1.1.2.3", True),
        ("1.2.643.7.1.2.1.2.1", "1.2.643.7.1.1.2.2", False),
    ],
)
def test_digest_parameter_set(curve: str, digest: str | None, right: bool):
    """The digestParamSet stands where RFC 9215 §4.2 wants it, or there is a remark (GST-04)."""
    certificate = pki().issue(gost_key(curve, digest))
    (facts,) = check(sign(KeyAlgorithm.GOST_256, certificate=certificate, chain=()))
    assert (Remark.GOST_DIGEST_PARAMETER_SET not in codes(facts)) is right


def test_test_curve():
    """A key on a test curve proves nothing (GST-05)."""
    certificate = pki().issue(gost_key("1.2.643.2.2.35.0", None))
    (facts,) = check(sign(KeyAlgorithm.GOST_256, certificate=certificate, chain=()))
    assert ConstraintProblem.TEST_PARAMETER_SET in codes(facts)


def test_point_off_the_curve():
    """A public key that is no point of its curve verifies nothing (GST-03)."""
    key = bytearray(gost_key("1.2.643.7.1.2.1.1.2", None))
    key[-1] ^= 1
    certificate = pki().issue(bytes(key))
    (facts,) = check(sign(KeyAlgorithm.GOST_256, certificate=certificate, chain=()))
    assert facts.signature_verifies is False
    assert Remark.PUBLIC_KEY_INVALID in codes(facts)


def gost_signed_as(oid: str) -> bytes:
    """Return a GOST 256 signature whose algorithm is named by another OID."""
    pair = pki_of(KeyAlgorithm.GOST_256)
    digest = tlv.encode(tlv.OCTET_STRING, digests.digest("streebog256", CONTENT))
    attributes = tlv.encode_set_of([CONTENT_TYPE, attribute(structure.MESSAGE_DIGEST, digest)])
    data = sign(
        KeyAlgorithm.GOST_256, attributes=attributes, signature=pair.leaf_key.sign(attributes)
    )
    signer = signer_of(data)
    named = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid), b"\x05\x00")
    old = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.643.7.1.1.1.1"))
    return splice(data, signer.raw, splice(signer.raw, old, named))


@pytest.mark.parametrize(
    ("oid", "verifies", "remark"),
    [
        ("1.2.643.7.1.1.1.1", True, None),
        ("1.2.643.7.1.1.3.2", True, None),
        ("1.2.643.2.2.19", True, Remark.SIGNATURE_ALGORITHM_GENERATION),
        ("1.2.643.7.1.1.3.3", False, Remark.DIGEST_ALGORITHM_MISMATCH),
        ("1.2.643.2.2.3", False, Remark.DIGEST_ALGORITHM_MISMATCH),
        ("1.2.840.113549.1.1.1", False, None),
    ],
)
def test_names_of_gost_signatures(oid: str, verifies: bool, remark: str | None):
    """Key OIDs and signature OIDs are both met, and the tax service's old one (GST-01, GST-07)."""
    (facts,) = check(gost_signed_as(oid))
    assert facts.signature_verifies is verifies
    assert codes(facts) == ({remark} if remark else set())


def test_certificate_that_cannot_be_read():
    """A broken certificate in the file is passed over with a remark."""
    (facts,) = check(with_certificates(pki().leaf, b"\x30\x03\x02\x01\x01"))
    assert beyond_doubt(facts)
    assert [n.facts for n in facts.warnings if n.code == Remark.CERTIFICATE_DAMAGED] == [
        {"count": 1}
    ]
