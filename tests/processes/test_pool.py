"""The pool answers many callers, survives whatever its children do, and closes at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import misbehaving as asked
import pytest
from misbehaving import COMMAND, ROOT, Word

from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


@contextmanager
def refused(code: ErrorCode, **facts: object) -> Iterator[None]:
    """Expect an error of this code, with at least these facts."""
    with pytest.raises(RoscherkError) as caught:
        yield
    assert caught.value.code is code, caught.value
    assert facts.items() <= dict(caught.value.facts).items(), caught.value


def later(seconds: float, act: object) -> threading.Timer:
    """Run ``act`` after a while."""
    timer = threading.Timer(seconds, act)  # type: ignore[arg-type]
    timer.start()
    return timer


def test_values_cross_unharmed(pool: Pool) -> None:
    """A value comes back as it went, with file names that are not UTF-8."""
    question = Word("слово", -5, Path(os.fsdecode(b"/tmp/\xff\xfe")), 0.5)
    assert pool.run(asked.ECHO, question) == question


def test_two_hundred_quick_tasks_use_one_child(pool: Pool) -> None:
    """An idle child is asked again, and asking costs little."""
    begun = time.monotonic()
    for number in range(200):
        assert pool.run(asked.ECHO, Word(number=number)).number == number
    assert len(pool.pids()) == 1
    assert time.monotonic() - begun < 10


def test_many_threads_ask_at_once(pool: Pool) -> None:
    """Each thread gets its own answer, and there are never more children than allowed."""
    with ThreadPoolExecutor(8) as threads:
        questions = [Word(str(number), number) for number in range(80)]
        answers = list(threads.map(lambda q: pool.run(asked.ECHO, q), questions))
    assert answers == questions
    assert 1 <= len(pool.pids()) <= 2


def test_a_killed_worker_is_an_error_and_the_next_request_works(pool: Pool) -> None:
    """Killing a worker during work is told within two seconds."""
    pool.run(asked.ECHO, Word())
    (pid,) = pool.pids()
    later(0.2, lambda: os.kill(pid, signal.SIGKILL))
    begun = time.monotonic()
    with refused(ErrorCode.CHILD_CRASHED, role="test", status=-9):
        pool.run(asked.SLEEP, Word(seconds=60))
    assert time.monotonic() - begun < 2.2
    assert pool.run(asked.ECHO, Word("again")).text == "again"


def test_a_worker_killed_while_idle_is_replaced(pool: Pool) -> None:
    """Nobody notices the death of a child that did nothing."""
    pool.run(asked.ECHO, Word())
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert pool.run(asked.ECHO, Word("again")).text == "again"
    assert pool.pids() != (pid,)


def test_more_memory_than_allowed(pool: Pool) -> None:
    """A task that wants more memory than its limit ends with that error; the next one works."""
    with refused(ErrorCode.CHILD_OVER_LIMIT, limit="memory", role="test"):
        pool.run(asked.EAT, Word(number=600 << 20))
    assert pool.run(asked.EAT, Word(number=300 << 20)).number == 300 << 20


def test_large_pdf_may_take_more(pool: Pool) -> None:
    """A PDF over 100 MB has a limit of 1.5 GB."""
    answer = pool.run(asked.EAT, Word(number=700 << 20), size=200 << 20, pdf=True)
    assert answer.number == 700 << 20


def test_unforeseen_exception_tells_its_kind_and_no_value(pool: Pool) -> None:
    """Anything a handler does not foresee becomes UNEXPECTED, without its text."""
    with refused(ErrorCode.UNEXPECTED, exception="KeyError", role="test"):
        pool.run(asked.BREAK, Word())
    assert pool.run(asked.ECHO, Word("again")).text == "again"


def test_error_crosses_with_its_facts(pool: Pool) -> None:
    """A child's error is raised here, with facts made fit for the wire, and the child goes on."""
    pool.run(asked.ECHO, Word())
    before = pool.pids()
    with refused(ErrorCode.PIN_WRONG, tries_left=3, text="�", big=str(1 << 80)):
        pool.run(asked.REFUSE, Word(number=3))
    assert pool.pids() == before


