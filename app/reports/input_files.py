"""What a check was made of: the files with their digests, read again and compared.

A verdict stands on SHA-256; papers in Russia want Streebog (GOST R 34.11-2012) too.
"""

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import cast

from app.algorithms.digests import Readable, digest_stream
from app.crypto.opening import open_regular
from app.crypto.verdict.facts import FileFacts
from app.crypto.verdict.judge import path_text
from app.errors import RoscherkError
from app.values import dataclass

DIGESTS = ("sha256", "streebog256")


class InputRole(StrEnum):
    """What a file was in the check."""

    SIGNED = "signed"
    """The document with its signature inside."""
    SIGNATURE = "signature"
    """A detached signature."""
    DOCUMENT = "document"
    """The document of a detached signature."""


class InputState(StrEnum):
    """Whether the file is still the one that was checked."""

    SAME = "same"
    CHANGED = "changed"
    """Its digest is another one now: it was replaced or changed after the check."""
    UNREADABLE = "unreadable"
    NOT_COMPARED = "not_compared"
    """The check did not name a digest of this file."""


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """One file that was read; digests are lower-case hex, None where it could not be read."""

    role: InputRole
    path: str
    size: int | None = None
    sha256: str | None = None
    streebog256: str | None = None
    state: InputState


def inputs_of(facts: FileFacts) -> tuple[InputFile, ...]:
    """Read the files of one check again and return their digests."""
    return tuple(_look(role, path, known) for role, path, known in paths_of(facts))


def paths_of(facts: FileFacts) -> Iterator[tuple[InputRole, Path, str | None]]:
    """Name the files of one check, each with the SHA-256 that the check found, if it named one."""
    role = InputRole.SIGNED if facts.content is None else InputRole.SIGNATURE
    yield role, facts.path, facts.sha256
    if facts.content is not None:
        yield InputRole.DOCUMENT, facts.content, None


def _look(role: InputRole, path: Path, known: str | None) -> InputFile:
    name = path_text(path)
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            found = digest_stream(DIGESTS, cast(Readable, file))
    except (RoscherkError, OSError):
        return InputFile(role=role, path=name, state=InputState.UNREADABLE)
    sha256, streebog = (found[each].hex() for each in DIGESTS)
    state = InputState.NOT_COMPARED
    if known is not None:
        state = InputState.SAME if known == sha256 else InputState.CHANGED
    return InputFile(
        role=role, path=name, size=size, sha256=sha256, streebog256=streebog, state=state
    )
