"""Requests and answers for work on signatures that are there: frozen values that cross a process."""

from pathlib import Path

from app.crypto.model import Encoding
from app.crypto.verdict.facts import Notice
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Extract:
    """Take the document out of a file that holds it."""

    source: Path
    output: Path | None = None
    """The target file; None: beside the source, by the name of the document."""
    job: str = ""
    """Random name of this piece of work; the door sets it (as in `SignRequest`)."""


@dataclass(frozen=True, kw_only=True)
class Remove:
    """Leave out one signature, with the counter-signatures over it."""

    source: Path
    number: int
    """From 1 on, as people count (`app.crypto.verdict.numbering`)."""
    content: Path | None = None
    """The document of a detached signature, to be checked with; None: do without."""
    output: Path | None = None
    encoding: Encoding | None = None
    """None: as the source."""
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class Merge:
    """Put the signatures of several files over one document into one file."""

    sources: tuple[Path, ...]
    content: Path | None = None
    """The document; None: looked for if the signatures alone cannot be compared."""
    output: Path | None = None
    encoding: Encoding | None = None
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class Split:
    """Make a file of its own for each signer."""

    source: Path
    folder: Path | None = None
    """Where the files go; None: beside the source."""
    encoding: Encoding | None = None
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class Convert:
    """Put the document into a detached signature, or leave it out of an attached one."""

    source: Path
    attached: bool
    """What the result is to be."""
    content: Path | None = None
    """The document of a detached signature; None: looked for."""
    output: Path | None = None
    encoding: Encoding | None = None
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What was saved."""

    source: Path
    """The first one."""
    targets: tuple[Path, ...]
    signers: int = 0
    """How many signers the results hold together; 0 of a document."""
    attached: bool | None = None
    """Of a signature file: whether the document is inside."""
    document: Path | None = None
    """The document that was put inside or checked with."""
    certificates_removed: int = 0
    duplicates: int = 0
    """Signatures that came twice and stand in the result once."""
    notices: tuple[Notice, ...] = ()