def test_chatty_library_cannot_break_the_pipe(pool: Pool) -> None:
    """What a library prints to the standard output goes elsewhere."""
    assert pool.run(asked.CHAT, Word("x")).text == "x"
    assert pool.run(asked.ECHO, Word("y")).text == "y"


def test_large_answer(pool: Pool) -> None:
    """A hundred megabytes cross; more than the cap is an error."""
    assert len(pool.run(asked.HUGE, Word(number=100 << 20))) == 100 << 20
    with refused(ErrorCode.UNEXPECTED, exception="WireError"):
        pool.run(asked.HUGE, Word(number=257 << 20), size=200 << 20, pdf=True)


@pytest.mark.parametrize(
    "frame",
    [
        b"\x00\x00\x00\x00\x00",  # no such kind
        b"\x0d\xff\xff\xff\xff",  # a length over the cap
        b"\x0d\x00\x00\x00\x03abc",  # an answer that is no msgpack
        b"\x0f\x00\x00\x00\x01\xc0",  # an error that is none
        b"\x0f\x00\x00\x00\x13\x82\xa4code\xa5nope!\xa5facts\x80",  # an unknown code
        b"\x0c\x00\x00\x00\x01\xc0",  # progress that is none
        b"\x0b\x00\x00\x00\x00",  # ready, a second time
        b"\x10\x00\x00\x00\x01\x05",  # a step that nobody foresaw
        b"\x0c\x00\x10\x00\x00",  # progress of a megabyte
        b"\x03\x00\x00\x00\x01x",  # a secret from the wrong side
        b"\x0d\x00\x00\x00\x05" + b"\x91" * 5,  # cut short
        b"\x0d\x00\x01\x00\x00" + b"\x91" * 0x10000,  # nested deeper than any parser goes
    ],
)
def test_hostile_child_gives_an_error(pool: Pool, frame: bytes) -> None:
    """Whatever a captured child writes, the parent raises an error and asks another child."""
    begun = time.monotonic()
    with refused(ErrorCode.CHILD_CRASHED, reason="malformed"):
        pool.run(asked.RAW, frame)
    assert time.monotonic() - begun < 2
    assert pool.run(asked.ECHO, Word("again")).text == "again"


def test_answer_of_another_type_is_refused(pool: Pool) -> None:
    """An answer is decoded into the declared type and into nothing else."""
    with refused(ErrorCode.CHILD_CRASHED, reason="malformed"):
        pool.run(asked.WRONG_TYPE, Word())


def test_progress_is_rare(pool: Pool) -> None:
    """Of thousands of reports at most twenty a second arrive."""
    heard: list[tuple[int, int]] = []
    begun = time.monotonic()
    work = Word(number=3_000, seconds=1e-5)
    pool.run(asked.COUNT, work, progress=lambda *pair: heard.append(pair))
    assert len(heard) <= 20 * (time.monotonic() - begun) + 3
    assert heard
    assert all(total == 3_000 for _done, total in heard)
    assert [done for done, _total in heard] == sorted(done for done, _total in heard)


def test_quick_work_says_nothing(pool: Pool) -> None:
    """Work that is over at once wakes nobody to tell that it is done."""
    heard: list[tuple[int, int]] = []
    pool.run(asked.COUNT, Word(number=3), progress=lambda *pair: heard.append(pair))
    assert not heard


