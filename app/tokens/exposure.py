"""Who else on this computer can read a file with a key: the rights of the system, looked at."""

import stat
import sys
from pathlib import Path

_ALL = 0o077


def readable_by_others(path: Path) -> bool | None:
    """Tell whether another user of this computer can read a file, or the files of a folder.

    Every folder above it counts: a readable file in a closed folder is closed. The group counts
    as others unless it is the user's own. None: this system does not tell in such a way.
    """
    if sys.platform == "win32":
        return None
    try:
        folder = path.is_dir()
        files = [each for each in path.iterdir() if each.is_file()] if folder else [path]
        if not any(_open_to(each, stat.S_IROTH, stat.S_IRGRP) for each in files):
            return False
        ways = (*path.absolute().parents, *((path,) if folder else ()))
        return all(_open_to(each, stat.S_IXOTH, stat.S_IXGRP) for each in ways)
    except OSError:
        return None


def close_to_others(path: Path) -> None:
    """Take all rights from others, of a file or of a folder with its files; raise `OSError`."""
    inside = [each for each in path.iterdir() if not each.is_symlink()] if path.is_dir() else []
    for each in (path, *inside):
        mode = stat.S_IMODE(each.stat(follow_symlinks=False).st_mode)
        if each.is_file() or each.is_dir():
            each.chmod(mode & ~_ALL)


def _open_to(path: Path, others: int, group: int) -> bool:
    found = path.stat()
    if found.st_mode & others:
        return True
    # Many systems give each user a group of his own, with the number of the user.
    return bool(found.st_mode & group) and found.st_gid != found.st_uid
