"""The rules of checking, each with a signature that breaks it (CMS-05..16, CAD, GST)."""

import os
from datetime import UTC, datetime

import pytest
from cms_lab import (
    CONTENT,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    WHEN,
    attribute,
    attributes_of,
    bare,
    beyond_doubt,
    check,
    codes,
    content_of,
    pki,
    sign,
    sign_attributes,
    signer_of,
    splice,
    usual_attributes,
)
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.cms import structure, tlv
from app.crypto.cms.attributes import read_time
from app.crypto.cms.checking import check_cms
from app.crypto.cms.codes import ConstraintProblem, FormatProblem, Remark, Unsupported
from app.crypto.cms.forgery import looks_like_attributes
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignedContent
from app.crypto.verdict.facts import Level
from app.errors import RoscherkError


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
