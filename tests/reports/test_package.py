"""The package as a file: the same octets from the same parts, and nothing strange is taken for one."""

import gc
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_ins import facts_made as made
from stand_ins.dossiers import dossier_of_facts

from app.crypto.verdict.report_json import to_json
from app.errors import ErrorCode, RoscherkError
from app.reports.dossier import dossier_to_json
from app.reports.package_check import check_package
from app.reports.package_file import DOSSIER, MANIFEST, PackageWriter

Change = Callable[[dict[str, bytes]], None]


def octets() -> bytes:
    """Return a small package."""
    found = dossier_of_facts(made.file(made.signature()))
    file = io.BytesIO()
    writer = PackageWriter(file)
    writer.add("documents/001/Акт.docx", b"content")
    writer.add("report.json", to_json(found.report))
    writer.add(DOSSIER, dossier_to_json(found))
    writer.finish("roscherk 0")
    return file.getvalue()


def written(path: Path, change: Change, method: int = zipfile.ZIP_STORED) -> Path:
    """Write the package anew with something changed, as a stranger would."""
    with zipfile.ZipFile(io.BytesIO(octets())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def test_same_parts_same_octets() -> None:
    """No time, no order of a folder, no compression gets into it."""
    assert octets() == octets()


def test_whole_package(tmp_path: Path) -> None:
    """Digests fit, and the facts give the report."""
    path = tmp_path / "p.zip"
    path.write_bytes(octets())
    found = check_package(path)
    assert found.damaged == ()
    assert found.replayed is True
    assert found.files == 3


def test_package_that_fails_writes_nothing_more(tmp_path: Path) -> None:
    """What has failed is not finished when it is collected: its file may be closed by then."""
    path = tmp_path / "p.zip"

    def fail() -> None:
        with path.open("wb") as file, PackageWriter(file) as writer:
            writer.add("documents/001/Акт.docx", b"content")
            raise RoscherkError(ErrorCode.CHILD_CRASHED)

    with pytest.raises(RoscherkError):
        fail()
    before = path.stat().st_size
    gc.collect()  # whatever is raised there fails the suite
    assert path.stat().st_size == before


def test_every_changed_octet_of_content_is_found(tmp_path: Path) -> None:
    """A document, a report, a manifest: whatever was touched is named."""

    def document(parts: dict[str, bytes]) -> None:
        parts["documents/001/Акт.docx"] = b"kontent"

    def report(parts: dict[str, bytes]) -> None:
        parts["report.json"] = parts["report.json"].replace(b"TOTAL_PASSED", b"TOTAL_FAILED")

    def gone(parts: dict[str, bytes]) -> None:
        del parts["documents/001/Акт.docx"]

    def added(parts: dict[str, bytes]) -> None:
        parts["../../evil.sh"] = b"x"

    for number, change in enumerate((document, report, gone, added)):
        found = check_package(written(tmp_path / f"{number}.zip", change))
        assert found.damaged, change.__name__
        assert found.replayed is None


def test_report_that_does_not_follow_from_the_facts(tmp_path: Path) -> None:
    """Whoever writes the manifest anew over another report is found out by the facts."""
    found = dossier_of_facts(made.file(made.signature(digest_matches=False)))
    file = io.BytesIO()
    writer = PackageWriter(file)
    lie = to_json(found.report).replace(b"TOTAL_FAILED", b"TOTAL_PASSED")
    writer.add("report.json", lie)
    writer.add(DOSSIER, dossier_to_json(found))
    writer.finish("roscherk 0")
    path = tmp_path / "lie.zip"
    path.write_bytes(file.getvalue())
    checked = check_package(path)
    assert checked.damaged == ()
    assert checked.replayed is False


def test_compressed_entries_are_not_taken(tmp_path: Path) -> None:
    """Nothing is ever unpacked: a bomb has no place to explode."""

    def bomb(parts: dict[str, bytes]) -> None:
        parts["documents/001/Акт.docx"] = bytes(10 << 20)

    path = written(tmp_path / "bomb.zip", bomb, zipfile.ZIP_DEFLATED)
    with pytest.raises(RoscherkError) as caught:
        check_package(path)
    assert caught.value.code is ErrorCode.FORMAT_UNKNOWN


def elsewhere() -> bytes:
    """Return a package whose first part is said to begin before the file does."""
    whole = bytearray(octets())
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 16 : end + 20] = b"\xff\xff\xff\x7f"
    return bytes(whole)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(18), octets()[:-40], elsewhere()],
)
def test_what_is_no_package(tmp_path: Path, content: bytes) -> None:
    """Anything else is said to be none."""
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(RoscherkError):
        check_package(path)


def test_every_mutant_ends_in_an_answer(tmp_path: Path) -> None:
    """Octets changed one by one: found damaged, or no package; never whole with other content."""
    good = octets()
    path = tmp_path / "m.zip"
    names = set(json.loads(zipfile.ZipFile(io.BytesIO(good)).read(MANIFEST))["files"][0])
    assert {"path", "sha256", "streebog256"} <= names
    for place in range(0, len(good), max(1, len(good) // 150)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x41]) + good[place + 1 :])
        try:
            found = check_package(path)
        except RoscherkError:
            continue
        with zipfile.ZipFile(path) as mutant, zipfile.ZipFile(io.BytesIO(good)) as original:
            if not found.damaged and found.replayed:
                for name in original.namelist():
                    if name in {"report.json", DOSSIER, "documents/001/Акт.docx"}:
                        assert mutant.read(name) == original.read(name)
