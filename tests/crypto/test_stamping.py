"""Stamped copies: pictures of what was checked, never signatures, never of what is not in order."""

import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from levels_lab import serving
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins.contract import make_contract
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import NoProgress, sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import describe
from app.crypto.model import (
    Encoding,
    FinishRequest,
    SignatureFormat,
    SignatureLevel,
    SignRequest,
    TrustMaterial,
    Verification,
    VerifyRequest,
)
from app.crypto.pdf.checking import check_pdf
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.stamping import tasks as stamping_tasks
from app.crypto.stamping.copy import StampedCopy, StampRequest, usual_copy_name
from app.crypto.stamping.style import NO_STAMP, StampBox, StampPreset, StampStyle
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import ErrorCode, RoscherkError
from app.processes import wire
from app.processes.serving import Context

RSA = pki_of(KeyAlgorithm.RSA)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of the sample contract, made once."""
    return make_contract(tmp_path_factory.mktemp("sample") / "contract.pdf").read_bytes()


@pytest.fixture
def contract(sample: bytes, tmp_path: Path) -> Path:
    """Return a contract in a folder of its own."""
    path = tmp_path / "Папка" / "Договор.pdf"
    path.parent.mkdir()
    path.write_bytes(sample)
    return path


@pytest.fixture
def trust(tmp_path: Path) -> TrustMaterial:
    """Return what a user trusts who knows the signers' authority."""
    return RSA.trust(tmp_path / "trust")


