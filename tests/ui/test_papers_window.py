"""Papers about a check, as a user of the window comes to them: menu, name, file, where it lies."""

from collections.abc import Callable
from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtGui import QGuiApplication

from app.crypto.verifying.door import Checked
from app.ui.forms import Told
from app.ui.paperwork import Wish
from app.ui.widgets.papers_button import papers_button


@pytest.fixture
def checked(window: Opened, tmp_path: Path) -> Checked:
    """Return the check of a file that is no signature."""
    path = tmp_path / "счёт.docx.sig"
    path.write_bytes(b"not a signature at all")
    return window.services.verifying.verify([path])


@pytest.fixture
def told(window: Opened, monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """Return what was told at the end of work, without a dialog."""
    found: list[Told] = []
    monkeypatch.setattr(window.desk.dialogs, "tell", found.append)
    return found


def choose(window: Opened, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    """Let every question for a name be answered with the suggestion; return the suggestions."""
    suggestions: list[str] = []

    def answer(
        _title: str, suggestion: str, _filters: list[str], take: Callable[[Path], object]
    ) -> None:
        suggestions.append(suggestion)
        take(folder / suggestion)

    monkeypatch.setattr(window.desk.dialogs, "choose_target", answer)
    return suggestions


def test_menu_offers_the_papers(window: Opened) -> None:  # noqa: ARG001  # a QApplication
    """Each entry asks for its paper; letters only where there is something to ask for."""
    asked: list[Wish] = []
    made = papers_button(asked.append, letter=True)
    for action in made.menu().actions():
        action.trigger()
    assert asked == [Wish.EXPERTISE, Wish.PACKAGE, Wish.LETTER, Wish.LETTER_COPY]
    assert len(papers_button(asked.append, letter=False).menu().actions()) == 2


def test_papers_are_saved_and_shown_in_their_folder(
    window: Opened,
    checked: Checked,
    told: list[Told],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each file is there under the name that was suggested, its folder one click away."""
    out = tmp_path / "out"
    out.mkdir()
    suggestions = choose(window, monkeypatch, out)
    opened: list[str] = []
    printed: list[str] = []
    monkeypatch.setattr(window.desk.dialogs, "show_in_folder", opened.append)
    monkeypatch.setattr(window.desk.dialogs, "open_file", printed.append)
    wishes = [Wish.PROTOCOL, Wish.EXPERTISE, Wish.PACKAGE, Wish.LETTER]
    for number, wish in enumerate(wishes, 1):
        window.desk.saving.ask(checked, wish)
        window.until(lambda number=number: len(told) == number)
        saved = out / suggestions[-1]
        assert saved.name.startswith("счёт.docx.sig — ")
        assert saved.stat().st_size > 1000
        *printing, step = told[-1].steps
        step.act()
        assert opened[-1] == str(saved)
        assert len(printing) == (wish is not Wish.PACKAGE)
        for each in printing:
            each.act()
            assert printed[-1] == str(saved)
    assert len(set(suggestions)) == len(list(out.iterdir())) == len(wishes)
    window.desk.saving.ask(checked, Wish.LETTER_COPY)
    window.until(lambda: len(told) == len(wishes) + 1)
    words = QGuiApplication.clipboard().text()
    assert "счёт.docx.sig" in words
    assert "SHA-256" in words


def test_taken_name_is_an_error(
    window: Opened, checked: Checked, told: list[Told], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What lies there stays as it is."""
    out = tmp_path / "out"
    out.mkdir()
    choose(window, monkeypatch, out)
    errors: list[object] = []
    monkeypatch.setattr(window.desk.dialogs, "show_error", errors.append)
    window.desk.saving.ask(checked)
    window.until(lambda: bool(told))
    (saved,) = out.iterdir()
    before = saved.read_bytes()
    window.desk.saving.ask(checked)
    window.until(lambda: bool(errors))
    assert [path.read_bytes() for path in out.iterdir()] == [before]
