"""Tokens plugged in and pulled out, heard from a real pcscd with virtual readers."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from stand_ins.vpcd import AbsentError, Plug, PrivatePcscd

from app.errors import ErrorCode
from app.tokens import watching
from app.tokens.cards import problems, winscard
from app.tokens.cards.watch_host import WatchHost
from app.tokens.reader_methods import ReadersState, WatchRequest
from app.tokens.watching import Change, Watcher

ATR = "3b8b015275746f6b656e20445320c1"
NAME = "Aktiv Rutoken ECP"
FIRST = f"{NAME} 00 00"


class Card:
    """A card that knows no command."""

    atr = bytes.fromhex(ATR)

    def apdu(self, _command: bytes) -> bytes:
        """Refuse."""
        return b"\x6d\x00"

    def reset(self) -> None:
        """Forget nothing."""


class Heard:
    """What a watcher told, and waiting for it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._news = threading.Condition()

    def __call__(self, change: Change) -> None:
        """Take a change."""
        with self._news:
            self.changes.append(change)
            self._news.notify_all()

    def after(self, count: int, seconds: float = 8.0) -> Change:
        """Return the first change after so many."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.changes) > count, seconds), self.changes
            return self.changes[count]


@pytest.fixture
def pcscd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivatePcscd]:
    """Return a pcscd of our own; skip where that is not possible."""
    server = PrivatePcscd(tmp_path / "readers", NAME)
    try:
        server.start()
    except AbsentError as absent:
        pytest.skip(f"no virtual readers: {absent}")
    monkeypatch.setenv(*server.variable)
    yield server
    server.stop()


@contextmanager
def watcher(heard: Heard, **options: object) -> Iterator[Watcher]:
    """Watch for the time of the block."""
    made = Watcher(**options)  # type: ignore[arg-type]
    made.heed(heard)
    made.start()
    try:
        yield made
    finally:
        begun = time.monotonic()
        made.close()
        assert time.monotonic() - begun < 1.5


def test_insertion_and_removal_within_a_second(pcscd: PrivatePcscd) -> None:
    """Each is heard within a second, with the reader and the card's answer to reset."""
    heard, plug = Heard(), Plug(Card(), pcscd.port)
    with watcher(heard) as watched:
        found = heard.after(0)
        assert [reader.card for reader in found.readers] == [False, False]
        assert found.problem is None
        for count in (1, 3):
            begun = time.monotonic()
            plug.insert()
            change = heard.after(count)
            assert time.monotonic() - begun < 1
            assert (change.inserted, change.removed) == ((FIRST,), ())
            assert watched.readers[0].atr == ATR
            begun = time.monotonic()
            plug.remove()
            change = heard.after(count + 1)
            assert time.monotonic() - begun < 1
            assert (change.inserted, change.removed) == ((), (FIRST,))


def test_a_killed_watcher_is_replaced(pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that dies is told, another takes its place, and what happened meanwhile is heard."""
    monkeypatch.setattr(watching, "_RESTART_SECONDS", 0.2)
    heard, plug = Heard(), Plug(Card(), pcscd.port)
    with watcher(heard) as watched:
        heard.after(0)
        child = watched._child
        assert child is not None
        child.kill()
        problem = heard.after(1).problem
        assert problem is not None
        assert problem.code is ErrorCode.READERS_FAILED
        plug.insert()
        assert heard.after(2).problem is None
        until = time.monotonic() + 3
        while FIRST not in [each.name for each in watched.readers if each.card]:
            assert time.monotonic() < until
            time.sleep(0.02)
    plug.remove()


def test_service_that_ends(pcscd: PrivatePcscd) -> None:
    """A stopped service is told, and the modules are asked instead."""
    heard = Heard()
    answers = iter(("none", "one"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "_POLL_SECONDS", 0.1)
        with watcher(heard, poll=lambda: next(answers, "one")) as watched:
            heard.after(0)
            pcscd.stop()
            change = heard.after(1)
            assert change.problem is not None
            assert change.problem.code is ErrorCode.READERS_SERVICE_STOPPED
            assert heard.after(2, 20).problem is not None
            assert watched.problem is not None


def test_a_quick_change_is_a_change(pcscd: PrivatePcscd) -> None:
    """A card pulled out and put in again between two looks has another count."""
    host, plug = WatchHost(), Plug(Card(), pcscd.port)
    before = host._state()
    plug.insert()
    first = host.watch(WatchRequest(known=before), None)  # type: ignore[arg-type]
    plug.remove()
    time.sleep(0.5)
    plug.insert()
    time.sleep(0.5)
    second = host.watch(WatchRequest(known=first), None)  # type: ignore[arg-type]
    assert first.readers[0].card
    assert second.readers[0].card
    assert first != second
    plug.remove()


def test_service_absent_or_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not installed and not running are two things, with two ways out."""
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    monkeypatch.setattr(problems.shutil, "which", lambda *_, **__: "/usr/sbin/pcscd")
    assert problems.problem_of(0x8010001D) is ErrorCode.READERS_SERVICE_STOPPED
    monkeypatch.setattr(problems.shutil, "which", lambda *_, **__: None)
    assert problems.problem_of(0x8010001D) is ErrorCode.READERS_SERVICE_MISSING


def test_service_that_refuses_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that hangs up (polkit), a socket that may not be opened, a refusal in words."""
    path = tmp_path / "pcscd.comm"
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(path))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert problems.problem_of(0x80100013) is ErrorCode.READERS_DENIED
        assert problems.problem_of(0x8010001D) is ErrorCode.READERS_DENIED

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(problems.socket.socket, "connect", forbidden, raising=False)
    assert problems.problem_of(0x8010006A) is ErrorCode.READERS_DENIED
    assert problems.problem_of(0x80100001) is ErrorCode.READERS_FAILED
    assert problems.problem_of(-2146435026) is ErrorCode.READERS_NONE  # signed, as some say it


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libpcsclite is missing that is a state with its own words."""
    monkeypatch.setattr(winscard, "LIBRARY", "libnowhere.so.1")
    assert WatchHost()._state().problem is ErrorCode.READERS_LIBRARY_MISSING


def test_no_readers_and_remote_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """No readers over a remote desktop are another matter than none at the desk."""
    for name in watching._REMOTE_SIGNS:
        monkeypatch.delenv(name, raising=False)
    nothing = ReadersState(problem=ErrorCode.READERS_NONE)
    problem = watching._problem_of(nothing)
    assert problem is not None
    assert problem.code is ErrorCode.READERS_NONE
    monkeypatch.setenv("XRDP_SESSION", "1")
    problem = watching._problem_of(nothing)
    assert problem is not None
    assert problem.code is ErrorCode.READERS_REMOTE
    assert watching._problem_of(ReadersState()) is None


@pytest.mark.usefixtures("pcscd")
def test_a_deaf_listener_makes_no_other_deaf() -> None:
    """One listener that fails costs a line in the log."""
    heard = Heard()

    def fail(_change: Change) -> None:
        raise ValueError(os.name)

    made = Watcher()
    made.heed(fail)
    made.heed(heard)
    made.start()
    try:
        assert heard.after(0).problem is None
    finally:
        made.close()
