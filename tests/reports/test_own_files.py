"""The program's own files: intact, changed, missing, added; and where there is no list."""

import base64
import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from app.reports.own_files import OwnState, check_own_files


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder in which a small program is installed as a wheel is."""
    files = {"app/__init__.py": b"x = 1\n", "app/_resources/a.txt": b"words\n"}
    lines = []
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    lines += ["app/__pycache__/__init__.cpython-311.pyc,,", "roscherk-1.dist-info/RECORD,,"]
    compiled = tmp_path / "app/__pycache__/__init__.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"compiled")
    info = tmp_path / "roscherk-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: roscherk\nVersion: 1\n")
    (info / "RECORD").write_text("\n".join(lines) + "\n")
    return tmp_path


def look(folder: Path) -> tuple[OwnState, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return what the look at the program in a folder came to."""
    found = check_own_files("1", metadata.Distribution.at(folder / "roscherk-1.dist-info"))
    return found.state, found.changed, found.missing, found.extra


def test_intact(installed: Path) -> None:
    """Nothing differs, and compiled files are nobody's concern."""
    assert look(installed) == (OwnState.INTACT, (), (), ())


def test_changed(installed: Path) -> None:
    """One octet is enough."""
    (installed / "app/__init__.py").write_bytes(b"x = 2\n")
    assert look(installed) == (OwnState.CHANGED, ("app/__init__.py",), (), ())


def test_missing(installed: Path) -> None:
    """A resource that is gone is told."""
    (installed / "app/_resources/a.txt").unlink()
    assert look(installed) == (OwnState.CHANGED, (), ("app/_resources/a.txt",), ())


def test_extra(installed: Path) -> None:
    """A module that nobody installed is told: it could stand in for another."""
    (installed / "app/sitecustomize.py").write_bytes(b"")
    assert look(installed) == (OwnState.CHANGED, (), (), ("app/sitecustomize.py",))


def test_source_tree() -> None:
    """Run from source files, there is no list, and that is not called intact."""
    assert check_own_files("1").state is OwnState.NO_LIST
