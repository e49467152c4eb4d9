"""Lost documents found by digest, and earlier verdicts that are taken again only if nothing changed."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packages_lab import open_packages
from signing_files import sign
from stand_ins.pki import Pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.packages import remembering, searching
from app.crypto.packages.door import Packages
from app.crypto.packages.remembering import Remembered
from app.crypto.verdict.report import Indication
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel


@pytest.fixture
def pki() -> Pki:
    """Return a quick infrastructure."""
    return pki_of(KeyAlgorithm.ECDSA_P256)


@pytest.fixture
def packages(pki: Pki, tmp_path: Path) -> Packages:
    """Return the door."""
    return open_packages(tmp_path / "profile", pki.trust(tmp_path / "trust"))


@pytest.fixture
def lost(pki: Pki, tmp_path: Path) -> tuple[Path, Path]:
    """Return a signature alone, and its document deep in another folder under another name."""
    document = tmp_path / "Акт.docx"
    document.write_bytes(b"act")
    place = tmp_path / "in"
    place.mkdir()
    signature = sign(document, pki.key).rename(place / "Акт.docx.sig")
    deep = tmp_path / "archive" / "2025" / "май"
    deep.mkdir(parents=True)
    for number in range(150):
        (deep.parent / f"{number}.bin").write_bytes(b"%d" % number)
    return signature, document.rename(deep / "scan.pdf")


def test_found(packages: Packages, lost: tuple[Path, Path], tmp_path: Path) -> None:
    """The document is found by its digest; the package with it passes."""
    signature, document = lost
    package = packages.open([signature.parent])
    found = packages.find_document(signature, [tmp_path / "archive"])
    assert (found.document, found.complete) == (document, True)
    better = packages.with_documents(package, [found])
    assert better.notices == ()
    checked = packages.verify(better)
    assert [each.verdict for each in checked.checked.report.files] == [Indication.TOTAL_PASSED]
    assert checked.tree[0].shown == document


def test_not_found_and_budget(
    packages: Packages, lost: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that ends without a find says how much it looked at, and whether that was all."""
    signature, document = lost
    document.write_bytes(b"other")
    found = packages.find_document(signature, [tmp_path / "archive"])
    assert (found.document, found.files, found.complete) == (None, 151, True)
    monkeypatch.setattr(searching, "MAX_FILES", 10)
    found = packages.find_document(signature, [tmp_path / "archive"])
    assert (found.files, found.complete) == (10, False)
    monkeypatch.undo()
    monkeypatch.setattr(searching, "MAX_BYTES", 20)
    found = packages.find_document(signature, [tmp_path / "archive"])
    assert not found.complete


def test_cancelled(packages: Packages, lost: tuple[Path, Path], tmp_path: Path) -> None:
    """A search that was called off ends so."""
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(RoscherkError) as caught:
        packages.find_document(lost[0], [tmp_path / "archive"], cancel=cancel)
    assert caught.value.code is ErrorCode.CANCELLED


def test_earlier_verdicts(packages: Packages, pki: Pki, tmp_path: Path) -> None:
    """The same octets under the same trust are not verified again; whatever changed is."""
    place = tmp_path / "in"
    place.mkdir()
    for name in ("a.docx", "b.docx"):
        (place / name).write_bytes(name.encode())
        sign(place / name, pki.key)
    first = packages.verify(packages.open([place]), skip_checked=True)
    assert first.earlier == {}
    second = packages.verify(packages.open([place]), skip_checked=True)
    assert len(second.earlier) == 2
    assert all(at == first.checked.report.checked_at for at in second.earlier.values())
    assert second.checked.report.files == first.checked.report.files
    moved = place.rename(tmp_path / "moved")
    third = packages.verify(packages.open([moved]), skip_checked=True)
    assert set(third.earlier) == {str(moved / f"{name}.docx.sig") for name in "ab"}
    (moved / "a.docx").write_bytes(b"changed")
    fourth = packages.verify(packages.open([moved]), skip_checked=True)
    assert set(fourth.earlier) == {str(moved / "b.docx.sig")}
    assert {each.verdict for each in fourth.checked.report.files} == {
        Indication.TOTAL_PASSED,
        Indication.TOTAL_FAILED,
    }
    assert packages.verify(packages.open([moved])).earlier == {}


