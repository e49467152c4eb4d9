"""Several listings followed at once."""

import threading
from collections.abc import Iterator

import pytest

from app.tokens.coming import as_iterator, latest


def test_latest_of_each_in_order() -> None:
    """What has come is told at once, in the order of those who were asked; the last is whole."""
    free = threading.Event()

    def slow() -> Iterator[str]:
        yield "slow 1"
        free.wait(10)
        yield "slow 2"

    def quick() -> Iterator[str]:
        yield "quick"
        free.set()

    *_, last = latest([slow, quick, as_iterator(lambda: "once")])
    assert last == ("slow 2", "quick", "once")


def test_one_that_waits_delays_no_other() -> None:
    """The others are told while one has not answered."""
    free = threading.Event()

    def waits() -> str:
        free.wait(10)
        return "late"

    coming = latest([as_iterator(waits), as_iterator(lambda: "early")])
    assert next(coming) == ("early",)
    free.set()
    assert next(coming) == ("late", "early")


def test_failure_is_raised_at_the_end() -> None:
    """What others have found is told before."""

    def fails() -> str:
        raise OSError("gone")

    coming = latest([as_iterator(fails), as_iterator(lambda: "found")])
    assert next(coming) == ("found",)
    with pytest.raises(OSError, match="gone"):
        next(coming)
