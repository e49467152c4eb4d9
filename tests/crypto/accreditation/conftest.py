"""What the tests of this room share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.crypto.accreditation import asking
from app.crypto.accreditation.door import Accreditation
from app.processes.pool import Pool


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    """Return one worker for the tests of a file."""
    with Pool("worker", 1) as pool:
        yield pool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the list is kept."""
    return tmp_path / "accreditation"


@pytest.fixture
def register(workers: Pool, folder: Path) -> Accreditation:
    """Return the door over an empty profile."""
    return Accreditation(workers, folder)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Let no test see the index of another."""
    asking.forget()
    yield
    asking.forget()
