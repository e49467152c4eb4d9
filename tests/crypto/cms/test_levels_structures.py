"""References, values, indexes and wrapped revocation data: written and read, any input survived."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import algos, cms, core, crl, ocsp
from asn1crypto import x509 as asn1_x509
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import ocsp_made
from stand_ins.pki import pki_of

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.cms.levels import oids, references, revocation_data
from app.crypto.cms.levels.hash_index import Protected, build_hash_index, read_hash_index
from app.crypto.cms.levels.peeking import imprint_of
from app.crypto.cms.levels.references import Values
from app.crypto.cms.levels.tokens import material_of_token, material_of_values
from app.crypto.cms.splicing import encode_attribute
from app.crypto.cms.structure import Attribute
from app.errors import RoscherkError

PKI = pki_of(KeyAlgorithm.ECDSA_P256)
WHOLE = ocsp_made.made(PKI.leaf, PKI.ca, PKI.ca_issuer.key)
BASIC = revocation_data.basic_of(WHOLE) or b""


class OtherHash(core.Sequence):
    """OtherHashAlgAndValue."""

    _fields = [  # noqa: RUF012 - asn1crypto changes it in place
        ("algorithm", algos.DigestAlgorithm),
        ("value", core.OctetString),
    ]


class IssuerSerial(core.Sequence):
    """IssuerSerial (RFC 5035)."""

    _fields = [  # noqa: RUF012
        ("issuer", asn1_x509.GeneralNames),
        ("serial", core.Integer),
    ]


class OtherCertId(core.Sequence):
    """OtherCertID."""

    _fields = [("hash", OtherHash), ("issuer_serial", IssuerSerial)]  # noqa: RUF012


class CrlIdentifier(core.Sequence):
    """CrlIdentifier."""

    _fields = [  # noqa: RUF012
        ("issuer", asn1_x509.Name),
        ("issued", core.UTCTime),
        ("number", core.Integer, {"optional": True}),
    ]


class CrlId(core.Sequence):
    """CrlValidatedID."""

    _fields = [("hash", OtherHash), ("identifier", CrlIdentifier)]  # noqa: RUF012


class CrlIds(core.SequenceOf):
    """The list in CRLListID."""

    _child_spec = CrlId


class CrlList(core.Sequence):
    """CRLListID."""

    _fields = [("crls", CrlIds)]  # noqa: RUF012


class OcspIdentifier(core.Sequence):
    """OcspIdentifier."""

    _fields = [("responder", ocsp.ResponderId), ("produced", core.GeneralizedTime)]  # noqa: RUF012


class OcspId(core.Sequence):
    """OcspResponsesID."""

    _fields = [("identifier", OcspIdentifier), ("hash", OtherHash)]  # noqa: RUF012


class OcspIds(core.SequenceOf):
    """The list in OcspListID."""

    _child_spec = OcspId


class OcspList(core.Sequence):
    """OcspListID."""

    _fields = [("responses", OcspIds)]  # noqa: RUF012


class CrlOcspRef(core.Sequence):
    """CrlOcspRef, tagged as the module of RFC 5126 tags: explicitly."""

    _fields = [  # noqa: RUF012
        ("crls", CrlList, {"explicit": 0, "optional": True}),
        ("ocsp", OcspList, {"explicit": 1, "optional": True}),
    ]


class RevocationValues(core.Sequence):
    """RevocationValues."""

    _fields = [  # noqa: RUF012
        ("crls", core.SequenceOf, {"spec": crl.CertificateList, "explicit": 0, "optional": True}),
        (
            "ocsp",
            core.SequenceOf,
            {"spec": ocsp.BasicOCSPResponse, "explicit": 1, "optional": True},
        ),
    ]


def parsed(spec: type, encoded: bytes) -> Any:
    """Read a sequence of something by the referee."""
    return core.SequenceOf.load(encoded, spec=spec, strict=True)


@pytest.mark.parametrize("digest", ["sha256", "sha1", "streebog512"])
def test_certificate_references(digest: str):
    """The referee reads them: otherHash by the digest that was asked for, issuer and serial."""
    encoded = references.certificate_references([PKI.ca, PKI.root], digest)
    found = parsed(OtherCertId, encoded)
    assert len(found) == 2
    for one, certificate in zip(found, (PKI.ca, PKI.root), strict=True):
        assert one["hash"]["value"].native == digests.digest(digest, certificate)
        whole = asn1_x509.Certificate.load(certificate)
        assert one["issuer_serial"]["serial"].native == whole.serial_number
        assert one["issuer_serial"]["issuer"][0].chosen.untag().dump() == whole.issuer.dump()
    for read, certificate in zip(
        references.read_certificate_references(encoded), (PKI.ca, PKI.root), strict=True
    ):
        assert read.means(PKI.leaf, certificate) is True
        assert read.means(PKI.leaf) is False


def test_revocation_references():
    """One entry for each certificate, the signer's first; an empty one for the root."""
    proofs = [Values(ocsp=(BASIC,)), Values(crls=(PKI.crls[0],)), Values()]
    encoded = references.revocation_references(proofs, "sha256")
    first, second, third = parsed(CrlOcspRef, encoded)
    (response,) = first["ocsp"]["responses"]
    assert response["hash"]["value"].native == digests.digest("sha256", BASIC)
    data = ocsp.BasicOCSPResponse.load(BASIC)["tbs_response_data"]
    assert response["identifier"]["responder"].dump() == data["responder_id"].dump()
    assert response["identifier"]["produced"].native == data["produced_at"].native
    (listed,) = second["crls"]["crls"]
    whole = crl.CertificateList.load(PKI.crls[0])
    assert listed["hash"]["value"].native == digests.digest("sha256", PKI.crls[0])
    assert listed["identifier"]["issuer"].dump() == whole.issuer.dump()
    assert listed["identifier"]["number"].native == 1
    assert third.native == {"crls": None, "ocsp": None}
    read = references.read_revocation_references(encoded)
    assert [one.means(BASIC) for one in read[0].ocsp] == [True]
    assert [one.means(PKI.crls[1]) for one in read[1].crls] == [False]
    assert (read[2].crls, read[2].ocsp, read[2].others) == ((), (), 0)


