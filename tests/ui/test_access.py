"""For people without a mouse, without sight, with a small screen, in either language."""

import re
from pathlib import Path

import pytest
from opened import Opened, opened
from probe import STALL, WAIT, LoopProbe
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMainWindow,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QWidget,
)

from app import settings as table
from app.ui.files import State
from app.ui.settings.page import SettingsPage
from app.ui.theme import ThemeChoice, apply_theme
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.page import Page

PAGES = range(7)
TIMES = 3
LARGER = [(125, (1280, 800)), (150, (1280, 800)), (200, (1366, 768))]
"""How often a stall is measured: the least is the work itself, the rest what other processes on the
same cores add to it."""
NAMED = {
    QAccessible.Role.Button,
    QAccessible.Role.PushButton,
    QAccessible.Role.CheckBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.List,
    QAccessible.Role.ListItem,
}


def tree(interface: QAccessibleInterface) -> list[QAccessibleInterface]:
    """Return an interface with all that is below it."""
    found = [interface]
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None and child.isValid():
            found += tree(child)
    return found


def go(window: Opened, page: int) -> QMainWindow:
    """Bring a page to the front."""
    window.desk.window.go_to(page)
    shown = window.desk.window.page(page)
    if isinstance(shown, SettingsPage):  # its cards come one at a time
        window.until(lambda: all(each.parent() is not None for each in shown.sections))
    window.settle(0.15)
    return window.desk.window


@pytest.mark.parametrize("page", PAGES)
def test_everything_that_can_be_used_has_a_name(window: Opened, page: int) -> None:
    """A screen reader finds a name on whatever can be pressed, chosen or filled in."""
    shown = go(window, page)
    for each in tree(QAccessible.queryAccessibleInterface(shown)):
        if each.role() in NAMED and not each.state().invisible:
            assert each.text(QAccessible.Text.Name), each.object()


@pytest.mark.parametrize("page", PAGES)
def test_tab_reaches_everything(window: Opened, page: int) -> None:
    """Whatever can be used with the mouse can be reached with Tab."""
    shown = go(window, page)
    shown.activateWindow()
    shown.sidebar.navigation.setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        focus = QApplication.focusWidget()
        if focus is None or focus in seen:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    for widget in shown.findChildren(QAbstractButton):
        group = widget.group() if widget.isCheckable() else None
        reached = widget in seen or (group is not None and any(b in seen for b in group.buttons()))
        assert reached or not widget.isVisible() or not widget.isEnabled(), widget.text()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("size", [(1280, 800), (960, 600), (900, 560)])
def test_no_word_is_cut(
    qapp: QApplication,  # noqa: ARG001  # one QApplication
    tmp_path: Path,
    language: str,
    size: tuple[int, int],
) -> None:
    """On every page, buttons and labels have the room that their words need."""
    with opened(tmp_path / "profile", language=language) as window:
        check_pages(window, size)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("percent", "size"), LARGER)
def test_larger_words_have_room(
    qapp: QApplication,  # noqa: ARG001  # one QApplication
    tmp_path: Path,
    language: str,
    percent: int,
    size: tuple[int, int],
) -> None:
    """Words up to twice as large (WCAG 2.2, 1.4.4) are whole on every page of a usual screen."""
    with opened(tmp_path / "profile", language=language, percent=percent) as window:
        check_pages(window, size)
    apply_theme(window.app, ThemeChoice.LIGHT, 100)


def test_words_grow_at_once(window: Opened) -> None:
    """The setting is followed by what is open: letters, and the room for the names of the pages."""
    page = go(window, 5)
    page.resize(1366, 768)
    usual = page.sidebar.width(), page.font().pointSizeF(), page.page(5).title.font().pointSizeF()
    settings = page.page(5)
    settings.look.text_size.chosen.emit("200")
    window.until(lambda: window.services.settings.get(table.TEXT_SIZE) == "200")
    window.until(lambda: page.font().pointSizeF() == 2 * usual[1])
    assert page.page(5).title.font().pointSizeF() == 2 * usual[2]
    assert page.sidebar.width() > usual[0]
    window.settle(0.3)
    check_page(page)
    settings.look.text_size.chosen.emit("100")
    window.until(lambda: page.font().pointSizeF() == usual[1])
    assert usual == (
        page.sidebar.width(),
        page.font().pointSizeF(),
        page.page(5).title.font().pointSizeF(),
    )


