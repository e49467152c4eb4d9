"""Fixtures of the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeTasks
from opened import Opened, opened
from probe import LoopProbe
from stand_ins.bare_machine import as_it_is, bare
from stand_ins.lent_children import lending

from app import composition
from app.processes.pool import Pool
from app.texts.catalogue import language, set_language
from app.ui.collecting import stop_collecting

# As in the program, and for the same reason: what a test leaves of its window must not be destroyed
# in a thread of the next one. `tests/conftest.py` collects between tests.
stop_collecting()


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian, and afterwards what was spoken before."""
    before = language()
    set_language("ru")
    yield
    set_language(before)


@pytest.fixture(scope="session")
def lent_pools() -> Iterator[type[Pool]]:
    """Keep the children of closed windows until the last test."""
    with lending() as pool:
        yield pool


@pytest.fixture(scope="module", autouse=True)
def light_windows(lent_pools: type[Pool]) -> Iterator[None]:
    """Let a window take over the children of the one before, and find nothing that would start more.

    For one module: tests of other folders, which may come next, have the machine as it is.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition, "Pool", lent_pools)
        bare(patch)
        yield


@pytest.fixture
def whole_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the window its modules, readers and children as they are in the program."""
    monkeypatch.setattr(composition, "Pool", Pool)
    as_it_is(monkeypatch)


@pytest.fixture
def window(qapp: object, tmp_path: Path) -> Iterator[Opened]:  # noqa: ARG001  # one QApplication
    """Open a Russian window on an empty profile."""
    with opened(tmp_path / "profile") as it:
        yield it


@pytest.fixture
def tasks() -> FakeTasks:
    """Return tasks that run at once."""
    return FakeTasks()


@pytest.fixture
def probe(qapp: object) -> LoopProbe:  # noqa: ARG001  # one QApplication
    """Return a probe of the event loop."""
    return LoopProbe()
