"""What a harness is: a parser of ours, octets to begin with, and what it may answer to any octets.

A parser gives a value or raises `RoscherkError` with a code for people, or the one other error that
its own docstring names. Anything else, more than ten seconds of the processor (decision 3) or more
memory than a worker has is a finding.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attacks.mutation import Kind

from app.errors import ErrorCode, RoscherkError
from app.processes import wire
from app.texts.errors import describe_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from app.processes.method import Method

SECONDS = 10.0
"""Of the processor, for one file that is not large (decision 3)."""
MEMORY = 512 << 20
"""Octets that one file may add to what the process has (decision 3)."""


class TooSlowError(Exception):
    """One input took longer than a worker would be given."""


class TooLargeError(Exception):
    """One input took more memory than a worker would be given."""


@dataclass(frozen=True)
class Prepared:
    """A parser ready for octets."""

    eat: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    """Honest files, made by the builders of the tests."""


@dataclass(frozen=True)
class Fed:
    """How one input went."""

    seconds: float
    """Of the processor."""
    accepted: bool
    """It gave a value, not an error."""


@dataclass(frozen=True)
class Harness:
    """One parser under fuzzing."""

    name: str
    parser: str
    """What of ``app/`` is meant, for the table."""
    prepare: Callable[[Path], Prepared]
    """Makes seeds and surroundings in an empty folder."""
    words: tuple[bytes, ...] = ()
    """What the format likes to read."""
    allowed: tuple[type[Exception], ...] = ()
    """The errors that the parser's docstring names beside `RoscherkError`."""
    kind: Kind = Kind.BINARY
    """Of what the format is made: so are some of the changes."""
    longest: int = 64 << 10
    """Octets of one input."""

    def feed(self, prepared: Prepared, data: bytes) -> Fed:
        """Give octets to the parser; raise what is a finding."""
        before, began = memory(), time.process_time()
        accepted = False
        try:
            prepared.eat(data)
            accepted = True
        except self.allowed:
            pass
        except RoscherkError as error:
            demand_told(error)
        took = time.process_time() - began
        if took > SECONDS:
            raise TooSlowError(f"{took:.1f} s")
        if (grown := memory() - before) > MEMORY:
            raise TooLargeError(f"{grown >> 20} MB")
        return Fed(took, accepted)


def demand_told(error: RoscherkError) -> None:
    """Fail unless an error of ours has words, and facts that can be shown."""
    if error.code is ErrorCode.UNEXPECTED:
        raise error
    words = describe_error(error)
    if not words.heading or not words.advice:
        raise AssertionError(f"no words for {error.code}")
    f"{words.heading}{words.explanation}{words.advice}".encode("utf-8", "surrogateescape")


def memory() -> int:
    """Return the largest memory that this process ever had, in octets."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


@dataclass
class Quiet:
    """What a handler is told beside its request, and nobody who listens."""

    secret: bytearray | None = field(default=None, repr=False)

    def progress(self, done: int, total: int) -> None:
        """Do nothing."""

    def step(self, number: int) -> None:
        """Do nothing."""


def call(
    method: Method[Any, Any], handler: Callable[[Any, Any], Any], request: Any, secret: str = ""
) -> Any:
    """Ask a handler as a child process does: request and answer go through the wire."""
    context = Quiet(bytearray(secret.encode()) if secret else None)
    answer = handler(wire.decode(wire.encode(request), method.request), context)
    return wire.decode(wire.encode(answer), method.answer)


def by_file(
    path: Path, eat: Callable[[Path], object], seeds: Iterable[bytes], *, again: bool = True
) -> Prepared:
    """Prepare a parser that takes a path: the octets are written there first.

    ``again``: whatever the parser left beside the file is removed before the next.
    """
    known = {each.name for each in path.parent.iterdir()} if path.parent.is_dir() else set()

    def eat_octets(data: bytes) -> object:
        path.write_bytes(data)
        try:
            return eat(path)
        finally:
            if again:
                for each in path.parent.iterdir():
                    if each.name not in known and each != path and each.is_file():
                        each.unlink()

    return Prepared(eat_octets, tuple(seeds))
