"""From the first paint to a window that works: what is pressed meanwhile counts, and nothing is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.composition import build
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.services import Services
from app.ui.application import make_application
from app.ui.assembly import Desk
from app.ui.documents.page import DocumentsPage
from app.ui.languages import Languages
from app.ui.main_window import MainWindow
from app.ui.opening import FirstPaint, Opening
from app.ui.verify.page import VerifyPage
from app.ui.welcome.tour import Step
from app.ui.widgets.error_dialog import ErrorDialog
from app.ui.widgets.page import Page

ROOT = Path(__file__).parents[2]


class Start:
    """A window that is on the screen; what stands behind it comes when the test lets it come."""

    def __init__(self, folder: Path, *, first: bool) -> None:
        self._folder = folder
        self._may = threading.Event()
        self.error: RoscherkError | None = None
        self.services: Services | None = None
        self.made_in: threading.Thread | None = None
        self.begun: list[Desk] = []
        self.app = make_application()
        self._languages = Languages(self.app)
        self._languages.speak("ru")
        self.window = MainWindow()
        self.page = self.window.ask_first() if first else None
        self.opening = Opening(self.app, self.window, self.page)
        self.window.show()
        self.opening.load(self._make, self._languages, self._begin)

    def _make(self) -> Services:
        assert self._may.wait(30)
        self.made_in = threading.current_thread()
        if self.error is not None:
            raise self.error
        self.services = build(Places.under(self._folder))
        return self.services

    def _begin(self, desk: Desk, services: Services) -> None:
        desk.begin([], practice=False)
        assert services is self.services
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

    def end(self) -> None:
        """Close the window, as the program does in the end."""
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

    def start(*, first: bool = False) -> Start:
        made.append(Start(tmp_path / "profile", first=first))
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
    assert isinstance(title, Page)
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
    it.window.go_to(3)
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


def test_what_keeps_the_program_from_starting_is_told(started: Callable[..., Start]) -> None:
    """In a dialog over the window, which goes with it."""
    it = started()
    it.error = RoscherkError(ErrorCode.PROFILE_UNREADABLE, path="/profile", errno=5)
    it.come()
    it.until(lambda: it.window.findChild(ErrorDialog) is not None)
    dialog = it.window.findChild(ErrorDialog)
    assert isinstance(dialog, ErrorDialog)
    assert dialog.isVisible()
    dialog.accept()
    it.until(lambda: not it.window.isVisible())
    assert it.opening.error is it.error
    assert it.begun == []


def test_closed_while_it_loads(started: Callable[..., Start]) -> None:
    """What is being put together is waited for, so that somebody closes it; nothing begins."""
    it = started()
    it.window.close()
    threading.Timer(0.2, it.come).start()
    it.opening.end()
    assert it.services is not None
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
