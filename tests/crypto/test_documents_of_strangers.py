"""Files in which somebody put signatures of several documents together."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from editing_lab import co_sign, door, sign, sound
from signing_lab import QUICK, TEXT, WHEN, refused

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import editing, splicing
from app.crypto.cms.reading import open_cms
from app.crypto.editing import tasks
from app.crypto.editing.model import Extract, Merge, Split
from app.crypto.verdict.facts import SignatureFacts
from app.errors import ErrorCode

RSA, GOST = KeyAlgorithm.RSA, KeyAlgorithm.GOST_256


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Return another document, in a folder of its own."""
    (tmp_path / "other").mkdir()
    path = tmp_path / "other" / "Договор.docx"
    path.write_bytes(TEXT + b"!")
    return path


def together(paths: Sequence[Path], target: Path) -> Path:
    """Put the signers of several files into one, whatever they signed."""
    parts = [splicing.parts_of(open_cms(path)) for path in paths]
    _, head = splicing.take_apart(paths[0].read_bytes())
    target.write_bytes(splicing.put_together(editing.merged(parts), head))
    return target


def test_merge_over_a_bridge(source: Path, other: Path) -> None:
    """A file with signatures of two documents does not make them one.

    Two files that cannot be compared are compared with a third one each: it is a stranger's.
    """
    ours, theirs = sign(source, RSA), sign(other, GOST)
    later = WHEN + timedelta(seconds=1)
    pieces = sign(source, QUICK), sign(other, GOST, signing_time=later)
    bridge = together(pieces, source.with_name("bridge.sig"))
    for path in (*pieces, source, other):
        path.unlink()
    error = refused(lambda: door().merge(Merge(sources=(ours, bridge, theirs))))
    assert error.code in {ErrorCode.CONTENT_NOT_FOUND, ErrorCode.SIGNATURE_OF_ANOTHER}


def test_merge_of_files_with_several_algorithms(source: Path) -> None:
    """Files whose signers all used the same ones are compared without the document."""
    first = co_sign(sign(source, RSA), GOST)
    second = co_sign(sign(source, QUICK), GOST, signing_time=WHEN + timedelta(seconds=1))
    hidden = source.rename(source.with_name("hidden"))
    moved = hidden.read_bytes()
    hidden.unlink()
    answer = door().merge(Merge(sources=(first, second)))
    source.write_bytes(moved)
    assert sound(answer.targets[0], source) == [True] * 4


@pytest.mark.parametrize("attached", [False, True])
def test_co_signing_what_another_signer_did_not_sign(
    attached: bool, source: Path, other: Path
) -> None:
    """Who adds a signature means the document that the others signed: all of them."""
    first, forged = sign(source, QUICK, attached=attached), sign(other, RSA, attached=attached)
    mixed = together((forged, first), other.with_name("mixed.p7m"))
    error = refused(lambda: co_sign(mixed, GOST))
    assert error.code is ErrorCode.CONTENT_DIFFERS
    assert error.facts["number"] == 2


def test_a_pdf_is_no_signature_file(tmp_path: Path) -> None:
    """A signed PDF is not said to bear no signature: it is told what can be done with it."""
    path = tmp_path / "signed.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<</Type/Sig>>\nendobj\n")
    for work in (
        lambda: co_sign(path, QUICK),
        lambda: door().merge(Merge(sources=(path, path))),
        lambda: door().extract(Extract(source=path)),
    ):
        error = refused(work)
        assert (error.code, error.facts["path"]) == (ErrorCode.PDF_NO_SIGNATURE_FILE, str(path))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("Акт.docx (1).sig", "Акт.docx"),
        ("Акт.docx.УЧЕБНАЯ.sig", "Акт.docx"),
        ("Акт.docx.УЧЕБНАЯ (2).p7m", "Акт.docx"),
        ("Акт (1).docx.sig", "Акт (1).docx"),
        ("Акт", "Акт.document"),
    ],
)
def test_extracted_document_can_be_opened(
    name: str, document: str, source: Path, tmp_path: Path
) -> None:
    """The name of a second file does not take the kind of its document away."""
    folder = tmp_path / "alone"
    folder.mkdir()
    path = sign(source, QUICK, attached=True).rename(folder / name)
    assert door().extract(Extract(source=path)).targets == (folder / document,)


def test_split_names_nothing_before_all_is_made(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may be killed at any moment: then nobody is left to take finished files away."""
    two = co_sign(sign(source, QUICK), RSA)
    before, seen = set(source.parent.iterdir()), []
    checked = tasks.check_cms

    def look(*arguments: Any, **terms: Any) -> tuple[SignatureFacts, ...]:
        named = set(source.parent.iterdir()) - before
        seen.append([path.name for path in named if path.suffix != ".tmp"])
        return checked(*arguments, **terms)

    monkeypatch.setattr(tasks, "check_cms", look)
    assert len(door().split(Split(source=two)).targets) == 2
    assert seen == [[], []]
    assert not [path for path in source.parent.iterdir() if path.suffix == ".tmp"]
