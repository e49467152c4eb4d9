"""Places of files in words. No Qt here."""

from functools import lru_cache
from pathlib import Path


def folder_text(path: Path) -> str:
    """Return the folder of a file, the home folder written short."""
    return _short(path.parent)


@lru_cache(maxsize=64)
def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)
