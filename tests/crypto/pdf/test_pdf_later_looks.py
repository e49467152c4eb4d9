"""What later revisions do to the look: honest marks and honest forms are left alone."""

import io
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from attacks.pdf_certified import HONEST_MARK, certified, countersigned, painted
from attacks.pdf_structures import shadowed_reference
from attacks.raw_signing import Raw, raw_signed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf import later_looks
from app.crypto.pdf.checking import PdfFacts, check_pdf
from app.crypto.pdf.codes import ConstraintProblem, Remark
from app.crypto.verdict.facts import ChangesAfter

RSA = pki_of(KeyAlgorithm.RSA)
ROOM = (300, 100, 500, 160)
OVER_THE_SUM = (60, 690, 260, 750)


def check(data: bytes, folder: Path) -> PdfFacts:
    """Check bytes as a file."""
    path = folder / "later.pdf"
    path.write_bytes(data)
    return check_pdf(path)


def problems(facts: PdfFacts) -> list[set[str]]:
    """Return what speaks against each signature."""
    return [
        {str(one.code) for one in (*each.format_problems, *each.constraint_problems)}
        for each in facts.signatures
    ]


@pytest.mark.parametrize("permission", [None, 2, 3])
def test_an_honest_mark_in_a_blank_place(permission: int | None, tmp_path: Path) -> None:
    """A second signer's mark beside the text takes nothing from the first signature."""
    how = Raw(name="Second", box=ROOM, draw=HONEST_MARK)
    if permission is None:
        data = countersigned(HONEST_MARK, ROOM)(RSA)
    else:
        data = raw_signed(certified(RSA, permission), RSA, how)
    facts = check(data, tmp_path)
    assert problems(facts) == [set(), set()]
    assert facts.signatures[0].changes_after is ChangesAfter.SIGNATURE


def test_five_marks_of_our_own(tmp_path: Path) -> None:
    """The program's own marks find blank places, one after another."""
    path = tmp_path / "0.pdf"
    path.write_bytes(documents.two_pages())
    for number in range(1, 6):
        path = sign_pdf(path, RSA, output=tmp_path / f"{number}.pdf").target
    assert problems(check_pdf(path)) == [set()] * 5


def test_a_mark_over_a_rule_to_write_on(tmp_path: Path) -> None:
    """The line under which people sign is no text: a mark may lie over it."""
    objects = documents.objects_of_one_page()
    rule = b"BT /F1 12 Tf 72 700 Td (Contract) Tj ET 0.8 w 300 130 m 500 130 l S"
    objects[4] = b"<</Length %d>>stream\n%s\nendstream" % (len(rule), rule)
    mark = painted(
        b"0.9 0.95 1 rg 0 0 200 60 re f 0 g BT /F1 10 Tf 8 25 Td (Signed) Tj ET", (200, 60)
    )
    first = raw_signed(documents.assemble(objects), RSA)
    data = raw_signed(first, RSA, Raw(name="Second", box=ROOM, draw=mark))
    assert problems(check(data, tmp_path)) == [set(), set()]


def test_a_mark_over_the_text(tmp_path: Path) -> None:
    """A frame without ground drawn through the text counts as covering, too."""
    facts = check(countersigned(HONEST_MARK, OVER_THE_SUM)(RSA), tmp_path)
    first, second = facts.signatures
    assert ConstraintProblem.SIGNATURE_COVERS in {one.code for one in first.constraint_problems}
    assert first.changes_after is ChangesAfter.UNDEFINED
    assert not second.constraint_problems


def test_no_time_to_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be compared is never called good."""
    monkeypatch.setattr(later_looks, "SECONDS", -1.0)
    first, _ = check(countersigned(HONEST_MARK, ROOM)(RSA), tmp_path).signatures
    assert ConstraintProblem.LOOKS_UNKNOWN in {one.code for one in first.constraint_problems}


def test_places_of_changes_are_told(tmp_path: Path) -> None:
    """A change that is refused anyway is located: page and millimetres."""
    signed = raw_signed(documents.plain(), RSA)
    (facts,) = check(forge.updated(forge.replace_page_content)(signed), tmp_path).signatures
    (told,) = [one for one in facts.warnings if one.code == Remark.LOOKS_DIFFERENT]
    assert told.facts["pages"] == "1"
    assert str(told.facts["areas"]).startswith("1: ")


def test_shadow_reference_in_a_hidden_object_stream(tmp_path: Path) -> None:
    """What only old readers do not see waits for an object that comes after the signing (PDF-15)."""
    (facts,) = check(shadowed_reference(RSA), tmp_path).signatures
    assert facts.changes_after is ChangesAfter.UNDEFINED
    assert facts.constraint_problems


def test_encrypted_document_that_needs_no_password(tmp_path: Path) -> None:
    """A signed document that anybody may read is checked like any other (PDF-16)."""
    out = io.BytesIO(documents.encrypted(b""))
    writer = IncrementalPdfFileWriter(out)
    writer.encrypt(b"")
    signed = documents.certified_with(writer)
    facts = check(signed, tmp_path)
    assert [one.digest_matches for one in facts.signatures] == [True]
    assert problems(facts) == [set()]
    reader = PdfFileReader(io.BytesIO(signed))
    assert "/Encrypt" in reader.trailer