def test_values():
    """What is written is read back, by the referee too; both forms of OCSP are taken."""
    values = Values((PKI.crls[0], PKI.crls[1]), (BASIC,))
    encoded = references.revocation_values(values)
    assert len(RevocationValues.load(encoded, strict=True)["crls"]) == 2
    assert references.read_revocation_values(encoded) == values
    certificates = references.certificate_values([PKI.ca, PKI.root])
    assert references.read_certificate_values(certificates) == (PKI.ca, PKI.root)
    kind = tlv.encode_oid(oids.OCSP_RESPONSE)
    other = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode(0xA2, tlv.encode(tlv.SEQUENCE, kind, tlv.encode(tlv.SEQUENCE, WHOLE))),
    )
    assert references.read_revocation_values(other).ocsp == (BASIC,)


def test_short_form_of_hash():
    """An octet string alone is SHA-1, as old files have it."""
    short = tlv.encode(tlv.OCTET_STRING, digests.digest("sha1", PKI.ca))
    encoded = tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.SEQUENCE, short))
    (read,) = references.read_certificate_references(encoded)
    assert (read.digest, read.means(PKI.ca)) == ("sha1", True)


def test_response_without_hash():
    """A response that is only named is known by its responder and time."""
    name = revocation_data.OcspName.of(BASIC)
    identifier = tlv.encode(tlv.SEQUENCE, name.responder, name.produced_at)
    encoded = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode(
            tlv.SEQUENCE,
            tlv.encode(
                0xA1,
                tlv.encode(
                    tlv.SEQUENCE,
                    tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.SEQUENCE, identifier)),
                ),
            ),
        ),
    )
    (read,) = references.read_revocation_references(encoded)
    assert [one.means(BASIC) for one in read.ocsp] == [True]
    other = revocation_data.basic_of(
        ocsp_made.made(PKI.leaf, PKI.ca, pki_of(KeyAlgorithm.RSA).ca_issuer.key)
    )
    assert other is not None
    assert [one.means(other) for one in read.ocsp] == [False]