def check_pages(window: Opened, size: tuple[int, int]) -> None:
    """Fail if a word is cut on any page, in practice mode: there is the most to be shown."""
    window.desk.window.resize(*size)
    window.until(lambda: window.desk.keys.read_once)
    window.desk.practice.enter()
    window.until(lambda: window.desk.practice.active)
    for page in PAGES:
        check_page(go(window, page))


def check_page(shown: QMainWindow) -> None:
    """Fail if a word on the page in front is cut, or if it is wider than its room."""
    for each in shown.findChildren(QAbstractButton):
        if each.isVisible() and each.text():
            check_button(each)
    for each in shown.findChildren(QLabel):
        if each.isVisible() and each.text() and not isinstance(each, ElidedLabel):
            check_label(each)
    for area in shown.findChildren(QScrollArea):
        if area.isVisible():
            assert area.widget().width() <= area.viewport().width(), area


class Hand:
    """The keyboard: keys go to whatever has the focus, as they do for a person without a mouse."""

    def __init__(self, window: Opened) -> None:
        self._window = window
        window.desk.window.activateWindow()

    def press(self, key: Qt.Key, times: int = 1) -> None:
        """Press a key, and let the window answer."""
        for _ in range(times):
            focus = QApplication.focusWidget() or self._window.desk.window
            QTest.keyClick(focus, key)
            self._window.app.processEvents()

    def reach(self, wanted: QWidget) -> None:
        """Press Tab until something has the focus; it must be seen there."""
        passed = []
        for _ in range(40):
            focus = QApplication.focusWidget()
            if focus is wanted:
                assert wanted.isVisible()
                return
            passed.append(type(focus).__name__)
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(passed)


