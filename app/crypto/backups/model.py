"""Values of the room. Light."""

from pathlib import Path

from app.places import Places
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class MakeBackup:
    """Write a backup of a profile into a new file; the secret of the task closes it."""

    places: Places
    target: Path


@dataclass(frozen=True, kw_only=True)
class ReadBackup:
    """Read a backup to its end; with the secret of the task, if it is closed with one."""

    path: Path
    into: Places | None = None
    """The profile in whose place it is put; None: it is only looked into."""


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup holds."""

    made: str
    """UTC, ISO 8601, as its maker's clock told."""
    program: str
    form: int
    closed: bool
    """With a password."""
    whole: bool = False
    """It was read to its end, and everything is as it was put in; False: the password is needed."""
    files: int = 0
    size: int = 0
    keys: int = 0
    roots: int = 0
    """Certificates that its profile trusts."""
    kept: Path | None = None
    """The copy of the profile as it was before this backup was put in its place."""
