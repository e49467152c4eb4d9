"""A machine without readers, and without modules of tokens but those that a test names.

What a machine has is its own affair, and each module and reader would cost a process for every command
and every window. A test that is about them has the whole machine: `as_it_is`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from app import composition
from app.errors import ErrorCode, RoscherkError
from app.tokens.card_methods import CardFacts
from app.tokens.card_reader import Cards
from app.tokens.catalogue import FoundModules, find_modules
from app.tokens.watching import Watcher


class NoReaders(Cards):
    """The readers of a machine that has none."""

    def look(self, *, within: float = 0.0) -> tuple[CardFacts, ...]:  # noqa: ARG002  # nothing to see
        """Say that there are none."""
        raise RoscherkError(ErrorCode.READERS_NONE)


class NothingHappens(Watcher):
    """A watcher of readers into which nothing is ever plugged."""

    def start(self) -> None:
        """Watch nothing."""


def find_named(extra: Iterable[Path] = (), **rules: Any) -> FoundModules:
    """Find the modules that the user has added, and no others."""
    named = tuple(extra)
    found = find_modules(named, **rules)
    return FoundModules(tuple(each for each in found.modules if each.path in named), found.refused)


def bare(patch: pytest.MonkeyPatch) -> None:
    """Let the program find such a machine."""
    patch.setattr(composition, "find_modules", find_named)
    patch.setattr(composition, "Cards", NoReaders)
    patch.setattr(composition, "Watcher", NothingHappens)


def as_it_is(patch: pytest.MonkeyPatch) -> None:
    """Let the program find this machine."""
    patch.setattr(composition, "find_modules", find_modules)
    patch.setattr(composition, "Cards", Cards)
    patch.setattr(composition, "Watcher", Watcher)
