"""PDF signatures at B-T, B-LT and B-LTA: what is written, and what is saved when evidence lacks."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pdf_levels_lab import GAP, Lab, Shelf, lab, problems, sound
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins import servers
from stand_ins.pki import make_pki, pki_of
from stand_ins.servers import Reply
from stand_ins.time_authority import Lie, make_time_authority, time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.model import EvidenceOrder, SignatureLevel, TrustMaterial
from app.crypto.pdf import appending
from app.crypto.pdf.fields import as_array, entry
from app.crypto.signing import pdf_levels as signing_pdf_levels
from app.crypto.verdict.facts import (
    ChangesAfter,
    Coverage,
    Level,
    SignatureKind,
    TimeStampKind,
)
from app.errors import ErrorCode, RoscherkError

KINDS = (KeyAlgorithm.GOST_256, KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256)
LEVELS = {
    SignatureLevel.B: Level.PADES_B_B,
    SignatureLevel.T: Level.PADES_B_T,
    SignatureLevel.LT: Level.PADES_B_LT,
    SignatureLevel.LTA: Level.PADES_B_LTA,
}
EC = KeyAlgorithm.ECDSA_P256


@pytest.fixture(scope="module")
def shelf(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return documents signed at all levels."""
    return Shelf(tmp_path_factory.mktemp("levels"), contract)


@pytest.fixture
def ec(tmp_path: Path) -> Iterator[Lab]:
    """Return a laboratory with a quick kind of key."""
    with servers.running() as server:
        yield lab(tmp_path / "lab", EC, server)


@pytest.mark.parametrize("algorithm", KINDS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_reached_and_named(
    algorithm: KeyAlgorithm, level: SignatureLevel, shelf: Shelf, contract: Path
) -> None:
    """The file has the level that was asked for, and nothing speaks against it."""
    path = shelf.get(algorithm, level)
    with servers.running() as server:
        found = lab(shelf.folder, algorithm, server).check(path)
    own, *stamps = found.signatures
    assert own.level is LEVELS[level]
    assert all(map(sound, found.signatures)), [problems(one) for one in found.signatures]
    assert not found.warnings
    over = [] if level is SignatureLevel.B else [TimeStampKind.SIGNATURE]
    over += [TimeStampKind.DOCUMENT] if level is SignatureLevel.LTA else []
    assert [one.kind for one in own.time_stamps] == over
    assert len(stamps) == (level is SignatureLevel.LTA)
    for stamp in stamps:
        assert stamp.kind is SignatureKind.DOCUMENT_TIMESTAMP
        assert stamp.coverage is Coverage.WHOLE_FILE
        assert stamp.field_name == "Timestamp1"
    plain = level in {SignatureLevel.B, SignatureLevel.T}
    assert own.changes_after is (ChangesAfter.NONE if plain else ChangesAfter.ARCHIVAL)
    assert path.read_bytes().startswith(contract.read_bytes())


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_512, KeyAlgorithm.ECDSA_P384])
def test_other_keys_reach_the_highest_level(
    algorithm: KeyAlgorithm, contract: Path, tmp_path: Path
) -> None:
    """The long GOST key, and ECDSA with the longer digest."""
    with servers.running() as server:
        room = lab(tmp_path / "lab", algorithm, server)
        done = room.sign(contract, SignatureLevel.LTA)
        assert (done.level, done.shortfall) == ("PAdES-B-LTA", None)
        assert done.time_stamp is not None
        assert room.check(done.target).signatures[0].level is Level.PADES_B_LTA


def test_gost_signature_with_a_foreign_authority(contract: Path, tmp_path: Path) -> None:
    """A GOST signature may have RSA time-stamps over SHA-256, where the authority knows no other."""
    rsa = pki_of(KeyAlgorithm.RSA)
    tsa = replace(time_authority_of(KeyAlgorithm.RSA), digests=("sha256",))
    with servers.running() as server:
        room = lab(tmp_path / "lab", KeyAlgorithm.GOST_256, server, tsa=tsa)
        other = rsa.trust(tmp_path / "other")
        room.trust = TrustMaterial(
            anchors=room.trust.anchors + other.anchors,
            intermediates=room.trust.intermediates + other.intermediates,
            crls=room.trust.crls + other.crls,
        )
        done = room.sign(contract, SignatureLevel.LTA)
        assert done.shortfall is None
        own, stamp = room.check(done.target).signatures
    assert own.level is Level.PADES_B_LTA
    assert {one.imprint_digest for one in (*own.time_stamps, *stamp.time_stamps)} == {"sha256"}