def test_what_was_not_decided_is_looked_at_again(
    packages: Packages, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An undetermined verdict is not remembered, nor does one of an earlier month serve."""
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.docx").write_bytes(b"a")
    sign(place / "a.docx", pki.key)
    lists = tmp_path / "trust" / "crls"
    kept = {path: path.read_bytes() for path in lists.iterdir()}
    for path in kept:
        path.unlink()
    unsure = packages.verify(packages.open([place]), skip_checked=True)
    assert unsure.checked.report.files[0].verdict is Indication.INDETERMINATE
    assert packages.verify(packages.open([place]), skip_checked=True).earlier == {}
    for path, octets in kept.items():
        path.write_bytes(octets)
    packages.verify(packages.open([place]), skip_checked=True)
    assert len(packages.verify(packages.open([place]), skip_checked=True).earlier) == 1
    monkeypatch.setattr(remembering, "_SERVES", timedelta(0))
    assert packages.verify(packages.open([place]), skip_checked=True).earlier == {}


def test_earlier_verdicts_hang_on_the_trust(packages: Packages, pki: Pki, tmp_path: Path) -> None:
    """A root taken away, or a named moment, makes every verdict a new one."""
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.docx").write_bytes(b"a")
    sign(place / "a.docx", pki.key)
    packages.verify(packages.open([place]), skip_checked=True)
    named = VerifyOptions(at=datetime.now(UTC) - timedelta(days=1))
    assert packages.verify(packages.open([place]), named, skip_checked=True).earlier == {}
    for anchor in (tmp_path / "trust" / "anchors").iterdir():
        anchor.unlink()
    again = packages.verify(packages.open([place]), skip_checked=True)
    assert again.earlier == {}
    assert again.checked.report.files[0].verdict is Indication.INDETERMINATE


@pytest.mark.parametrize("what", ["document", "trust"])
def test_a_verdict_does_not_pass_on(
    packages: Packages, pki: Pki, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was put in the place of a document or of the trust during a check got no verdict by it."""
    place = tmp_path / "in"
    place.mkdir()
    for name in ("a.docx", "b.docx"):
        (place / name).write_bytes(name.encode())
        sign(place / name, pki.key)

    real = Verifying.verify_requests

    def verify(*given: Any, **options: Any) -> Any:
        found = real(*given, **options)
        if what == "document":
            (place / "a.docx").write_bytes(b"another")
        else:
            shutil.rmtree(tmp_path / "trust" / "anchors")
            (tmp_path / "trust" / "anchors").mkdir()
        return found

    def check() -> tuple[set[str], list[Indication]]:
        found = packages.verify(packages.open([place]), skip_checked=True)
        return set(found.earlier), [each.verdict for each in found.checked.report.files]

    passed = Indication.TOTAL_PASSED
    with monkeypatch.context() as patched:
        patched.setattr(Verifying, "verify_requests", verify)
        assert check() == (set(), [passed, passed])
    if what == "document":
        unchanged = {str(place / "b.docx.sig")}
        assert check() == (unchanged, [Indication.TOTAL_FAILED, passed])
    else:
        assert check() == (set(), [Indication.INDETERMINATE] * 2)


def test_damaged_memory_is_none(packages: Packages, pki: Pki, tmp_path: Path) -> None:
    """A memory that somebody spoilt is as good as absent."""
    memory = tmp_path / "profile" / "checked.sqlite3"
    memory.parent.mkdir(exist_ok=True)
    memory.write_bytes(b"not a database" * 100)
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.docx").write_bytes(b"a")
    sign(place / "a.docx", pki.key)
    found = packages.verify(packages.open([place]), skip_checked=True)
    assert found.checked.report.files[0].verdict is Indication.TOTAL_PASSED
    assert Remembered(memory).find(["x"]) == {}
