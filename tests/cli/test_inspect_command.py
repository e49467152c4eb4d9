"""`inspect`, `sign --strict`, and the version that a signature covers."""

import json
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from attacks.pdf_shadows import SHADOWS
from roscherk_run import Roscherk


@pytest.fixture
def shadow(tmp_path: Path) -> Path:
    """Return a document with text under a white picture."""
    path = tmp_path / "Тень.pdf"
    path.write_bytes(SHADOWS["hide by picture"].prepare())
    return path


@pytest.fixture
def ordinary(tmp_path: Path) -> Path:
    """Return a document that hides nothing."""
    path = tmp_path / "Обычный.pdf"
    path.write_bytes(documents.two_pages())
    return path


def test_findings_are_told(roscherk: Roscherk, shadow: Path, ordinary: Path) -> None:
    """A grave finding is code 10; an ordinary document is code 0 and said to be so."""
    told = roscherk("inspect", shadow)
    assert told.code == 10
    assert "«Contract: 999 RUB»" in told.out
    assert "страница 1" in told.out
    clean = roscherk("inspect", ordinary)
    assert clean.code == 0
    assert "Ничего подозрительного" in clean.out


def test_json(roscherk: Roscherk, shadow: Path, ordinary: Path, tmp_path: Path) -> None:
    """Scripts get codes, pages and millimetres; a file that is not there is an error of its own."""
    done = roscherk("inspect", shadow, ordinary, tmp_path / "нет.pdf", "--json")
    assert done.code == 1
    first, second, third = json.loads(done.out)["files"]
    (found,) = first["findings"]
    assert (found["code"], found["gravity"], found["pages"]) == (
        "presign_text_covered",
        "grave",
        [1],
    )
    assert found["area"]["page"] == 1
    assert second["findings"] == []
    assert third["error"]["code"] == "file_not_found"


def test_signing_says_it_and_strict_refuses(
    roscherk: Roscherk, practising: str, shadow: Path
) -> None:
    """An ordinary run says what was found and signs; --strict makes no signature."""
    refused = roscherk("sign", shadow, "--key", practising, "--strict")
    assert refused.code == 1
    assert "может быть не тем, чем кажется" in refused.err
    assert [each.name for each in shadow.parent.glob("*.pdf")] == ["Тень.pdf"]
    signed = roscherk("sign", shadow, "--key", practising, "--json")
    assert signed.code == 0
    (file,) = json.loads(signed.out)["files"]
    assert [one["code"] for one in file["findings"]] == ["presign_text_covered"]


def test_signed_version_is_taken_out(
    roscherk: Roscherk, practising: str, ordinary: Path, tmp_path: Path
) -> None:
    """What was signed comes out of a changed document as it was."""
    assert roscherk("sign", ordinary, "--key", practising).code == 0
    signed = ordinary.with_name("Обычный.УЧЕБНАЯ.pdf")
    changed = tmp_path / "изменён.pdf"
    changed.write_bytes(forge.updated(forge.replace_page_content)(signed.read_bytes()))
    done = roscherk("signature", "extract", "--revision", "1", changed)
    assert done.code == 0, done.err
    assert (tmp_path / "изменён.подписано-1.pdf").read_bytes() == signed.read_bytes()
    unknown = roscherk("signature", "extract", "--revision", "4", changed)
    assert unknown.code == 2
    assert "номером" in unknown.err
