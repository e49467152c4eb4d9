"""A pool of children that do what tests ask of them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from misbehaving import COMMAND

from app.processes.pool import Pool


@pytest.fixture(autouse=True)
def _as_they_are(cold_hosts: None) -> None:
    """Start every child as the program does: that is what these tests are about."""


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Return a pool of two such children."""
    with Pool("test", command=COMMAND) as children:
        yield children