def test_the_security_store(shelf: Shelf) -> None:
    """Each piece of evidence stands there once, and again by the name of the signature."""
    pki, path = pki_of(KeyAlgorithm.GOST_256), shelf.get(KeyAlgorithm.GOST_256, SignatureLevel.LT)
    contents = bytes.fromhex(GAP.findall(path.read_bytes())[0].decode())
    with path.open("rb") as file:
        root = PdfFileReader(file).root
        store = entry(root, "/DSS")
        held = {
            key: [bytes(one.data) for one in as_array(entry(store, key))]
            for key in ("/Certs", "/CRLs", "/OCSPs")
        }
        (name,) = entry(store, "/VRI").keys()
        own = entry(entry(store, "/VRI"), name)
        assert set(own.keys()) == {"/Type", "/Cert", "/CRL", "/TU"}
        named = {key: [bytes(one.data) for one in as_array(own[key])] for key in ("/Cert", "/CRL")}
        made = generic.parse_pdf_date(own["/TU"])
        extension = entry(entry(root, "/Extensions"), "/ESIC")
        assert dict(extension) == {
            "/Type": "/DeveloperExtensions",
            "/BaseVersion": "/1.7",
            "/ExtensionLevel": 1,
        }
    tsa = time_authority_of(KeyAlgorithm.GOST_256)
    assert sorted(held["/Certs"]) == sorted([pki.leaf, pki.ca, pki.root, tsa.certificate])
    assert sorted(held["/CRLs"]) == sorted(pki.crls)
    assert held["/OCSPs"] == []
    assert name == "/" + hashlib.sha1(contents).hexdigest().upper()
    assert named["/Cert"] == held["/Certs"]
    assert named["/CRL"] == held["/CRLs"]
    assert abs((datetime.now(UTC) - made).total_seconds()) < 3600


def test_several_signatures_share_their_evidence(ec: Lab, contract: Path) -> None:
    """The second signer's evidence comes to the first one's; neither signature suffers."""
    first = ec.sign(contract, SignatureLevel.LT)
    second = ec.sign(first.target, SignatureLevel.LTA)
    found = ec.check(second.target)
    assert [one.level for one in found.signatures[:2]] == [Level.PADES_B_LTA] * 2
    assert all(map(sound, found.signatures))
    assert [one.changes_after for one in found.signatures] == [
        ChangesAfter.SIGNATURE,
        ChangesAfter.ARCHIVAL,
        ChangesAfter.NONE,
    ]
    with second.target.open("rb") as file:
        store = entry(PdfFileReader(file).root, "/DSS")
        certificates = [bytes(one.data) for one in as_array(entry(store, "/Certs"))]
        assert len(entry(store, "/VRI").keys()) == 2
    assert len(certificates) == len(set(certificates)) == 4
    assert second.target.read_bytes().startswith(first.target.read_bytes())


def test_authority_down_from_the_start(ec: Lab, contract: Path) -> None:
    """The signature is saved at B-B, and the reason is told, with what was asked."""
    ec.before = [Reply(403)] * 9
    done = ec.sign(contract, SignatureLevel.LTA)
    assert done.level == "PAdES-B-B"
    assert done.shortfall is not None
    assert done.shortfall.code == ErrorCode.TIME_STAMP_UNAVAILABLE
    assert done.network
    (facts,) = ec.check(done.target).signatures
    assert sound(facts)
    assert facts.coverage is Coverage.WHOLE_FILE


@pytest.mark.parametrize("lie", [Lie.IMPRINT, Lie.NONCE, Lie.SIGNATURE, Lie.HALF])
def test_lying_authority(lie: Lie, ec: Lab, contract: Path) -> None:
    """A token that is not what was asked for never comes into the file."""
    ec.tsa = ec.tsa.lying(lie)
    done = ec.sign(contract, SignatureLevel.T)
    assert done.level == "PAdES-B-B"
    assert done.shortfall is not None
    assert not ec.check(done.target).signatures[0].time_stamps


def test_authority_down_before_the_last_step(ec: Lab, contract: Path) -> None:
    """Evidence is there, the document time-stamp is not: B-LT is saved, without a trace of it."""

    class Tired:
        """An authority that answers once."""

        asked = 0

        def answer(self, request: bytes) -> bytes:
            self.asked += 1
            return time_authority_of(EC).answer(request) if self.asked == 1 else b""

    ec.tsa = Tired()  # type: ignore[assignment]
    done = ec.sign(contract, SignatureLevel.LTA)
    assert done.level == "PAdES-B-LT"
    assert done.shortfall is not None
    (facts,) = ec.check(done.target).signatures
    assert facts.level is Level.PADES_B_LT
    assert b"DocTimeStamp" not in done.target.read_bytes()


