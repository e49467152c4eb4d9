"""One child: its limits, its manners, its secrets."""

import time
from collections.abc import Iterator
from pathlib import Path

import misbehaving as asked
import pytest
from misbehaving import COMMAND, Word

from app.errors import ErrorCode, RoscherkError
from app.processes.child import Child, Limits
from app.processes.launch import command_of, environment
from app.processes.limits import for_content
from app.tokens.pin import Secret


@pytest.fixture
def child() -> Iterator[Child]:
    """Return one child, killed afterwards."""
    made = Child("test", command=COMMAND)
    yield made
    made.kill()
    made.join(5)


def test_processor_time_is_limited(child: Child) -> None:
    """A task that burns the processor is ended by its own soft limit, set anew for each task."""
    child.call(asked.ECHO, Word(), limits=Limits())
    begun = time.monotonic()
    with pytest.raises(RoscherkError) as caught:
        child.call(asked.BURN, Word(seconds=60), limits=Limits(cpu_seconds=1))
    assert caught.value.code is ErrorCode.CHILD_OVER_LIMIT
    assert caught.value.facts == {"role": "test", "limit": "cpu"}
    assert time.monotonic() - begun < 15
    assert not child.usable


def test_limit_counts_from_each_task(child: Child) -> None:
    """Tasks that together use more than one task may do not add up."""
    for _ in range(3):
        burnt = child.call(asked.BURN, Word(seconds=0.7), limits=Limits(cpu_seconds=1))
        assert burnt.seconds == 0.7


def test_hanging_task_runs_out_of_time(child: Child) -> None:
    """A task that sleeps is ended by the parent's clock."""
    child.call(asked.ECHO, Word(), limits=Limits())
    begun = time.monotonic()
    with pytest.raises(RoscherkError) as caught:
        child.call(asked.SLEEP, Word(seconds=60), limits=Limits(wall_seconds=0.3))
    assert caught.value.code is ErrorCode.CHILD_OVER_LIMIT
    assert caught.value.facts["limit"] == "time"
    assert time.monotonic() - begun < 2


def test_silence_is_noticed(child: Child) -> None:
    """A task that says nothing for too long is ended; one that reports progress is not."""
    limits = Limits(silence_seconds=0.5)
    assert child.call(asked.COUNT, Word(number=10, seconds=0.1), limits=limits) == 10
    with pytest.raises(RoscherkError) as caught:
        child.call(asked.SLEEP, Word(seconds=60), limits=limits)
    assert caught.value.code is ErrorCode.CHILD_SILENT


def test_dead_child_refuses_further_questions(child: Child) -> None:
    """A child that was killed answers nothing more, and says so at once."""
    child.call(asked.ECHO, Word(), limits=Limits())
    child.kill()
    for _ in range(2):
        with pytest.raises(RoscherkError) as caught:
            child.call(asked.ECHO, Word(), limits=Limits())
        assert caught.value.code is ErrorCode.CHILD_CRASHED


def test_secret_crosses_and_is_wiped(child: Child) -> None:
    """The secret reaches the handler as bytes and is zeros in the child after the task."""
    with Secret.of_text("пин-1234") as secret:
        answer = child.call(asked.SECRET, Word(), limits=Limits(), secret=secret)
    assert answer.text == "пин-1234"
    kept = child.call(asked.KEPT_SECRET, Word(), limits=Limits())
    assert kept == bytes(len("пин-1234".encode()))
    assert child.call(asked.SECRET, Word(), limits=Limits()).text == "none"


def test_manners(child: Child, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A child is nice, leaves no core, hides its memory, and knows little of our environment."""
    monkeypatch.chdir(tmp_path)  # an editable install puts the project's own folder on the path
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("LD_PRELOAD", "")
    manners = child.call(asked.MANNERS, Word(), limits=Limits())
    assert manners.nice >= 10
    assert manners.core == 0
    assert manners.dumpable == 0  # /proc/self belongs to root when a process is not dumpable
    assert manners.session == child.pid
    assert "PATH" in manners.environment
    assert not {"AWS_SECRET_ACCESS_KEY", "LD_PRELOAD", "PYTHONPATH"} & set(manners.environment)
    assert not {"", ".", str(Path.cwd()), "/somewhere/else"} & set(manners.import_path[2:])


def test_command_never_imports_from_the_current_folder() -> None:
    """The command of a real child is isolated from the folder it is started in."""
    command = command_of("worker")
    assert "-P" in command
    assert "-E" in command
    assert command[-2:] == ["--child", "worker"]


def test_environment_keeps_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locale and token settings reach a child; nothing else does."""
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    monkeypatch.setenv("SOFTHSM2_CONF", "/x")
    monkeypatch.setenv("OPENSSL_CONF", "/x")
    kept = environment()
    assert kept["LC_ALL"] == "ru_RU.UTF-8"
    assert kept["SOFTHSM2_CONF"] == "/x"
    assert "OPENSSL_CONF" not in kept


def test_limits_grow_with_the_content() -> None:
    """Ten seconds and ten more per gigabyte; more memory for large PDFs only."""
    assert for_content(0).cpu_seconds == 10
    assert for_content(2 << 30).cpu_seconds == 90
    assert for_content(101 << 20).memory == 512 << 20
    assert for_content(101 << 20, pdf=True).memory == 1536 << 20
    assert for_content(99 << 20, pdf=True).memory == 512 << 20


def test_no_library_from_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty or relative entry would let a file beside a document be loaded into a child."""
    monkeypatch.setenv("LD_LIBRARY_PATH", ":/opt/lib::lib:.:/usr/local/lib:")
    assert environment()["LD_LIBRARY_PATH"] == "/opt/lib:/usr/local/lib"
