"""One change of the stores at a time (`app.turns`)."""

from contextlib import AbstractContextManager
from pathlib import Path

from app import turns
from app.errors import ErrorCode


def alone(folder: Path) -> AbstractContextManager[None]:
    """Hold the lock of a folder; raise ``TRUST_BUSY`` where another does not let go of it.

    Raises :class:`OSError` where the lock file cannot be made.
    """
    return turns.alone(folder, ErrorCode.TRUST_BUSY)
