"""What killed programs leave of backups and copies, and its removal."""

import contextlib
import shutil
import time
from pathlib import Path
from typing import Final

from app.profile.files import ProfileFiles

TEMPORARY: Final = ".roscherk-backup-"
"""How the name of a backup begins while it is being made."""


def sweep(folder: Path, *, age: float = 0.0) -> None:
    """Remove what killed programs left of backups, if nobody writes to it since ``age`` seconds."""
    oldest = time.time() - age
    for path in folder.glob(f"{TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime > oldest:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def left_over(files: ProfileFiles) -> bool:
    """Tell whether there is something among the copies that `sweep` would remove, or that is being made."""
    return any(files.backups.glob(f"{TEMPORARY}*"))
