"""Files that are dropped: found, described, each once."""

import os
from pathlib import Path

import pytest
from fakes import files

from app.crypto.packages.model import Looked, Role
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.texts.amounts import size_text
from app.ui import gathering
from app.ui.amounts import folder_text
from app.ui.files import Document, State, row_of
from app.ui.gathering import gather
from app.ui.work import Job


def names(folder: Path, *paths: Path) -> list[str]:
    """Return the names that are found."""
    return [str(each.path.relative_to(folder)) for each in gather(paths, Job()).documents]


def test_folders_are_looked_through(tmp_path: Path) -> None:
    """Files of folders come in the order of their names; hidden and lock files are passed over."""
    files(tmp_path, "б.pdf", "а.pdf", "в/г д.docx", ".hidden", "~$а.docx", ".git/x")
    assert names(tmp_path, tmp_path) == ["а.pdf", "б.pdf", "в/г д.docx"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Акт.sig", "Не читается"),
        ("Акт.pdf.SGN", "Не читается"),
        ("Акт.pdf", "Без подписи"),
        ("Цепочка.p7b", "Без подписи"),
    ],
)
def test_a_signature_that_is_none(name: str, words: str) -> None:
    """A file that calls itself a signature and holds none is a trouble; a document without one is not."""
    seen = Looked(path=Path(name), role=Role.DOCUMENT)
    assert row_of(Document(path=Path(name), size=1, looked=seen)).badge.text == words


def test_each_file_once(tmp_path: Path) -> None:
    """A file given twice, or with its folder, is one document."""
    (path,) = files(tmp_path, "a.pdf")
    assert names(tmp_path, path, tmp_path, path) == ["a.pdf"]


def test_what_is_no_file_says_so(tmp_path: Path) -> None:
    """A missing file and a pipe are documents with an error, not silence."""
    os.mkfifo(tmp_path / "pipe")
    found = gather([tmp_path / "нет.pdf", tmp_path / "pipe"], Job()).documents
    assert [each.state for each in found] == [State.FAILED, State.FAILED]
    assert [each.error.code for each in found] == [
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_NOT_REGULAR,
    ]
    assert row_of(found[0]).badge.text == "Файл не найден"


def test_a_whole_disk_ends_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a limit, and it is told."""
    monkeypatch.setattr(gathering, "MOST", 3)
    files(tmp_path, *(f"{n}.pdf" for n in range(5)))
    found = gather([tmp_path], Job())
    assert len(found.documents) == 3
    assert found.more


def test_gathering_can_be_called_off(tmp_path: Path) -> None:
    """A long search ends when it is no longer wanted."""
    files(tmp_path, "a.pdf")
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(RoscherkError) as caught:
        gather([tmp_path], Job(cancel))
    assert caught.value.code is ErrorCode.CANCELLED


def test_odd_names_are_made_harmless(tmp_path: Path) -> None:
    """Marks that turn the direction of writing, and bytes that are no text, are shown as marks."""
    turned = Document(path=tmp_path / "Договор\u202efdp.exe", size=1)
    assert "\u202e" not in row_of(turned).title
    broken = Document(path=Path(os.fsdecode(b"/tmp/\xff.pdf")), size=1)
    row_of(broken).title.encode()


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 Б"), (1023, "1023 Б"), (1024, "1 КБ"), (1_500_000, "1,4 МБ"), (1 << 30, "1 ГБ")],
)
def test_sizes(size: int, text: str) -> None:
    """Sizes are written as the country writes them."""
    assert size_text(size) == text


def test_home_is_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home folder is a tilde; other folders are written whole."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder_text(tmp_path / "Документы" / "a.pdf") == "~/Документы"
    assert folder_text(Path("/srv/a.pdf")) == "/srv"
