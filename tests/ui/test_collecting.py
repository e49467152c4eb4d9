"""Garbage is collected in the thread of the window, a little at a time, and all in the end."""

import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.collecting import Collector

ROOT = Path(__file__).resolve().parent.parent.parent
LOOK = 0.01
"""Processor seconds that one look may take."""


@dataclass(frozen=True)
class Plain:
    """A value as workers answer it."""

    name: str
    parts: tuple[str, ...]


class Knot:
    """An object in a cycle."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    """Return a collector at work."""
    gc.collect()
    made = Collector(qapp)
    yield made
    made.end()


def knots(number: int) -> "list[weakref.ref[Knot]]":
    """Leave garbage in cycles."""
    return [weakref.ref(Knot()) for _ in range(number)]


def test_nothing_is_collected_in_a_thread(collector: Collector) -> None:  # noqa: ARG001  # at work
    """However much a thread allocates, nothing is destroyed in it."""
    left: list[weakref.ref[Knot]] = []
    thread = threading.Thread(target=lambda: left.extend(knots(20_000)))
    thread.start()
    thread.join()
    assert all(each() is not None for each in left)
    gc.collect()


def test_young_garbage_goes_by_itself(qtbot: QtBot, collector: Collector) -> None:  # noqa: ARG001
    """What is left in a cycle is collected by the clock of the window."""
    left = knots(2000)
    qtbot.waitUntil(lambda: left[0]() is None, timeout=3000)


def test_a_heap_is_set_aside(qapp: QApplication, collector: Collector) -> None:
    """A hundred thousand values that arrive cost nothing while somebody works."""
    raw = msgspec.msgpack.encode([Plain(str(i), (str(i), "")) for i in range(100_000)])
    came = msgspec.msgpack.decode(raw, type=list[Plain])
    lost = knots(10)
    began = time.thread_time()
    collector.collect_young()
    assert time.thread_time() - began < LOOK
    assert gc.get_freeze_count() > len(came)
    assert lost[0]() is not None
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert lost[0]() is None


@pytest.mark.parametrize("number", [1000, 9000])
def test_a_look_is_short(collector: Collector, number: int) -> None:
    """The most that is looked at takes a few milliseconds."""
    costs = []
    for _ in range(6):
        kept = [Plain(str(i), (str(i),)) for i in range(number)]
        began = time.thread_time()
        collector.collect_young()
        costs.append(time.thread_time() - began)
        del kept
    assert min(costs) < LOOK


def test_a_widget_in_a_cycle_ends_in_its_own_thread(collector: Collector) -> None:
    """What Qt must destroy in the thread of the window is destroyed there, whoever allocates."""
    ended: list[str] = []
    thing = QObject()
    thing.knot = Knot()  # type: ignore[attr-defined]  # a cycle through Python
    thing.knot.thing = thing  # type: ignore[attr-defined]
    weakref.finalize(thing, lambda: ended.append(threading.current_thread().name))
    del thing
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            knots(500)
            time.sleep(0.001)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.1)
    collector.collect_all()
    stop.set()
    thread.join()
    assert ended == ["MainThread"]


def test_a_crashed_worker_tells_where(tmp_path: Path) -> None:
    """A process of the tests that is brought down leaves the place in the log."""
    file = tmp_path / "test_down.py"
    file.write_text("import ctypes\n\ndef test_down():\n    ctypes.string_at(0)\n")
    options = ["-n", "1", "-q", "-p", "no:randomly", "-p", "no:pytestqt", "-c", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", tmp_path, file],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert "Segmentation fault" in done.stderr
    assert "in test_down" in done.stderr
