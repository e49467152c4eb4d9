"""Fixtures of the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opened import Opened, opened


@pytest.fixture
def window(qapp: object, tmp_path: Path) -> Iterator[Opened]:  # noqa: ARG001  # one QApplication
    """Open a Russian window on an empty profile."""
    with opened(tmp_path / "profile") as it:
        yield it
