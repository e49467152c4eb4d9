"""Requests and answers of the crypto service: frozen values that cross the border of a process."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, FileFacts, Notice
from app.crypto.verdict.report import FileReport
from app.tokens.model import Container


class SignatureFormat(StrEnum):
    """Which signature is made. ``auto``: PAdES into a PDF, CAdES beside anything else."""

    AUTO = "auto"
    PADES = "pades"
    CADES = "cades"


class Encoding(StrEnum):
    """How a CMS file is written."""

    DER = "der"
    BASE64 = "base64"


@dataclass(frozen=True, kw_only=True)
class SignRequest:
    """Sign one file with the key of one container."""

    source: Path
    container: Container
    format: SignatureFormat = SignatureFormat.AUTO
    attached: bool = False
    encoding: Encoding = Encoding.DER
    output: Path | None = None
    """The target file; None: beside the source by the usual name, with (1) if it is taken."""
    stamp: bool = True
    """PDF only: a visible mark on the last page."""
    signing_time: datetime
    """UTC; goes into the signature as the claimed time."""
    job: str = ""
    """Random name of this piece of work. The door sets it; temporary files carry it, so that the
    door can remove them when a worker was killed."""


@dataclass(frozen=True, kw_only=True)
class FileState:
    """What must not change between hashing a file and saving its signature."""

    size: int
    mtime_ns: int
    inode: int
    device: int


@dataclass(frozen=True, kw_only=True)
class PreparedSignature:
    """The state between the three tasks of signing: prepare → sign the digest → finish."""

    request: SignRequest
    format: SignatureFormat
    """CADES or PADES, decided."""
    target: Path
    state: FileState
    digest_name: str
    content_digest: bytes
    to_be_signed: bytes
    """DER of the signed attributes with the SET OF tag (RFC 5652 §5.4)."""
    digest: bytes
    """Digest of ``to_be_signed``: what the key signs."""
    temporary: Path | None = None
    """PDF and attached CMS: the new file with a gap, beside the target."""
    gap: tuple[int, int] | None = None
    """PDF: offsets of ``<`` and of the byte after ``>`` of /Contents.
    Attached CMS: the room left at the front for the headers."""


@dataclass(frozen=True, kw_only=True)
class FinishRequest:
    """Build, check and save what was prepared, now that the key has signed its digest."""

    prepared: PreparedSignature
    signature: bytes
    """The signature value in CMS byte order."""
    created_with: str
    certified_tool: bool = False


@dataclass(frozen=True, kw_only=True)
class SignedFile:
    """A signature that was made, verified and saved."""

    source: Path
    target: Path
    format: SignatureFormat
    attached: bool
    encoding: Encoding
    level: str
    digest_name: str
    size: int
    practice: bool
    created_with: str
    """Code of the maker, decision 23: ``libgcrypt``, ``cryptography`` or ``token:<model>``."""
    certified_tool: bool = False


@dataclass(frozen=True, kw_only=True)
class TrustMaterial:
    """What the user brought, as paths of files or folders; a worker reads them, never the window."""

    anchors: tuple[Path, ...] = ()
    intermediates: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    practice: Path | None = None
    """The trust folder of this profile's practice mode, if it was entered."""


@dataclass(frozen=True, kw_only=True)
class VerifyRequest:
    """Verify one file."""

    path: Path
    content: Path | None = None
    """The original of a detached signature; None: looked for in the same folder."""
    trust: TrustMaterial = field(default_factory=TrustMaterial)
    at: datetime
    """The control time, UTC."""
    at_by_user: bool = False
    """The user named the time: the verdict is conditional and says so."""
    allow_practice: bool = False
    policy: str = "default"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Facts and verdict of one file."""

    facts: FileFacts
    report: FileReport
    engine: dict[str, str] = field(default_factory=dict)
    """Versions of what computed it, by name; empty where no worker answered."""


@dataclass(frozen=True, kw_only=True)
class ChainRequest:
    """Build the chain of one certificate."""

    certificate: bytes
    trust: TrustMaterial
    at: datetime
    pool: tuple[bytes, ...] = ()
    """Further certificates at hand (out of the container, out of the file): never anchors."""


@dataclass(frozen=True, kw_only=True)
class ChainAnswer:
    """The chain as found."""

    chain: ChainFacts
    notices: tuple[Notice, ...] = ()
    """Files of the trust that were passed over, and why."""


@dataclass(frozen=True, kw_only=True)
class CertificateShowRequest:
    """Describe the certificates of a file, or of bytes that are at hand."""

    path: Path | None = None
    data: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class CertificateShowAnswer:
    """The certificates in the order of the file."""

    certificates: tuple[CertificateFacts, ...]
    damaged: int = 0
    """How many of them could not be read."""


@dataclass(frozen=True, kw_only=True)
class PracticeRequest:
    """Open the practice profile, or make it. The secret is the password of a new container."""

    folder: Path
    algorithm: KeyAlgorithm
    make: bool


@dataclass(frozen=True, kw_only=True)
class PracticeKit:
    """What practice mode works with."""

    folder: Path
    container: Container
    trust: Path
    """The folder of the practice root, its issuing authority and their revocation lists."""
