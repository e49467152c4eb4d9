"""What was found in a package, as values. Light: both sides of the pipe import this file."""

from dataclasses import field
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.crypto.verdict.facts import Notice
from app.crypto.verdict.mchd_facts import MchdFacts
from app.values import dataclass

NO_DOCUMENT = frozenset({"package_document_missing", "loose_document_missing"})
"""Codes of notices that a detached signature came without its document."""


class Role(StrEnum):
    """What a file is in its package."""

    DOCUMENT = "document"
    SIGNED = "signed"
    """It holds its signatures: a PDF, an attached CMS, XML."""
    SIGNATURE = "signature"
    """A detached CMS: its document is another file."""
    MCHD = "mchd"


@dataclass(frozen=True, kw_only=True)
class Party:
    """A side of a document of accounting."""

    name: str = ""
    inn: str | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentCard:
    """What a document of accounting says of itself (УПД and its like)."""

    number: str | None = None
    day: date | None = None
    total: str | None = None
    """As the document writes it, a decimal number with a point."""
    seller: Party = Party()
    buyer: Party = Party()


@dataclass(frozen=True, kw_only=True)
class UnpackRequest:
    """Unpack one archive into a fresh folder of its own."""

    archive: Path
    folder: Path


@dataclass(frozen=True, kw_only=True)
class UnpackedFile:
    """One file out of an archive."""

    name: str
    """Its path inside the archive, with slashes."""
    path: Path
    """Where it lies now."""


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """What came out, and what was refused."""

    files: tuple[UnpackedFile, ...]
    notices: tuple[Notice, ...] = ()
    """``archive_…`` with the name of the entry."""


@dataclass(frozen=True, kw_only=True)
class SiftRequest:
    """Look at several files."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The content that one signer signed."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a file turned out to be. ``error``: why it could not be looked into."""

    path: Path
    role: Role = Role.DOCUMENT
    signers: int | None = None
    """How many signatures a CMS file holds side by side; None: they were not counted."""
    wanted: tuple[Wanted, ...] = ()
    """Of a detached signature."""
    content: Wanted | None = None
    """Of an attached container: what is inside."""
    mchd: MchdFacts | None = None
    card: DocumentCard | None = None
    error: Notice | None = None


@dataclass(frozen=True, kw_only=True)
class SiftAnswer:
    """In the order of the request."""

    looked: tuple[Looked, ...]


@dataclass(frozen=True, kw_only=True)
class DigestRequest:
    """Digest several files by several algorithms."""

    paths: tuple[Path, ...]
    algorithms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Digested:
    """The digests of one file by the names of the algorithms; empty if it could not be read."""

    path: Path
    digests: dict[str, bytes] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class DigestAnswer:
    """In the order of the request."""

    digested: tuple[Digested, ...]


@dataclass(frozen=True, kw_only=True)
class ContentRequest:
    """Take the document out of a file with attached signatures."""

    source: Path
    target: Path


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of a package."""

    path: Path
    """Where it lies; for a file of an archive a private place."""
    shown: Path
    """What people call it: the archive as a folder."""
    size: int = 0
    looked: Looked
    loose: bool = False
    """It was given by itself: what belongs to it may lie beside it."""

    @property
    def role(self) -> Role:
        """What it is."""
        return self.looked.role

    @property
    def is_mchd(self) -> bool:
        """Tell whether it is a power of attorney, by itself or in its signature file."""
        return self.looked.mchd is not None

    @property
    def unpacked(self) -> bool:
        """Tell whether it came out of an archive."""
        return self.path != self.shown


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A detached signature with its document; ``by_digest`` False: only by its name."""

    signature: Path
    document: Path | None
    by_digest: bool = False


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package, sorted: who belongs to whom."""

    members: tuple[Member, ...] = ()
    pairs: tuple[Pair, ...] = ()
    notices: tuple[Notice, ...] = ()
    """What was refused or discarded; facts ``path``, ``archive``, ``document``."""
    more: bool = False
    """The limit of files cut the package off."""
