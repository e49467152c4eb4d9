"""Exit codes: a promise to scripts."""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ends with."""

    DONE = 0
    FAILED = 1
    """The operation could not be done."""
    USAGE = 2
    INDETERMINATE = 10
    TOTAL_FAILED = 20
    NO_SIGNATURE = 30
    INTERRUPTED = 130
    """Ctrl+C, as shells say it."""
    PIPE_CLOSED = 141
    """Whoever read the output has gone, as shells say it."""


_GRAVEST_FIRST = (
    ExitCode.USAGE,
    ExitCode.FAILED,
    ExitCode.TOTAL_FAILED,
    ExitCode.INDETERMINATE,
    ExitCode.NO_SIGNATURE,
)


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the gravest of several codes; 0 of none."""
    found = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in found), ExitCode.DONE)
