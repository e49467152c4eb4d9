"""The rules of checking, each with a signature that breaks it (CMS-05..16, CAD, GST)."""

import os
from datetime import UTC, datetime

import pytest
from cms_lab import (
    CONTENT,
    QUICK,
    WHEN,
    attribute,
    beyond_doubt,
    check,
    codes,
    content_of,
    pki,
    sign,
    sign_attributes,
    splice,
    usual_attributes,
)
from hypothesis import given
from hypothesis import strategies as st
from stand_ins.pki import Pki, make_pki, person, pki_of

from app.algorithms import digests, names
from app.algorithms.gost import signing as gost_signing
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import structure, tlv
from app.crypto.cms.attributes import read_time
from app.crypto.cms.checking import Profile, check_cms
from app.crypto.cms.codes import ConstraintProblem, FormatProblem, Remark, Unsupported
from app.crypto.cms.forgery import looks_like_attributes
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignedContent, SignerInfo
from app.crypto.verdict.facts import Level, SignatureKind, SigningCertificateAttribute
from app.errors import RoscherkError

CONTENT_TYPE = attribute(structure.CONTENT_TYPE, tlv.encode_oid(structure.DATA))
MESSAGE_DIGEST = attribute(
    structure.MESSAGE_DIGEST, tlv.encode(tlv.OCTET_STRING, digests.digest("sha256", CONTENT))
)


def signer_of(data: bytes) -> SignerInfo:
    """Return the first signer."""
    signer = read_cms(data).signers[0]
    assert isinstance(signer, SignerInfo)
    return signer


def bare(content: bytes = CONTENT, content_type: str = structure.DATA) -> bytes:
    """Return a detached signature without signed attributes."""
    data = splice(sign(), attributes_of(sign()), b"")
    old = signer_of(sign()).signature
    new = pki().leaf_key.sign(content)
    data = splice(data, tlv.encode(tlv.OCTET_STRING, old), tlv.encode(tlv.OCTET_STRING, new))
    head = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(structure.DATA))
    return splice(data, head, tlv.encode(tlv.SEQUENCE, tlv.encode_oid(content_type)))


def attributes_of(data: bytes) -> bytes:
    """Return the signed attributes as they stand in the file."""
    received = signer_of(data).attributes_received
    assert received is not None
    return b"\xa0" + received[1:]


def test_good_signature():
    """What the program makes is beyond doubt and says what it is."""
    (facts,) = check(sign())
    assert beyond_doubt(facts)
    assert facts.level is Level.CADES_BES
    assert facts.claimed_time == WHEN
    assert facts.signer is not None
    assert facts.signer.der == pki().leaf
    assert facts.algorithms.signature == "ecdsa-sha256"
    assert facts.algorithms.key == "ecdsa-p256"
    assert facts.chain is None


def test_other_content_is_noticed():
    """A changed document changes the digest; the signature value itself stays good."""
    (facts,) = check(sign(), CONTENT + b" ")
    assert (facts.digest_matches, facts.signature_verifies) == (False, True)


def test_missing_content_is_undecided():
    """Without its document a detached signature is not judged (CMS-11)."""
    (facts,) = check(sign(), None)
    assert (facts.content_found, facts.digest_matches) == (False, None)


def test_content_beside_attached_is_compared():
    """A file beside an attached signature must be its content (CMS-11)."""
    data = sign(attached=True)
    assert beyond_doubt(check(data, CONTENT)[0])
    (facts,) = check(data, CONTENT + b"!")
    assert FormatProblem.ATTACHED_CONTENT_DIFFERS in codes(facts)


def test_bare_signature_over_data():
    """A bare signature is accepted for what it is: plain CMS, with a remark (CMS-05)."""
    (facts,) = check(bare())
    assert (facts.digest_matches, facts.signature_verifies) == (True, True)
    assert facts.level is Level.CMS
    assert not facts.signed_attributes
    assert codes(facts) == {Remark.NO_SIGNED_ATTRIBUTES}
    (wrong,) = check(bare(), CONTENT + b"!")
    assert (wrong.digest_matches, wrong.signature_verifies) == (None, False)


