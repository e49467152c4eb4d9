"""Which files make up a profile, under names that hold on every system and in every backup.

A name is ``data/…`` or ``config/…``. What lies in both folders belongs to the profile, but for what
can be made anew (cache, log), for backups, and for names that begin with a dot, which are passing
things of the program. On Windows both folders are one; names stay the same there.
"""

import contextlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.values import dataclass

ARRIVING: Final = ".arriving"
"""The folder in which a change is made ready."""
BACKUPS: Final = "backups"
NUMBER: Final = "data/profile.json"
"""The file with the form of the profile."""
JOURNAL: Final = "data/journal.sqlite3"
SETTINGS: Final = "config/settings.toml"
BASE: Final = ".sqlite3"
ROLLBACK: Final = "-journal"
"""What SQLite adds to the name of a base, for a file that undoes what was begun (sqlite.org/atomiccommit)."""
JOURNAL_HEAD: Final = "config/journal_head.json"
_DATA, _CONFIG = "data", "config"
_CONFIG_NAMES: Final = frozenset(
    {"settings.toml", "settings.damaged.toml", "journal_head.json", "recipients"}
)
"""What belongs to the settings where both folders are one."""
_SPARE: Final = 16 << 20
_MEGABYTE: Final = 1 << 20
_LONGEST: Final = 400
_MOST_PARTS: Final = 16
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')
_STANDS_FOR_ANOTHER: Final = 0x20000000
"""In the tag of what is no plain file on Windows: it leads to another place (IsReparseTagNameSurrogate)."""
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices."""


def demand_name(name: str) -> str:
    """Return a name that comes from a file, if it can be one of a profile's on every system.

    Raises :class:`ValueError`.
    """
    root, *rest = name.split("/")
    fits = root in {_DATA, _CONFIG} and 0 < len(rest) <= _MOST_PARTS and len(name) <= _LONGEST
    if not fits or not all(map(_is_plain, rest)) or rest[0].casefold() == BACKUPS:
        raise ValueError("not a name of a profile")
    return name


def _is_plain(part: str) -> bool:
    return (
        part != ""
        and not part.startswith(".")
        and not part.endswith((".", " "))
        and _UNFIT.search(part) is None
        and _DEVICES.fullmatch(part) is None
        and all(not 0xD800 <= ord(each) < 0xE000 for each in part)
    )


@dataclass(frozen=True)
class ProfileFiles:
    """The files of one profile by their names."""

    places: Places

    @property
    def backups(self) -> Path:
        """Where copies are kept that the program makes by itself."""
        return self.places.data / BACKUPS

    @property
    def number(self) -> Path:
        """The file that tells the form."""
        return self.path(NUMBER)

    def path(self, name: str) -> Path:
        """Return where the file of a name lies."""
        root, _, rest = demand_name(name).partition("/")
        return (self.places.data if root == _DATA else self.places.config) / rest

    def arriving(self, name: str) -> Path:
        """Return the folder in which a file of this name is made ready: on the same file system."""
        root = self.places.data if name.startswith(f"{_DATA}/") else self.places.config
        return root / ARRIVING

    def names(self) -> tuple[str, ...]:
        """List the names of all files but the number.

        Raises ``PROFILE_UNSUITABLE`` for a link, another disk, a device and the like: nothing could
        be put in place there in one step. Raises ``PROFILE_UNREADABLE``.
        """
        found = list(self._under(_DATA, self.places.data))
        if self.places.config != self.places.data:
            found += self._under(_CONFIG, self.places.config)
        return tuple(sorted(name for name in found if name != NUMBER))

    def size(self) -> int:
        """Return how many octets they take."""
        return sum(state.st_size for _, state in _states(map(self.path, self.names())))

    def demand_room(self, folder: Path, size: int) -> None:
        """Raise ``PROFILE_NO_ROOM`` if so many octets, and some to spare, do not fit there."""
        free = shutil.disk_usage(folder).free
        if free < size + _SPARE:
            raise RoscherkError(
                ErrorCode.PROFILE_NO_ROOM,
                path=str(folder),
                megabytes=-(-(size + _SPARE) // _MEGABYTE),
                free=free // _MEGABYTE,
            )

    def _under(self, root: str, folder: Path) -> Iterator[str]:
        passed = {self.places.cache, self.places.logs, self.places.runtime, self.backups}
        for path in _walk(folder, passed):
            rest = path.relative_to(folder).as_posix()
            one = self.places.config == self.places.data
            name = f"{_CONFIG if one and rest.split('/')[0] in _CONFIG_NAMES else root}/{rest}"
            try:
                yield demand_name(name)
            except ValueError:
                raise RoscherkError(
                    ErrorCode.PROFILE_UNSUITABLE, path=str(path), reason="name"
                ) from None


def _states(paths: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Look at each; what another program has renamed or removed meanwhile is left out, alone."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            yield path, path.lstat()


def _walk(folder: Path, passed: set[Path], disk: int | None = None) -> Iterator[Path]:
    """Go through plain files, in order of their names."""
    try:
        disk = folder.stat().st_dev if disk is None else disk
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda each: each.name)
        states = list(_states(map(Path, entries)))
    except FileNotFoundError:
        return
    except OSError as error:
        raise RoscherkError(
            ErrorCode.PROFILE_UNREADABLE, path=str(folder), errno=error.errno or 0
        ) from None
    for path, state in states:
        # A rollback journal of SQLite is part of no copy: the base is copied through SQLite.
        if path.name.startswith(".") or path in passed or path.name.endswith(BASE + ROLLBACK):
            continue
        # 0: nobody knows. No disk of Linux has it, and under Windows others lie behind junctions only.
        if state.st_dev not in {0, disk}:
            raise RoscherkError(ErrorCode.PROFILE_UNSUITABLE, path=str(path), reason="disk")
        if getattr(state, "st_reparse_tag", 0) & _STANDS_FOR_ANOTHER:
            raise RoscherkError(ErrorCode.PROFILE_UNSUITABLE, path=str(path), reason="kind")
        if stat.S_ISDIR(state.st_mode):
            yield from _walk(path, passed, disk)
        elif stat.S_ISREG(state.st_mode):
            yield path
        else:
            raise RoscherkError(ErrorCode.PROFILE_UNSUITABLE, path=str(path), reason="kind")
