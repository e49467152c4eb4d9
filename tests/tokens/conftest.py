"""What the tests of this room share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from file_worker import COMMAND

from app.processes.pool import Pool


@pytest.fixture(scope="session")
def workers() -> Iterator[Pool]:
    """Return a pool that serves keys in files."""
    with Pool("test", size=1, command=COMMAND) as pool:
        yield pool