def sign_beside(source: Path, pki: Pki = RSA, **changes: object) -> Path:
    """Make a CMS signature of a file and return its path."""
    practice = changes.pop("practice", False)
    request = SignRequest(
        source=source,
        container=replace(pki.container, practice=practice),
        format=SignatureFormat.CADES,
        signing_time=NOW,
        job=new_job(),
        **changes,
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    signature = pki.key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


def copy_of(source: Path, trust: TrustMaterial | None = None, **changes: object) -> StampedCopy:
    """Make a stamped copy through the worker's task; request and answer go by wire."""
    changes.setdefault("at", NOW)
    request = StampRequest(source=source, trust=trust or TrustMaterial(), job=new_job(), **changes)
    sent = wire.decode(wire.encode(request), StampRequest)
    answer = stamping_tasks.stamp(sent, NoProgress())
    return wire.decode(wire.encode(answer), StampedCopy)


def refused(source: Path, **changes: object) -> RoscherkError:
    """Demand an error that leaves nothing behind, and return it."""
    before = sorted(source.parent.iterdir())
    with pytest.raises(RoscherkError) as caught:
        copy_of(source, **changes)
    assert sorted(source.parent.iterdir()) == before
    return caught.value


def text_of(pdf: Path, page: int = 4) -> str:
    """Return the text of a page as pdftotext reads it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    command = ["pdftotext", "-f", str(page), "-l", str(page), "-layout", pdf, "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return " ".join(done.stdout.decode().split())


def test_detached(contract: Path, trust: TrustMaterial, sample: bytes) -> None:
    """The copy shows the signer, says that it is one, and names the file that counts."""
    signature = sign_beside(contract)
    copy = copy_of(contract, trust)
    assert copy.target == contract.with_name("Договор (со штампом).pdf")
    assert (copy.signed_in, copy.document, copy.marks) == (signature, contract, 1)
    assert copy.notices == ()
    said = text_of(copy.target)
    assert "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ" in said
    assert f"Сертификат: {describe(RSA.leaf).serial}" in said
    assert "Копия. Проверяется подпись в файле «Договор.pdf.sig»." in said
    assert "не установлено" not in said
    assert "Подписан:" not in said
    assert not check_pdf(copy.target).signatures
    assert contract.read_bytes() == sample
    assert copy.target.read_bytes().startswith(sample)


@pytest.mark.parametrize("way", ["signature_alone", "both_named", "beside"])
def test_ways_to_name_it(way: str, contract: Path, trust: TrustMaterial) -> None:
    """The document, its signature, or both may be pointed to; it comes to the same."""
    signature = sign_beside(contract)
    if way == "signature_alone":
        copy = copy_of(signature, trust)
    elif way == "both_named":
        moved = signature.rename(contract.parent.parent / "другое.sig")
        signature = moved
        copy = copy_of(contract, trust, signature=moved)
    else:
        copy = copy_of(contract, trust)
    assert (copy.document, copy.signed_in) == (contract, signature)
    assert copy.target.parent == contract.parent


def test_document_found_by_its_content(contract: Path, trust: TrustMaterial) -> None:
    """A document under another name is found by its digest, and checked under that name."""
    signature = sign_beside(contract)
    renamed = contract.rename(contract.with_name("Скан 17.pdf"))
    copy = copy_of(signature, trust)
    assert copy.document == renamed
    assert copy.target.name == "Скан 17 (со штампом).pdf"


@pytest.mark.parametrize("encoding", list(Encoding))
def test_attached(encoding: Encoding, contract: Path, trust: TrustMaterial) -> None:
    """A document inside its signature file is taken out for the copy."""
    signature = sign_beside(contract, attached=True, encoding=encoding)
    contract.unlink()
    copy = copy_of(signature, trust)
    assert copy.target.name == "Договор (со штампом).pdf"
    assert copy.signed_in == signature
    assert "Проверяется подпись в файле «Договор.pdf.sig»" in text_of(copy.target)
    assert sorted(path.name for path in contract.parent.iterdir()) == sorted(
        [signature.name, copy.target.name]
    )


def test_signed_inside(contract: Path, trust: TrustMaterial) -> None:
    """Two signatures inside: two marks, no signature, no trace of one in the copy's history."""
    once = sign_pdf(contract, RSA, output=contract.with_name("1.pdf")).target
    twice = sign_pdf(once, pki_of(KeyAlgorithm.GOST_256), output=contract.with_name("2.pdf")).target
    copy = copy_of(twice, trust)
    assert copy.marks == 2
    assert [one.code for one in copy.notices] == ["stamp_unconfirmed"], "GOST signer is not trusted"
    data = copy.target.read_bytes()
    assert b"/ByteRange" not in data
    assert b"ETSI.CAdES" not in data
    found = check_pdf(copy.target)
    assert not found.signatures
    assert not found.warnings
    said = text_of(copy.target)
    assert said.count("ДОКУМЕНТ ПОДПИСАН") == 2, "the marks of the signatures are gone"
    assert said.count("Копия. Проверяется подпись в файле «2.pdf».") == 2
    assert said.count("Доверие к сертификату не установлено.") == 1
    stamps = annotations(copy.target, 3)
    assert [one["/Subtype"] for one in stamps] == ["/Stamp", "/Stamp"]
    for page in range(4):
        text = text_of(contract, page + 1)
        assert text.split()[:40] == text_of(copy.target, page + 1).split()[:40]


def annotations(path: Path, page: int) -> list[dict[str, object]]:
    """Return the annotations of a page, counted from 0."""
    reader = PdfFileReader(io.BytesIO(path.read_bytes()))
    with pdfium.PdfDocument(path) as document:
        assert len(document) == 4
    kids = reader.root["/Pages"]["/Kids"]
    return [one.get_object() for one in kids[page].get_object()["/Annots"]]


def test_signed_inside_and_beside(contract: Path, trust: TrustMaterial) -> None:
    """With a signature file named, its signers are shown; the signatures inside are taken out."""
    inside = sign_pdf(contract, RSA, stamp=False, output=contract.with_name("1.pdf")).target
    signature = sign_beside(inside)
    copy = copy_of(inside, trust, signature=signature)
    assert copy.marks == 1
    assert "в файле «1.pdf.sig»" in text_of(copy.target)
    assert not check_pdf(copy.target).signatures


def test_time_of_a_sound_time_stamp(
    contract: Path, trust: TrustMaterial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Date and time come from the verdict's proved time, in local time with its offset."""
    sign_beside(contract)
    proved = datetime(2026, 6, 1, 12, 0, 5, tzinfo=UTC)
    verify = verifying_tasks.verify

    def with_time(request: VerifyRequest, context: Context) -> Verification:
        found = verify(request, context)
        signatures = tuple(
            replace(one, signing_time=replace(one.signing_time, rfc3161=proved))
            for one in found.report.signatures
        )
        return replace(found, report=replace(found.report, signatures=signatures))

    monkeypatch.setattr(stamping_tasks.verifying_tasks, "verify", with_time)
    said = text_of(copy_of(contract, trust).target)
    local = proved.astimezone()
    assert f"Подписан: {local:%d.%m.%Y %H:%M:%S} (UTC{local:%z}"[:-2] in said


@pytest.mark.parametrize("inside", [True, False])
def test_real_time_stamp(contract: Path, tmp_path: Path, *, inside: bool) -> None:
    """A signature with a time-stamp of an authority shows its time in the copy, and only there."""
    with serving(tmp_path / "lab") as lab:
        kind = SignatureFormat.PADES if inside else SignatureFormat.CADES
        signed = lab.sign(contract, SignatureLevel.T, format=kind)
        assert signed.shortfall is None
        at = datetime.now(UTC) + timedelta(minutes=1)
        copy = copy_of(signed.target if inside else contract, lab.trust, at=at)
    if inside:
        assert "Подписан:" not in text_of(signed.target)
    said = re.search(r"Подписан: (\S+ \S+) \(UTC", text_of(copy.target))
    assert said is not None
    told = datetime.strptime(said[1], "%d.%m.%Y %H:%M:%S").astimezone()
    assert abs(told - datetime.now().astimezone()) < timedelta(minutes=5)


def test_unconfirmed_signers_say_so(contract: Path) -> None:
    """Without the signer's root the mark says that trust was not established."""
    sign_beside(contract)
    copy = copy_of(contract)
    assert [(one.code, one.facts) for one in copy.notices] == [("stamp_unconfirmed", {"count": 1})]
    assert "Доверие к сертификату не установлено." in text_of(copy.target)


def test_names() -> None:
    """A practice copy says in its name what it is; a copy of a copy does not pile up words."""
    assert usual_copy_name(Path("a.УЧЕБНАЯ.pdf"), practice=True).name == (
        "a.УЧЕБНАЯ (со штампом).pdf"
    )
    assert usual_copy_name(Path("a.pdf"), practice=True).name == "a.УЧЕБНАЯ (со штампом).pdf"
    assert usual_copy_name(Path("a (со штампом).pdf"), practice=False).name == (
        "a (со штампом).pdf"
    )


def broken_cms(contract: Path) -> Path:
    """Return a contract that was changed after it was signed beside."""
    sign_beside(contract)
    contract.write_bytes(contract.read_bytes().replace(b"%%EOF", b"%%eof", 1) + b"\n")
    return contract


def broken_pdf(contract: Path) -> Path:
    """Return a signed PDF with a bit turned in the signed part."""
    signed = sign_pdf(contract, RSA, output=contract.with_name("1.pdf")).target
    data = bytearray(signed.read_bytes())
    data[data.index(b"stream") + 40] ^= 1
    signed.write_bytes(data)
    return signed


@pytest.mark.parametrize("spoil", [broken_cms, broken_pdf])
def test_broken_signatures_are_refused(spoil: object, contract: Path, trust: TrustMaterial) -> None:
    """What did not pass the check gets no picture that looks good."""
    assert callable(spoil)
    error = refused(spoil(contract), trust=trust)
    assert error.code in {ErrorCode.STAMP_SIGNATURE_BROKEN, ErrorCode.PDF_DAMAGED}


def test_one_broken_of_two(contract: Path, trust: TrustMaterial) -> None:
    """One bad signature among good ones is enough to refuse."""
    signature = sign_beside(contract)
    data = signature.read_bytes()
    signature.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
    assert refused(contract, trust=trust).code is ErrorCode.STAMP_SIGNATURE_BROKEN


def test_unsigned(contract: Path) -> None:
    """A PDF that nobody signed has nothing to show."""
    assert refused(contract).code is ErrorCode.STAMP_SIGNATURE_MISSING


def test_no_pdf(tmp_path: Path, trust: TrustMaterial) -> None:
    """Documents that are no PDF are refused by name, whether signed or not."""
    folder = tmp_path / "письма"
    folder.mkdir()
    letter = folder / "письмо.txt"
    letter.write_text("Здравствуйте!")
    assert refused(letter).code is ErrorCode.STAMP_NOT_PDF
    signature = sign_beside(letter)
    for source in (letter, signature):
        error = refused(source, trust=trust)
        assert error.code is ErrorCode.STAMP_NOT_PDF
        assert error.facts["path"] == str(letter)


def test_document_that_is_gone(contract: Path, trust: TrustMaterial) -> None:
    """Without its document a detached signature shows nothing."""
    signature = sign_beside(contract)
    contract.unlink()
    assert refused(signature, trust=trust).code is ErrorCode.CONTENT_NOT_FOUND


def test_taken_name(contract: Path, trust: TrustMaterial) -> None:
    """Usual names get a number, a name that was asked for is never overwritten."""
    sign_beside(contract)
    first, second = copy_of(contract, trust), copy_of(contract, trust)
    assert second.target.name == "Договор (со штампом) (1).pdf"
    error = refused(contract, trust=trust, output=first.target)
    assert error.code is ErrorCode.TARGET_EXISTS


def test_no_room(contract: Path, trust: TrustMaterial) -> None:
    """The errors of placing come through, and leave nothing behind."""
    sign_beside(contract)
    style = StampStyle(box=StampBox(x=10, y=10, width=20, height=5))
    assert refused(contract, trust=trust, style=style).code is ErrorCode.STAMP_TOO_SMALL
    assert refused(contract, style=NO_STAMP).code is ErrorCode.UNEXPECTED
    style = StampStyle(pages="5")
    assert refused(contract, trust=trust, style=style).code is ErrorCode.STAMP_PAGES_INVALID


@pytest.fixture
def many(contract: Path) -> Iterator[Path]:
    """Return a contract signed inside by six."""
    source = contract
    for number in range(6):
        source = sign_pdf(
            source, RSA, stamp=False, output=contract.with_name(f"{number}.pdf")
        ).target
    return source


@pytest.mark.parametrize("exact", [False, True])
def test_six_signers_on_two_pages(
    many: Path, trust: TrustMaterial, tmp_path: Path, *, exact: bool
) -> None:
    """Marks of a copy stand apart on every page, also from an exact place on."""
    Image.new("RGB", (40, 40), "red").save(tmp_path / "logo.png")
    style = StampStyle(
        preset=StampPreset.COMPACT,
        pages="3-4",
        logo=tmp_path / "logo.png",
        box=StampBox(x=110, y=150, width=85, height=28) if exact else None,
    )
    copy = copy_of(many, trust, style=style)
    assert copy.marks == 6
    for page in (2, 3):
        areas = [[float(x) for x in one["/Rect"]] for one in annotations(copy.target, page)]
        assert len(areas) == 6
        for number, one in enumerate(areas):
            for other in areas[:number]:
                apart = one[0] >= other[2] or one[2] <= other[0]
                assert apart or one[1] >= other[3] or one[3] <= other[1]


def test_qr_holds_the_hash_of_the_document(contract: Path, trust: TrustMaterial) -> None:
    """The QR of a copy is of the signed document itself."""
    sign_beside(contract)
    copy = copy_of(contract, trust, style=StampStyle(qr=True))
    with pdfium.PdfDocument(copy.target) as document:
        (code,) = zxingcpp.read_barcodes(document[3].render(scale=3).to_pil())
    digest = hashlib.sha256(contract.read_bytes()).hexdigest()
    assert code.text.endswith(f"SHA-256 подписанного документа: {digest}")
