"""No forgery passes; each is told by its own code."""

import io
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from attacks.pdf_universal import UNIVERSAL
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import pdf_signer
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.pdf.checking import PdfFacts, check_pdf
from app.crypto.pdf.codes import (
    ConstraintProblem,
    FileRemark,
    FormatProblem,
    Remark,
    Unsupported,
)
from app.crypto.verdict.facts import ChangesAfter, Coverage, SignatureFacts
from app.errors import ErrorCode, RoscherkError

RSA = pki_of(KeyAlgorithm.RSA)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a document of two pages with one signature."""
    folder = tmp_path_factory.mktemp("forgeries")
    (folder / "source.pdf").write_bytes(documents.two_pages())
    return sign_pdf(folder / "source.pdf", RSA, output=folder / "out.pdf").target.read_bytes()


@pytest.fixture(scope="module")
def signed_form(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a document with a text field and one signature."""
    folder = tmp_path_factory.mktemp("forgeries")
    (folder / "source.pdf").write_bytes(documents.with_form())
    return sign_pdf(folder / "source.pdf", RSA, output=folder / "out.pdf").target.read_bytes()


def check(data: bytes, folder: Path) -> PdfFacts:
    """Check bytes as a file."""
    path = folder / "forged.pdf"
    path.write_bytes(data)
    return check_pdf(path)


def codes(facts: SignatureFacts) -> set[str]:
    """Return every code that speaks against a signature."""
    problems = (*facts.format_problems, *facts.constraint_problems, *facts.unsupported)
    return {str(one.code) for one in problems}


def test_the_signed_documents_are_sound(signed: bytes, signed_form: bytes, tmp_path: Path) -> None:
    """Without a forgery there is nothing to tell."""
    for data in (signed, signed_form):
        (facts,) = check(data, tmp_path).signatures
        assert not codes(facts)
        assert not facts.warnings
        assert facts.coverage is Coverage.WHOLE_FILE


@pytest.mark.parametrize("name", UNIVERSAL)
def test_universal_forgery(name: str, signed: bytes, tmp_path: Path) -> None:
    """A byte range or contents that lie are a format problem, whatever pyHanko makes of them."""
    try:
        found = check(UNIVERSAL[name](signed), tmp_path)
    except RoscherkError as error:
        assert error.code is ErrorCode.PDF_DAMAGED  # the file as a whole cannot be read  # noqa: PT017
        return
    (facts,) = found.signatures
    assert facts.format_problems or facts.digest_matches is False
    assert not (facts.digest_matches and facts.signature_verifies)


