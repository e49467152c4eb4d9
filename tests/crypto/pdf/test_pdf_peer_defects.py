"""Defects that were met in pyHanko and certvalidator: on the same input our engine is right.

Each test is one row of the list that was made when the libraries were chosen; the engine does
without those parts of them, and these tests hold it to that.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from attacks import pdf_forgeries as forge
from pdf_levels_lab import Lab, lab, sound
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins import openssl, servers
from stand_ins.ocsp_responder import OcspResponder, ocsp_responder
from stand_ins.pki import Pki, authority, end_entity, make_pki, pki_of
from stand_ins.signed_pdf import NoProgress
from stand_ins.time_authority import Lie, extensions, make_time_authority

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.building import ExtensionSpec
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms import splicing, tlv
from app.crypto.cms.checking import check_cms
from app.crypto.cms.levels.oids import SIGNATURE_TIME_STAMP
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.model import SignatureLevel, VerifyRequest
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.fields import as_array, entry
from app.crypto.pdf.levels import signature_value
from app.crypto.raising import pdf as raising_pdf
from app.crypto.raising.model import RaiseRequest
from app.crypto.saving import new_job
from app.crypto.verdict.facts import Level, RevocationStatus
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import KeyLimit, load_policy
from app.crypto.verdict.report import Indication, SubIndication
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import ErrorCode

GOST = KeyAlgorithm.GOST_256
EC = KeyAlgorithm.ECDSA_P256
NOW = datetime.now(UTC)


@pytest.fixture
def gost(tmp_path: Path) -> Iterator[Lab]:
    """Return a laboratory with GOST keys."""
    with servers.running() as server:
        yield lab(tmp_path / "lab", GOST, server)


@pytest.fixture
def signed(contract: Path, gost: Lab) -> Path:
    """Return a contract at B-B."""
    return gost.sign(contract, SignatureLevel.B).target


def state(pki: Pki, responder: OcspResponder, digest_name: str) -> RevocationStatus:
    """Return what one response says of the signer's certificate, without any list."""
    answer = responder.about(pki.leaf, pki.ca, digest_name)
    trust = LoadedTrust.of(anchors=[pki.root], intermediates=[pki.ca])
    chain = build_chain(pki.leaf, ocsp=[answer], trust=trust, at=datetime.now(UTC))
    return chain.links[0].revocation.status


def test_1_gost_responder_of_its_own(contract: Path, tmp_path: Path) -> None:
    """Row 1: a delegated GOST responder with ocsp-nocheck proves a state, also inside a PDF."""
    pki = make_pki(GOST)
    responder = ocsp_responder(pki, delegated=True)
    assert state(pki, responder, "sha1") is RevocationStatus.GOOD
    serial = int.from_bytes(Outline.read(pki.leaf).serial)
    gone = replace(responder, revoked={serial: (NOW - timedelta(days=1), 1)})
    assert state(pki, gone, "sha1") is RevocationStatus.REVOKED
    with servers.running() as server:
        url = server.ocsp(responder)
        pki.leaf = with_responder(pki, url, pki.leaf_key.public)
        tsa = make_time_authority(pki)
        pki.crls = (pki.root_issuer.crl(),)
        tsa = replace(tsa, certificate=with_responder(pki, url, tsa.key.public, tsa.certificate))
        room = lab(tmp_path / "lab", GOST, server, pki=pki, tsa=tsa)
        done = room.sign(contract, SignatureLevel.LTA)
        assert (done.level, done.shortfall) == ("PAdES-B-LTA", None)
        own, stamp = room.check(done.target).signatures
    assert own.level is Level.PADES_B_LTA
    assert sound(own)
    assert sound(stamp)
    with done.target.open("rb") as file:
        store = entry(PdfFileReader(file).root, "/DSS")
        responses = [bytes(one.data) for one in as_array(entry(store, "/OCSPs"))]
    assert len(responses) == 2
    assert all(tlv.read_whole(one).children()[0].tag == 0x0A for one in responses)


def with_responder(pki: Pki, url: str, public_key: bytes, like: bytes | None = None) -> bytes:
    """Issue a certificate that names a responder."""
    method = tlv.encode_oid("1.3.6.1.5.5.7.48.1")
    place = tlv.encode(0x86, url.encode())
    access = tlv.encode(tlv.SEQUENCE, tlv.encode(tlv.SEQUENCE, method, place))
    more = ExtensionSpec("1.3.6.1.5.5.7.1.1", access)
    issuer = pki.ca_issuer.key.public
    if like is None:
        return pki.issue(public_key, extensions=(*end_entity(public_key, issuer), more))
    return pki.issue(
        public_key,
        subject=authority("Тестовая служба времени"),
        extensions=(*extensions(public_key, issuer), more),
    )


DIGEST, SIGNATURE = 2, 4
"""Places in a SignerInfo."""

ODD_ALGORITHMS = {
    "unknown digest": (DIGEST, "1.2.643.7.1.1.2.127"),
    "MD4": (DIGEST, "1.2.840.113549.2.4"),
    "GOST 94 digest": (DIGEST, "1.2.643.2.2.9"),
    "unknown signature": (SIGNATURE, "1.2.643.7.1.1.1.127"),
    "ECDSA on a GOST key": (SIGNATURE, "1.2.840.10045.4.3.2"),
    "SM2 on a GOST key": (SIGNATURE, "1.2.156.10197.1.501"),
}


