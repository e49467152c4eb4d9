"""What the tests of this room share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from signing_lab import TEXT

from app.crypto import saving


@pytest.fixture(autouse=True)
def _unswept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test see the first save of a process."""
    monkeypatch.setattr(saving, "_SWEPT", set())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a document to sign."""
    path = tmp_path / "Договор № 1 (копия).docx"
    path.write_bytes(TEXT)
    return path
