"""How much work a file may ask for: counts of iterations are the file's to choose, not the hour.

A second is about 300,000 rounds of Streebog, and more of any other digest.
"""

from app.errors import ErrorCode, RoscherkError

MAX_ROUNDS = 2_000_000
"""Rounds of all derivations of one file together; real files ask for some thousands each."""

SHOWN = 1 << 40
"""The largest count that an error repeats."""


class Work:
    """What is left of the rounds that one file may ask for."""

    __slots__ = ("_left",)

    def __init__(self, rounds: int = MAX_ROUNDS) -> None:
        self._left = rounds

    def spend(self, rounds: int) -> None:
        """Take rounds off, or raise ``KEY_UNSUPPORTED`` with the reason ``iterations``."""
        if not 0 < rounds <= self._left:
            code = ErrorCode.KEY_UNSUPPORTED
            raise RoscherkError(code, reason="iterations", rounds=min(rounds, SHOWN))
        self._left -= rounds
