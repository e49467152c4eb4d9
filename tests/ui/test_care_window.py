"""Backups and new versions in the window's settings, and what the gate of the profile says there."""

import json
from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.crypto.backups.model import Backup
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.profile import changing
from app.profile.migrations import FORM
from app.profile.opening import Opened as GateOpened
from app.profile.opening import opened as at_the_gate
from app.tokens.pin import Secret
from app.tokens.secret_pair import join_secrets
from app.ui import application
from app.ui.leaving import leave_question
from app.ui.pin_dialog import PinDialog
from app.ui.settings.care import CareSection
from app.ui.settings.care_presenter import tell_at_start
from app.ui.settings.page import SettingsPage
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.error_dialog import ErrorDialog

PASSWORD = "Пароль копии"


def section_of(it: Opened) -> CareSection:
    """Bring the settings to the front."""
    it.desk.window.go_to(5)
    page = it.desk.window.page(5)
    assert isinstance(page, SettingsPage)
    it.until(lambda: all(each.parent() is not None for each in page.sections))
    return page.care


def top(kind: type[Dialog]) -> Dialog | None:
    """Return a dialog that is open."""
    there = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind)]
    return next((each for each in there if each.isVisible()), None)


def answer(it: Opened, secret: Secret) -> None:
    """Type into the dialog of secrets."""
    it.until(lambda: top(PinDialog) is not None)
    dialog = top(PinDialog)
    assert isinstance(dialog, PinDialog)
    dialog.accept()
    dialog.answered.emit(secret)


def close_told() -> None:
    """Close what was told."""
    dialog = top(ToldDialog)
    assert dialog is not None
    dialog.close()


def twice(first: str, second: str) -> Secret:
    """Return what is typed into two lines."""
    with Secret.of_text(first) as one, Secret.of_text(second) as other:
        return join_secrets(one, other)


def test_a_backup_there_and_back(window: Opened, tmp_path: Path) -> None:
    """Made under a password typed twice, checked, made ready, and in its place at the next start."""
    it = window
    places: Places = it.services.places
    section = section_of(it)
    it.services.settings.set(table.THEME, "dark")
    target = tmp_path / "Копия"
    section._presenter.make(target)
    answer(it, twice(PASSWORD, "другой"))
    it.until(lambda: top(ToldDialog) is not None)
    close_told()
    assert not target.with_suffix(".roscherk").exists()
    section._presenter.make(target)
    answer(it, twice(PASSWORD, PASSWORD))
    asked = leave_question(it.desk.tasks.busy)
    assert asked is not None
    assert "резервная копия" in asked.words
    it.until(lambda: top(ToldDialog) is not None and section.make.isEnabled())
    close_told()
    target = target.with_suffix(".roscherk")
    assert PASSWORD.encode() not in target.read_bytes()
    it.services.settings.set(table.THEME, "light")

    left = []
    section._presenter._leave = lambda: left.append(True)
    section._presenter.restore(target)
    answer(it, Secret.of_text("не тот"))
    answer(it, Secret.of_text(PASSWORD))
    it.until(lambda: any(type(each).__name__ == "Dialog" for each in _visible()))
    (question,) = [each for each in _visible() if type(each).__name__ == "Dialog"]
    question.accept()
    it.until(lambda: left == [True])
    assert changing.pending(places)
    assert it.services.settings.get(table.THEME) == "light"
    with at_the_gate(places) as found:
        assert found == GateOpened(form=FORM, restored=True)
    it.services.settings.load()
    assert it.services.settings.get(table.THEME) == "dark"


def test_a_restore_that_is_refused_keeps_no_password(window: Opened, tmp_path: Path) -> None:
    """The password goes with the question."""
    section = section_of(window)
    password = Secret.of_text(PASSWORD)
    found = Backup(made="", program="0.1.0", form=FORM, closed=True, whole=True)
    section._presenter._ask_restore(tmp_path / "x.roscherk", found, password)
    (question,) = _visible()
    question.reject()
    assert password.wiped
    assert not changing.pending(window.services.places)


def _visible() -> list[Dialog]:
    return [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, Dialog) and each.isVisible()
    ]


def test_a_file_that_is_no_backup_is_told(window: Opened, tmp_path: Path) -> None:
    """And nothing is asked for."""
    it = window
    section = section_of(it)
    (tmp_path / "x.roscherk").write_bytes(b"PK")
    section._presenter.restore(tmp_path / "x.roscherk")
    it.until(lambda: top(ErrorDialog) is not None)
    shown = top(ErrorDialog)
    assert isinstance(shown, ErrorDialog)
    assert shown.error.code is ErrorCode.BACKUP_DAMAGED
    assert section.restore.isEnabled()


def test_new_versions_as_the_program_is_shipped(window: Opened, tmp_path: Path) -> None:
    """Without an address the button is off and the reason stands beside it; a file needs none."""
    it = window
    section = section_of(it)
    assert not section.updates.isEnabled()
    assert section.updates_told.text()
    it.services.settings.set(table.UPDATES_ADDRESS, "https://updates.example.ru/roscherk.json")
    section.show_values(at_start=False)
    assert section.updates.isEnabled()
    assert "updates.example.ru" in section.updates_told.text()
    section.follow_locks(lambda _setting: "/etc/roscherk/policy.toml")
    assert section.updates.isEnabled()
    assert not section.at_start.isEnabled()
    (tmp_path / "note.json").write_text(json.dumps({}), "utf-8")
    section._presenter.read_note(tmp_path / "note.json")
    it.until(lambda: top(ErrorDialog) is not None)
    shown = top(ErrorDialog)
    assert isinstance(shown, ErrorDialog)
    assert shown.error.code is ErrorCode.UPDATES_NO_KEY


@pytest.mark.parametrize(
    ("news", "words"),
    [
        (GateOpened(form=1, renewed_from=0, backup=Path("/srv/copy"), backup_size=9), "/srv/copy"),
        (GateOpened(form=1, restored=True), "Резервная копия стоит"),
        (GateOpened(form=1, read_only=True), "ничего нельзя записать"),
    ],
)
def test_what_the_gate_did_is_said_once(window: Opened, news: GateOpened, words: str) -> None:
    """In the line of the window."""
    it = window
    it.services.backups.heed(news)
    told: list[str] = []
    tell_at_start(it.services, it.desk.tasks, told.append)
    assert len(told) == 1
    assert words in told[0]
    it.services.backups.news = None
    tell_at_start(it.services, it.desk.tasks, told.append)
    assert len(told) == 1


def test_a_window_that_is_refused_says_so(window: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a dialog of its own, without any setting of the profile."""
    it = window
    shown: list[str] = []

    def stay(_app: object = None) -> int:
        it.until(lambda: top(ErrorDialog) is not None)
        dialog = top(ErrorDialog)
        assert isinstance(dialog, ErrorDialog)
        shown.append(dialog.text())
        dialog.accept()
        return 0

    monkeypatch.setattr(QApplication, "exec", stay)
    error = RoscherkError(ErrorCode.PROFILE_NEWER, path="/home/x", form=9, known=1)
    application.refuse(error)
    assert "/home/x" in shown[0]
