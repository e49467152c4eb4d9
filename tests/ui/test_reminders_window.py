"""Keys that end soon, and renewed ones, through the real window."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opened import Opened, opened
from PySide6.QtWidgets import QPushButton
from stand_ins.pki import make_pki
from test_trust_window import top_dialog, words

from app import settings
from app.algorithms.names import KeyAlgorithm
from app.composition import build
from app.places import Places
from app.tokens.pin import Secret
from app.ui.told_dialog import ToldDialog

PASSWORD = b"pass word 1"


def put_key(profile: Path, name: str, *, since: int, days: int) -> str:
    """Put a key with a certificate of this term into the store of a profile; return its name."""
    pki, now = make_pki(KeyAlgorithm.ECDSA_P256), datetime.now(UTC).replace(microsecond=0)
    pki.leaf = pki.issue(
        not_before=now - timedelta(days=since), not_after=now + timedelta(days=days, hours=1)
    )
    file = profile.parent / f"{name}.pfx"
    file.write_bytes(pki.pfx(PASSWORD))
    with (
        build(Places.under(profile)) as services,
        Secret(bytearray(PASSWORD)) as old,
        Secret(bytearray(PASSWORD)) as new,
    ):
        return services.store.import_pfx(name, file, old, new).uri


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return a profile with a key that ends in twelve days."""
    folder = tmp_path / "profile"
    put_key(folder, "Прежний", since=350, days=12)
    return folder


@pytest.fixture
def ending(qapp: object, profile: Path) -> Iterator[Opened]:  # noqa: ARG001  # one QApplication
    """Open the window over it."""
    with opened(profile) as it:
        it.until(lambda: it.desk.keys.read_once)
        yield it


def press(dialog: ToldDialog, text: str) -> None:
    """Press the button with this text in it."""
    next(b for b in dialog.findChildren(QPushButton) if text in b.text()).click()


def test_quiet_bar_what_to_do_calendar_later(
    ending: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said over documents and keys alone; the ways out; put off, it stays away."""
    window = ending.desk.window
    bar = window.reminder
    ending.until(bar.isVisible)
    assert "Сертификат истекает через 12 дней: Тестов Тест Тестович" in words(bar)
    window.go_to(3)
    assert not bar.isVisible()
    window.go_to(1)
    assert bar.isVisible()
    bar.action.click()
    dialog = top_dialog(ending, ToldDialog)
    assert "Где перевыпустить: Тестовый УЦ" in words(dialog)
    targets = [tmp_path / "сроки.ics", tmp_path / "список.txt"]
    monkeypatch.setattr(
        ending.desk.dialogs, "choose_target", lambda *given: given[-1](targets.pop(0))
    )
    press(dialog, "календарь")
    ending.until((tmp_path / "сроки.ics").is_file)
    ending.settle(0.1)
    assert "BEGIN:VEVENT" in (tmp_path / "сроки.ics").read_text("utf-8")
    bar.action.click()
    press(top_dialog(ending, ToldDialog), "Сохранить список")
    ending.until((tmp_path / "список.txt").is_file)
    ending.settle(0.1)
    assert "[ ] " in (tmp_path / "список.txt").read_text("utf-8")
    bar.second.click()
    assert not bar.isVisible()
    ending.desk.keys.refresh()
    ending.settle(0.3)
    assert not bar.isVisible()
    # At the next threshold it is back, whatever was put off.
    ending.desk.reminders._clock = lambda: datetime.now(UTC) + timedelta(days=6)
    ending.desk.reminders.refresh()
    assert "через 6 дней" in words(bar)
    (seen,) = ending.services.settings.get(settings.SEEN_REMINDERS)
    assert seen.endswith(":certificate:14")


def test_a_renewed_certificate_is_proposed(qapp: object, profile: Path) -> None:  # noqa: ARG001  # one QApplication
    """The newer key of the same owner becomes the one that signs, by one press; the old one stays."""
    new = put_key(profile, "Новый", since=2, days=360)
    with opened(profile) as it:
        it.services.settings.set(settings.LAST_KEY, "container:Прежний")
        it.until(lambda: it.desk.keys.read_once)
        bar = it.desk.window.reminder
        it.until(bar.isVisible)
        assert "Есть новый сертификат" in words(bar)
        assert bar.action.text() == "Подписывать новым"
        bar.action.click()
        it.until(lambda: it.services.settings.get(settings.LAST_KEY) == new)
        assert it.desk._documents.key.uri == new
        assert not bar.isVisible()  # the one before needs no reminder any more
        assert len(it.desk.keys.keys) == 2


def test_practice_is_left_alone(ending: Opened) -> None:
    """In practice mode nothing is said of real keys."""
    ending.until(ending.desk.window.reminder.isVisible)
    ending.desk.practice.enter()
    ending.until(lambda: ending.desk.practice.active)
    ending.settle(0.1)
    assert not ending.desk.window.reminder.isVisible()
