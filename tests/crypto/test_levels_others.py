"""Forms that others make: old archive time-stamps, policies, content time-stamps; other referees."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from levels_lab import Lab, codes, serving
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext
from signing_lab import TEXT, refused
from stand_ins.extensions_made import authority_access
from stand_ins.ocsp_responder import ocsp_responder
from stand_ins.pki import authority, end_entity, pki_of
from stand_ins.time_authority import extensions, make_time_authority, time_authority_of

from app.algorithms import digests, names
from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import splicing, structure, tlv, writing
from app.crypto.cms.levels import oids
from app.crypto.cms.reading import read_cms
from app.crypto.model import SignatureLevel, TrustMaterial
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode

B, T, XL1, LT, LTA = SignatureLevel


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Run a server."""
    with serving(tmp_path, KeyAlgorithm.RSA) as running:
        yield running


def archived_v2(
    lab: Lab, path: Path, source: Path, *, heads: bool = True, spoil: bool = False
) -> Path:
    """Lay an archive time-stamp of the second form into a file, by the letter of RFC 5126 §6.4.1."""
    data = path.read_bytes()
    signed = cms.ContentInfo.load(data)["content"]
    signer = signed["signer_infos"][0]
    unsigned = signer["unsigned_attrs"]
    fields = [
        signer["version"].dump(),
        signer["sid"].dump(),
        signer["digest_algorithm"].dump(),
        signer["signed_attrs"].dump(),
        signer["signature_algorithm"].dump(),
        signer["signature"].dump(),
        unsigned.dump() if heads else unsigned.contents,
    ]
    octets = signed["encap_content_info"].dump()
    if not signed["encap_content_info"]["content"].contents:
        octets += source.read_bytes()
    octets += signed["certificates"].dump() + signed["crls"].dump() + b"".join(fields)
    token = time_authority_of(lab.algorithm).token(
        "sha256", digests.digest("sha256", octets + (b"!" if spoil else b""))
    )
    parts, content = splicing.take_apart(data)
    new = splicing.with_unsigned_attributes(
        parts.signers[0],
        [
            *splicing.unsigned_attributes(parts.signers[0]),
            splicing.encode_attribute(oids.ARCHIVE_TIME_STAMP_V2, token),
        ],
    )
    target = path.with_name("archived.sig")
    target.write_bytes(splicing.put_together(replace(parts, signers=(new,)), content))
    return target


@pytest.mark.parametrize("heads", [True, False])
@pytest.mark.parametrize("attached", [True, False])
def test_archive_time_stamp_v2(lab: Lab, source: Path, heads: bool, attached: bool):
    """Both readings of the older standard are known; the imprint is over the whole file."""
    path = lab.sign(source, LT, attached=attached).target
    archived = archived_v2(lab, path, source, heads=heads)
    verification = lab.verify(archived, content=None if attached else source)
    (facts,) = verification.facts.signatures
    assert [(one.kind, one.imprint_matches) for one in facts.time_stamps] == [
        ("signature", True),
        ("archive", True),
    ]
    (report,) = verification.report.signatures
    assert report.level == "CAdES-LT"
    assert not {one for one in codes(report) if one.startswith(("level_", "unsigned_"))}
    spoiled = archived_v2(lab, path, source, heads=heads, spoil=True)
    assert "level_stamp_unsound" in codes(lab.report(spoiled, content=None if attached else source))


@pytest.mark.parametrize("own", [True, False], ids=["own attribute", "another"])
def test_older_stamp_smuggled_in_behind_a_later_one(lab: Lab, source: Path, own: bool):
    """An old archive time-stamp vouches for nothing that was laid beside a later one afterwards."""
    archived = archived_v2(lab, lab.sign(source, LT).target, source)
    parts, content = splicing.take_apart(archived.read_bytes())
    *others, last = splicing.unsigned_attributes(parts.signers[0])
    (token,) = [one.raw for one in tlv.read_whole(last).children()[1].children()]
    authority = time_authority_of(lab.algorithm)
    early = replace(authority, at=datetime(2026, 3, 1, tzinfo=UTC)).token("sha256", bytes(32))
    pair = (token if own else authority.token("sha256", bytes(32)), early)
    both = splicing.encode_attribute(oids.ARCHIVE_TIME_STAMP_V2, *pair)
    new = splicing.with_unsigned_attributes(
        parts.signers[0], [*others, *([] if own else [last]), both]
    )
    archived.write_bytes(splicing.put_together(replace(parts, signers=(new,)), content))
    (facts,) = lab.verify(archived, content=source).facts.signatures
    stamps = [one for one in facts.time_stamps if one.kind == "archive"]
    assert [one.imprint_matches for one in stamps] == [False] * (2 if own else 3)


def test_archive_time_stamp_v2_holds_the_file(lab: Lab, source: Path):
    """What an old archive time-stamp covers is not added to."""
    archived = archived_v2(lab, lab.sign(source, LT).target, source)
    error = refused(lambda: lab.raise_file(archived, LTA, content=source))
    assert error.code is ErrorCode.LEVEL_ARCHIVE_OLD


def test_archive_time_stamp_of_the_oldest_form(lab: Lab, source: Path):
    """It is shown and counted for nothing: its imprint is not defined clearly enough."""
    path = lab.sign(source, LT).target
    parts, content = splicing.take_apart(path.read_bytes())
    token = time_authority_of(lab.algorithm).token("sha256", bytes(32))
    new = splicing.with_unsigned_attribute(parts.signers[0], oids.ARCHIVE_TIME_STAMP, token)
    target = path.with_name("archived.sig")
    target.write_bytes(splicing.put_together(replace(parts, signers=(new,)), content))
    report = lab.report(target, content=source)
    assert report.level == "CAdES-LT"
    assert "archive_form_unknown" in codes(report)


