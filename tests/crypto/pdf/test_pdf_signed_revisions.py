"""The version that was signed: found, taken out of the file, held against the present one."""

from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import NoProgress, sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf import comparing, renderer
from app.crypto.pdf.pages import ComparePageRequest, CompareRequest
from app.crypto.revisions import tasks
from app.crypto.revisions.model import (
    ExtractedRevision,
    ExtractRevision,
    RevisionsRequest,
    SignedRevision,
)
from app.crypto.saving import new_job
from app.errors import ErrorCode, RoscherkError

RSA = pki_of(KeyAlgorithm.RSA)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a document of two pages with one signature."""
    folder = tmp_path_factory.mktemp("revisions")
    (folder / "source.pdf").write_bytes(documents.two_pages())
    return sign_pdf(folder / "source.pdf", RSA, output=folder / "out.pdf").target.read_bytes()


@pytest.fixture
def changed(signed: bytes, tmp_path: Path) -> Path:
    """Return the document with another text, after it was signed."""
    path = tmp_path / "Договор.pdf"
    path.write_bytes(forge.updated(forge.replace_page_content)(signed))
    return path


def found_in(path: Path) -> tuple[SignedRevision, ...]:
    """Find the signed revisions."""
    return tasks.find(RevisionsRequest(path=path), NoProgress()).revisions  # type: ignore[arg-type]


def extracted(path: Path, number: int, output: Path | None = None) -> ExtractedRevision:
    """Take a signed revision out."""
    order = ExtractRevision(source=path, number=number, output=output, job=new_job())
    return tasks.extract(order, NoProgress())  # type: ignore[arg-type]


def test_the_signed_version_comes_out_whole(changed: Path, signed: bytes) -> None:
    """What is saved is what was signed, octet by octet, and the source stays as it is."""
    before = changed.read_bytes()
    (one,) = found_in(changed)
    assert (one.number, one.end, one.whole) == (1, len(signed), False)
    done = extracted(changed, 1)
    assert done.target.name == "Договор.подписано-1.pdf"
    assert done.target.read_bytes() == signed
    assert changed.read_bytes() == before
    again = extracted(changed, 1)
    assert again.target.name == "Договор.подписано-1 (1).pdf"


def test_every_signature_has_its_version(signed: bytes, tmp_path: Path) -> None:
    """Of two signatures the first covers less than the second."""
    path = tmp_path / "once.pdf"
    path.write_bytes(signed)
    twice = sign_pdf(path, RSA, output=tmp_path / "twice.pdf").target
    first, second = found_in(twice)
    assert first.end == len(signed)
    assert second.whole


def test_errors_have_names(changed: Path, signed: bytes, tmp_path: Path) -> None:
    """No such signature; a signature that covers no whole version; a name that is taken."""
    with pytest.raises(RoscherkError) as caught:
        extracted(changed, 7)
    assert caught.value.code is ErrorCode.SIGNATURE_NUMBER_UNKNOWN
    lying = tmp_path / "lying.pdf"
    lying.write_bytes(forge.range_with(lambda r: [r[0], r[1], r[2], r[3] - 9])(signed))
    assert found_in(lying)[0].end is None
    with pytest.raises(RoscherkError) as caught:
        extracted(lying, 1)
    assert caught.value.code is ErrorCode.REVISION_UNKNOWN
    with pytest.raises(RoscherkError) as caught:
        extracted(changed, 1, lying)
    assert caught.value.code is ErrorCode.TARGET_EXISTS


def test_differences_are_placed_on_the_page(changed: Path) -> None:
    """The changed line is boxed in millimetres from the upper left corner of its page."""
    (one,) = found_in(changed)
    assert one.end is not None
    found = renderer.compare(CompareRequest(changed, one.end), NoProgress())  # type: ignore[arg-type]
    assert (found.pages_then, found.pages_now, found.next_page) == (2, 2, None)
    assert {area.page for area in found.areas} == {1}
    area = found.areas[0]
    # the text stands at 72, 700 of 595 x 842 points, 18 points high
    assert 25 < area.left < 90
    assert 40 < area.top < 52
    assert area.height < 15


def test_both_looks_are_drawn(changed: Path) -> None:
    """One page of both versions, and the boxes; a page that one of them lacks is none."""
    (one,) = found_in(changed)
    assert one.end is not None
    drawn = renderer.compare_page(ComparePageRequest(changed, one.end, 1, 400), NoProgress())  # type: ignore[arg-type]
    assert drawn.then is not None
    assert drawn.now is not None
    assert (drawn.then.width, drawn.now.width) == (400, 400)
    assert drawn.then.pixels != drawn.now.pixels
    assert drawn.areas
    beyond = renderer.compare_page(ComparePageRequest(changed, one.end, 3, 400), NoProgress())  # type: ignore[arg-type]
    assert (beyond.then, beyond.now, beyond.areas) == (None, None, ())


def test_comparison_tells_that_it_was_cut_short(changed: Path) -> None:
    """Without time nothing is compared, and nothing is called the same."""
    (one,) = found_in(changed)
    assert one.end is not None
    found = comparing.compare(changed, one.end, seconds=-1)
    assert not found.complete
    assert not found.same
    same = comparing.compare(changed, changed.stat().st_size, seconds=5)
    assert same.same
