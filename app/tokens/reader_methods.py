"""What the parent may ask the watcher of readers, and what it hears of them."""

from app.errors import ErrorCode
from app.processes.limits import Limits
from app.processes.method import Method
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One reader of PC/SC; a token in a USB plug is a reader with a card that never leaves it."""

    name: str
    card: bool
    atr: str = ""
    """In hex."""
    count: int = 0
    """How often a card came or went, where the system counts: a quick change is one too."""


@dataclass(frozen=True, kw_only=True)
class ReadersState:
    """The readers of this computer at one moment."""

    readers: tuple[Reader, ...] = ()
    problem: ErrorCode | None = None
    """Why no token can be seen: one of the ``READERS_…`` codes."""
    status: str = ""
    """What PC/SC said, in hex, where that is no success."""


@dataclass(frozen=True, kw_only=True)
class WatchRequest:
    """Answer as soon as the readers are in another state than the known one, or when time is up."""

    known: ReadersState | None = None
    seconds: float = 5.0


READERS_WATCH = Method("readers-watch", WatchRequest, ReadersState)

_PATIENCE = 10.0
WATCHING = Limits(
    # Nothing is computed here, but it goes on for as long as the window is open.
    cpu_seconds=None,
    wall_seconds=WatchRequest.seconds + _PATIENCE,
    memory=128 << 20,
)