def test_bare_signature_over_other_types():
    """Content that is not plain data needs signed attributes (CMS-05)."""
    (facts,) = check(bare(content_type="1.2.840.113549.1.9.16.1.4"))
    assert ConstraintProblem.ATTRIBUTES_REQUIRED in codes(facts)


def test_forged_attributes():
    """The attributes of an honest signature cannot be passed off as its document (CMS-06)."""
    honest = sign()
    stolen = b"\x31" + attributes_of(honest)[1:]
    forged = splice(honest, attributes_of(honest), b"")
    (facts,) = check(forged, stolen)
    assert facts.signature_verifies
    assert FormatProblem.FORGED_ATTRIBUTES in codes(facts)
    assert not beyond_doubt(facts)


def test_forged_attributes_beyond_the_prefix():
    """An attribute that fills what is kept of the content does not hide the rest."""
    filler = attribute("1.2.3", tlv.encode(tlv.OCTET_STRING, bytes(structure.PREFIX_SIZE)))
    content = tlv.encode(tlv.SET, filler, MESSAGE_DIGEST)
    for cut in (structure.PREFIX_SIZE, len(content)):
        known = SignedContent(size=len(content), digests={}, prefix=content[:cut])
        assert looks_like_attributes(known)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1",
        b"1 January",
        b"\x31\x02\x05\x00",
        tlv.encode(tlv.SET, tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.3"), b"\x05\x00")),
        tlv.encode(tlv.SET, CONTENT_TYPE) + b"!",
        CONTENT_TYPE,
    ],
)
def test_honest_content_is_not_forged_attributes(content: bytes):
    """Other content, even ASN.1, is not taken for attributes."""
    assert not looks_like_attributes(content_of(content))


@pytest.mark.parametrize("missing", [structure.CONTENT_TYPE, structure.MESSAGE_DIGEST])
def test_missing_mandatory_attributes(missing: str):
    """content-type and message-digest must be there (CMS-08, CMS-09)."""
    (facts,) = check(sign_attributes(usual_attributes(without=[missing])))
    assert facts.signature_verifies
    assert not beyond_doubt(facts)
    if missing == structure.MESSAGE_DIGEST:
        assert facts.digest_matches is False
        assert Remark.MESSAGE_DIGEST_MISSING in codes(facts)
    else:
        assert FormatProblem.CONTENT_TYPE_MISSING in codes(facts)


def test_other_content_type():
    """The signed content-type must be that of the content (CMS-08)."""
    other = attribute(structure.CONTENT_TYPE, tlv.encode_oid("1.2.3.4"))
    others = usual_attributes(without=[structure.CONTENT_TYPE])
    (facts,) = check(sign_attributes([*others, other]))
    assert FormatProblem.CONTENT_TYPE_MISMATCH in codes(facts)


def test_repeated_attributes():
    """Two attributes of one type are refused, even equal ones (CMS-14)."""
    for twice in (CONTENT_TYPE, MESSAGE_DIGEST, attribute("1.2.3.4", b"\x05\x00")):
        attributes = [*usual_attributes(), twice, twice]
        (facts,) = check(sign_attributes(attributes))
        assert FormatProblem.ATTRIBUTE_REPEATED in codes(facts)


@pytest.mark.parametrize(
    "oid",
    [
        structure.CONTENT_TYPE,
        structure.MESSAGE_DIGEST,
        structure.SIGNING_CERTIFICATE_V2,
        structure.ALGORITHM_PROTECTION,
    ],
)
@pytest.mark.parametrize("values", [(), (b"\x05\x00",), "twice"])
def test_damaged_attributes(oid: str, values: tuple[bytes, ...] | str):
    """A known attribute has exactly one value, and a readable one."""
    own = next(one for one in usual_attributes() if tlv.encode_oid(oid) in one)
    value = tlv.read_whole(own).children()[1].children()[0].raw
    damaged = attribute(oid, *((value, value) if values == "twice" else values))
    (facts,) = check(sign_attributes([*usual_attributes(without=[oid]), damaged]))
    assert FormatProblem.ATTRIBUTE_DAMAGED in codes(facts)