def signed_with(lab: Lab, source: Path, *more: bytes) -> Path:
    """Sign with further signed attributes."""
    pki = lab.pki
    name = names.default_digest(lab.algorithm)
    plain = writing.signed_attributes(
        digest_name=name,
        content_digest=digests.digest(name, source.read_bytes()),
        certificate=pki.leaf,
        signing_time=lab.request(source, B).signing_time,
    )
    attributes = tlv.encode_set_of([*(one.raw for one in tlv.read_whole(plain).children()), *more])
    made = writing.build_signed_data(
        attributes=attributes,
        signature=pki.key.sign_digest(name, digests.digest(name, attributes), None),
        certificate=pki.leaf,
        chain=(pki.ca,),
        digest_name=name,
    )
    path = source.with_name("made.sig")
    path.write_bytes(made)
    return path


def test_signature_policy(lab: Lab, source: Path):
    """EPES: the policy is named to the user, who is told that nobody looked at it."""
    policy = tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.643.100.1"))
    path = signed_with(lab, source, splicing.encode_attribute(oids.SIGNATURE_POLICY, policy))
    report = lab.report(path, content=source)
    assert (report.verdict, report.level) == (Indication.TOTAL_PASSED, "CAdES-BES")
    (notice,) = [one for one in report.warnings if one.code == "signature_policy_unchecked"]
    assert notice.facts == {"oid": "1.2.643.100.1"}
    implied = splicing.encode_attribute(oids.SIGNATURE_POLICY, b"\x05\x00")
    report = lab.report(signed_with(lab, source, implied), content=source)
    assert "signature_policy_unchecked" in codes(report)


def test_content_time_stamp(lab: Lab, source: Path):
    """It is over the document, under whatever digest; it proves nothing of the signature."""
    authority = time_authority_of(lab.algorithm)
    for name, octets, good in (("sha512", TEXT, True), ("sha256", b"other", False)):
        token = authority.token(name, digests.digest(name, octets))
        path = signed_with(lab, source, splicing.encode_attribute(oids.CONTENT_TIME_STAMP, token))
        verification = lab.verify(path, content=source)
        (facts,), (report,) = verification.facts.signatures, verification.report.signatures
        assert [(one.kind, one.imprint_matches) for one in facts.time_stamps] == [("content", good)]
        assert (report.level, report.signing_time.rfc3161) == ("CAdES-BES", None)
        assert ("level_stamp_unsound" in codes(report)) is not good
        assert report.verdict is Indication.TOTAL_PASSED


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.RSA, KeyAlgorithm.GOST_256])
@pytest.mark.parametrize("level", [XL1, LT, LTA])
def test_evidence_from_the_network(
    tmp_path: Path, source: Path, algorithm: KeyAlgorithm, level: SignatureLevel
):
    """OCSP and lists are fetched by the addresses in the certificates, and lie in the file."""
    pki = pki_of(algorithm)
    ca_key = pki.ca_issuer.key.public
    plain = make_time_authority(pki)
    with serving(tmp_path, algorithm) as lab:
        access = authority_access([lab.server.ocsp(ocsp_responder(pki, delegated=True))])
        leaf = pki.issue(extensions=(*end_entity(pki.leaf_key.public, ca_key), access))
        stamping = pki.issue(
            plain.key.public,
            subject=authority("Служба времени с адресом"),
            extensions=(*extensions(plain.key.public, ca_key), access),
        )
        lab.authority = replace(plain, certificate=stamping)
        # The list of the issuing authority is not at hand: its responder must be asked.
        trust = TrustMaterial(anchors=lab.trust.anchors, crls=(lab.trust.crls[0] / "0.der",))
        signed = lab.sign(
            source, level, container_certificate=leaf, evidence=lab.order(trust=trust)
        )
        assert signed.shortfall is None
        purposes = [use.purpose.value for use in signed.network]
        assert purposes.count("ocsp") == (1 if level is XL1 else 2)
        poor = TrustMaterial(anchors=lab.trust.anchors)
        # The verifier has the root and nothing else: all else lies in the file.
        report = lab.report(signed.target, content=source, trust=poor)
        assert report.level == signed.level
        assert report.revocation == "good"
        assert report.verdict is Indication.TOTAL_PASSED
        data = signed.target.read_bytes()
        signed_data = cms.ContentInfo.load(data)["content"]
        kinds = [] if not signed_data["crls"] else [one.name for one in signed_data["crls"]]
        assert ("other" in kinds) is (level is not XL1)


@pytest.mark.parametrize("level", [T, XL1, LT])
def test_pyhanko_accepts(lab: Lab, source: Path, level: SignatureLevel):
    """PyHanko finds signature and time-stamp intact and trusted."""
    path = lab.sign(source, level).target
    signed = cms.ContentInfo.load(path.read_bytes())["content"]
    roots = [asn1_x509.Certificate.load(lab.pki.root)]
    context = ValidationContext(
        trust_roots=roots,
        other_certs=[asn1_x509.Certificate.load(lab.pki.ca)],
        allow_fetching=False,
    )
    status = asyncio.run(
        async_validate_detached_cms(
            io.BytesIO(source.read_bytes()),
            signed,
            signer_validation_context=context,
            ts_validation_context=context,
        )
    )
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    stamp = status.timestamp_validity
    assert stamp is not None
    assert (stamp.intact, stamp.valid, stamp.trusted) == (True, True, True)


def test_structure_is_der(lab: Lab, source: Path):
    """What we write is DER to the last octet."""
    for level in (T, XL1, LT, LTA):
        data = lab.sign(source, level).target.read_bytes()
        assert tlv.to_der(tlv.read_whole(data)) == data
        assert read_cms(data).content_type == structure.DATA
