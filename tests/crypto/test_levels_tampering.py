"""What is broken above CAdES-BES lowers the level and says so; the signature itself stays good."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from levels_lab import Lab, codes, serving
from stand_ins.pki import make_pki
from stand_ins.time_authority import Lie, make_time_authority, time_authority_of

from app.algorithms import digests
from app.crypto.cms import splicing, tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.hash_index import Protected, build_hash_index
from app.crypto.cms.levels.imprints import archive_v3_octets
from app.crypto.cms.levels.references import certificate_references, certificate_values
from app.crypto.cms.levels.tokens import with_unsigned
from app.crypto.cms.reading import read_cms
from app.crypto.model import SignatureLevel, SigningAct, TrustMaterial
from app.crypto.verdict.report import Indication, SignatureReport, SubIndication

B, T, XL1, LT, LTA = SignatureLevel

Change = Callable[[splicing.Parts], splicing.Parts]


def changed(path: Path, change: Change) -> Path:
    """Write the file anew with its parts changed."""
    parts, content = splicing.take_apart(path.read_bytes())
    target = path.with_name("changed.sig")
    target.write_bytes(splicing.put_together(change(parts), content))
    return target


def attribute(oid: str, *values: bytes) -> Change:
    """Replace one unsigned attribute; without values it goes."""

    def change(parts: splicing.Parts) -> splicing.Parts:
        (signer,) = parts.signers
        kept = [
            one
            for one in splicing.unsigned_attributes(signer)
            if splicing.attribute_oid(one) != oid
        ]
        more = [splicing.encode_attribute(oid, *values)] if values else []
        new = splicing.with_unsigned_attributes(signer, [*kept, *more])
        return replace(parts, signers=(new,))

    return change


def value_of(path: Path, oid: str) -> bytes:
    """Return the value of an unsigned attribute."""
    (signer,) = read_cms(path.read_bytes()).signers
    (found,) = [one for one in signer.unsigned_attributes if one.oid == oid]
    (value,) = found.values
    return value


def flipped(data: bytes, place: int = -3) -> bytes:
    """Change one octet."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place:][1:]


def judged(lab: Lab, path: Path, source: Path) -> SignatureReport:
    """Verify; nothing above BES may touch the verdict on the signature itself."""
    report = lab.report(path, content=source)
    assert report.verdict is Indication.TOTAL_PASSED
    return report


@pytest.fixture
def lab(tmp_path: Path):
    """Run a server."""
    with serving(tmp_path) as running:
        yield running


def test_signature_time_stamp(lab: Lab, source: Path):
    """CAD-04: over another signature, altered, or not readable, it raises nothing."""
    path = lab.sign(source, T).target
    assert judged(lab, path, source).level == "CAdES-T"
    token = value_of(path, oids.SIGNATURE_TIME_STAMP)
    authority = time_authority_of(lab.algorithm)
    other = authority.token("sha256", digests.digest("sha256", b"other octets"))
    for wrong in (other, flipped(token), b"\x30\x00", b"\x04\x02hi"):
        broken = changed(path, attribute(oids.SIGNATURE_TIME_STAMP, wrong))
        report = judged(lab, broken, source)
        assert report.level == "CAdES-BES"
        assert report.signing_time.rfc3161 is None
        assert "level_stamp_unsound" in codes(report)
    gone = changed(path, attribute(oids.SIGNATURE_TIME_STAMP))
    assert judged(lab, gone, source).level == "CAdES-BES"


def test_authority_that_may_not_stamp(lab: Lab, source: Path):
    """CAD-04: whoever signs like an authority without being one raises nothing."""
    path = lab.sign(source, B).target
    (signer,) = read_cms(path.read_bytes()).signers
    value = signer.signature
    for authority in (
        make_time_authority(lab.pki, purposes=()),
        time_authority_of(lab.algorithm).lying(Lie.OTHER_SIGNING_CERTIFICATE),
        time_authority_of(lab.algorithm).lying(Lie.SIGNATURE),
    ):
        token = authority.token("sha256", digests.digest("sha256", value))
        report = judged(lab, changed(path, attribute(oids.SIGNATURE_TIME_STAMP, token)), source)
        assert report.level == "CAdES-BES"
        assert report.signing_time.rfc3161 is None