AFTERWARDS = {
    "page content": (forge.replace_page_content, ConstraintProblem.CHANGED_AFTER),
    "content stream": (forge.overwrite_content_stream, ConstraintProblem.CHANGED_AFTER),
    "empty signature field": (
        forge.add_empty_signature_field,
        ConstraintProblem.EMPTY_SIGNATURE_VISIBLE,
    ),
    "twin field": (forge.second_field_on_same_signature, ConstraintProblem.CHANGED_AFTER),
    "reason": (forge.change_reason, FormatProblem.CONTENTS_ELSEWHERE),
    "page removed": (forge.remove_page, FormatProblem.PAGES_CHANGED),
    "page added": (forge.add_page, FormatProblem.PAGES_CHANGED),
    "script": (forge.swap_catalog, ConstraintProblem.CHANGED_AFTER),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_changed_afterwards(name: str, signed: bytes, tmp_path: Path) -> None:
    """A later revision that changes anything is never explained away."""
    change, code = AFTERWARDS[name]
    (facts,) = check(forge.updated(change)(signed), tmp_path).signatures
    assert code in codes(facts)
    assert facts.changes_after is ChangesAfter.UNDEFINED


def test_note_added_afterwards(signed: bytes, tmp_path: Path) -> None:
    """A note over the page is told as one, and never left unsaid (PDF-11)."""
    (facts,) = check(forge.updated(forge.add_note)(signed), tmp_path).signatures
    assert facts.changes_after is ChangesAfter.ANNOTATION
    (told,) = [one for one in facts.constraint_problems if one.code == ConstraintProblem.ANNOTATED]
    assert told.facts == {"count": 1}


@pytest.mark.parametrize("permission", [1, 2, 3])
def test_note_on_a_certified_document(permission: int, tmp_path: Path) -> None:
    """What the author forbids is broken; what he allows still has to be looked at (evil annotation)."""
    forged = forge.updated(forge.add_note)(documents.certified(permission))
    (facts,) = check(forged, tmp_path).signatures
    assert facts.changes_after is ChangesAfter.ANNOTATION
    assert ConstraintProblem.ANNOTATED in codes(facts)
    assert (FormatProblem.CHANGE_FORBIDDEN in codes(facts)) == (permission < 3)


def test_twin_field_counts_once(signed: bytes, tmp_path: Path) -> None:
    """Two fields that show one signature are one signature, and it is said (PDF-08)."""
    forged = forge.updated(forge.second_field_on_same_signature)(signed)
    (facts,) = check(forged, tmp_path).signatures
    assert Remark.SHARED_DICTIONARY in {one.code for one in facts.warnings}


def test_wrapping(signed: bytes, tmp_path: Path) -> None:
    """A signature moved into another dictionary does not count (signature wrapping)."""
    (facts,) = check(forge.wrap(signed), tmp_path).signatures
    assert FormatProblem.CONTENTS_ELSEWHERE in codes(facts)


@pytest.mark.parametrize("change", [forge.remove_form, forge.clear_signature])
def test_removed_signature_is_told(change: forge.Change, signed: bytes, tmp_path: Path) -> None:
    """A signature that an update took away is not silently forgotten."""
    found = check(forge.updated(change)(signed), tmp_path)
    assert not found.signatures
    assert FileRemark.SIGNATURE_REMOVED in {one.code for one in found.warnings}


def test_filled_form(signed_form: bytes, tmp_path: Path) -> None:
    """A form filled in after a plain signature is not accepted (the replace.pdf of DSS-2236)."""
    (facts,) = check(forge.updated(forge.fill_text_field)(signed_form), tmp_path).signatures
    assert facts.changes_after is ChangesAfter.FORM_FILL
    assert ConstraintProblem.FORM_FILLED in codes(facts)


@pytest.mark.parametrize("permission", [1, 2, 3])
def test_certification_decides_over_forms(permission: int, tmp_path: Path) -> None:
    """A certification may allow the filling of forms (2, 3) or forbid all changes (1)."""
    certified = documents.certified(permission, documents.with_form())
    (facts,) = check(forge.updated(forge.fill_honestly)(certified), tmp_path).signatures
    told = {one.code for one in facts.warnings}
    assert Remark.CERTIFICATION in told
    if permission == 1:
        assert FormatProblem.CHANGE_FORBIDDEN in codes(facts)
    else:
        assert not codes(facts)
        assert Remark.FORM_FILLED_ALLOWED in told


@pytest.mark.parametrize("change", [forge.fill_text_field, forge.fill_with_another_look])
def test_field_that_shows_something_else(change: forge.Change, tmp_path: Path) -> None:
    """Who may fill in a form may not show another value than the field has (PDF-15)."""
    certified = documents.certified(2, documents.with_form())
    (facts,) = check(forge.updated(change)(certified), tmp_path).signatures
    assert ConstraintProblem.FIELD_DIFFERS in codes(facts)
    assert facts.changes_after is ChangesAfter.UNDEFINED


def test_certification_must_come_first(
    signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certification after another signature is a lie (PDF-13)."""
    monkeypatch.setattr(pdf_signer, "_signatures_exist", lambda _: False)
    first, second = check(documents.certified(2, signed), tmp_path).signatures
    assert FormatProblem.CERTIFICATION_NOT_FIRST in codes(second)
    assert FormatProblem.CERTIFICATION_NOT_FIRST not in codes(first)


@pytest.mark.parametrize(
    "tail",
    [
        b"x",
        b"%comment\n",
        b"99 0 obj\n<</Evil true>>\nendobj\n",
        b"\0" * 10 + b"a",
        b"0" * 900,
        b"x" * 5000,
    ],
)
def test_trailing_bytes(tail: bytes, signed: bytes, tmp_path: Path) -> None:
    """Unsigned bytes after the end are told, however many (pyHanko: valid)."""
    try:
        (facts,) = check(signed + tail, tmp_path).signatures
    except RoscherkError as error:
        assert error.code is ErrorCode.PDF_DAMAGED  # the end mark is out of sight  # noqa: PT017
        return
    assert ConstraintProblem.TRAILING_BYTES in codes(facts)


def test_trailing_blanks_are_a_warning(signed: bytes, tmp_path: Path) -> None:
    """White space after the end changes nothing, and is told."""
    (facts,) = check(signed + b"\n \n", tmp_path).signatures
    assert not codes(facts)
    assert Remark.BLANK_AFTER_END in {one.code for one in facts.warnings}
    assert facts.coverage is Coverage.WHOLE_REVISION


@pytest.mark.parametrize("payload", [b"deadbeef", b"30030201", b"00000100"])
def test_payload_in_the_padding(payload: bytes, signed: bytes, tmp_path: Path) -> None:
    """Bytes hidden behind the signature are covered by none: never valid (pyHanko: silence)."""
    forged = forge.contents(lambda old: old[:-8] + payload)(signed)
    (facts,) = check(forged, tmp_path).signatures
    assert codes(facts) == {ConstraintProblem.CONTENTS_PADDING}


def two_signers(octets: bytes) -> bytes:
    """Return a SignedData whose one signer stands in it twice."""
    outer = tlv.read(octets)
    oid, explicit = outer.children()
    *head, signers = explicit.children()[0].children()
    doubled = tlv.encode(tlv.SET, signers.contents * 2)
    inner = tlv.encode(tlv.SEQUENCE, *(part.raw for part in head), doubled)
    return tlv.encode(tlv.SEQUENCE, oid.raw, tlv.encode(0xA0, inner))


def test_two_signers_in_one_signature(signed: bytes, tmp_path: Path) -> None:
    """A signature inside a PDF has one signer (pdfsig: valid)."""
    forged = forge.contents(
        lambda old: two_signers(bytes.fromhex(old.decode())).hex().encode().ljust(len(old), b"0")
    )(signed)
    (facts,) = check(forged, tmp_path).signatures
    assert FormatProblem.SIGNER_COUNT in codes(facts)


@pytest.mark.parametrize(
    ("subfilter", "code"),
    [
        (b"/ETSI.CAdES.detachee", Unsupported.SUBFILTER_UNKNOWN),
        (b"/adbe.x509.rsa_sha1 ", Unsupported.SUBFILTER_WITHDRAWN),
    ],
)
def test_other_kinds_are_not_overlooked(
    subfilter: bytes, code: str, signed: bytes, tmp_path: Path
) -> None:
    """A signature of another kind is a signature of another kind, never none (pyHanko: none)."""
    forged = signed.replace(b"/ETSI.CAdES.detached", subfilter)
    (facts,) = check(forged, tmp_path).signatures
    assert code in codes(facts)


def test_byte_ranges_must_nest(signed: bytes, tmp_path: Path) -> None:
    """Two signatures over the same revision cross each other (PDF-03)."""
    # a second field in the same revision cannot be made honestly: give the later one the range
    # of the earlier by hand, where both have room for the digits
    path = tmp_path / "once.pdf"
    path.write_bytes(signed)
    twice = sign_pdf(path, RSA, output=tmp_path / "twice.pdf").target.read_bytes()
    start = len(signed)
    first = forge._RANGE.search(twice)
    assert first is not None
    forged = twice[:start] + forge.in_range(first[0].split(b" ", 1)[1].rstrip())(twice[start:])
    codes_found = [codes(one) for one in check(forged, tmp_path).signatures]
    assert any(FormatProblem.RANGES_OVERLAP in found for found in codes_found)


def test_appended_to_itself_with_an_archival_revision(signed: bytes, tmp_path: Path) -> None:
    """What follows the last revision is told, even if it ends like a whole file."""

    def add_store(writer: IncrementalPdfFileWriter) -> None:
        certificate = writer.add_object(generic.StreamObject(stream_data=RSA.ca))
        store = generic.DictionaryObject({"/Certs": generic.ArrayObject([certificate])})
        writer.root["/DSS"] = writer.add_object(store)
        writer.update_root()

    archived = forge.updated(add_store)(signed)
    (facts,) = check(archived, tmp_path).signatures
    assert facts.changes_after is ChangesAfter.ARCHIVAL
    assert not codes(facts)
    last = archived.rindex(b"startxref")
    (facts,) = check(archived + b"1 0 obj\n(evil)\nendobj\n" + archived[last:], tmp_path).signatures
    assert ConstraintProblem.TRAILING_BYTES in codes(facts)


def test_stream_is_left_open_by_nobody(signed: bytes, tmp_path: Path) -> None:
    """A file that was checked can be removed at once, on every system."""
    check(signed, tmp_path)
    (tmp_path / "forged.pdf").unlink()
    assert io.BytesIO(signed).read(5) == b"%PDF-"


@pytest.mark.parametrize("place", [b"0", b"1", b"9", b"10", b"-1", b"99999999999999999999"])
def test_table_said_to_lie_before_the_beginning(
    signed: bytes, place: bytes, tmp_path: Path
) -> None:
    """A place that no file has is the document's damage and not the disk's."""
    start = signed.rindex(b"startxref")
    with pytest.raises(RoscherkError) as caught:
        check(signed[:start] + b"startxref\n" + place + b"\n%%EOF\n", tmp_path)
    assert caught.value.code is ErrorCode.PDF_DAMAGED
