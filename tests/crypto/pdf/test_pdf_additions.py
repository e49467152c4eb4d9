"""The quick recognition of added signatures: it must never see more than the full analysis."""

import io
import re
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf import additions, differences, references
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.codes import ConstraintProblem
from app.crypto.pdf.contents import read_range
from app.crypto.pdf.fields import signature_fields
from app.crypto.pdf.plain import NotPlainError
from app.crypto.pdf.reading import Reader
from app.crypto.pdf.revisions import revision_of
from app.crypto.verdict.facts import ChangesAfter
from app.errors import RoscherkError

RSA = pki_of(KeyAlgorithm.RSA)
PLAIN = (
    *("plain", "two pages", "form", "turned 90", "inherited", "object streams", "empty annots"),
    "hybrid",
)


def twice(document: bytes, folder: Path) -> Path:
    """Sign a document twice."""
    source = folder / "source.pdf"
    source.write_bytes(document)
    once = sign_pdf(source, RSA, output=folder / "once.pdf").target
    return sign_pdf(once, RSA, output=folder / "twice.pdf").target


@pytest.fixture
def no_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody fall back on the full analysis."""

    def refuse(*_: object) -> None:
        raise AssertionError("the full analysis was asked")

    monkeypatch.setattr(differences, "review", refuse)


@pytest.mark.usefixtures("no_analysis")
@pytest.mark.parametrize("name", PLAIN)
def test_second_signature_needs_no_analysis(name: str, tmp_path: Path) -> None:
    """The usual case is recognised at once."""
    first, _ = check_pdf(twice(documents.GOOD[name](), tmp_path)).signatures
    assert first.changes_after is ChangesAfter.SIGNATURE
    assert not first.constraint_problems


UPDATES = [
    forge.replace_page_content,
    forge.overwrite_content_stream,
    forge.add_note,
    forge.add_empty_signature_field,
    forge.second_field_on_same_signature,
    forge.change_reason,
    forge.remove_page,
    forge.add_page,
    forge.remove_form,
    forge.clear_signature,
    forge.fill_text_field,
    forge.swap_catalog,
]


@pytest.mark.parametrize("change", UPDATES)
def test_no_forgery_is_recognised(change: forge.Change, tmp_path: Path) -> None:
    """Whatever the generator does in an update, the quick way does not explain it."""
    once = twice(documents.with_form(), tmp_path).with_name("once.pdf").read_bytes()
    reader = Reader(io.BytesIO(forge.updated(change)(once)), strict=True)
    assert additions.Recognition(reader).recognise(1, len(once)) is None


def defined_by_second(path: Path) -> list[int]:
    """Return the numbers of the objects that the second signature's update brings."""
    reader = Reader(io.BytesIO(path.read_bytes()), strict=True)
    size = reader.xrefs.get_xref_container_info(1).size
    refs = reader.xrefs.explicit_refs_in_revision(2)
    return sorted(ref.idnum for ref in refs if ref.idnum >= size)


@pytest.mark.parametrize("spelling", [b"%d 0 R", b"0%d\n\t00 \r\n R"])
def test_object_awaited_by_the_signed_document(spelling: bytes, tmp_path: Path) -> None:
    """A signed page that refers to an object which only the update defines is a shadow attack."""
    (tmp_path / "dry").mkdir()
    awaited = defined_by_second(twice(documents.plain(), tmp_path / "dry"))[-1]
    signed = twice(documents.with_contents(b"[4 0 R %s]" % (spelling % awaited)), tmp_path)
    assert awaited in defined_by_second(signed)
    first, _ = check_pdf(signed).signatures
    assert first.changes_after is ChangesAfter.UNDEFINED
    assert ConstraintProblem.CHANGED_AFTER in {one.code for one in first.constraint_problems}


def recognised_and_explained(path: Path) -> tuple[int, int]:
    """Return how many signatures of a file are recognised, and how many of them explained."""
    reader = Reader(io.BytesIO(path.read_bytes()), strict=True)
    recognised = explained = 0
    for field in signature_fields(reader.root):
        if field.value is None:
            continue
        covered = read_range(field.value, path.stat().st_size)
        revision = revision_of(reader, field)
        later = revision + 1 < reader.xrefs.total_revisions
        if later and additions.Recognition(reader).recognise(revision, covered.end) is not None:
            recognised += 1
            result = DEFAULT_DIFF_POLICY.review_file(reader, revision)
            explained += isinstance(result, DiffResult)
    return recognised, explained


@pytest.mark.parametrize("name", PLAIN)
def test_agrees_with_the_full_analysis(name: str, tmp_path: Path) -> None:
    """What is recognised, pyHanko's analysis explains as well."""
    assert recognised_and_explained(twice(documents.GOOD[name](), tmp_path)) == (1, 1)


def test_agrees_on_samples_of_others(data_folder: Path) -> None:
    """Likewise in published samples, where almost everything is left to the analysis."""
    for path in sorted((data_folder / "pdf-pyhanko").glob("*.pdf")):
        try:
            recognised, explained = recognised_and_explained(path)
        except Exception:  # noqa: BLE001 - damaged on purpose
            continue
        assert recognised == explained


def test_damaged_update_is_not_recognised(tmp_path: Path) -> None:
    """Bytes lost from the update leave it unexplained or the file unreadable."""
    signed = twice(documents.plain(), tmp_path)
    data = signed.read_bytes()
    once = signed.with_name("once.pdf").stat().st_size
    for place in range(once, once + 2000, 97):
        signed.write_bytes(data[:place] + data[place + 1 :])
        try:
            first, *others = check_pdf(signed).signatures
        except RoscherkError:
            continue
        sound = not first.constraint_problems and first.changes_after is ChangesAfter.SIGNATURE
        assert not sound or any(
            one.format_problems or one.digest_matches is not True for one in others
        )


PIECES = st.sampled_from(
    [
        b"12",
        b"012",
        b"1",
        b"2",
        b"0",
        b"R",
        b"RG",
        b" ",
        b"\n",
        b"\r",
        b"\0",
        b"%",
        b"% 5 0 R\n",
        b"%12\r",
        b"%" + b"x" * 200 + b"\n",
        b"obj",
        b"<<",
        b"\xff",
        b" " * 70,
        b"\n" * 5000,
    ]
)
REFERENCE = re.compile(
    rb"(?<![0-9])0*12(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])+[0-9]+(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])+R"
)


class Octets:
    """As much of a reader as the search for references needs."""

    def __init__(self, data: bytes) -> None:
        self.stream = io.BytesIO(data)
        self.xrefs = self

        self.hybrid = None

    def object_streams_used_in(self, _number: int) -> set[generic.Reference]:
        """Return no object streams."""
        return set()

    def get_xref_data(self, _number: int) -> "Octets":
        """Return a section that is not hybrid."""
        return self


@given(st.lists(PIECES, max_size=12), st.integers(0, 40))
def test_no_reference_is_overlooked(pieces: list[bytes], before: int) -> None:
    """However a reference is spelt, and wherever the pieces of the file are cut, it is seen."""
    data = b"x" * before + b"".join(pieces)
    found = REFERENCE.search(data) is not None
    wanted = references.Searched(0, len(data), frozenset({12, 700}))
    for chunk in (1 << 20, 4200):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(references, "_CHUNK", chunk)
            try:
                references.demand_unreferenced(Octets(data), wanted)  # type: ignore[arg-type]
            except NotPlainError:
                continue
            assert not found, (chunk, data)
