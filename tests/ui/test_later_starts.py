"""Files of later starts: gathered, shown in the window that is there, by real second processes."""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from fakes import FakeTasks
from opened import Opened, opened
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from app import handover
from app.handover import Arrival, Met, Outcome, Page, Wish
from app.places import Places
from app.ui.documents.page import DocumentsPage
from app.ui.later_starts import LaterStarts
from app.ui.later_starts_pipe import PipeServer
from app.ui.opening import listen
from app.ui.widgets.error_dialog import ErrorDialog

ROOT = Path(__file__).resolve().parents[2]


class Shown:
    """A window that notes what it is to show."""

    def __init__(self) -> None:
        self.tasks = FakeTasks()
        self.shown: list[tuple[list[Path], bool]] = []
        self.tokens: list[str] = []
        self.starts = LaterStarts(
            self.tasks,
            show=lambda files, verify: self.shown.append((files, verify)),
            to_front=self.tokens.append,
        )


def test_what_comes_together_is_shown_together() -> None:
    """Each file once, and those to be verified apart from the others."""
    it = Shown()
    it.tasks.hold = True
    for wish in (
        Wish((Path("/a"),)),
        Wish((Path("/b"),), token="t"),
        Wish((Path("/a"),)),
        Wish((Path("/c"),), Page.VERIFY),
        Wish((Path("/d.sig"),), Page.SIGN),
    ):
        it.starts.come(Arrival(wish))
    assert it.shown == []
    assert it.tokens == ["", "t", "", "", ""]
    it.tasks.release()
    assert it.shown == [
        ([Path("/a"), Path("/b")], False),
        ([Path("/c")], True),
        ([Path("/d.sig")], False),
    ]


def test_what_files_are_decides_where_nobody_said() -> None:
    """A signature that was clicked is verified, even if its document comes by another process."""
    it = Shown()
    it.tasks.hold = True
    it.starts.come(Arrival(Wish((Path("/a.pdf"),))))
    it.starts.come(Arrival(Wish((Path("/a.pdf.sig"),))))
    it.tasks.release()
    assert it.shown == [([Path("/a.pdf"), Path("/a.pdf.sig")], True)]


def test_a_start_without_files_only_brings_the_window_forward() -> None:
    """And one that waits no longer brings nothing."""
    it = Shown()
    it.starts.come(Arrival(Wish()))
    assert it.tokens == [""]
    late = Arrival(Wish((Path("/a"),)))
    assert not late.wait(0)
    assert not it.starts.take(late)
    assert it.shown == []


@pytest.mark.skipif(sys.platform == "win32", reason="there the window has a pipe")
@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_many_real_starts_fill_one_window(tmp_path: Path, window: Opened) -> None:
    """As a file manager does: one process for each file, and all end well within two seconds."""
    met = handover.meet(window.services.places, Wish())
    stop = listen(window.desk, window.services, met)
    files = [tmp_path / f"Договор {number}.txt" for number in range(4)]
    for file in files:
        file.write_bytes(b"text")
    page = window.desk.window.page(0)
    assert isinstance(page, DocumentsPage)
    window.desk.window.showMinimized()
    began = time.monotonic()
    command = [sys.executable, "-m", "app", "--profile", str(tmp_path / "profile")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen([*command, str(file)], env=environment) for file in files]
    window.until(lambda: all(one.poll() is not None for one in running))
    assert [one.returncode for one in running] == [0] * len(files)
    assert time.monotonic() - began < 10  # a window would have kept them
    window.until(lambda: page.list.rows.rowCount() == len(files))
    assert not window.desk.window.isMinimized()
    stop()
    assert handover.meet(window.services.places, Wish(), 0.1).outcome is Outcome.FIRST


def test_a_second_window_says_that_the_first_is_silent(window: Opened) -> None:
    """The user must not wonder where his documents are."""
    listen(window.desk, window.services, Met(Outcome.SILENT))

    def dialogs() -> list[ErrorDialog]:
        widgets = QApplication.topLevelWidgets()
        return [each for each in widgets if isinstance(each, ErrorDialog) and each.isVisible()]

    window.until(lambda: bool(dialogs()))
    (dialog,) = dialogs()
    assert "Другое окно" in dialog.heading.text()
    dialog.close()


def test_a_pipe_takes_wishes_and_nothing_else(
    tmp_path: Path,
    qapp: QApplication,  # noqa: ARG001  # one QApplication
) -> None:
    """What Windows uses; a local socket is the same to Qt everywhere."""
    taken: list[Wish] = []
    owner = QObject()

    def take(arrival: Arrival) -> bool:
        taken.append(arrival.wish)
        return arrival.take()

    server = PipeServer(str(tmp_path / "pipe"), take, owner)
    answers: list[bytes] = []
    with opened(tmp_path / "profile") as window:
        for line in (handover.encode(Wish((tmp_path,))), b"nonsense\n"):
            connection = QLocalSocket(owner)
            connection.readyRead.connect(partial(_hear, connection, answers))
            connection.connectToServer(server.address)
            connection.write(line)
            window.until(partial(_is_over, connection))
        assert taken == [Wish((tmp_path,))]
        assert answers == [handover.TAKEN]
        server.close()
        assert not server.address


def _is_over(connection: QLocalSocket) -> bool:
    return connection.state() is QLocalSocket.LocalSocketState.UnconnectedState


def _hear(connection: QLocalSocket, answers: list[bytes]) -> None:
    answers.append(bytes(connection.readAll().data()))


def test_the_name_of_the_pipe_tells_nothing(tmp_path: Path) -> None:
    """It is one name for one profile, and no path can be read off it."""
    one, two = (handover.pipe_name(Places.under(tmp_path / name)) for name in ("one", "two"))
    assert one != two
    assert one == handover.pipe_name(Places.under(tmp_path / "one"))
    assert str(tmp_path) not in one
