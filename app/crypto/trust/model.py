"""What the trust room asks its workers, and what they answer: frozen values."""

from dataclasses import field
from datetime import datetime
from pathlib import Path

from app.crypto.model import TrustMaterial
from app.crypto.network.policy import NetworkPolicy, NetworkUse
from app.crypto.trust.folders import StoreName
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, Name, Notice
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class ListFacts:
    """One revocation list, described. Times are UTC."""

    sha256: str
    issuer: Name
    number: str | None = None
    """CRLNumber in decimal: it may be longer than 64 bits."""
    this_update: datetime
    next_update: datetime | None = None
    entries: int | None = None
    """None: the entries are damaged."""
    delta: bool = False
    size: int
    signed: bool | None = None
    """A certificate at hand signed it; False: none of those with the issuer's name did; None: there
    is no such certificate. Only what is signed may take the place of another list."""
    series: str
    """The same for lists that replace each other: of one issuer, one signing key, one scope."""


@dataclass(frozen=True, kw_only=True)
class FoundList:
    """A list that was brought or fetched."""

    facts: ListFacts
    encoded: bytes
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why something could not be read: the code of an error."""

    code: str
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class StoredItem:
    """One file of a store: a certificate, a list, or what cannot be read."""

    store: StoreName
    path: Path
    certificate: CertificateFacts | None = None
    crl: ListFacts | None = None
    problem: Problem | None = None


@dataclass(frozen=True, kw_only=True)
class StoresRequest:
    """Describe everything in these folders."""

    folders: tuple[tuple[StoreName, Path], ...]


@dataclass(frozen=True, kw_only=True)
class StoresAnswer:
    """What is there, store by store."""

    items: tuple[StoredItem, ...]


@dataclass(frozen=True, kw_only=True)
class LookRequest:
    """Describe certificates and lists in files and folders that the user named."""

    paths: tuple[Path, ...]
    trust: TrustMaterial


@dataclass(frozen=True, kw_only=True)
class LookAnswer:
    """What was found, each thing once."""

    certificates: tuple[CertificateFacts, ...]
    lists: tuple[FoundList, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MissingRequest:
    """Find what the chain of ``leaf`` lacks."""

    leaf: bytes
    pool: tuple[bytes, ...] = ()
    """What came with it, out of the document: material, never a root by itself."""
    given: tuple[Path, ...] = ()
    """Files and folders that the user points to."""
    trust: TrustMaterial
    network: NetworkPolicy = field(default_factory=NetworkPolicy)
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A certificate of the chain that is not in the stores yet."""

    certificate: CertificateFacts
    root: bool
    origin: str
    """``document``, ``file`` or ``network``."""
    source: str = ""
    """The file or the address."""


@dataclass(frozen=True, kw_only=True)
class MissingAnswer:
    """What the chain lacks, and what was found of it. Nothing is stored by this."""

    before: ChainFacts
    """With what is trusted now."""
    after: ChainFacts
    """If all that is offered were taken."""
    offers: tuple[Offer, ...] = ()
    """From the lowest up; each signed the one below it."""
    lists: tuple[FoundList, ...] = ()
    """Fetched, and proving something of this chain."""
    lacking: str = ""
    """The name of the issuer that was not found; empty: the chain reaches a root."""
    refused_root: CertificateFacts | None = None
    """A root that only the document brings, and nobody knows: it is not offered (rule X-12)."""
    problems: tuple[Notice, ...] = ()
    network: tuple[NetworkUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RefreshRequest:
    """Fetch the revocation lists that the certificates of the stores name."""

    trust: TrustMaterial
    further: tuple[Path, ...] = ()
    """Folders of certificates whose lists matter too: Личное, Другие пользователи."""
    network: NetworkPolicy


@dataclass(frozen=True, kw_only=True)
class RefreshAnswer:
    """The lists that came and are signed by an authority at hand."""

    lists: tuple[FoundList, ...]
    asked: int
    """How many addresses were asked."""
    problems: tuple[Notice, ...] = ()
    network: tuple[NetworkUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BundlePart:
    """One part of a bundle, as its list names it."""

    kind: str
    """``anchor``, ``intermediate``, ``crl`` or ``accredited``."""
    name: str
    """Inside the archive."""
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class BundleRequest:
    """Read a bundle strictly; ``unpack``: an empty folder for its parts."""

    path: Path
    unpack: Path | None = None
    trust: TrustMaterial


@dataclass(frozen=True, kw_only=True)
class BundleAnswer:
    """What a bundle holds: every part is there once and has the digest that the list names."""

    made_at: datetime
    maker: str
    parts: tuple[BundlePart, ...]
    certificates: tuple[tuple[str, CertificateFacts], ...]
    """Kind and facts."""
    lists: tuple[ListFacts, ...]
    manifest: bytes
    signature: bytes | None = None
    """CMS over ``manifest``; nobody has judged it yet."""
    sha256: str
    """Of the whole file."""
