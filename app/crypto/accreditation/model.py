"""Values of the room: the list as read, and the index that verifications ask. Light."""

from datetime import datetime
from pathlib import Path

from app.crypto.network.policy import NetworkPolicy, NetworkUse
from app.crypto.verdict.facts import Notice
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class ReadListRequest:
    """Read a list of accredited authorities out of a file."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class FetchListRequest:
    """Fetch a list of accredited authorities from an address into a new file."""

    url: str
    target: Path
    network: NetworkPolicy
    fresh: bool = True
    """Ask the server even if what it said a moment ago is at hand."""


@dataclass(frozen=True, kw_only=True)
class FetchedList:
    """What came of asking one address."""

    network: tuple[NetworkUse, ...]
    failure: str | None = None
    """The code of an error; None: the file is there."""
    reason: str | None = None
    """A code of ``NETWORK_FAILED`` or ``NETWORK_REFUSED``."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """One status of an accreditation and since when it holds, UTC."""

    text: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Complex:
    """One complex of an authority («программно-аппаратный комплекс»)."""

    alias: str | None
    tool_class: str | None
    tools: str | None


@dataclass(frozen=True, kw_only=True)
class Authority:
    """One accredited authority."""

    name: str
    short_name: str | None
    inn: str | None
    ogrn: str | None
    register_number: str | None
    statuses: tuple[Status, ...]
    """In the order of time; of the same moment, in the order of the list, the present one last."""
    complexes: tuple[Complex, ...]


@dataclass(frozen=True, kw_only=True)
class ListedKey:
    """Where one certificate of an authority stands in the list."""

    authority: int
    """Its place among the authorities."""
    complex: int
    """The place of the complex among those of the authority."""


@dataclass(frozen=True, kw_only=True)
class AccreditedIndex:
    """What of a list is asked later. ``keys`` and ``certificates`` lead to places in ``listed``."""

    authorities: tuple[Authority, ...]
    listed: tuple[ListedKey, ...]
    certificates: dict[bytes, tuple[int, ...]]
    """By the SHA-256 of the certificate."""
    keys: dict[bytes, tuple[int, ...]]
    """By the SHA-256 of SubjectPublicKeyInfo."""


@dataclass(frozen=True, kw_only=True)
class ListSigner:
    """Who signed a list, by the certificate in its signature."""

    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, kw_only=True)
class ReadList:
    """A list as a worker read it."""

    version: int
    date: datetime
    """UTC."""
    sha256: str
    """Hex, of the file."""
    size: int
    signer: ListSigner | None
    """None: there is no signature over the whole list that holds; ``signature_problem`` says why."""
    signature_problem: str | None
    """A code of `app.crypto.xml.signature.XmlSignatureError`, or ``weak``, ``signer_term``."""
    index: AccreditedIndex
    notices: tuple[Notice, ...]
    """Entries that were passed over."""
    skipped: int
    """How many entries were passed over; the notices name the first of them."""


@dataclass(frozen=True, kw_only=True)
class AccreditedList:
    """The list that a profile keeps, without its entries."""

    version: int
    date: datetime
    sha256: str
    size: int
    signer: ListSigner
    pinned_by: str
    """``program`` or ``user``."""
    imported: datetime
    authorities: int
    certificates: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class IndexFile:
    """The file of the profile that verifications read."""

    head: AccreditedList
    index: AccreditedIndex
