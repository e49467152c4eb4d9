"""Fixtures that every room's tests share."""

import gc
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.processes import launch

if sys.platform == "linux":
    from stand_ins.warm_hosts import warm_hosts

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of test data made by others; skip where it is absent."""
    folder = Path(os.environ.get("ROSCHERK_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"test data of others not found at {folder}; set ROSCHERK_TEST_DATA")
    return folder


_start_cold = launch._start


@pytest.fixture(scope="session", autouse=True)
def _token_hosts_are_forks() -> Iterator[None]:
    """Let token hosts begin in milliseconds: they are started many hundred times."""
    if sys.platform != "linux":
        yield
        return
    with pytest.MonkeyPatch.context() as patch, warm_hosts() as start:
        patch.setattr(launch, "_start", start)
        yield


@pytest.fixture
def cold_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start token hosts as the program does."""
    monkeypatch.setattr(launch, "_start", _start_cold)


TESTS_DONE = pytest.StashKey[int]()
FULL_LOOK = 50
"""Tests between two looks at all garbage; between them only at the young."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Set aside what the collection of tests has loaded: it is not garbage, and it is much."""
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Collect garbage in the main thread, where the tests of the window have it turned off."""
    if not gc.isenabled():
        done = item.session.stash.get(TESTS_DONE, 0) + 1
        item.session.stash[TESTS_DONE] = done
        gc.collect(1 if done % FULL_LOOK else 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what measures the window's stalls: it runs when nothing else does."""
    for item in items:
        if "probe" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.alone)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave the counts for `tests/tally.py`, which prints the sum of all runs."""
    path = os.environ.get("ROSCHERK_COUNTS")
    # Of several processes only the first counts: it hears of every test of the others.
    if path is None or hasattr(terminalreporter.config, "workerinput"):
        return
    stats = terminalreporter.stats
    counts = {
        "passed": len(stats.get("passed", ())) + len(stats.get("xfailed", ())),
        "failed": len(stats.get("failed", ())) + len(stats.get("error", ())),
        "skipped": len(stats.get("skipped", ())),
    }
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(json.dumps(counts) + "\n")