@pytest.mark.parametrize("values", [(), (b"\x05\x00",), (b"\x17\x01Z", b"\x17\x01Z")])
def test_damaged_signing_time(values: tuple[bytes, ...]):
    """A claimed time proves nothing, so a damaged one is only remarked on (CMS-10)."""
    others = usual_attributes(without=[structure.SIGNING_TIME])
    (facts,) = check(sign_attributes([*others, attribute(structure.SIGNING_TIME, *values)]))
    assert beyond_doubt(facts)
    assert facts.claimed_time is None
    assert facts.level is Level.CMS
    assert Remark.SIGNING_TIME_DAMAGED in codes(facts)


def test_attributes_in_the_wrong_order():
    """A SET OF that is not sorted is verified as it came, with a remark (CMS-07)."""
    attributes = sorted(usual_attributes(), reverse=True)
    data = sign_attributes(attributes, ordered=False)
    (facts,) = check(data)
    assert beyond_doubt(facts)
    assert [n.facts for n in facts.warnings if n.code == Remark.ATTRIBUTES_NOT_DER] == [
        {"over": "received"}
    ]


def test_attributes_in_ber():
    """Attributes sent in BER are verified over their DER, with a remark (CMS-07)."""
    data = sign()
    der = attributes_of(data)
    ber = b"\xa0\x80" + tlv.read_whole(der).contents + b"\0\0"
    (facts,) = check(splice(data, der, ber))
    assert beyond_doubt(facts)
    assert [n.facts for n in facts.warnings if n.code == Remark.ATTRIBUTES_NOT_DER] == [
        {"over": "der"}
    ]


def test_algorithm_protection():
    """CMSAlgorithmProtection binds both algorithms (CMS-12, RFC 6211)."""
    sha512 = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.16.840.1.101.3.4.2.3"))
    rsa = tlv.encode(0xA1, tlv.encode_oid("1.2.840.113549.1.1.1"))
    others = usual_attributes(without=[structure.ALGORITHM_PROTECTION])
    own = next(
        one for one in usual_attributes() if tlv.encode_oid(structure.ALGORITHM_PROTECTION) in one
    )
    digest, signature = (
        part.raw for part in tlv.read_whole(own).children()[1].children()[0].children()
    )
    for value in (
        tlv.encode(tlv.SEQUENCE, sha512, signature),
        tlv.encode(tlv.SEQUENCE, digest, rsa),
        tlv.encode(tlv.SEQUENCE, digest),
    ):
        wrong = attribute(structure.ALGORITHM_PROTECTION, value)
        (facts,) = check(sign_attributes([*others, wrong]))
        assert facts.signature_verifies is False
        assert Remark.ALGORITHM_PROTECTION_MISMATCH in codes(facts)


def test_digest_that_contradicts_the_signature():
    """ecdsa-with-SHA256 under SHA-512 is a wrong signature (CMS-12)."""
    pair = pki()
    attributes = tlv.encode_set_of([CONTENT_TYPE, MESSAGE_DIGEST])
    data = sign(
        attributes=attributes,
        signature=pair.leaf_key.sign(attributes),
        digest_name="sha512",
    )
    (facts,) = check(data)
    assert facts.signature_verifies is False
    assert Remark.DIGEST_ALGORITHM_MISMATCH in codes(facts)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.99", Unsupported.DIGEST_UNSUPPORTED),
        ("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.99", Unsupported.SIGNATURE_UNSUPPORTED),
    ],
)
def test_unknown_algorithms_are_named(old: str, new: str, code: str):
    """An unknown algorithm is never skipped: it is named with its OID (CMS-13)."""
    data = sign_attributes([CONTENT_TYPE, MESSAGE_DIGEST])
    signer = signer_of(data)
    changed = signer.raw.replace(tlv.encode_oid(old), tlv.encode_oid(new))
    assert changed != signer.raw
    (facts,) = check(splice(data, signer.raw, changed))
    assert {notice.code: notice.facts.get("oid") for notice in facts.unsupported} == {code: new}
    assert facts.signature_verifies is None


