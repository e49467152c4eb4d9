"""A child begun before the parent is ready: taken over by whoever needs it, ended if nobody does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.processes import launch
from app.processes.pool import Pool

ROOT = Path(launch.__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    launch.end_early()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _begun() -> int:
    (process,) = launch._early.values()
    return process.pid


def test_the_pool_takes_it_over() -> None:
    """The first child of that role is the one that was begun; the next is a new one."""
    launch.begin_early("worker", "verify")
    pid = _begun()
    with Pool("worker") as pool:
        pool.warm()
        deadline = time.monotonic() + 20
        while pool.pids() != (pid,) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert pool.pids() == (pid,)
        assert not launch._early
    deadline = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _alive(pid)


def test_nobody_needed_it() -> None:
    """One that nobody took is killed, and leaves no zombie."""
    launch.begin_early("worker")
    pid = _begun()
    launch.end_early()
    assert not _alive(pid)
    assert not launch._early


def test_one_that_died_is_not_taken() -> None:
    """A child that ended meanwhile is replaced by a new one."""
    launch.begin_early("worker")
    (process,) = launch._early.values()
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    fresh = launch.launch(launch.command_of("worker"))
    try:
        assert fresh.pid != process.pid
        assert fresh.poll() is None
    finally:
        fresh.kill()
        fresh.communicate()


@pytest.mark.parametrize("words", [["verify", "/nowhere.pdf", "--json"], ["verify"], ["sign", "x"]])
def test_no_command_leaves_a_child(words: list[str], tmp_path: Path) -> None:
    """Whatever a command ends with, its early child ends with it."""
    profile = ["--profile", str(tmp_path / "profile")]
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "app", *profile, *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"ResourceWarning" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.returncode
