"""How much work a file may ask for: counts of iterations are the file's to choose, not the hour.

A round of SHA is about a microsecond where it is counted dearest, one of a GOST digest four times
that. GnuTLS asks for 600,000 rounds three times in a file; with GOST that is seven seconds.
"""

from typing import Final

from app.errors import ErrorCode, RoscherkError

MAX_ROUNDS: Final = 9_000_000
"""Rounds of SHA in all derivations of one file together; a worker has ten seconds."""
GOST_WEIGHT: Final = 4
SHOWN: Final = 1 << 40
"""The largest count that an error repeats."""


class Work:
    """What is left of the rounds that one file may ask for."""

    __slots__ = ("_left",)

    def __init__(self, rounds: int = MAX_ROUNDS) -> None:
        self._left = rounds

    def spend(self, rounds: int, *, gost: bool = False) -> None:
        """Take rounds off, or raise ``KEY_UNSUPPORTED`` with the reason ``iterations``."""
        cost = rounds * GOST_WEIGHT if gost else rounds
        if not 0 < cost <= self._left:
            code = ErrorCode.KEY_UNSUPPORTED
            raise RoscherkError(code, reason="iterations", rounds=min(rounds, SHOWN))
        self._left -= cost