def test_digest_missing_in_the_head():
    """The head of the file lists the signer's digest (RFC 5652 §5.1)."""
    listed = tlv.encode(tlv.SET, tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.16.840.1.101.3.4.2.1")))
    (facts,) = check(splice(sign(), listed, b"\x31\x00"))
    assert ConstraintProblem.DIGEST_ALGORITHM_NOT_LISTED in codes(facts)


def test_parameters_where_none_belong():
    """Parameters other than NULL are not overlooked."""
    data = sign_attributes([CONTENT_TYPE, MESSAGE_DIGEST])
    signer = signer_of(data)
    oid = tlv.encode_oid("2.16.840.1.101.3.4.2.1")
    plain = tlv.encode(tlv.SEQUENCE, oid)
    for parameters, fine in ((b"\x05\x00", True), (b"\x04\x00", False), (b"\x30\x00", False)):
        changed = splice(data, signer.raw, _with_parameters(signer.raw, plain, oid + parameters))
        (facts,) = check(changed)
        assert (ConstraintProblem.ALGORITHM_PARAMETERS not in codes(facts)) is fine
        assert beyond_doubt(facts) is False  # no signing-certificate
        assert facts.signature_verifies


def _with_parameters(signer: bytes, plain: bytes, contents: bytes) -> bytes:
    return splice(signer, plain, tlv.encode(tlv.SEQUENCE, contents))


@pytest.mark.parametrize("place", ["signer", "file"])
def test_versions(place: str):
    """Odd versions are remarked on and decide nothing (CMS-15)."""
    data = sign()
    if place == "signer":
        raw = signer_of(data).raw
        changed = splice(data, raw, splice(raw, b"\x02\x01\x01\x30", b"\x02\x01\x03\x30"))
        code = Remark.SIGNER_VERSION
    else:
        changed = splice(data, b"\x02\x01\x01\x31", b"\x02\x01\x07\x31")
        code = Remark.SIGNED_DATA_VERSION
    (facts,) = check(changed)
    assert beyond_doubt(facts)
    assert code in codes(facts)


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


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, b"491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x17, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x17, b"2606011230Z", datetime(2026, 6, 1, 12, 30, tzinfo=UTC)),
        (0x18, b"20260601123015Z", WHEN),
        (0x18, b"20260601123015.25Z", WHEN),
        (0x17, b"260631000000Z", None),
        (0x17, b"260601123015+0300", None),
        (0x18, b"20260601123015", None),
        (0x18, b"00000601123015Z", None),
        (0x0C, b"20260601123015Z", None),
    ],
)
def test_times(tag: int, text: bytes, expected: datetime | None):
    """Times are UTC and real, or damaged."""
    element = tlv.read_whole(tlv.encode(tag, text))
    if expected is not None:
        assert read_time(element) == expected
        return
    with pytest.raises(RoscherkError):
        read_time(element)


@given(st.binary(max_size=60))
def test_any_attribute_value(value: bytes):
    """Whatever the value of an attribute is, there are facts."""
    for oid in (structure.SIGNING_CERTIFICATE_V2, structure.SIGNING_TIME, "1.2.3"):
        raw = tlv.encode(tlv.SET, tlv.encode(tlv.OCTET_STRING, value))
        odd = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid), raw)
        data = splice(sign(), attributes_of(sign()), tlv.encode(0xA0, CONTENT_TYPE, odd))
        (facts,) = check(data)
        assert not facts.signature_verifies


def test_unknown_content_size_of_digest():
    """A digest that the caller did not bring leaves the content undecided."""
    known = SignedContent(size=3, digests={}, prefix=os.urandom(3))
    (facts,) = check_cms(read_cms(sign()), known)
    assert facts.digest_matches is None