def test_evidence_that_cannot_be_had(contract: Path, tmp_path: Path) -> None:
    """Without revocation lists the signature is saved with its time-stamp, at B-T."""
    pki = make_pki(EC)
    pki.crls = ()
    with servers.running() as server:
        room = lab(tmp_path / "lab", EC, server, pki=pki, tsa=make_time_authority(pki))
        done = room.sign(contract, SignatureLevel.LTA)
        assert done.level == "PAdES-B-T"
        assert done.shortfall is not None
        assert done.shortfall.code == ErrorCode.EVIDENCE_INCOMPLETE
        (facts,) = room.check(done.target).signatures
    assert facts.level is Level.PADES_B_T
    assert b"/DSS" not in done.target.read_bytes()


def test_no_authority_is_named(ec: Lab, contract: Path) -> None:
    """Nobody to ask: B-B, and it is told."""
    done = ec.sign(contract, SignatureLevel.T, evidence=EvidenceOrder(trust=ec.trust))
    assert (done.level, done.network) == ("PAdES-B-B", ())
    assert done.shortfall is not None
    assert done.shortfall.code == ErrorCode.TIME_STAMP_NO_SERVER


def test_level_of_cms_files_only(ec: Lab, contract: Path) -> None:
    """X Long type 1 is no level of a PDF: refused before the key is asked."""
    with pytest.raises(RoscherkError) as caught:
        ec.sign(contract, SignatureLevel.XL1)
    assert caught.value.code is ErrorCode.LEVEL_UNSUITABLE


def wide(ec: Lab, octets: int) -> None:
    """Let the authority send so many octets of certificates along."""
    pki = pki_of(EC)
    count = octets // len(pki.leaf)
    more = tuple(pki.issue() for _ in range(count))
    ec.tsa = replace(ec.tsa, chain=(pki.ca, *more))


@pytest.mark.parametrize("level", [SignatureLevel.T, SignatureLevel.LTA])
def test_token_too_large_for_the_signature(level: SignatureLevel, ec: Lab, contract: Path) -> None:
    """Where a token has no room in the signature, it becomes one of the document, with room."""
    wide(ec, 40 << 10)
    done = ec.sign(contract, level)
    assert (done.level, done.shortfall) == (LEVELS[level].value, None)
    own, *stamps = ec.check(done.target).signatures
    assert {one.kind for one in own.time_stamps} == {TimeStampKind.DOCUMENT}
    assert len(stamps) == (1 if level is SignatureLevel.T else 2)
    assert all(map(sound, stamps))


def test_usual_chain_of_an_authority_has_room(ec: Lab, contract: Path) -> None:
    """Sixteen KB of certificates go into the signature."""
    wide(ec, 16 << 10)
    done = ec.sign(contract, SignatureLevel.T)
    (own,) = ec.check(done.target).signatures
    assert own.level is Level.PADES_B_T
    assert len(own.time_stamps) == 1


def test_failed_self_check_falls_back(
    ec: Lab, contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not read back as it should is cut off again; the B-B signature stays."""
    honest = appending.write_store

    def spoil(update: Any, evidence: Any, at: datetime) -> None:
        honest(update, evidence, at)
        page, _ = update.find_page_for_modification(0)
        page.get_object()[generic.pdf_name("/Rotate")] = generic.NumberObject(90)
        update.mark_update(page)

    monkeypatch.setattr(appending, "write_store", spoil)
    done = ec.sign(contract, SignatureLevel.LT)
    assert done.level == "PAdES-B-B"
    assert done.shortfall is not None
    assert done.shortfall.code == ErrorCode.SELF_CHECK_FAILED
    (facts,) = ec.check(done.target).signatures
    assert sound(facts)
    assert facts.coverage is Coverage.WHOLE_FILE


def test_full_disk_on_the_way_up(ec: Lab, contract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that cannot be written is undone."""

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(appending.Update, "append", full)
    done = ec.sign(contract, SignatureLevel.LT)
    assert done.level == "PAdES-B-T"
    assert done.shortfall is not None
    assert done.shortfall.code == ErrorCode.DISK_FULL


def test_cancelling_takes_nothing_along(
    ec: Lab, contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's wish to stop is no shortfall."""

    def stop(*_: object) -> None:
        raise RoscherkError(ErrorCode.CANCELLED)

    monkeypatch.setattr(signing_pdf_levels.Steps, "stamp_signature", stop)
    with pytest.raises(RoscherkError) as caught:
        ec.sign(contract, SignatureLevel.LT, output=ec.folder / "out.pdf")
    assert caught.value.code is ErrorCode.CANCELLED
    assert not (ec.folder / "out.pdf").exists()
    assert not list(ec.folder.glob(".roscherk-*"))


def test_time_stamp_inside_is_behind_the_signature(shelf: Shelf) -> None:
    """The token is an unsigned attribute; behind the CMS there are zeros only."""
    data = shelf.get(EC, SignatureLevel.T).read_bytes()
    octets = bytes.fromhex(GAP.findall(data)[0].decode())
    end = tlv.read(octets).end
    assert not octets[end:].strip(b"\0")
    assert len(re.findall(rb"/ByteRange", data)) == 1
