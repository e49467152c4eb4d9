"""Children that go on from one test's pool to the next one's: starting them takes most of a test's time.

A child cannot tell: it answers one question after another, as it does in the program, and one that was
busy when its pool closed is killed as ever. Workers are ready before they are lent: a short test would
end while they are still beginning, and kill them, each time anew.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.processes.child import Child
from app.processes.pool import Pool

_WORKERS = 2
_PATIENCE = 30.0
_idle: dict[str, list[Child]] = {}


class LentPool(Pool):
    """A pool whose idle children outlive it."""

    def __init__(self, role: str, size: int = 2, *, command: Sequence[str] | None = None) -> None:
        super().__init__(role, size, command=command)
        self._lent = command is None
        kept = _ready(role) if self._lent else []
        while kept and len(self._idle) < size:
            self._idle.append(kept.pop())

    def close(self) -> None:
        """Give back what is idle; end the rest."""
        with self._change:
            if self._lent and not self._closed:
                _idle.setdefault(self.role, []).extend(self._idle)
                self._idle.clear()
        super().close()


def _ready(role: str) -> list[Child]:
    """Return what is kept of a role, all of it ready; of workers there are as many as a window has."""
    kept = _idle.setdefault(role, [])
    kept[:] = [each for each in kept if each.usable]
    while role == "worker" and len(kept) < _WORKERS:
        kept.append(Child(role))
        kept[-1].start()
    end = time.monotonic() + _PATIENCE
    while not all(each._ready or not each.usable for each in kept):
        assert time.monotonic() < end, f"no {role} begins"
        time.sleep(0.002)
    return kept


@contextmanager
def lending() -> Iterator[type[Pool]]:
    """Yield the class of pools that lend; at the end, end all children."""
    try:
        yield LentPool
    finally:
        children = [each for kept in _idle.values() for each in kept]
        _idle.clear()
        for child in children:
            child.kill()
        for child in children:
            child.join(1.0)
