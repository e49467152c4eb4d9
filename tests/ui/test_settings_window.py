"""Settings in the window: each effective at once, found, fixed by an administrator, reset."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from opened import Opened, opened
from probe import LoopProbe
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.crypto.trials.model import StampTryAnswer
from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret
from app.ui import theme
from app.ui.pin_dialog import PinDialog
from app.ui.settings.page import SettingsPage
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.error_dialog import ErrorDialog


def page_of(it: Opened) -> SettingsPage:
    """Bring the settings to the front."""
    it.desk.window.go_to(5)
    page = it.desk.window.page(5)
    assert isinstance(page, SettingsPage)
    it.until(page.isVisible)
    it.until(lambda: all(each.parent() is not None for each in page.sections))
    return page


def top(kind: type[Dialog]) -> Dialog | None:
    """Return a dialog that is open."""
    there = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind)]
    return next((each for each in there if each.isVisible()), None)


def test_each_holds_at_once(window: Opened, probe: LoopProbe) -> None:
    """Theme, level, form, mark and network: kept in the file, and seen by whom they govern."""
    it = window
    settings = it.services.settings
    page = page_of(it)
    page.look.theme.chosen.emit("contrast")
    it.until(lambda: theme.colours() is theme.CONTRAST)
    page.look.theme.chosen.emit("light")
    it.until(lambda: theme.colours() is theme.LIGHT)
    with probe:
        page.attached.chosen.emit("inside")
        it.until(lambda: it.desk._documents.options.attached)
        page.level.setCurrentIndex(page.level.findData("t"))
        page.level.activated.emit(page.level.currentIndex())
        it.until(lambda: it.desk._documents.options.level == "t")
        page.preset.setCurrentIndex(page.preset.findData("compact"))
        page.preset.activated.emit(page.preset.currentIndex())
        it.until(lambda: it.desk._documents.options.style.preset == "compact")
        page.network.online.click()
        it.until(lambda: not settings.get(table.NETWORK_ONLINE))
    probe.check()
    assert it.services.evidence.policy().online is False
    page.network.proxy.chosen.emit("manual")
    it.until(page.network.url.isEnabled)
    page.network.url.setText("http://user@proxy.example:3128")
    page.network.url.editingFinished.emit()
    it.until(lambda: settings.get(table.NETWORK_PROXY_URL).endswith(":3128"))
    assert it.services.evidence.policy().proxy_url == "http://user@proxy.example:3128"


def test_password_of_the_proxy_stays_in_memory(window: Opened) -> None:
    """It is asked for in the dialog of secrets, and no file of the profile holds it."""
    it = window
    it.services.settings.set(table.NETWORK_PROXY, "manual")
    it.services.settings.set(table.NETWORK_PROXY_URL, "http://user@proxy.example:3128")
    page = page_of(it)
    assert page.network.password.isEnabled()
    page.network.password.click()
    it.until(lambda: top(PinDialog) is not None)
    dialog = top(PinDialog)
    assert isinstance(dialog, PinDialog)
    dialog.answered.emit(Secret.of_text("тайна-прокси"))
    dialog.close()
    assert it.services.proxy_password.current is not None
    assert "Забыть" in page.network.password.text()
    for path in it.services.places.config.rglob("*"):
        assert "тайна" not in path.read_text("utf-8")
    page.network.password.click()
    assert it.services.proxy_password.current is None


def test_authorities_of_time(window: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Added, put in order, tried, taken off; what is no address is refused in words."""
    it = window
    network = page_of(it).network

    def servers() -> tuple[str, ...]:
        return it.services.settings.get(table.TIME_STAMP_SERVERS)

    for count, typed in enumerate(("tsa.example/one", "https://tsa.example/two"), start=1):
        network.typed.setText(typed)
        network.plus.click()
        it.until(lambda count=count: network.servers.rows.rowCount() == count)
    assert servers() == ("http://tsa.example/one", "https://tsa.example/two")
    network.typed.setText("ftp://tsa.example")
    network.plus.click()
    it.until(lambda: top(ErrorDialog) is not None)
    wrong = top(ErrorDialog)
    assert wrong is not None
    wrong.close()
    network.servers.choose(["https://tsa.example/two"])
    network.up.click()
    it.until(lambda: network.servers.rows.key_at(0) == "https://tsa.example/two")
    assert servers()[0] == "https://tsa.example/two"

    def stamp(url: str, _cancel: object) -> StampTryAnswer:
        if url.endswith("one"):
            raise RoscherkError(ErrorCode.TIME_STAMP_UNAVAILABLE, url=url)
        at = datetime(2026, 11, 27, 9, tzinfo=UTC)
        return StampTryAnswer(
            server=url, authority="Служба", time=at, seconds=0.2, skew=0, digest="sha256"
        )

    monkeypatch.setattr(it.services.trials, "stamp", stamp)
    for url, words in (
        ("https://tsa.example/two", "Отвечает"),
        ("http://tsa.example/one", "Штамп времени получить не удалось"),
    ):
        network.servers.choose([url])
        network.test.click()
        row = lambda url=url: next(e for e in network.servers.rows._rows if e.key == url)  # noqa: E731
        it.until(lambda row=row: row().badge is not None and row().badge.text != "Спрашиваем…")
        assert words.split()[0] in row().badge.text
    network.servers.choose(["http://tsa.example/one"])
    network.minus.click()
    it.until(lambda: servers() == ("https://tsa.example/two",))