def test_wrapped_responses():
    """An OCSP response among revocation lists is as RFC 5940 says, and comes out again."""
    choice = revocation_data.as_choice(BASIC)
    read = cms.RevocationInfoChoice.load(choice)
    assert read.name == "other"
    assert read.chosen["other_rev_info_format"].dotted == oids.OCSP_RESPONSE
    response = ocsp.OCSPResponse.load(read.chosen["other_rev_info"].dump())
    assert response["response_status"].native == "successful"
    assert response["response_bytes"]["response"].contents == BASIC
    assert revocation_data.split_choices([PKI.crls[0], choice]) == ((PKI.crls[0],), (BASIC,))
    assert revocation_data.basic_of(WHOLE) == BASIC
    assert revocation_data.basic_of(BASIC) == BASIC
    assert revocation_data.wrapped(BASIC) == WHOLE


def test_older_index():
    """The index of TS 101 733 names whole attributes, its digest SHA-256 unless it says so."""
    encoded = encode_attribute(oids.SIGNATURE_TIME_STAMP, b"\x05\x00")
    attribute = Attribute(oids.SIGNATURE_TIME_STAMP, (b"\x05\x00",), encoded)
    protected = Protected((PKI.ca,), (), (attribute,))

    def listed(*values: bytes) -> bytes:
        return tlv.encode(tlv.SEQUENCE, *(tlv.encode(tlv.OCTET_STRING, one) for one in values))

    value = tlv.encode(
        tlv.SEQUENCE,
        listed(digests.digest("sha256", PKI.ca)),
        listed(),
        listed(digests.digest("sha256", encoded)),
    )
    index = read_hash_index(Attribute(oids.HASH_INDEX, (value,)))
    assert (index.digest, index.missing(protected), index.covers(attribute)) == ("sha256", 0, True)
    newer = read_hash_index(Attribute(oids.HASH_INDEX_V3, (build_hash_index("sha256", protected),)))
    assert (newer.missing(protected), newer.covers(attribute)) == (0, True)
    assert newer.attributes != index.attributes
    with pytest.raises(RoscherkError):
        read_hash_index(Attribute(oids.HASH_INDEX_V3, (value,)))


READERS: list[Callable[[bytes], Any]] = [
    references.read_certificate_references,
    references.read_revocation_references,
    references.read_certificate_values,
    references.read_revocation_values,
    revocation_data.CrlName.of,
    revocation_data.OcspName.of,
    lambda data: read_hash_index(Attribute(oids.HASH_INDEX_V3, (data,))),
    lambda data: read_hash_index(Attribute(oids.HASH_INDEX, (data,))),
]
SAMPLES = [
    references.certificate_references([PKI.ca], "sha256"),
    references.revocation_references([Values((PKI.crls[0],), (BASIC,))], "sha256"),
    references.revocation_values(Values((PKI.crls[0],), (BASIC,))),
    build_hash_index("sha256", Protected((PKI.ca,), (PKI.crls[0],), ())),
    BASIC,
    WHOLE,
]


@st.composite
def hostile(draw: st.DrawFn) -> bytes:
    """Return octets: any, or a sample with a few of its octets changed."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=200))
    sample = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 4))):
        sample[draw(st.integers(0, len(sample) - 1))] = draw(st.integers(0, 255))
    return bytes(sample)


def test_crl_without_extension_value():
    """A list whose extension has no value is damaged, not a surprise."""
    number = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("2.5.29.20"))
    broken = PKI.crls[0]
    tbs = tlv.read_whole(broken).children()[0]
    kept = [one.raw for one in tbs.children() if one.tag != 0xA0]
    listed = tlv.encode(0xA0, tlv.encode(tlv.SEQUENCE, number))
    made = tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.SEQUENCE, *kept, listed))
    assert revocation_data.CrlName.of(made).number is None


@given(hostile())
def test_any_input_is_survived(data: bytes):
    """Whatever comes in, the readers return or raise the errors of the house."""
    for reader in READERS:
        with contextlib.suppress(RoscherkError):
            reader(data)
    imprint_of(data)
    material_of_token(data)
    revocation_data.basic_of(data)
    revocation_data.split_choices([data])
    for oid in (oids.CERTIFICATE_VALUES, oids.REVOCATION_VALUES):
        material_of_values((Attribute(oid, (data,)),))