def test_stamp_after_the_end_of_the_certificate(lab: Lab, source: Path):
    """CAD-04: a time-stamp made when the certificate had expired raises nothing."""
    path = lab.sign(source, B).target
    (signer,) = read_cms(path.read_bytes()).signers
    late = replace(time_authority_of(lab.algorithm), at=datetime(2044, 6, 1, tzinfo=UTC))
    token = late.token("sha256", digests.digest("sha256", signer.signature))
    report = judged(lab, changed(path, attribute(oids.SIGNATURE_TIME_STAMP, token)), source)
    assert report.level == "CAdES-BES"
    assert "level_stamp_after_expiry" in codes(report)


def test_untrusted_authority(lab: Lab, source: Path):
    """A sound time-stamp of a stranger gives the level, and no proved time."""
    stranger = make_time_authority(make_pki(lab.algorithm))
    path = lab.sign(source, B).target
    (signer,) = read_cms(path.read_bytes()).signers
    token = stranger.token("sha256", digests.digest("sha256", signer.signature))
    report = judged(lab, changed(path, attribute(oids.SIGNATURE_TIME_STAMP, token)), source)
    assert report.level == "CAdES-T"
    assert report.signing_time.rfc3161 is None
    assert "level_stamp_untrusted" in codes(report)


def test_time_is_proved_only_under_trust(lab: Lab, source: Path):
    """With nothing trusted there is no proved time, whatever the level."""
    path = lab.sign(source, T).target
    report = lab.report(path, trust=TrustMaterial())
    assert (report.level, report.signing_time.rfc3161) == ("CAdES-T", None)


XL1_BREAKS = {
    "certificate references gone": (oids.CERTIFICATE_REFERENCES, (), "references_incomplete"),
    "revocation references gone": (oids.REVOCATION_REFERENCES, (), "references_incomplete"),
    "certificate values gone": (oids.CERTIFICATE_VALUES, (), "references_unresolved"),
    "revocation values gone": (oids.REVOCATION_VALUES, (), "references_unresolved"),
    "certificate values broken": (oids.CERTIFICATE_VALUES, (b"\x04\x00",), "references_damaged"),
    "revocation values broken": (oids.REVOCATION_VALUES, (b"\x04\x00",), "references_damaged"),
    "references broken": (oids.CERTIFICATE_REFERENCES, (b"\x04\x00",), "references_damaged"),
    "references empty": (oids.CERTIFICATE_REFERENCES, (b"\x30\x00",), "references_incomplete"),
    "two values": (oids.REVOCATION_REFERENCES, (b"\x30\x00",) * 2, "references_damaged"),
    "time-stamp gone": (oids.REFERENCES_TIME_STAMP, (), None),
}


@pytest.mark.parametrize("name", XL1_BREAKS)
def test_long_references(lab: Lab, source: Path, name: str):
    """CAD-05: every part of X Long is needed; without it the level is T, and the reason told."""
    oid, values, code = XL1_BREAKS[name]
    path = lab.sign(source, XL1).target
    assert judged(lab, path, source).level == "CAdES-XL1"
    report = judged(lab, changed(path, attribute(oid, *values)), source)
    assert report.level == "CAdES-T"
    assert code is None or code in codes(report)


def test_reference_to_something_else(lab: Lab, source: Path):
    """CAD-05: a reference to a certificate that is not there, or whose hash is wrong."""
    path = lab.sign(source, XL1).target
    stranger = certificate_references([make_pki(lab.algorithm).root], "sha256")
    wrong = flipped(value_of(path, oids.CERTIFICATE_REFERENCES), place=40)
    unknown = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode(
            tlv.SEQUENCE,
            tlv.encode(
                tlv.SEQUENCE,
                tlv.encode(tlv.SEQUENCE, tlv.encode_oid("1.2.3.4")),
                tlv.encode(tlv.OCTET_STRING, b"1234"),
            ),
        ),
    )
    for value in (stranger, wrong, unknown):
        report = judged(lab, changed(path, attribute(oids.CERTIFICATE_REFERENCES, value)), source)
        assert report.level == "CAdES-T"
        # The time-stamp of CAdES-C is over the references, so it falls with them.
        assert {"references_unresolved", "level_stamp_unsound"} <= codes(report)


