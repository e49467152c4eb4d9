"""What parent and child tell each other around a request and its answer."""

from app.errors import ErrorCode, Fact
from app.values import dataclass


@dataclass(frozen=True)
class Task:
    """What goes before the request itself."""

    method: str
    cpu_seconds: float | None
    memory: int | None
    secret: bool


@dataclass(frozen=True)
class Failure:
    """An error on its way to the parent."""

    code: ErrorCode
    facts: dict[str, Fact]
    last: bool = False
    """The child leaves after this error: its state can no longer be trusted."""
