"""The parent's clock over one question to a child."""

import time
from collections.abc import Callable

from app.errors import ErrorCode, RoscherkError
from app.processes.limits import Limits
from app.values import dataclass

_START_SECONDS = 60.0


@dataclass(frozen=True)
class Quiet:
    """Whom to tell that a child has been silent for so many seconds, and that it speaks again.

    ``tell`` is called in the thread that asked, and must return at once.
    """

    seconds: float
    tell: Callable[[bool], None]


class Watch:
    """The parent's clock over one question."""

    def __init__(self, limits: Limits, quiet: Quiet | None = None) -> None:
        self._limits = limits
        self._patience = limits.silence_seconds
        self._quiet = quiet
        self._told = False
        self._started = self._heard = time.monotonic()
        self._begun = False

    def begin(self) -> None:
        """Begin anew, the child is there: from now on the time is the task's."""
        self._begun = True
        self.heard()
        self._started = self._heard

    def heard(self) -> None:
        """Note that the child said something."""
        self._heard = time.monotonic()
        self._tell(quiet=False)

    def told_quiet(self) -> bool:
        """Tell whoever wants to know that the child has fallen silent, if that is news by now."""
        quiet = self._quiet
        if quiet is None or self._told or self._left(self._heard, quiet.seconds):
            return False
        self._tell(quiet=True)
        return True

    def _tell(self, *, quiet: bool) -> None:
        if self._quiet is not None and self._told is not quiet:
            self._told = quiet
            self._quiet.tell(quiet)

    def __enter__(self) -> None:
        """Watch over one question."""

    def __exit__(self, *_exception: object) -> None:
        """Take back what was told: the question is over."""
        self._tell(quiet=False)

    def step(self, number: int) -> None:
        """Note that a step began; raise `IndexError` for one that nobody foresaw."""
        if number < 0:
            raise IndexError
        self._patience = self._limits.steps[number]
        self.heard()

    def remaining(self) -> float | None:
        """Return how long to wait for the next word."""
        left = [self._left(*pair) for pair in self._deadlines()]
        return min(left) if left else None

    def error(self, make: Callable[..., RoscherkError]) -> RoscherkError:
        """Say which patience has ended."""
        if not self._begun:
            return make(ErrorCode.CHILD_NOT_STARTED, reason="time")
        wall = self._limits.wall_seconds
        if wall is not None and not self._left(self._started, wall):
            return make(ErrorCode.CHILD_OVER_LIMIT, limit="time")
        return make(ErrorCode.CHILD_SILENT)

    def _deadlines(self) -> list[tuple[float, float]]:
        quiet = None if self._quiet is None or self._told else self._quiet.seconds
        pairs: tuple[tuple[float, float | None], ...] = ((self._heard, quiet),)
        if self._begun:
            pairs += (
                (self._started, self._limits.wall_seconds),
                (self._heard, self._patience),
            )
        else:
            pairs += ((self._started, _START_SECONDS),)
        return [(since, seconds) for since, seconds in pairs if seconds is not None]

    @staticmethod
    def _left(since: float, seconds: float) -> float:
        return max(0.0, since + seconds - time.monotonic())
