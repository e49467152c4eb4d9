"""Work off the UI thread: answers, errors, cancelling, hanging work, order."""

import threading
import time
import weakref
from functools import partial

from probe import LoopProbe
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import ErrorCode, RoscherkError
from app.ui import tasks as module
from app.ui.tasks import QtTasks
from app.ui.work import Job


class Heard:
    """What a task answered, and in which thread."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.failed: list[RoscherkError] = []
        self.progress: list[tuple[int, int]] = []
        self.threads: set[str] = set()

    def on_done(self, answer: object) -> None:
        """Hear the answer."""
        self.threads.add(threading.current_thread().name)
        self.done.append(answer)

    def on_failed(self, error: RoscherkError) -> None:
        """Hear the error."""
        self.threads.add(threading.current_thread().name)
        self.failed.append(error)

    def on_progress(self, done: int, total: int) -> None:
        """Hear how far it is."""
        self.progress.append((done, total))

    @property
    def over(self) -> bool:
        """Tell whether there was an answer."""
        return bool(self.done or self.failed)


def test_answer_comes_on_the_ui_thread(qtbot: QtBot, qapp: QApplication, probe: LoopProbe) -> None:
    """The answer and the progress arrive in the thread of the window, which never stands still."""
    heard, tasks = Heard(), QtTasks(qapp)

    def work(job: Job) -> int:
        for step in range(20):
            job.progress(step + 1, 20)
            time.sleep(0.01)
        return 42

    with probe:
        tasks.run(work, done=heard.on_done, failed=heard.on_failed, progress=heard.on_progress)
        qtbot.waitUntil(lambda: heard.over, timeout=5000)
    assert heard.done == [42]
    assert heard.progress[-1] == (20, 20)
    assert heard.threads == {"MainThread"}
    probe.check()


def test_errors_are_told_and_others_become_unexpected(qtbot: QtBot, qapp: QApplication) -> None:
    """Our errors come as they are; anything else becomes an unexpected one, without its text."""
    tasks = QtTasks(qapp)
    for error, code in (
        (RoscherkError(ErrorCode.DISK_FULL), ErrorCode.DISK_FULL),
        (ValueError("a secret might stand here"), ErrorCode.UNEXPECTED),
    ):
        heard = Heard()

        def work(_job: Job, error: Exception = error) -> None:
            raise error

        tasks.run(work, done=heard.on_done, failed=heard.on_failed)
        qtbot.waitUntil(lambda heard=heard: heard.over, timeout=5000)
        assert [each.code for each in heard.failed] == [code]
        assert "secret" not in str(heard.failed[0])


def test_cancel_answers_at_once_and_only_once(qtbot: QtBot, qapp: QApplication) -> None:
    """Work that hangs is let go: the window hears «cancelled» at once and nothing later."""
    heard, tasks, go_on = Heard(), QtTasks(qapp), threading.Event()

    def work(job: Job) -> str:
        with job.cancel.calling(go_on.set):
            go_on.wait(5)
        return "too late"

    task = tasks.run(work, done=heard.on_done, failed=heard.on_failed)
    qtbot.wait(50)
    task.cancel()
    assert [each.code for each in heard.failed] == [ErrorCode.CANCELLED]
    qtbot.waitUntil(go_on.is_set, timeout=2000)
    qtbot.wait(50)
    assert heard.done == []
    assert len(heard.failed) == 1


def test_one_lane_is_serial(qtbot: QtBot, qapp: QApplication) -> None:
    """Work of one lane runs one after another, in its order; others run beside it."""
    order: list[str] = []
    tasks = QtTasks(qapp)
    blocked = threading.Event()
    heard = Heard()

    def first(_job: Job) -> None:
        blocked.wait(5)
        order.append("first")

    tasks.run(first, done=heard.on_done, failed=heard.on_failed, lane="one")
    tasks.run(
        lambda _job: order.append("second"),
        done=heard.on_done,
        failed=heard.on_failed,
        lane="one",
    )
    tasks.run(lambda _job: order.append("aside"), done=heard.on_done, failed=heard.on_failed)
    qtbot.waitUntil(lambda: order == ["aside"], timeout=2000)
    blocked.set()
    qtbot.waitUntil(lambda: order == ["aside", "first", "second"], timeout=2000)


def test_waiting_work_that_was_cancelled_never_runs(qtbot: QtBot, qapp: QApplication) -> None:
    """What is called off before its turn is not begun."""
    ran: list[str] = []
    tasks, blocked, heard = QtTasks(qapp), threading.Event(), Heard()
    tasks.run(lambda _job: blocked.wait(5), done=heard.on_done, failed=heard.on_failed, lane="one")
    waiting = tasks.run(
        lambda _job: ran.append("ran"), done=heard.on_done, failed=heard.on_failed, lane="one"
    )
    waiting.cancel()
    blocked.set()
    qtbot.waitUntil(lambda: len(heard.done) == 1, timeout=2000)
    qtbot.wait(50)
    assert ran == []


def test_slow_work_is_told(qtbot: QtBot, qapp: QApplication, monkeypatch: object) -> None:
    """Silence is told once it lasts."""
    monkeypatch.setattr(module, "SLOW_AFTER_MS", 50)
    heard, tasks, told, times = Heard(), QtTasks(qapp), threading.Event(), list[str]()

    def work(_job: Job) -> bool:
        known = told.wait(20)
        time.sleep(0.25)  # long enough to be told again, if it were
        return known

    def slow() -> None:
        times.append("slow")
        told.set()

    tasks.run(work, done=heard.on_done, failed=heard.on_failed, slow=slow)
    qtbot.waitUntil(lambda: heard.over, timeout=30_000)
    assert heard.done == [True]
    assert times == ["slow"]


def test_nobody_is_answered_after_the_end(qtbot: QtBot, qapp: QApplication) -> None:
    """A window that closes drops what runs; late answers hurt nobody."""
    heard, tasks, go_on = Heard(), QtTasks(qapp), threading.Event()
    tasks.run(lambda _job: go_on.wait(2), done=heard.on_done, failed=heard.on_failed)
    qtbot.wait(30)
    tasks.close()
    go_on.set()
    qtbot.wait(80)
    assert not heard.over


def test_what_the_work_held_ends_on_the_ui_thread(qtbot: QtBot, qapp: QApplication) -> None:
    """Work is a closure over widgets: were the thread the last to let go, they would end there."""
    heard, tasks, ended = Heard(), QtTasks(qapp), list[str]()
    for lane in (None, "one"):
        held = Heard()
        weakref.finalize(held, lambda: ended.append(threading.current_thread().name))
        tasks.run(
            lambda _job, held=held: len(held.done),
            done=heard.on_done,
            failed=heard.on_failed,
            lane=lane,
        )
        del held
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=5000)
    assert ended == ["MainThread"] * 2


def test_answers_leave_the_window_its_turns(
    qtbot: QtBot, qapp: QApplication, probe: LoopProbe
) -> None:
    """Many answers that came together are passed on in their order, and input waits for none but one."""
    tasks, heard = QtTasks(qapp), list[int]()

    def answer(number: int) -> None:
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        heard.append(number)

    with probe:
        for number in range(10):
            tasks.post(partial(answer, number))
        qtbot.waitUntil(lambda: len(heard) == 10, timeout=5000)
    assert heard == list(range(10))
    probe.check()


def test_a_dialog_opened_by_an_answer_hears_the_rest(qtbot: QtBot, qapp: QApplication) -> None:
    """An answer may run a loop of its own: what came after it is not kept waiting."""
    tasks, heard = QtTasks(qapp), list[str]()

    def ask() -> None:
        loop = QEventLoop()
        tasks.post(lambda: (heard.append("inside"), loop.quit()))
        QTimer.singleShot(5000, loop.quit)
        loop.exec()
        heard.append("asked")

    tasks.post(ask)
    tasks.post(lambda: heard.append("beside"))
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=6000)
    assert heard == ["beside", "inside", "asked"]
