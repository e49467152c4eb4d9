"""Raising PDF signatures that are there: ours and others', once, again and again."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from pdf_levels_lab import Lab, Shelf, lab, sound
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins import servers
from stand_ins.pki import make_pki, pki_of
from stand_ins.servers import Reply
from stand_ins.signed_pdf import NoProgress, sign_pdf
from stand_ins.time_authority import make_time_authority, time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import SignatureLevel, TrustMaterial, VerifyRequest
from app.crypto.pdf.fields import as_array, entry
from app.crypto.raising import tasks as raising_tasks
from app.crypto.raising.model import RaisedFile, RaiseRequest
from app.crypto.saving import new_job
from app.crypto.verdict.facts import ChangesAfter, Level, SignatureKind
from app.crypto.verdict.report import Indication
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import ErrorCode, RoscherkError

EC = KeyAlgorithm.ECDSA_P256
LEVELS = {
    SignatureLevel.T: Level.PADES_B_T,
    SignatureLevel.LT: Level.PADES_B_LT,
    SignatureLevel.LTA: Level.PADES_B_LTA,
}


@pytest.fixture(scope="module")
def shelf(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return documents signed at all levels."""
    return Shelf(tmp_path_factory.mktemp("levels"), contract)


@pytest.fixture
def ec(tmp_path: Path) -> Iterator[Lab]:
    """Return a laboratory with a quick kind of key."""
    with servers.running() as server:
        yield lab(tmp_path / "lab", EC, server)


def raised(room: Lab, source: Path, level: SignatureLevel, **changes: Any) -> RaisedFile:
    """Raise a file; nothing but the result is left beside it."""
    fields: dict[str, Any] = {"evidence": room.order, "output": room.folder / f"{new_job()}.pdf"}
    request = RaiseRequest(source=source, level=level, job=new_job(), **(fields | changes))
    before = source.read_bytes()
    done = raising_tasks.raise_file(request, NoProgress())
    assert source.read_bytes() == before
    assert done.target.read_bytes().startswith(before)
    assert not list(done.target.parent.glob(".roscherk-*"))
    return done


def refused(room: Lab, source: Path, level: SignatureLevel, **changes: Any) -> RoscherkError:
    """Return the error that raising a file ends with; nothing is left behind."""
    files = set(room.folder.iterdir())
    with pytest.raises(RoscherkError) as caught:
        raised(room, source, level, **changes)
    assert set(room.folder.iterdir()) == files
    return caught.value


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.RSA, EC])
@pytest.mark.parametrize("level", LEVELS)
def test_from_the_bottom(
    algorithm: KeyAlgorithm, level: SignatureLevel, shelf: Shelf, tmp_path: Path
) -> None:
    """A B-B signature gets its time from the document, and its evidence."""
    with servers.running() as server:
        room = lab(tmp_path / "lab", algorithm, server)
        done = raised(room, shelf.get(algorithm, SignatureLevel.B), level)
        own, *stamps = room.check(done.target).signatures
    (told,) = done.signatures
    assert (told.index, told.number, told.before, told.after) == (
        0,
        1,
        "PAdES-B-B",
        LEVELS[level].value,
    )
    assert told.shortfall is None
    assert own.level is LEVELS[level]
    assert own.changes_after is ChangesAfter.ARCHIVAL
    assert all(map(sound, [own, *stamps]))
    assert len(stamps) == (2 if level is SignatureLevel.LTA else 1)
    assert done.network
    times = [one.time_stamps[0].time for one in stamps]
    assert [one.time for one in own.time_stamps] == times, "the time that the document proves"