@pytest.mark.parametrize("name", ODD_ALGORITHMS)
def test_2_odd_algorithms_in_the_input(name: str, signed: Path, tmp_path: Path) -> None:
    """Row 2: an algorithm that is unknown or does not fit is a finding, never an exception."""
    place, oid = ODD_ALGORITHMS[name]

    def swap(signer: bytes) -> bytes:
        parts = [one.raw for one in tlv.read_whole(signer).children()]
        parts[place] = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid))
        return tlv.encode(tlv.SEQUENCE, *parts)

    path = tmp_path / "forged.pdf"
    path.write_bytes(with_signer(signed.read_bytes(), swap))
    (facts,) = check_pdf(path).signatures
    assert oid in {facts.algorithms.digest_oid, facts.algorithms.signature_oid}
    assert facts.signature_verifies is not True
    assert not sound(facts)


def with_signer(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Put another SignerInfo into the one signature of a document."""

    def swap(digits: bytes) -> bytes:
        parts, content = splicing.take_apart(tlv.read(bytes.fromhex(digits.decode())).raw)
        (signer,) = parts.signers
        other = splicing.with_signer_replaced(parts, signer, change(signer))
        return splicing.put_together(other, content).hex().encode().ljust(len(digits), b"0")

    return forge.contents(swap)(data)


def test_3_responses_identified_by_streebog() -> None:
    """Row 3: CertID by Streebog is understood, by 256 and by 512 bits."""
    pki = pki_of(GOST)
    responder = ocsp_responder(pki)
    for digest_name in ("sha1", "sha256", "streebog256", "streebog512"):
        assert state(pki, responder, digest_name) is RevocationStatus.GOOD


def test_4_token_over_something_else(contract: Path, gost: Lab) -> None:
    """Row 4: a token over other octets is not embedded; where it stands, it proves nothing."""
    honest = gost.tsa
    gost.tsa = honest.lying(Lie.IMPRINT)
    done = gost.sign(contract, SignatureLevel.T)
    assert done.shortfall is not None
    assert done.shortfall.code == ErrorCode.TIME_STAMP_WRONG
    token = honest.token("streebog256", bytes(32))

    forged = gost.folder / "forged.pdf"
    forged.write_bytes(with_signer(done.target.read_bytes(), lambda one: timed(one, token)))
    (facts,) = gost.check(forged).signatures
    assert facts.level is Level.PADES_B_B
    (stamp,) = facts.time_stamps
    assert stamp.imprint_matches is False
    assert stamp.problems


def timed(signer: bytes, token: bytes) -> bytes:
    """Put a token into a SignerInfo."""
    return splicing.with_unsigned_attribute(signer, SIGNATURE_TIME_STAMP, token)


def test_5_wrong_nonce(contract: Path, gost: Lab) -> None:
    """Row 5: a wrong nonce is an error with a name."""
    gost.tsa = gost.tsa.lying(Lie.NONCE)
    done = gost.sign(contract, SignatureLevel.T)
    assert done.shortfall is not None
    assert done.shortfall.code == ErrorCode.TIME_STAMP_WRONG
    assert done.shortfall.facts["reason"] == "nonce"


def test_6_the_signature_time_stamp_counts(contract: Path, tmp_path: Path) -> None:
    """Row 6: what a signature's own time-stamp proves is used, though its authority is gone.

    The first time-stamp was made by an authority whose certificate has expired since.
    """
    pki = pki_of(EC)
    then = datetime(2025, 6, 1, tzinfo=UTC)
    old = replace(make_time_authority(pki, not_after=datetime(2026, 1, 1, tzinfo=UTC)), at=then)
    with servers.running() as server:
        room = lab(tmp_path / "lab", EC, server)
        path = room.sign(contract, SignatureLevel.B).target

        def stamp(signer: bytes) -> bytes:
            value = digests.digest("sha256", signature_value(signer))
            return timed(signer, old.token("sha256", value))

        path.write_bytes(with_signer(path.read_bytes(), stamp))
        order = RaiseRequest(
            source=path,
            level=SignatureLevel.LTA,
            evidence=room.order,
            output=room.folder / "out.pdf",
            job=new_job(),
        )
        (told,) = raising_pdf.raise_file(order, NoProgress().progress).signatures
        assert (told.before, told.after) == ("PAdES-B-T", "PAdES-B-LTA")
        own, _ = room.check(room.folder / "out.pdf").signatures
    assert own.time_stamps[0].time == then
    assert sound(own)


def test_7_policy_that_forbids_gost(contract: Path, gost: Lab) -> None:
    """Row 7: a policy may end GOST like anything else; the verdict says so."""
    done = gost.sign(contract, SignatureLevel.T)
    request = VerifyRequest(path=done.target, trust=gost.trust, at=datetime.now(UTC))
    assert verifying_tasks.verify(request, NoProgress()).report.verdict is (Indication.TOTAL_PASSED)
    facts = verifying_tasks.verify(request, NoProgress()).facts
    limit = KeyLimit(name="gost2012-256", source="test", until=date(2020, 1, 1))
    policy = load_policy()
    policy = replace(policy, keys=(limit, *policy.keys))
    report = judge_file(facts, policy, Terms(at=request.at))
    assert report.verdict is Indication.INDETERMINATE
    assert report.signatures[0].sub_indication in {
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    }


def test_8_several_signers(tmp_path: Path, contract: Path) -> None:
    """Row 8: a CMS file may have several signers, and each of them is checked."""
    openssl.demand()
    first = openssl.Signer.make(tmp_path, "ecdsa")
    second = openssl.Signer.make(tmp_path, "rsa")
    one, two = tmp_path / "one.sig", tmp_path / "two.sig"
    first.sign(contract, one)
    openssl.succeed(
        "cms", "-resign", "-binary", "-inform", "DER", "-in", one, "-outform", "DER",
        "-out", two, "-signer", second.certificate, "-inkey", second.key, "-md", "sha256",
    )  # fmt: skip
    read = open_cms(two)
    found = check_cms(read, read_content(contract, read.needed_digests))
    assert len(found) == 2
    assert all(each.signature_verifies and each.digest_matches for each in found)
