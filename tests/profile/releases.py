"""Profiles that releases left, unpacked for a test."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from app.places import Places
from app.profile.changing import Change

HERE = Path(__file__).resolve().parent
RELEASES = tuple(sorted(path.name.removesuffix(".tar.xz") for path in HERE.glob("*.tar.xz")))
PASSWORD = b"pass word 1"


def unpacked(release: str, root: Path) -> Places:
    """Unpack the profile of a release."""
    with tarfile.open(HERE / f"{release}.tar.xz") as archive:
        archive.extractall(root, filter="data")
    return Places.under(root)


def content(root: Path) -> dict[str, bytes]:
    """Return everything that lies in a profile, but for the locks and the copies."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in _files(root)
        if path.name not in {".opened", ".changing"}
        and "backups" not in path.relative_to(root).parts
    }


def _files(root: Path) -> Iterator[Path]:
    return (path for path in root.rglob("*") if path.is_file())


def rename_the_theme(change: Change) -> None:
    """Take a step of a later version: a setting gets another name, and a file goes."""
    path = change.now("config/settings.toml")
    if path is not None:
        text = path.read_text("utf-8").replace("theme", "colours")
        change.write("config/settings.toml", text.encode())
    change.remove("data/drafts/batch.json")


def add_a_file(change: Change) -> None:
    """Take a step that builds upon the one before."""
    path = change.now("config/settings.toml")
    told = b"" if path is None else path.read_bytes()
    change.write("data/later/Настройки.txt", told.replace(b"colours", b"colors"))