def test_time_of_the_document_is_proved(shelf: Shelf, ec: Lab) -> None:
    """The verdict tells the time that a later document time-stamp proves for a signature."""
    done = raised(ec, shelf.get(EC, SignatureLevel.B), SignatureLevel.T)
    request = VerifyRequest(path=done.target, trust=ec.trust, at=datetime.now(UTC))
    report = verifying_tasks.verify(request, NoProgress()).report
    assert report.verdict is Indication.TOTAL_PASSED
    own, stamp = report.signatures
    assert own.signing_time.rfc3161 is not None
    assert own.signing_time.rfc3161 == stamp.signing_time.rfc3161


@pytest.mark.parametrize(
    ("start", "stamps"), [(SignatureLevel.T, 1), (SignatureLevel.LT, 1), (SignatureLevel.LTA, 2)]
)
def test_to_the_top_from_anywhere(
    start: SignatureLevel, stamps: int, shelf: Shelf, ec: Lab
) -> None:
    """What is there already is not made again; LTA is renewed by one more time-stamp."""
    done = raised(ec, shelf.get(EC, start), SignatureLevel.LTA)
    own, *others = ec.check(done.target).signatures
    assert own.level is Level.PADES_B_LTA
    assert [one.kind for one in others] == [SignatureKind.DOCUMENT_TIMESTAMP] * stamps
    assert all(map(sound, [own, *others]))


def test_renewed_and_renewed(shelf: Shelf, ec: Lab) -> None:
    """Renewal after renewal: every time-stamp holds, and the last but one has its evidence."""
    path = shelf.get(EC, SignatureLevel.LTA)
    for number in range(3):
        other = make_time_authority(pki_of(EC))
        ec.tsa = other
        path = raised(ec, path, SignatureLevel.LTA).target
        found = ec.check(path)
        assert all(map(sound, found.signatures))
        assert len(found.signatures) == number + 3
    with path.open("rb") as file:
        store = entry(PdfFileReader(file).root, "/DSS")
        assert len(entry(store, "/VRI").keys()) == 4
        held = [bytes(one.data) for one in as_array(entry(store, "/Certs"))]
    assert len(held) == len(set(held)) == 3 + 3  # the last authority's evidence comes with the next


def test_several_signers(ec: Lab, contract: Path) -> None:
    """All signatures of a document are raised together, also those by other keys."""
    rsa = pki_of(KeyAlgorithm.RSA)
    first = sign_pdf(contract, rsa, stamp=False, output=ec.folder / "1.pdf").target
    second = ec.sign(first, SignatureLevel.B).target
    other = rsa.trust(ec.folder / "other")
    ec.trust = TrustMaterial(
        anchors=ec.trust.anchors + other.anchors,
        intermediates=ec.trust.intermediates + other.intermediates,
        crls=ec.trust.crls + other.crls,
    )
    done = raised(ec, second, SignatureLevel.LTA)
    assert [one.after for one in done.signatures] == ["PAdES-B-LTA"] * 2
    found = ec.check(done.target)
    assert all(map(sound, found.signatures))


def test_chosen_signers(ec: Lab, contract: Path) -> None:
    """Evidence is gathered for the signature that was named only."""
    first = sign_pdf(contract, make_pki(EC), stamp=False, output=ec.folder / "1.pdf").target
    second = ec.sign(first, SignatureLevel.B).target
    done = raised(ec, second, SignatureLevel.LT, numbers=(2,))
    assert [(one.number, one.after) for one in done.signatures] == [(2, "PAdES-B-LT")]
    levels = [one.level for one in ec.check(done.target).signatures[:2]]
    assert levels == [Level.PADES_B_T, Level.PADES_B_LT]
    assert refused(ec, second, SignatureLevel.T, numbers=(7,)).code is (
        ErrorCode.SIGNATURE_NUMBER_UNKNOWN
    )


def test_signed_again_after_raising(shelf: Shelf, ec: Lab) -> None:
    """An archived document takes a further signature, and may be raised again."""
    again = ec.sign(shelf.get(EC, SignatureLevel.LTA), SignatureLevel.B)
    done = raised(ec, again.target, SignatureLevel.LTA)
    found = ec.check(done.target)
    signatures = [one for one in found.signatures if one.kind is SignatureKind.SIGNATURE]
    assert [one.level for one in signatures] == [Level.PADES_B_LTA] * 2
    assert all(map(sound, found.signatures))