def test_evidence_taken_away(lab: Lab, source: Path):
    """CAD-06: without revocation data for each certificate it is no LT."""
    path = lab.sign(source, LT).target
    assert judged(lab, path, source).level == "CAdES-LT"
    bare = changed(path, lambda parts: replace(parts, crls=()))
    assert judged(lab, bare, source).level == "CAdES-T"
    half = changed(path, lambda parts: replace(parts, crls=parts.crls[:1]))
    report = judged(lab, half, source)
    assert report.level == "CAdES-T"
    assert "level_evidence_incomplete" in codes(report)


def archive(lab: Lab, path: Path, source: Path, index: Callable[[str, Protected], bytes]) -> Path:
    """Lay an archive time-stamp into an LT file with an index of one's own making."""
    signed = read_cms(path.read_bytes())
    (signer,) = signed.signers
    protected = Protected(
        signed.layout.certificates, signed.layout.crls, signer.unsigned_attributes
    )
    value = index("sha256", protected)
    content = digests.digest("sha256", source.read_bytes())
    octets = next(archive_v3_octets(signed.content_type, content, signer, value))
    token = time_authority_of(lab.algorithm).token("sha256", digests.digest("sha256", octets))
    whole = with_unsigned(token, oids.HASH_INDEX_V3, value)
    return changed(path, attribute(oids.ARCHIVE_TIME_STAMP_V3, whole))


def test_archive_index(lab: Lab, source: Path):
    """CAD-06: exactly one index, of the same digest, naming only what is there, and enough of it."""
    path = lab.sign(source, LT).target
    assert judged(lab, archive(lab, path, source, build_hash_index), source).level == "CAdES-LTA"

    def stranger(name: str, protected: Protected) -> bytes:
        more = (*protected.certificates, make_pki(lab.algorithm).root)
        return build_hash_index(name, replace(protected, certificates=more))

    def other_digest(_: str, protected: Protected) -> bytes:
        return build_hash_index("sha512", protected)

    def empty(name: str, _: Protected) -> bytes:
        return build_hash_index(name, Protected((), (), ()))

    def without_lists(name: str, protected: Protected) -> bytes:
        return build_hash_index(name, replace(protected, revocation=()))

    for make, code in (
        (stranger, "hash_index_mismatch"),
        (other_digest, "hash_index_digest"),
        (empty, "archive_partial"),
        (without_lists, "archive_partial"),
        (lambda *_: b"\x30\x00", "hash_index_count"),
    ):
        report = judged(lab, archive(lab, path, source, make), source)
        assert report.level == "CAdES-LT"
        assert code in codes(report)


def test_archive_broken(lab: Lab, source: Path):
    """CAD-06: an archive time-stamp without an index, with two, or over other octets."""
    path = lab.sign(source, LTA).target
    assert judged(lab, path, source).level == "CAdES-LTA"
    token = value_of(path, oids.ARCHIVE_TIME_STAMP_V3)
    parts, content = splicing.take_apart(token)
    (signer,) = parts.signers
    index = splicing.unsigned_attributes(signer)

    def with_indexes(*attributes: bytes) -> bytes:
        new = splicing.with_unsigned_attributes(signer, attributes)
        return splicing.put_together(replace(parts, signers=(new,)), content)

    for wrong in (with_indexes(), with_indexes(*index, *index), flipped(token, 120)):
        report = judged(lab, changed(path, attribute(oids.ARCHIVE_TIME_STAMP_V3, wrong)), source)
        assert report.level == "CAdES-LT"
        assert "level_stamp_unsound" in codes(report)


