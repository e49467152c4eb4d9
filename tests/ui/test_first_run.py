"""The first run through the real window: two choices, the tour to a verified practice signature."""

from functools import partial
from pathlib import Path

from opened import Opened, opened
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.places import Places
from app.settings import Settings
from app.ui.files import State
from app.ui.settings.page import SettingsPage
from app.ui.welcome.choices import WelcomePage, is_first_run
from app.ui.welcome.first_run import FirstRun
from app.ui.welcome.tour import Step


def welcome(it: Opened) -> WelcomePage:
    """Show the two choices."""
    it.desk.first_run.show(it.desk.window.ask_first())
    page = it.desk.window.stack.currentWidget()
    assert isinstance(page, WelcomePage)
    return page


def test_from_an_empty_profile_to_a_verified_signature(window: Opened, tmp_path: Path) -> None:
    """By the keyboard alone, in five presses; the file says by its name that it is practice."""
    places = Places.under(tmp_path / "profile")
    assert is_first_run(Settings.of(places), places)
    run = window.desk.first_run
    run._folder = lambda: tmp_path / "Документы"
    page = welcome(window)
    assert window.desk.window.sidebar.isHidden()
    assert page.own.hasFocus()
    QTest.keyClick(page.own, Qt.Key.Key_Tab)
    assert page.sample.hasFocus()
    QTest.keyClick(page.sample, Qt.Key.Key_Space)
    presses = 1
    window.until(lambda: window.desk.practice.active, 60)
    assert not window.desk.window.sidebar.isHidden()
    documents = window.desk._documents
    assert documents is not None

    def ready() -> bool:
        return documents.key is not None and documents.key.facts is not None

    for step in (Step.DOCUMENT, Step.SIGNATURE, Step.CHECK):
        window.until(partial(_is_at, run, step), 60)
        window.until(lambda: run.card.action.isEnabled() and run.card.action.hasFocus())
        window.until(ready, 60)
        window.settle(0.1)
        assert "УЧЕБН" in run.card.accessibleName()
        QTest.keyClick(run.card.action, Qt.Key.Key_Space)
        presses += 1
    window.until(lambda: run.tour.step is Step.DONE, 60)
    assert presses <= 8
    (document,) = documents._documents.values()
    assert document.state is State.CHECKED
    assert "УЧЕБНАЯ" in document.to_verify.name
    run.card.action.click()
    assert run.card.isHidden()
    assert not window.desk.practice.active
    window.until(lambda: window.services.settings.get(table.WELCOMED))
    assert not is_first_run(Settings.of(places), places)


def _is_at(run: FirstRun, step: Step) -> bool:
    return run.tour.step is step


def test_ones_own_documents(window: Opened) -> None:
    """The first choice leads to the page of documents, and is asked once."""
    page = welcome(window)
    for choice in (page.own, page.sample):
        spoken = QAccessible.queryAccessibleInterface(choice)
        assert spoken.text(QAccessible.Text.Name)
        assert spoken.text(QAccessible.Text.Description)
    window.languages.speak("en")
    assert page.own.accessibleName() == "Sign or verify my documents"
    window.languages.speak("ru")
    QTest.keyClick(page.own, Qt.Key.Key_Escape)
    assert window.desk.window.stack.currentWidget() is window.desk.window.page(0)
    assert not window.desk.practice.active
    window.until(lambda: window.services.settings.get(table.WELCOMED))


def test_files_dropped_on_the_choices_are_a_choice(window: Opened, tmp_path: Path) -> None:
    """Who brings documents wants to work with them."""
    file = tmp_path / "a.txt"
    file.write_bytes(b"a")
    welcome(window)
    window.desk.window.open_paths([file])
    assert not window.desk.window.sidebar.isHidden()
    assert window.desk.window.stack.currentWidget() is window.desk.window.page(0)
    window.until(lambda: window.services.settings.get(table.WELCOMED))
    window.languages.speak("en")  # the choices are gone, and say nothing any more
    window.languages.speak("ru")


def test_a_window_that_is_closed_is_no_answer(window: Opened) -> None:
    """The choices are there the next time."""
    welcome(window)
    window.settle(0.1)
    window.desk.window.close()
    window.settle(0.1)
    assert not window.services.settings.get(table.WELCOMED)


def test_again_from_the_settings(
    tmp_path: Path,
    qapp: QApplication,  # noqa: ARG001  # one QApplication
) -> None:
    """A profile that was worked in asks nothing; the tour is a button."""
    places = Places.under(tmp_path / "profile")
    places.journal.parent.mkdir(parents=True)
    places.journal.touch()
    assert not is_first_run(Settings.of(places), places)
    with opened(tmp_path / "profile") as window:
        window.desk.window.go_to(5)
        settings = window.desk.window.page(5)
        assert isinstance(settings, SettingsPage)
        settings.comfort.tour.click()
        assert window.desk.first_run.tour.step is Step.DOCUMENT
        assert window.desk.first_run.card.isVisible()
        window.until(lambda: window.desk.practice.active, 60)
        window.desk.first_run.card.leave.click()
        assert window.desk.first_run.card.isHidden()