@pytest.mark.parametrize(
    ("start", "level"),
    [
        (SignatureLevel.T, SignatureLevel.T),
        (SignatureLevel.LT, SignatureLevel.LT),
        (SignatureLevel.LTA, SignatureLevel.LT),
        (SignatureLevel.LTA, SignatureLevel.T),
    ],
)
def test_level_that_is_there(
    start: SignatureLevel, level: SignatureLevel, shelf: Shelf, ec: Lab
) -> None:
    """Nothing is written where there is nothing to do."""
    assert refused(ec, shelf.get(EC, start), level).code is ErrorCode.LEVEL_REACHED


def test_authority_that_is_down(shelf: Shelf, ec: Lab) -> None:
    """Nothing was reached: no file, and the reason is the error."""
    ec.before = [Reply(403)] * 9
    error = refused(ec, shelf.get(EC, SignatureLevel.B), SignatureLevel.LTA)
    assert error.code is ErrorCode.TIME_STAMP_UNAVAILABLE


def test_evidence_that_lacks(contract: Path, tmp_path: Path) -> None:
    """The time-stamp is kept although the evidence cannot be had."""
    pki = make_pki(EC)
    pki.crls = ()
    with servers.running() as server:
        room = lab(tmp_path / "lab", EC, server, pki=pki, tsa=make_time_authority(pki))
        signed = room.sign(contract, SignatureLevel.B).target
        (told,) = raised(room, signed, SignatureLevel.LTA).signatures
        assert told.after == "PAdES-B-T"
        assert told.shortfall is not None
        assert told.shortfall.code == ErrorCode.EVIDENCE_INCOMPLETE
        timed = room.sign(contract, SignatureLevel.T).target
        error = refused(room, timed, SignatureLevel.LT)
        assert error.code is ErrorCode.EVIDENCE_INCOMPLETE


def test_authority_down_in_the_middle(shelf: Shelf, ec: Lab) -> None:
    """B-LT is saved where only the last time-stamp lacks."""
    ec.before = [Reply(403)] * 9
    (told,) = raised(ec, shelf.get(EC, SignatureLevel.T), SignatureLevel.LTA).signatures
    assert told.after == "PAdES-B-LT"
    assert told.shortfall is not None


REFUSED = {
    "unsigned": (documents.plain, ErrorCode.SIGNATURE_NONE),
    "damaged": (lambda: documents.plain()[:-200], ErrorCode.PDF_DAMAGED),
    "password": (lambda: documents.encrypted(b"secret"), ErrorCode.PDF_ENCRYPTED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str, ec: Lab) -> None:
    """What cannot be raised is refused by its own code."""
    make, code = REFUSED[name]
    source = ec.folder / "source.pdf"
    source.write_bytes(make())
    assert refused(ec, source, SignatureLevel.LTA).code is code


def other_value(digits: bytes) -> bytes:
    """Change the last octet of the signature value, which stands at the end."""
    end = len(digits.rstrip(b"0"))
    return digits[: end - 4] + bytes.fromhex("%02x" % (digits[end - 4] ^ 1)) + digits[end - 3 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"%PDF-1.7", b"%PDF-1.6"),
        forge.contents(other_value),
        forge.updated(forge.replace_page_content),
        forge.updated(forge.add_note),
    ],
)
def test_broken_signatures_get_no_evidence(spoil: Any, ec: Lab) -> None:
    """A signature that is not whole is not dressed up."""
    source = ec.folder / "source.pdf"
    source.write_bytes(documents.two_pages())
    signed = ec.sign(source, SignatureLevel.B).target
    signed.write_bytes(spoil(signed.read_bytes()))
    error = refused(ec, signed, SignatureLevel.LTA)
    assert error.code in {ErrorCode.SIGNATURE_BROKEN, ErrorCode.PDF_DAMAGED}


