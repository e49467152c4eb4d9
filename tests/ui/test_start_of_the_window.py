"""From the first paint to a window that works: what is pressed meanwhile counts, and nothing is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.composition import build
from app.errors import ErrorCode, RoscherkError
from app.handover import Met, Outcome, Page, Wish, meet
from app.places import Places
from app.services import Services
from app.ui import opening
from app.ui.application import make_application
from app.ui.assembly import Desk
from app.ui.documents.page import DocumentsPage
from app.ui.languages import Languages
from app.ui.main_window import MainWindow
from app.ui.opening import FirstPaint, Opening, Shown
from app.ui.theme import is_dark
from app.ui.verify.page import VerifyPage
from app.ui.welcome.tour import Step
from app.ui.widgets.error_dialog import ErrorDialog
from app.ui.widgets.page import Page as AnyPage

ROOT = Path(__file__).parents[2]
_ALONE = Met(Outcome.ALONE)


class Start:
    """A window that is on the screen; what stands behind it comes when the test lets it come."""

    def __init__(self, folder: Path, *, first: bool, met: Met) -> None:
        self._folder = folder
        self._may = threading.Event()
        self.error: RoscherkError | None = None
        self.services: Services | None = None
        self.made_in: threading.Thread | None = None
        self.begun: list[Desk] = []
        self.followed = 0
        self._ended = False
        self.app = make_application()
        languages = Languages(self.app)
        languages.speak("ru")
        self.window = MainWindow()
        self.page = self.window.ask_first() if first else None
        shown = Shown(
            app=self.app,
            window=self.window,
            languages=languages,
            asking=self.page,
            follow=self._follow,
        )
        self.opening = Opening(shown, met)
        self.window.show()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        self.opening.load(self._make, self._begin)

    def _follow(self) -> None:
        self.followed += 1

    def _make(self) -> Services:
        assert self._may.wait(30)
        self.made_in = threading.current_thread()
        if self.error is not None:
            raise self.error
        self.services = build(Places.under(self._folder))
        return self.services

    def _begin(self, desk: Desk) -> None:
        desk.begin([], practice=False)
        self.begun.append(desk)

    def come(self) -> None:
        """Let what stands behind the window come."""
        self._may.set()

    def until(self, reached: Callable[[], object]) -> None:
        """Let the window live until then."""
        end = time.monotonic() + 30
        while not reached():
            assert time.monotonic() < end, "the window did not get there"
            self.app.processEvents()
            time.sleep(0.002)

    def told(self) -> ErrorDialog:
        """Wait for the word on why there is no window to work in."""
        self.until(lambda: self.window.findChild(ErrorDialog) is not None)
        dialog = self.window.findChild(ErrorDialog)
        assert isinstance(dialog, ErrorDialog)
        assert dialog.isVisible()
        return dialog

    def end(self) -> None:
        """Close the window, as the program does in the end."""
        if self._ended:
            return
        self._ended = True
        self.come()
        self.window.close()
        self.opening.end()
        if self.services is not None:
            self.services.close()
        self.window.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def started(
    tmp_path: Path,
    qapp: QApplication,  # noqa: ARG001  # one QApplication
) -> Iterator[Callable[..., Start]]:
    """Return a function that opens a window."""
    made: list[Start] = []

    def start(*, first: bool = False, met: Met = _ALONE) -> Start:
        made.append(Start(tmp_path / "profile", first=first, met=met))
        return made[-1]

    yield start
    for each in made:
        each.end()


def test_the_pages_come_behind_the_window(started: Callable[..., Start]) -> None:
    """The window stands with its sidebar; the page comes in its place, and then the work begins."""
    it = started()
    navigation = it.window.sidebar.navigation
    assert [navigation.item(place).text() for place in range(2)] == ["Документы", "Ключи и токены"]
    assert it.window.windowTitle().startswith("Документы")
    title = it.window.stack.currentWidget()
    assert isinstance(title, AnyPage)
    assert title.title.text() == "Документы"
    it.come()
    it.until(lambda: it.begun)
    assert isinstance(it.window.stack.currentWidget(), DocumentsPage)
    assert it.window.stack.indexOf(title) < 0
    assert it.made_in is not threading.main_thread()


def test_another_page_is_chosen_meanwhile(started: Callable[..., Start]) -> None:
    """By the keyboard, before there is any page: it is the one that comes, whole."""
    it = started()
    QTest.keyClick(it.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert it.window.windowTitle().startswith("Проверка")
    it.come()
    it.until(lambda: it.begun)
    assert isinstance(it.window.stack.currentWidget(), VerifyPage)
    it.window.go_to(0)
    it.until(lambda: isinstance(it.window.stack.currentWidget(), DocumentsPage))
    assert len(it.begun) == 1


def test_first_choice_is_made_meanwhile(started: Callable[..., Start]) -> None:
    """Whoever presses at once is not asked again."""
    it = started(first=True)
    assert it.page is not None
    it.until(it.page.own.hasFocus)
    QTest.keyClick(it.page.own, Qt.Key.Key_Tab)
    QTest.keyClick(it.page.sample, Qt.Key.Key_Space)
    assert it.window.stack.covered
    it.come()
    it.until(lambda: it.begun)
    it.until(lambda: it.begun[0].first_run.tour.step is Step.DOCUMENT)
    assert not it.window.stack.covered
    it.until(lambda: isinstance(it.window.stack.currentWidget(), DocumentsPage))


def test_first_choice_waits(started: Callable[..., Start]) -> None:
    """The two choices stay while all else comes, and lead on."""
    it = started(first=True)
    it.come()
    it.until(lambda: it.begun)
    assert it.page is not None
    assert it.window.stack.covered
    QTest.keyClick(it.page.own, Qt.Key.Key_Space)
    it.until(lambda: isinstance(it.window.stack.currentWidget(), DocumentsPage))


def test_files_are_not_taken_before_somebody_wants_them(
    started: Callable[..., Start], tmp_path: Path
) -> None:
    """A window that could not keep them refuses files; a moment later it takes them."""
    it = started()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "Договор.pdf"))])

    def taken() -> bool:
        event = QDragEnterEvent(
            QPointF(500, 300).toPoint(),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event.ignore()
        QApplication.sendEvent(it.window, event)
        return event.isAccepted()

    assert not taken()
    it.come()
    it.until(lambda: it.begun)
    assert taken()


def test_the_keyboard_does_not_pass_by_the_choices(started: Callable[..., Start]) -> None:
    """What lies over the pages is to be answered, before there are pages as after."""
    it = started(first=True)
    for _ in range(2):
        QTest.keyClick(it.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
        assert it.window.stack.currentWidget() is it.page
        it.come()
        it.until(lambda: it.begun)
    assert it.page is not None
    QTest.keyClick(it.page, Qt.Key.Key_Escape)
    it.until(lambda: isinstance(it.window.stack.currentWidget(), DocumentsPage))
    assert it.window.sidebar.isVisible()


def test_what_is_pressed_meanwhile_counts(started: Callable[..., Start]) -> None:
    """The theme, and the way into practice mode; each as often as it was pressed."""
    it = started()
    dark = is_dark()
    it.window.sidebar.theme_asked.emit()
    it.window.practice_asked.emit()
    it.app.processEvents()
    assert is_dark() is dark
    it.come()
    it.until(lambda: it.begun)
    it.until(lambda: is_dark() is not dark)
    (desk,) = it.begun
    assert [each for each in it.window.findChildren(QDialog) if each.isVisible()]
    desk.window.theme_asked.emit()  # once more, by the desk alone
    assert is_dark() is dark


def test_the_system_is_followed_from_the_first_moment(started: Callable[..., Start]) -> None:
    """By the start until the desk is there, then by the desk alone."""
    it = started()
    changed = QGuiApplication.styleHints().colorSchemeChanged
    changed.emit(Qt.ColorScheme.Dark)
    assert it.followed == 1
    it.come()
    it.until(lambda: it.begun)
    changed.emit(Qt.ColorScheme.Dark)
    assert it.followed == 1


def test_what_keeps_the_program_from_starting_is_told(started: Callable[..., Start]) -> None:
    """In a dialog over the window, which goes with it."""
    it = started()
    it.error = RoscherkError(ErrorCode.PROFILE_UNREADABLE, path="/profile", errno=5)
    it.come()
    it.told().accept()
    it.until(lambda: not it.window.isVisible())
    assert it.opening.error is it.error
    assert it.begun == []


@pytest.mark.parametrize("place", ["__init__", "_make_documents", "begin"])
def test_what_cannot_be_put_together_is_told(
    started: Callable[..., Start], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window without its parts is of no use, and an error in a timer would be heard by nobody."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise OSError(24, "too many open files")

    monkeypatch.setattr(Desk, place, fail)
    it = started()
    it.come()
    it.told().accept()
    it.until(lambda: not it.window.isVisible())
    assert it.opening.error is not None
    assert it.opening.error.code is ErrorCode.UNEXPECTED


@pytest.mark.skipif(sys.platform == "win32", reason="asks for Unix sockets")
def test_later_starts_are_heard_as_long_as_there_is_a_window(
    started: Callable[..., Start], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes early is shown when the page is there; a window that fails or ends takes nothing."""
    fronts: list[QWidget] = []  # no window of these tests can be brought to the front
    monkeypatch.setattr(opening, "bring_to_front", lambda window, _token: fronts.append(window))
    places = Places.under(tmp_path / "profile")
    file = tmp_path / "Договор.txt"
    file.write_text("a", encoding="utf-8")
    it = started(met=meet(places, Wish()))
    assert meet(places, Wish((file,), Page.SIGN)).outcome is Outcome.HANDED
    it.come()
    it.until(lambda: it.begun)
    it.until(lambda: it.begun[0].documents and it.begun[0].documents.document(str(file)))
    assert fronts == [it.window]
    it.end()
    failing = started(met=meet(places, Wish()))
    failing.error = RoscherkError(ErrorCode.PROFILE_UNREADABLE, path="/profile", errno=5)
    failing.come()
    failing.told()
    later = meet(places, Wish((file,)))
    assert later.outcome is Outcome.FIRST
    assert later.claim is not None
    later.claim.close()


def test_closed_while_it_loads(started: Callable[..., Start]) -> None:
    """What is being put together is waited for, so that somebody closes it; nothing begins."""
    it = started()
    it.until(lambda: "app.ui.later_starts" in sys.modules)
    it.window.close()
    threading.Timer(0.2, it.come).start()
    it.opening.end()
    assert it.begun == []


def test_loading_waits_for_the_paint(qtbot: QtBot) -> None:
    """Once, when the window was seen; one that stays hidden is not waited for long."""
    window, hidden = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(hidden)
    done: list[QWidget] = []
    FirstPaint(window, lambda: done.append(window))
    FirstPaint(hidden, lambda: done.append(hidden))
    window.show()
    qtbot.waitUntil(lambda: done == [window], timeout=450)
    window.repaint()
    qtbot.waitUntil(lambda: done == [window, hidden], timeout=2000)


def test_little_is_loaded_before_the_window() -> None:
    """Neither the doors of the engine nor the pages: the first paint does not wait for them."""
    program = (
        "import sys, app.start, app.ui.application\n"
        "late = {'app.composition', 'app.services', 'app.ui.assembly', 'app.ui.documents.page', 'msgspec'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
