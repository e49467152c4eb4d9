"""A profile with its containers, and tokens made of memory."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from containers_lab import FakeTokens, Lab

from app.places import Places
from app.processes.pool import Pool


@pytest.fixture(scope="session")
def workers() -> Iterator[Pool]:
    """Return the crypto workers."""
    with Pool("worker", size=1) as pool:
        yield pool


@pytest.fixture
def lab(tmp_path: Path, workers: Pool) -> Lab:
    """Return the doors of a new profile."""
    return Lab.of(Places.under(tmp_path / "profile"), workers, FakeTokens())