@pytest.mark.parametrize("name", ["hybrid", "object streams", "form", "inherited", "tiny"])
def test_odd_documents(name: str, ec: Lab) -> None:
    """Every shape of PDF that is signed is raised, too."""
    source = ec.folder / "source.pdf"
    source.write_bytes(documents.GOOD[name]())
    signed = ec.sign(source, SignatureLevel.B).target
    done = raised(ec, signed, SignatureLevel.LTA)
    own, *stamps = ec.check(done.target).signatures
    assert own.level is Level.PADES_B_LTA
    assert all(map(sound, stamps))
    if name != "hybrid":
        assert sound(own)


@pytest.mark.parametrize("permission", [1, 2, 3])
def test_certified_documents_are_raised(permission: int, ec: Lab) -> None:
    """No certification forbids evidence (ISO 32000-2, table 257)."""
    source = ec.folder / "source.pdf"
    source.write_bytes(documents.certified(permission))
    rsa = documents.CERTIFIER if hasattr(documents, "CERTIFIER") else pki_of(KeyAlgorithm.RSA)
    other = rsa.trust(ec.folder / "other")
    ec.trust = TrustMaterial(
        anchors=ec.trust.anchors + other.anchors,
        intermediates=ec.trust.intermediates + other.intermediates,
        crls=ec.trust.crls + other.crls,
    )
    done = raised(ec, source, SignatureLevel.T)
    own, stamp = ec.check(done.target).signatures
    assert sound(own)
    assert sound(stamp)


def test_signature_of_others(ec: Lab, data_folder: Path) -> None:
    """What another tool signed gets a time-stamp of ours, and stays as it was."""
    source = ec.folder / "theirs.pdf"
    shutil.copy(data_folder / "pdf-pyhanko" / "pades-lta-dss-indirect-arrs-test.pdf", source)
    before = ec.check(source).signatures
    done = raised(ec, source, SignatureLevel.T) if before[0].level is Level.PADES_B_B else None
    assert done is None
    legacy = ec.folder / "legacy.pdf"
    shutil.copy(data_folder / "pdf-pyhanko" / "sig-with-ski-sid.pdf", legacy)
    (told,) = raised(ec, legacy, SignatureLevel.T).signatures
    assert told.shortfall is None


def test_other_digest_for_an_authority(shelf: Shelf, tmp_path: Path) -> None:
    """An authority that knows SHA-256 alone stamps a document signed with GOST."""
    with servers.running() as server:
        room = lab(tmp_path / "lab", KeyAlgorithm.GOST_256, server)
        room.tsa = replace(time_authority_of(KeyAlgorithm.GOST_256), digests=("sha256",))
        done = raised(room, shelf.get(KeyAlgorithm.GOST_256, SignatureLevel.B), SignatureLevel.T)
        _, stamp = room.check(done.target).signatures
    assert stamp.time_stamps[0].imprint_digest == "sha256"


def test_numbers_pass_over_time_stamps(ec: Lab, contract: Path) -> None:
    """The second signature is number 2 though a time-stamp of the document stands before it."""
    first = ec.sign(contract, SignatureLevel.LTA).target
    second = ec.sign(first, SignatureLevel.B).target
    kinds = [one.kind for one in ec.check(second).signatures]
    assert kinds[1:] == [SignatureKind.DOCUMENT_TIMESTAMP, SignatureKind.SIGNATURE]
    (told,) = raised(ec, second, SignatureLevel.T, numbers=(2,)).signatures
    assert (told.index, told.number) == (2, 2)
    with pytest.raises(RoscherkError) as refused:
        raised(ec, second, SignatureLevel.T, numbers=(3,))
    assert refused.value.facts["last"] == 2