@pytest.mark.parametrize(
    "part",
    [oids.SIGNATURE_TIME_STAMP, oids.ARCHIVE_TIME_STAMP_V3],
)
def test_archived_part_changed(lab: Lab, source: Path, part: str):
    """CAD-06: what is archived cannot be exchanged behind the archive time-stamp's back."""
    path = lab.sign(source, LTA).target
    if part == oids.SIGNATURE_TIME_STAMP:
        (signer,) = read_cms(path.read_bytes()).signers
        authority = time_authority_of(lab.algorithm)
        another = authority.token("sha256", digests.digest("sha256", signer.signature))
        broken = changed(path, attribute(part, another))
        assert judged(lab, broken, source).level == "CAdES-LT"
        assert "hash_index_mismatch" in codes(judged(lab, broken, source))
        return
    fewer = changed(path, lambda parts: replace(parts, certificates=parts.certificates[:-1]))
    assert "hash_index_mismatch" in codes(lab.report(fewer, content=source))


def test_document_changed(lab: Lab, source: Path):
    """A changed document fails, whatever stands above the signature."""
    path = lab.sign(source, LTA).target
    source.write_bytes(source.read_bytes() + b"!")
    report = lab.report(path, content=source)
    assert report.verdict is Indication.TOTAL_FAILED
    assert "level_stamp_unsound" in codes(report)


def test_times_that_contradict(lab: Lab, source: Path):
    """Time-stamps whose order cannot be leave the signature undetermined (T-05)."""
    path = lab.sign(source, LT).target
    signed = read_cms(path.read_bytes())
    (signer,) = signed.signers
    early = replace(time_authority_of(lab.algorithm), clock=-timedelta(days=30))
    protected = Protected(
        signed.layout.certificates, signed.layout.crls, signer.unsigned_attributes
    )
    index = build_hash_index("sha256", protected)
    content = digests.digest("sha256", source.read_bytes())
    octets = next(archive_v3_octets(signed.content_type, content, signer, index))
    token = early.token("sha256", digests.digest("sha256", octets))
    whole = with_unsigned(token, oids.HASH_INDEX_V3, index)
    path = changed(path, attribute(oids.ARCHIVE_TIME_STAMP_V3, whole))
    report = lab.report(path, content=source)
    assert report.verdict is Indication.INDETERMINATE
    assert report.sub_indication is SubIndication.TIMESTAMP_ORDER_FAILURE
    assert "level_stamp_order" in codes(report)


def test_each_signature_has_its_own(lab: Lab, source: Path):
    """A broken time-stamp of one signer is no matter of the other's."""
    path = lab.sign(source, T).target
    path = lab.act(SigningAct.CO_SIGN, path, T).target

    def break_first(parts: splicing.Parts) -> splicing.Parts:
        first, second = parts.signers
        kind = splicing.encode_attribute(oids.SIGNATURE_TIME_STAMP, b"\x30\x00")
        return replace(parts, signers=(splicing.with_unsigned_attributes(first, [kind]), second))

    reports = lab.verify(changed(path, break_first), content=source).report.signatures
    assert [one.level for one in reports] == ["CAdES-BES", "CAdES-T"]


def test_values_add_nothing_to_trust(lab: Lab, source: Path):
    """A root inside certificate-values is material, never an anchor (rule X-12)."""
    path = lab.sign(source, B).target
    values = certificate_values([lab.pki.root, lab.pki.ca])
    more = changed(path, attribute(oids.CERTIFICATE_VALUES, values))
    report = lab.report(more, content=source, trust=TrustMaterial())
    assert report.verdict is Indication.INDETERMINATE
    assert report.trust == "untrusted"


@pytest.mark.parametrize("level", [XL1, LTA])
def test_mutants(lab: Lab, source: Path, level: SignatureLevel):
    """Whatever octet is changed: no crash, no better level, no other time, no silent loss."""
    path = lab.sign(source, level).target
    data, good = path.read_bytes(), lab.report(path, content=source)
    order = ["CMS", "CAdES-BES", "CAdES-T", "CAdES-XL1", "CAdES-LT", "CAdES-LTA"]
    chance = random.Random(20261127)
    mutant = path.with_name("mutant.sig")
    for _ in range(60):
        octets = bytearray(data)
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
        mutant.write_bytes(octets)
        for report in lab.verify(mutant, content=source).report.signatures:
            assert order.index(report.level) <= order.index(good.level)
            assert report.signing_time.rfc3161 in {None, good.signing_time.rfc3161}
            lowered = report.verdict is Indication.TOTAL_PASSED and report.level != good.level
            assert not lowered or codes(report) - codes(good)
