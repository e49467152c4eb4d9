"""Signing a PDF: what is written, what stays, what is refused."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import SIGNED_AT, sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.fields import entry, signature_fields
from app.crypto.verdict.facts import ChangesAfter, Coverage, Level, SignatureFacts
from app.errors import ErrorCode, RoscherkError

RSA = pki_of(KeyAlgorithm.RSA)


def only(path: Path) -> SignatureFacts:
    """Return the facts of the only signature of a file."""
    (facts,) = check_pdf(path).signatures
    return facts


def sound(facts: SignatureFacts) -> bool:
    """Tell whether nothing at all speaks against a signature."""
    return (
        facts.digest_matches is True
        and facts.signature_verifies is True
        and not facts.format_problems
        and not facts.constraint_problems
        and not facts.unsupported
    )


@pytest.mark.parametrize(
    "algorithm",
    [
        KeyAlgorithm.GOST_256,
        KeyAlgorithm.GOST_512,
        KeyAlgorithm.RSA,
        KeyAlgorithm.ECDSA_P256,
        KeyAlgorithm.ECDSA_P384,
    ],
)
def test_signs_with_every_kind_of_key(
    algorithm: KeyAlgorithm, contract: Path, tmp_path: Path
) -> None:
    """Every kind of key gives PAdES-B-B over the whole file."""
    signed = sign_pdf(contract, pki_of(algorithm), output=tmp_path / "Договор (подписан).pdf")
    facts = only(signed.target)
    assert sound(facts)
    assert facts.level is Level.PADES_B_B
    assert facts.coverage is Coverage.WHOLE_FILE
    assert facts.changes_after is ChangesAfter.NONE
    assert not facts.warnings


def test_original_stays_and_is_a_prefix(contract: Path, tmp_path: Path) -> None:
    """The source is not touched, and the result begins with its very bytes."""
    before = contract.read_bytes(), contract.stat().st_mtime_ns
    signed = sign_pdf(contract, RSA, output=tmp_path / "out.pdf")
    assert (contract.read_bytes(), contract.stat().st_mtime_ns) == before
    assert signed.target.read_bytes().startswith(before[0])
    assert [path.name for path in tmp_path.iterdir()] == ["out.pdf"]


def test_signature_dictionary(signed_rsa: Path) -> None:
    """The dictionary says PAdES, carries the time, and forbids nothing."""
    with signed_rsa.open("rb") as file:
        reader = PdfFileReader(file)
        (field,) = signature_fields(reader.root)
        assert field.value is not None
        assert entry(field.value, "/SubFilter") == "/ETSI.CAdES.detached"
        assert entry(field.value, "/Filter") == "/Adobe.PPKLite"
        assert entry(field.value, "/Reference") is None
        assert "/Perms" not in reader.root
        assert entry(reader.root["/AcroForm"], "/SigFlags") == 3
    facts = only(signed_rsa)
    assert facts.claimed_time == SIGNED_AT
    assert facts.field_name == "Signature1"


def test_metadata_stay(contract: Path, signed_rsa: Path) -> None:
    """Signing edits neither /Info nor XMP."""
    with contract.open("rb") as old, signed_rsa.open("rb") as new:
        before, after = PdfFileReader(old), PdfFileReader(new)
        assert dict(before.trailer["/Info"]) == dict(after.trailer["/Info"])


def test_three_signatures(contract: Path, tmp_path: Path) -> None:
    """Further signatures leave the earlier ones good."""
    source = contract
    kinds = (KeyAlgorithm.GOST_256, KeyAlgorithm.RSA, KeyAlgorithm.GOST_512)
    for number, algorithm in enumerate(kinds):
        source = sign_pdf(source, pki_of(algorithm), output=tmp_path / f"{number}.pdf").target
    found = check_pdf(source)
    assert all(map(sound, found.signatures))
    assert [one.changes_after for one in found.signatures] == [
        ChangesAfter.SIGNATURE,
        ChangesAfter.SIGNATURE,
        ChangesAfter.NONE,
    ]
    assert [one.field_name for one in found.signatures] == [f"Signature{n}" for n in (1, 2, 3)]
    assert not found.warnings


@pytest.mark.parametrize("name", sorted(documents.GOOD))
def test_odd_documents(name: str, tmp_path: Path) -> None:
    """Every shape of PDF that readers know is signed, twice, and found good."""
    source = tmp_path / "source.pdf"
    source.write_bytes(documents.GOOD[name]())
    once = sign_pdf(source, RSA, output=tmp_path / "once.pdf").target
    twice = sign_pdf(once, RSA, output=tmp_path / "twice.pdf").target
    first, second = check_pdf(twice).signatures
    assert sound(second)
    if name.startswith("hybrid"):
        assert second.warnings
    else:
        assert sound(first)
        assert first.changes_after is ChangesAfter.SIGNATURE


def test_source_may_lack_its_last_line_end(tmp_path: Path) -> None:
    """An update starts on a line of its own."""
    source = tmp_path / "source.pdf"
    data = documents.plain().rstrip(b"\n")
    source.write_bytes(data)
    signed = sign_pdf(source, RSA, output=tmp_path / "out.pdf").target
    assert signed.read_bytes()[len(data) : len(data) + 1] == b"\n"
    assert sound(only(signed))


REFUSED: dict[str, tuple[Callable[[], bytes], ErrorCode]] = {
    "text": (lambda: b"hello, world", ErrorCode.NOT_A_PDF),
    "head only": (lambda: b"%PDF-1.7\n", ErrorCode.PDF_DAMAGED),
    "cut off": (lambda: documents.plain()[:-200], ErrorCode.PDF_DAMAGED),
    "no catalog": (lambda: documents.plain().replace(b"/Root", b"/Boot"), ErrorCode.PDF_DAMAGED),
    "no pages": (lambda: documents.plain().replace(b"/Kids [", b"/Kidz ["), ErrorCode.PDF_DAMAGED),
    "rubbish before": (lambda: b"rubbish\n" + documents.plain(), ErrorCode.PDF_DAMAGED),
    "encrypted": (lambda: documents.encrypted(b""), ErrorCode.PDF_ENCRYPTED),
    "password": (lambda: documents.encrypted(b"secret"), ErrorCode.PDF_ENCRYPTED),
    "certified": (lambda: documents.certified(1), ErrorCode.PDF_FORBIDS_SIGNING),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str, tmp_path: Path) -> None:
    """What cannot or may not be signed is refused with its own code; nothing is left behind."""
    make, code = REFUSED[name]
    source = tmp_path / "source.pdf"
    source.write_bytes(make())
    with pytest.raises(RoscherkError) as caught:
        sign_pdf(source, RSA, output=tmp_path / "out.pdf")
    assert caught.value.code is code
    assert [path.name for path in tmp_path.iterdir()] == ["source.pdf"]


@pytest.mark.parametrize("permission", [2, 3])
def test_certified_document_may_be_signed(permission: int, tmp_path: Path) -> None:
    """A certification that allows signatures is no obstacle, and stays good."""
    source = tmp_path / "source.pdf"
    source.write_bytes(documents.certified(permission))
    signed = sign_pdf(source, RSA, output=tmp_path / "out.pdf").target
    first, second = check_pdf(signed).signatures
    assert sound(first)
    assert sound(second)


def test_no_stamp(contract: Path, tmp_path: Path) -> None:
    """Without the mark the field has no area and no appearance."""
    signed = sign_pdf(contract, RSA, stamp=False, output=tmp_path / "out.pdf").target
    reader = PdfFileReader(io.BytesIO(signed.read_bytes()))
    (field,) = signature_fields(reader.root)
    assert [float(x) for x in field.dictionary["/Rect"]] == [0, 0, 0, 0]
    assert "/AP" not in field.dictionary
    assert sound(only(signed))