def test_progress_that_fails_ends_the_work(pool: Pool) -> None:
    """An error in the caller's own progress function reaches the caller; the child is replaced."""

    def break_down(_done: int, _total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        pool.run(asked.COUNT, Word(number=100, seconds=0.1), progress=break_down)
    assert pool.run(asked.ECHO, Word("again")).text == "again"


def test_cancelling_kills_the_work(pool: Pool) -> None:
    """Work that is called off ends at once with CANCELLED; the next request works."""
    pool.run(asked.ECHO, Word())
    cancel = Cancel()
    later(0.2, cancel.cancel)
    begun = time.monotonic()
    with refused(ErrorCode.CANCELLED):
        pool.run(asked.BURN, Word(seconds=60), cancel=cancel)
    assert time.monotonic() - begun < 1.5
    with refused(ErrorCode.CANCELLED):
        pool.run(asked.ECHO, Word(), cancel=cancel)
    assert pool.run(asked.ECHO, Word("again")).text == "again"


def test_cancelling_while_waiting_for_a_child() -> None:
    """A caller that waits for its turn can be called off too."""
    with Pool("test", 1, command=COMMAND) as pool, ThreadPoolExecutor(1) as threads:
        first = Cancel()
        busy = threads.submit(pool.run, asked.SLEEP, Word(seconds=30), cancel=first)
        time.sleep(0.2)
        second = Cancel()
        later(0.1, second.cancel)
        with refused(ErrorCode.CANCELLED):
            pool.run(asked.ECHO, Word(), cancel=second)
        first.cancel()
        with refused(ErrorCode.CANCELLED):
            busy.result()


def test_closing_while_busy() -> None:
    """Closing ends work under way with CANCELLED, takes no time, and leaves no process."""
    pool = Pool("test", command=COMMAND)
    with ThreadPoolExecutor(3) as threads:
        works = [threads.submit(pool.run, asked.SLEEP, Word(seconds=30)) for _ in range(3)]
        time.sleep(0.4)
        pids = pool.pids()
        begun = time.monotonic()
        pool.close()
        assert time.monotonic() - begun < 1.5
        for work in works:
            with refused(ErrorCode.CANCELLED):
                work.result()
    assert len(pids) == 2
    for pid in pids:
        assert not Path(f"/proc/{pid}").exists()  # dead, and not a zombie
    with refused(ErrorCode.CANCELLED):
        pool.run(asked.ECHO, Word())


def test_warming(pool: Pool) -> None:
    """Warming returns at once and the first question finds the child."""
    begun = time.monotonic()
    pool.warm()
    assert time.monotonic() - begun < 0.05
    while not pool.pids():
        time.sleep(0.01)
    before = pool.pids()
    assert pool.run(asked.ECHO, Word("x")).text == "x"
    assert pool.pids() == before


def test_child_that_holds_memory_makes_way(pool: Pool) -> None:
    """A child that keeps hundreds of megabytes after a task is replaced by a fresh one."""
    pool.run(asked.HOLD, Word(number=300 << 20))
    assert pool.pids() == ()
    assert pool.run(asked.ECHO, Word("x")).text == "x"


def test_unknown_role_and_missing_program() -> None:
    """A child that cannot be started is an error of its own."""
    with Pool("nonsense") as pool, refused(ErrorCode.CHILD_NOT_STARTED, role="nonsense"):
        pool.run(asked.ECHO, Word())
    with (
        Pool("x", command=["/nonexistent"]) as pool,
        refused(ErrorCode.CHILD_NOT_STARTED, role="x"),
    ):
        pool.run(asked.ECHO, Word())


def test_children_die_with_the_parent(tmp_path: Path) -> None:
    """A parent that is killed takes even a busy child with it."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, threading, time\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(Path(asked.__file__).parent)!r}]\n"
        "import misbehaving as asked\n"
        "from app.processes.pool import Pool\n"
        "pool = Pool('test', command=asked.COMMAND)\n"
        "pool.run(asked.ECHO, asked.Word())\n"
        "work = lambda: pool.run(asked.BURN, asked.Word(seconds=60))\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.1)\n"
        "print(*pool.pids(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        (pid,) = map(int, parent.stdout.readline().split())
        parent.kill()
    deadline = time.monotonic() + 3
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(pid)


def test_exit_is_not_held_up(tmp_path: Path) -> None:
    """A program that ends without closing its pool ends at once."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, threading, time\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(Path(asked.__file__).parent)!r}]\n"
        "import misbehaving as asked\n"
        "from app.processes.pool import Pool\n"
        "pool = Pool('test', command=asked.COMMAND)\n"
        "pool.warm()\n"
        "work = lambda: pool.run(asked.SLEEP, asked.Word(seconds=60))\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.3)\n"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, script], capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert time.monotonic() - begun < 5


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # dead, its new parent has not looked yet