def test_setting_is_found_by_its_words(window: Opened) -> None:
    """Only what fits is shown; nothing that fits is said to be nothing."""
    page = page_of(window)
    page.words.setText("прокси")
    assert page.network.isVisible()
    assert not page.look.theme.isVisible()
    assert page.network.proxy.isVisible()
    assert not page.network.servers.isVisible()
    page.words.setText("бегемот")
    assert page.nothing.isVisible()
    page.words.clear()
    assert page.look.theme.isVisible()
    assert not page.nothing.isVisible()
    assert not page.practice.isVisible()


def test_usual_settings_come_back(window: Opened) -> None:
    """After a question; the list of own modules and the place of documents stay."""
    it = window
    settings = it.services.settings
    settings.set(table.ENCODING, "base64")
    settings.set(table.RECENT_FOLDER, "/srv")
    page = page_of(it)
    page.encoding.chosen.emit("base64")
    page.look.theme.chosen.emit("dark")
    it.until(lambda: theme.colours() is theme.DARK)
    page.reset.click()
    it.until(lambda: top(Dialog) is not None)
    question = top(Dialog)
    assert question is not None
    question.accept()
    it.until(lambda: settings.get(table.ENCODING) == "der")
    it.until(lambda: theme.colours() is theme.LIGHT)
    assert page.encoding.choice == "der"
    assert settings.get(table.RECENT_FOLDER) == "/srv"


@pytest.fixture
def fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Open a window on a computer whose administrator fixed two settings."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[network]\nonline = false\n[signing]\nencoding = "base64"\n')
    monkeypatch.setattr(table, "policy_file", lambda: policy)
    real = Path.stat

    def owned_by_root(self: Path, *, follow_symlinks: bool = True) -> object:
        found = real(self, follow_symlinks=follow_symlinks)
        if self != policy:
            return found
        return SimpleNamespace(st_uid=0, st_mode=found.st_mode & ~(stat.S_IWGRP | stat.S_IWOTH))

    monkeypatch.setattr(Path, "stat", owned_by_root)
    with opened(tmp_path / "profile") as it:
        yield it


def test_what_is_fixed_says_by_whom(fixed: Opened, tmp_path: Path) -> None:
    """A lock, the file that decides, and a control that cannot be used."""
    page = page_of(fixed)
    assert not page.encoding.isEnabled()
    assert page.encoding.choice == "base64"
    assert not page.network.online.isEnabled()
    assert page.look.theme.isEnabled()
    lines = [line for section in page.sections for line in section.lines]
    locked = [line for line in lines if line.lock is not None and line.lock.isVisible()]
    assert len(locked) == 2
    for line in locked:
        assert line.lock_words is not None
        assert str(tmp_path / "policy.toml") in line.lock_words.text()
