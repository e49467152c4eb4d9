"""Files made to look like more than they are: no level without its evidence, no time by a forger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from levels_lab import Lab, codes, serving
from stand_ins.pki import Issuer, Pki, authority, ca_extensions, make_pki
from stand_ins.time_authority import TimeAuthority, make_time_authority, time_authority_of
from test_levels_tampering import attribute, changed, judged, value_of

from app.algorithms import digests
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.cms import splicing, tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.hash_index import Protected, build_hash_index
from app.crypto.cms.levels.imprints import archive_v3_octets, references_octets
from app.crypto.cms.levels.references import (
    Values,
    certificate_references,
    certificate_values,
    revocation_references,
    revocation_values,
)
from app.crypto.cms.levels.tokens import with_unsigned
from app.crypto.cms.reading import read_cms
from app.crypto.model import SignatureLevel, SigningAct
from app.crypto.verdict.report import SubIndication

B, T, XL1, LT, LTA = SignatureLevel


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Run a server."""
    with serving(tmp_path) as running:
        yield running


def stamped(octets: bytes, service: TimeAuthority) -> bytes:
    """Return a token over octets."""
    return service.token("sha256", digests.digest("sha256", octets))


def with_references(lab: Lab, path: Path, above: list[bytes], proofs: list[Values]) -> Path:
    """Give a signature these references, their values and a time-stamp over them."""
    crls = tuple(crl for one in proofs for crl in one.crls)
    ocsp = tuple(basic for one in proofs for basic in one.ocsp)
    for oid, value in (
        (oids.CERTIFICATE_REFERENCES, certificate_references(above, "sha256")),
        (oids.REVOCATION_REFERENCES, revocation_references(proofs, "sha256")),
        (oids.CERTIFICATE_VALUES, certificate_values(above)),
        (oids.REVOCATION_VALUES, revocation_values(Values(crls, ocsp))),
    ):
        path = changed(path, attribute(oid, value))
    (signer,) = read_cms(path.read_bytes()).signers
    token = stamped(next(references_octets(signer)), time_authority_of(lab.algorithm))
    return changed(path, attribute(oids.REFERENCES_TIME_STAMP, token))


def test_references_to_another_chain(lab: Lab, source: Path):
    """CAD-05: all resolve, all is stamped, and nothing of it is about the signer."""
    path = lab.sign(source, T).target
    own, other = lab.pki, make_pki(lab.algorithm)
    whole = [Values(crls=(own.crls[1],)), Values(crls=(own.crls[0],)), Values()]
    good = with_references(lab, path, [own.ca, own.root], whole)
    assert judged(lab, good, source).level == "CAdES-XL1"
    bare = with_references(lab, path, [own.ca], whole)  # the root need not be there
    assert judged(lab, bare, source).level == "CAdES-XL1"
    foreign = [Values(crls=(other.crls[1],)), Values(crls=(other.crls[0],)), Values()]
    for above, proofs in (
        ([other.ca, other.root], foreign),
        ([other.ca, other.root], whole),
        ([own.ca, own.root], foreign),
        ([own.root], whole),
        ([own.ca, own.root], [Values(crls=(own.crls[0],))]),
        ([own.ca, own.root], [Values(crls=(own.crls[1],))]),
    ):
        report = judged(lab, with_references(lab, path, above, proofs), source)
        assert report.level == "CAdES-T"
        assert "references_incomplete" in codes(report)


@pytest.mark.parametrize(("days", "level"), [(30, "CAdES-LT"), (0, "CAdES-LTA")])
def test_archive_stamp_before_what_it_covers(lab: Lab, source: Path, days: int, level: str):
    """T-05: what did not exist yet cannot have been archived."""
    path = lab.sign(source, LT).target
    signed = read_cms(path.read_bytes())
    (signer,) = signed.signers
    layout = signed.layout
    index = build_hash_index(
        "sha256", Protected(layout.certificates, layout.crls, signer.unsigned_attributes)
    )
    content = digests.digest("sha256", source.read_bytes())
    octets = next(archive_v3_octets(signed.content_type, content, signer, index))
    early = replace(time_authority_of(lab.algorithm), clock=-timedelta(days=days))
    token = with_unsigned(stamped(octets, early), oids.HASH_INDEX_V3, index)
    path = changed(path, attribute(oids.ARCHIVE_TIME_STAMP_V3, token))
    report = lab.report(path, content=source)
    disorder = SubIndication.TIMESTAMP_ORDER_FAILURE if days else None
    assert (report.level, report.sub_indication) == (level, disorder)
    assert ("level_stamp_order" in codes(report)) is bool(days)


def test_root_that_is_none(lab: Lab, source: Path):
    """A certificate that only says it is a root does not make the evidence whole."""
    forger = make_pki(lab.algorithm)
    # The "root" names itself as its issuer and was signed by nobody we have.
    false = Issuer(EphemeralKey.generate(lab.algorithm), forger.root_issuer.name)
    unsaid = Issuer(EphemeralKey.generate(lab.algorithm), forger.root_issuer.name)
    ca = forger.ca_issuer
    false.certificate = unsaid.issue(
        false.key.public,
        subject=false.name,
        extensions=ca_extensions(false.key.public, false.key.public)[:3],
    )
    ca.certificate = false.issue(
        ca.key.public, subject=ca.name, extensions=ca_extensions(ca.key.public, false.key.public)
    )
    service = make_time_authority(forger)
    path = lab.sign(source, LT).target
    parts, _ = splicing.take_apart(path.read_bytes())
    token = stamped(read_cms(path.read_bytes()).signers[0].signature, service)
    path = changed(path, attribute(oids.SIGNATURE_TIME_STAMP, token))
    lists = (false.crl(), ca.crl())
    decoy = forger.root  # the same name, another key: the chain breaks at a bad signature
    certificates = (*parts.certificates, ca.certificate, false.certificate, decoy)
    path = changed(
        path,
        lambda one: replace(one, certificates=certificates, crls=(*one.crls, *lists)),
    )
    report = judged(lab, path, source)
    assert report.level == "CAdES-T"
    assert report.signing_time.rfc3161 is None


