"""The look over the workplace in the window: lines as they come, one remedy each, support."""

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from opened import Opened
from probe import LoopProbe
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from app.errors import ErrorCode
from app.processes.cancelling import Cancel
from app.ui.told_dialog import ToldDialog
from app.ui.workplace.page import WorkplacePage
from app.ui.workplace.support_dialog import SupportDialog
from app.workplace.model import Area, Code, Finding, Look, Remedy, State

PLACE = 6


def page_of(it: Opened) -> WorkplacePage:
    """Bring the page to the front."""
    it.desk.window.go_to(PLACE)
    stack = it.desk.window.stack
    it.until(lambda: isinstance(stack.currentWidget(), WorkplacePage))
    page = stack.currentWidget()
    assert isinstance(page, WorkplacePage)
    return page


def finding(area: Area, code: str, state: State, **more: object) -> Finding:
    """Return a line."""
    return Finding(area=area, code=code, state=state, **more)  # type: ignore[arg-type]


def with_looks(it: Opened, monkeypatch: pytest.MonkeyPatch, looks: dict[Area, Look]) -> None:
    """Let the look find what a test wants."""
    monkeypatch.setattr(it.services.workplace, "_own_looks", looks)


def test_real_look(window: Opened, probe: LoopProbe) -> None:
    """Everything is looked at without a stall; each red line has its one way out."""
    with probe:
        page = page_of(window)
        window.until(page.again.isEnabled)
    probe.check()
    rows = [row for row in page.list.rows._rows if not row.header]
    assert len(rows) >= len(Area)
    for row in rows:
        page.list.choose([row.key])
        assert page.card.heading.text() == row.title
        if row.badge is not None and row.badge.text == "Не работает":
            there = (page.card.action, page.card.command, page.card.advice)
            assert any(each.isVisible() for each in there), row.title
    roots = next(row for row in rows if row.key.startswith(Area.TRUST))
    page.list.choose([roots.key])
    page.card.action.click()
    assert window.desk.window.sidebar.navigation.currentRow() == 2


def test_lines_come_while_a_driver_hangs(window: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are there; a second look calls the first one off."""
    release = threading.Event()

    def hangs(cancel: Cancel) -> Iterator[Finding]:
        yield finding(Area.TOKENS, Code.MODULE_ANSWERS, State.GOOD, facts={"module": "А"})
        while not release.wait(0.02) and not cancel.cancelled:
            pass

    def quick(_cancel: Cancel) -> Iterator[Finding]:
        yield finding(Area.LISTS, Code.LISTS_FRESH, State.GOOD, facts={"count": 2})

    with_looks(window, monkeypatch, {Area.TOKENS: hangs, Area.LISTS: quick})
    page = page_of(window)
    titles = lambda: {row.title for row in page.list.rows._rows}  # noqa: E731 - asked again
    window.until(lambda: {"Драйвер отвечает: А", "Списки отзыва свежие: 2"} <= titles())
    assert not page.again.isEnabled()
    release.set()
    window.until(page.again.isEnabled)
    assert "Всё в порядке." in page.summary.accessibleName()


def test_command_is_copied_and_profile_is_closed(
    window: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One exact instruction, or one button."""
    closed: list[bool] = []

    def readers(_cancel: Cancel) -> Iterator[Finding]:
        code = ErrorCode.READERS_SERVICE_STOPPED.value
        yield finding(Area.READERS, code, State.BAD, command="sudo systemctl start pcscd")

    def profile(_cancel: Cancel) -> Iterator[Finding]:
        state = (Code.PROFILE_PRIVATE, State.GOOD) if closed else (Code.PROFILE_OPEN, State.BAD)
        yield finding(Area.PROFILE, *state, facts={"path": "/p"}, remedy=Remedy.CLOSE_PROFILE)

    with_looks(window, monkeypatch, {Area.READERS: readers, Area.PROFILE: profile})
    monkeypatch.setattr(window.services.workplace, "close_profile", lambda: closed.append(True))
    page = page_of(window)
    window.until(page.again.isEnabled)
    assert "2" in page.summary.accessibleName()
    page.list.choose([f"{Area.READERS}.0"])
    page.card.copy.click()
    assert QGuiApplication.clipboard().text() == "sudo systemctl start pcscd"
    page.list.choose([f"{Area.PROFILE}.0"])
    page.card.action.click()
    window.until(lambda: page.card.heading.text() == "Ваш профиль закрыт от других")
    assert closed == [True]


def test_support_is_shown_before_it_is_saved(
    window: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the archive is what was on the screen, to the letter."""
    with_looks(window, monkeypatch, {})
    page = page_of(window)
    window.until(page.support.isEnabled)
    page.support.click()
    found: list[SupportDialog] = []

    def shown() -> bool:
        found[:] = [e for e in QApplication.topLevelWidgets() if isinstance(e, SupportDialog)]
        return bool(found)

    window.until(shown)
    text = found[0].text.toPlainText()
    assert "Сведения для поддержки" in text
    assert str(window.services.places.data) not in text
    found[0].copy.click()
    assert QGuiApplication.clipboard().text() == text
    target = tmp_path / "Для поддержки.zip"
    found[0].keep.click()
    chooser = next(e for e in QApplication.topLevelWidgets() if isinstance(e, QFileDialog))
    chooser.fileSelected.emit(str(target))
    chooser.close()
    window.until(lambda: any(isinstance(e, ToldDialog) for e in QApplication.topLevelWidgets()))
    with zipfile.ZipFile(target) as archive:
        assert archive.read("support.txt").decode() == text