@pytest.mark.usefixtures("qapp", "whole_machine")
def test_main_job_without_a_mouse(tmp_path: Path) -> None:
    """Keys alone sign a contract and verify it, in a small window where nothing is cut.

    What the verdict says is there for those who hear it: the head, and the five answers.
    """
    with opened(tmp_path / "profile") as window:
        shown, hand = window.desk.window, Hand(window)
        shown.resize(960, 600)
        window.until(lambda: window.desk.keys.read_once)
        window.desk.practice.enter()
        window.until(lambda: window.desk.practice.active)
        contract = window.services.printing.sample(tmp_path, "Договор поставки № 118.pdf")
        page = shown.page(0)
        presenter = window.desk._documents
        page.accept_paths([contract])
        window.until(lambda: presenter.document(str(contract)) is not None)
        hand.reach(page.list)
        hand.press(Qt.Key.Key_Down)
        window.until(page.bar.sign.isEnabled)
        window.settle(0.3)
        check_page(shown)
        hand.reach(page.bar.sign)
        hand.press(Qt.Key.Key_Space)
        window.until(
            lambda: presenter.document(str(contract)).state in {State.SIGNED, State.FAILED}
        )
        signed = presenter.document(str(contract)).to_verify
        window.settle(0.3)
        check_page(shown)
        QTest.keyClick(shown, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
        page = shown.page(3)
        page.accept_paths([signed])
        window.until(lambda: page._presenter.can_report)
        hand.reach(page.list)
        window.settle(0.4)
        check_page(shown)
        check_spoken_card(page)


def check_spoken_card(page: Page) -> None:
    """Fail if a screen reader would not say what the card of a verdict says."""
    said = [
        each.text(QAccessible.Text.Name)
        for each in tree(QAccessible.queryAccessibleInterface(page.details))
    ]
    whole = "\n".join(said)
    assert any("УЧЕБНАЯ подпись, проверка пройдена" in each for each in said)
    for question in (
        "Документ не изменён?",
        "Кто подписал?",
        "От чьего имени?",
        "Сертификат подтверждён и действует?",
        "Сертификат квалифицированный?",
    ):
        assert re.search(re.escape(question) + " ?.+", whole), question
    assert ", Учебная подпись" in page.list.rows.shown[0].spoken


def check_button(each: QAbstractButton) -> None:
    """Fail if a button is smaller than its words."""
    if each.hasHeightForWidth():
        assert each.heightForWidth(each.width()) <= each.height() + 1, each.text()
    else:
        assert each.sizeHint().width() <= each.width() + 1, each.text()


def check_label(each: QLabel) -> None:
    """Fail if a label is smaller than its words."""
    if each.wordWrap():
        assert each.heightForWidth(each.width()) <= each.height() + 1, each.text()
    else:
        assert each.sizeHint().width() <= each.width() + 1, each.text()


def test_theme_and_language_change_live(window: Opened, probe: LoopProbe) -> None:
    """With every page built, theme and language change at once and without a stall."""
    for page in PAGES:
        go(window, page)
    costs: dict[str, list[float]] = {"theme": [], "language": []}
    for choice, language in ((ThemeChoice.DARK, "en"), (ThemeChoice.LIGHT, "ru")) * TIMES:
        with probe:
            apply_theme(window.app, choice)
        costs["theme"].append(probe.busy)
        window.settle(0.05)
        with probe:
            window.languages.speak(language)
        costs["language"].append(probe.busy)
        expected = {"en": "Workplace check — Roscherk", "ru": "Рабочее место — Росчерк"}[language]
        assert window.desk.window.windowTitle() == expected
        assert (
            window.desk.window.page(0).title.text()
            == {"en": "Documents", "ru": "Документы"}[language]
        )
    assert {what: min(each) for what, each in costs.items() if min(each) >= STALL} == {}


def test_another_language_is_spoken_once(window: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt tells windows of its own words too: the page would say everything a second time."""
    said: list[str] = []
    monkeypatch.setattr(
        window.desk.window.stack.page(0), "retranslate", lambda: said.append("page")
    )
    window.desk.window.retranslated.connect(lambda: said.append("window"))
    for language in ("en", "ru", "en"):
        window.languages.speak(language)
        window.settle(0.1)
        assert sorted(said) == ["page", "window"]
        said.clear()


def test_another_language_finds_half_a_page(window: Opened) -> None:
    """What is still being built says nothing yet, and nobody else is left in the old language."""
    rooms = window.desk.rooms()
    settings = rooms.settings()
    window.languages.speak("en")
    assert window.desk.window.windowTitle() == "Documents — Roscherk"
    settings.complete()
    assert settings.title.text() == "Settings"
    settings.deleteLater()


def test_pages_open_without_a_stall(tmp_path: Path, qapp: object, probe: LoopProbe) -> None:  # noqa: ARG001  # one QApplication
    """Each page is built within the time that nobody notices."""
    costs: dict[int, list[float]] = {page: [] for page in PAGES}
    for attempt in range(TIMES):
        with opened(tmp_path / str(attempt)) as window:
            window.settle(0.3)
            for page in PAGES:
                with probe:
                    window.desk.window.go_to(page)
                    window.settle(0.1)
                costs[page].append(probe.busy)
                assert probe.waited < WAIT
    assert {page: min(each) for page, each in costs.items() if min(each) >= STALL} == {}


def test_keyboard_alone(window: Opened) -> None:
    """Pages are reached with Ctrl and a digit; lists and fields are in the order of the eye."""
    shown = window.desk.window
    shown.activateWindow()
    for page in PAGES:
        QTest.keyClick(shown, Qt.Key(Qt.Key.Key_1 + page), Qt.KeyboardModifier.ControlModifier)
        assert shown.sidebar.navigation.currentRow() == page


def test_focus_is_never_lost_in_decoration(window: Opened) -> None:
    """Handles and scroll bars do not take the focus."""
    for each in window.desk.window.findChildren(QWidget):
        if isinstance(each, QSplitterHandle | QScrollBar):
            assert not each.focusPolicy() & Qt.FocusPolicy.TabFocus
