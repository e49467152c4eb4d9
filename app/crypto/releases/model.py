"""Values of the room. Light."""

import re
from dataclasses import field
from datetime import date
from pathlib import Path

from app.crypto.network.policy import NetworkPolicy, NetworkUse
from app.values import dataclass

SCHEMA = "roscherk.release/1"
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,5}){1,3}")


def version_of(told: str) -> tuple[int, ...]:
    """Return a version as numbers that can be compared; raise :class:`ValueError` for what is none."""
    if _VERSION.fullmatch(told) is None:
        raise ValueError("not a version")
    numbers = [int(part) for part in told.split(".")]
    return (*numbers, *[0] * (4 - len(numbers)))


@dataclass(frozen=True, kw_only=True)
class ReleaseKey:
    """A key by which notes are signed."""

    name: str
    public: bytes
    """Ed25519, 32 octets (RFC 8032)."""


@dataclass(frozen=True, kw_only=True)
class ReleasedFile:
    """A file of a release, as its maker made it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version of the program, by the word of whoever holds the release key."""

    version: str
    date: date
    key: str
    """The name of the key whose signature held."""
    about: str = ""
    """The address of a page for people; it is shown, never opened by itself."""
    files: tuple[ReleasedFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FetchNote:
    """Ask an address for a note and its signature, and read them."""

    url: str
    network: NetworkPolicy
    keys: tuple[ReleaseKey, ...]


@dataclass(frozen=True, kw_only=True)
class ReadNote:
    """Read a note out of a file; its signature lies beside it under ``….sig``."""

    path: Path
    keys: tuple[ReleaseKey, ...]


@dataclass(frozen=True, kw_only=True)
class NoteAnswer:
    """What came of it. A failure is an answer too: the record of the network comes with it."""

    release: Release | None = None
    failure: str = ""
    reason: str = ""
    network: tuple[NetworkUse, ...] = field(default=())