def test_token_of_another_signature(lab: Lab, source: Path):
    """Neither a time-stamp nor one of its references goes over to another signature."""
    first = lab.sign(source, XL1).target
    stolen = {
        oid: value_of(first, oid) for oid in (oids.SIGNATURE_TIME_STAMP, oids.REFERENCES_TIME_STAMP)
    }
    second = lab.sign(source, XL1).target
    for oid, value in stolen.items():
        report = judged(lab, changed(second, attribute(oid, value)), source)
        assert report.level == ("CAdES-BES" if oid == oids.SIGNATURE_TIME_STAMP else "CAdES-T")
        assert "tsp_imprint" in codes(report)


def test_counter_signature_and_its_parent(lab: Lab, source: Path):
    """The time-stamp of a signature says nothing of one that countersigns it."""
    path = lab.sign(source, T).target
    token = value_of(path, oids.SIGNATURE_TIME_STAMP)
    path = lab.act(SigningAct.COUNTER_SIGN, path, B, countersigned=1).target

    def hand_on(parts: splicing.Parts) -> splicing.Parts:
        (signer,) = parts.signers
        (counter,) = [
            one
            for one in splicing.unsigned_attributes(signer)
            if splicing.attribute_oid(one) == "1.2.840.113549.1.9.6"
        ]
        (value,) = tlv.read_whole(counter).children()[1].children()
        grown = splicing.with_unsigned_attribute(value.raw, oids.SIGNATURE_TIME_STAMP, token)
        kept = [one for one in splicing.unsigned_attributes(signer) if one != counter]
        again = splicing.encode_attribute("1.2.840.113549.1.9.6", grown)
        return replace(parts, signers=(splicing.with_unsigned_attributes(signer, [*kept, again]),))

    _, counter = lab.verify(changed(path, hand_on), content=source).report.signatures
    assert counter.signing_time.rfc3161 is None
    assert counter.level == "CAdES-BES"


@pytest.mark.parametrize(
    ("reason", "later", "proved"),
    [
        (None, True, False),
        (1, True, False),
        (2, True, False),
        (6, True, False),
        (10, True, False),
        (4, True, True),
        (0, True, True),
        (4, False, False),
    ],
)
def test_revoked_authority(lab: Lab, source: Path, reason: int | None, later: bool, proved: bool):
    """RFC 3161 §4: after a compromise no time-stamp counts, however early it says it was."""
    service = make_time_authority(lab.pki)
    path = lab.sign(source, B).target
    (signer,) = read_cms(path.read_bytes()).signers
    now = datetime.now(UTC).replace(microsecond=0)
    service = replace(service, at=now - timedelta(days=2))
    path = changed(path, attribute(oids.SIGNATURE_TIME_STAMP, stamped(signer.signature, service)))
    assert judged(lab, path, source).signing_time.rfc3161 == service.at
    entry = RevokedEntry(
        serial=int(describe(service.certificate).serial, 16),
        at=now - timedelta(days=1 if later else 3),
        reason=reason,
    )
    crl = lab.pki.ca_issuer.crl(entry, this_update=now - timedelta(hours=1), number=9)
    path = changed(path, lambda parts: replace(parts, crls=(*parts.crls, crl)))
    report = judged(lab, path, source)
    assert (report.signing_time.rfc3161 == service.at) is proved


def test_authority_with_the_same_name_and_number(lab: Lab, source: Path):
    """T-02: a certificate made to be taken for the authority's is not the one it meant."""
    honest = time_authority_of(lab.algorithm)
    path = lab.sign(source, B).target
    (signer,) = read_cms(path.read_bytes()).signers
    key = EphemeralKey.generate(lab.algorithm)
    number = int(describe(honest.certificate).serial, 16)
    forged = make_time_authority(_impostor(lab.pki), serial=number)
    for service in (
        replace(forged, certificate=honest.certificate),
        replace(honest, key=key),
        replace(forged, chain=(honest.certificate,)),
    ):
        token = stamped(signer.signature, service)
        report = judged(lab, changed(path, attribute(oids.SIGNATURE_TIME_STAMP, token)), source)
        assert report.signing_time.rfc3161 is None


def _impostor(pki: Pki) -> Pki:
    """Return an infrastructure whose authority bears the name of another."""
    made = make_pki(pki.algorithm)
    assert made.ca_issuer.name == authority("Тестовый УЦ") == pki.ca_issuer.name
    return made


@pytest.mark.parametrize("inside", [b"\x30\x05\x30", b"\x30\x80\x30\x05\x30"])
def test_damage_deep_inside_a_reference(lab: Lab, source: Path, inside: bytes):
    """What stands under no signature may be broken in any way: the signature stays what it is."""
    path = lab.sign(source, XL1).target
    value = value_of(path, oids.CERTIFICATE_REFERENCES)
    broken = tlv.encode(tlv.SEQUENCE, tlv.read_whole(value).contents, tlv.encode(0x30, inside))
    report = judged(lab, changed(path, attribute(oids.CERTIFICATE_REFERENCES, broken)), source)
    assert report.level == "CAdES-T"
    assert "level_stamp_unsound" in codes(report)
