"""A kind of file that mutants are made of, with its originals and what must hold of each mutant."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from attacks.mutation import Kind


class Counted(StrEnum):
    """How one mutant ended."""

    REFUSED = "refused"
    """A verdict that is no good one, or a clear error."""
    EXCUSED = "excused"
    """Good, and rightly so: what was changed means nothing, and the written list says why."""
    SAME = "same"
    """The change changed nothing."""


Oracle = Callable[[bytes], Counted]
"""Takes a mutant; raises `AssertionError` when it got more than it deserves."""


@dataclass(frozen=True)
class Original:
    """An honest file, and who judges what becomes of it."""

    name: str
    data: bytes
    judge: Oracle


@dataclass(frozen=True)
class Subject:
    """One kind of file."""

    kind: Kind
    make: Callable[[Path], tuple[Original, ...]]
    """Makes the originals, working in a folder."""
    wanted: int
    """How many mutants the long job makes."""
