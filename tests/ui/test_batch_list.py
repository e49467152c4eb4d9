"""The list of a batch on the disk: what of it is left after a crash."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import RoscherkError
from app.ui.documents.draft import Draft, Unfinished
from app.ui.files import Document


class AtOnce:
    """Work done by whoever asks for it."""

    def run(self, work: Callable[[Any], Any], *, done: Any, failed: Any, lane: str) -> None:
        """Do it."""
        assert lane == "draft"
        try:
            done(work(None))
        except RoscherkError as error:
            failed(error)


@pytest.fixture
def documents(tmp_path: Path) -> list[Document]:
    """Return three documents that lie there."""
    paths = [tmp_path / name for name in ("Акт.docx", "Акт сверки.docx", "Договор.pdf")]
    for path in paths:
        path.write_bytes(b"x")
    return [Document(path=path, size=1) for path in paths]


def draft_of(folder: Path) -> Draft:
    """Return the list in a profile."""

    def fail(error: RoscherkError) -> None:
        raise error

    return Draft(folder / "drafts" / "batch.json", AtOnce(), fail)  # type: ignore[arg-type]


def looked(folder: Path) -> Unfinished | None:
    """Return what the next start finds."""
    found: list[Unfinished] = []
    draft_of(folder).look(found.append)
    return found[0] if found else None


def test_what_is_left_is_told(tmp_path: Path, documents: list[Document]) -> None:
    """After a crash the rest is offered; nothing of it was signed."""
    draft_of(tmp_path).follow(documents, wanted=True)
    found = looked(tmp_path)
    assert found is not None
    assert found.left == tuple(each.path for each in documents)
    assert (found.signed, found.total) == (0, 3)


def test_what_was_signed_and_not_noted_is_not_left(
    tmp_path: Path, documents: list[Document]
) -> None:
    """Killed between a signature and the note of it: the file would be signed a second time."""
    draft_of(tmp_path).follow(documents, wanted=True)
    for name in ("Акт сверки.docx.sig", "Договор_signed.pdf"):
        (tmp_path / name).write_bytes(b"signature")
    found = looked(tmp_path)
    assert found is not None
    assert found.left == (documents[0].path,)  # whose name begins like that of another
    assert (found.signed, found.total) == (2, 3)
    (tmp_path / "Акт.docx.sig").write_bytes(b"signature")
    assert looked(tmp_path) is None


def test_older_signatures_say_nothing(tmp_path: Path, documents: list[Document]) -> None:
    """A signature of before the batch is no reason to leave a document out."""
    (tmp_path / "Договор_signed.pdf").write_bytes(b"signature")
    draft_of(tmp_path).follow(documents, wanted=True)
    at = (tmp_path / "Договор_signed.pdf").stat().st_ctime + 60
    os.utime(tmp_path / "drafts" / "batch.json", (at, at))
    found = looked(tmp_path)
    assert found is not None
    assert len(found.left) == 3
