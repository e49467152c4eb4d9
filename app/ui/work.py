"""The port through which presenters have work done away from the screen. No Qt here."""

from collections.abc import Callable
from dataclasses import field
from typing import Protocol, TypeVar

from app.errors import RoscherkError
from app.processes.cancelling import Cancel
from app.values import dataclass

T = TypeVar("T")
Progress = Callable[[int, int], None]


def _no_progress(_done: int, _total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Job:
    """What running work is given: how to tell how far it is, and how to learn it is unwanted."""

    cancel: Cancel = field(default_factory=Cancel)
    progress: Progress = _no_progress


class Task(Protocol):
    """Work that was started."""

    def cancel(self) -> None:
        """Stop wanting it: children are killed, ``failed`` gets ``CANCELLED`` at once."""
        ...


class Tasks(Protocol):
    """Runs work in a thread of its own and answers on the UI thread."""

    def run(
        self,
        work: Callable[[Job], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[RoscherkError], None],
        progress: Progress | None = None,
        slow: Callable[[], None] | None = None,
        lane: str | None = None,
    ) -> Task:
        """Start ``work``; exactly one of ``done`` and ``failed`` is called, later, on the UI thread.

        Work of one ``lane`` runs one after another; without a lane it runs beside everything else.
        ``slow`` is called once when nothing was heard for some seconds.
        """
        ...

    def post(self, call: Callable[[], None]) -> None:
        """Have ``call`` called on the UI thread, soon. May be used from any thread."""
        ...
