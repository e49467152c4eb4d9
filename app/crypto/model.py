"""Requests and answers of the crypto service: frozen values that cross the border of a process."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.structure import SignedContent
from app.crypto.network.policy import NetworkPolicy, NetworkUse
from app.crypto.stamping.style import StampStyle
from app.crypto.verdict.accreditation_facts import AccreditationFacts
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, FileFacts, Notice
from app.crypto.verdict.report import FileReport
from app.tokens.model import Container
from app.values import dataclass


class SignatureFormat(StrEnum):
    """Which signature is made. ``auto``: PAdES into a PDF, CAdES beside anything else."""

    AUTO = "auto"
    PADES = "pades"
    CADES = "cades"


class Encoding(StrEnum):
    """How a CMS file is written."""

    DER = "der"
    BASE64 = "base64"


class SignatureLevel(StrEnum):
    """How much evidence goes with a signature (EN 319 122-1, EN 319 142-1, RFC 5126)."""

    B = "b"
    """CAdES-BES, PAdES B-B."""
    T = "t"
    XL1 = "xl1"
    """CAdES-X Long type 1, as КриптоПро writes it. CMS only."""
    LT = "lt"
    LTA = "lta"


class SigningAct(StrEnum):
    """What becomes of the signatures that are there."""

    NEW = "new"
    """The source is a document. A PDF keeps its earlier signatures."""
    CO_SIGN = "co-sign"
    """The source is a CMS file: one more signer of the same content, in a new file."""
    COUNTER_SIGN = "counter-sign"
    """The source is a CMS file: a signature over the value of one of its signatures."""


class SignerIdentifier(StrEnum):
    """How a SignerInfo names the certificate (RFC 5652 §5.3)."""

    ISSUER_AND_SERIAL = "issuer_and_serial"
    KEY_IDENTIFIER = "key_identifier"


@dataclass(frozen=True, kw_only=True)
class TimeStampServer:
    """One time-stamping authority to be asked, as the user named it."""

    url: str
    policy: str | None = None
    """Dotted OID of the policy to ask for; None: the authority's own choice."""
    digest: str | None = None
    """The only digest it takes; None: the signer's is tried, then SHA-256."""


@dataclass(frozen=True, kw_only=True)
class TrustMaterial:
    """What the user brought, as paths of files or folders; a worker reads them, never the window."""

    anchors: tuple[Path, ...] = ()
    intermediates: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    practice: Path | None = None
    """The trust folder of this profile's practice mode, if it was entered."""
    accreditation: Path | None = None
    """The index of the list of accredited authorities, if one was imported."""


@dataclass(frozen=True, kw_only=True)
class EvidenceOrder:
    """Where time-stamps and revocation data come from."""

    servers: tuple[TimeStampServer, ...] = ()
    """In the order in which they are tried."""
    network: NetworkPolicy = field(default_factory=NetworkPolicy)
    trust: TrustMaterial = field(default_factory=TrustMaterial)


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
    stamp: StampStyle = field(default_factory=StampStyle)
    """PDF only: the visible mark."""
    signing_time: datetime
    """UTC; goes into the signature as the claimed time."""
    level: SignatureLevel = SignatureLevel.B
    evidence: EvidenceOrder = field(default_factory=EvidenceOrder)
    """Needed above level B."""
    act: SigningAct = SigningAct.NEW
    content: Path | None = None
    """CO_SIGN, COUNTER_SIGN: the document of a detached signature; None: looked for."""
    countersigned: int | None = None
    """COUNTER_SIGN: the number of that signature, from 1 on (`app.crypto.verdict.numbering`)."""
    identifier: SignerIdentifier = SignerIdentifier.ISSUER_AND_SERIAL
    field_name: str | None = None
    """PDF: the empty signature field to use; None: a new one."""
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
    """PDF and attached CMS: the new file with a gap, beside the target.
    Co-signing, counter-signing: the earlier signatures, without the content."""
    gap: tuple[int, int] | None = None
    """PDF: offsets of ``<`` and of the byte after ``>`` of /Contents.
    Attached CMS: the room left at the front for the headers.
    Co-signing, counter-signing: where encapContentInfo lies in the source's structure."""
    content: SignedContent | None = None
    """Co-signing, counter-signing: the content of the earlier signatures, where it was found."""
    notices: tuple[Notice, ...] = ()
    """PDF: what is to be told of the visible mark."""


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
    time_stamp: datetime | None = None
    """UTC; the moment that the first time-stamp of the signature names."""
    shortfall: Notice | None = None
    """Why the level is lower than was asked for: the signature is there, the evidence is not."""
    network: tuple[NetworkUse, ...] = ()
    """What was asked of the network, in order."""
    notices: tuple[Notice, ...] = ()
    """What is to be told of the visible mark, e.g. that it covers text."""


@dataclass(frozen=True, kw_only=True)
class MchdPair:
    """A machine-readable power of attorney and the file that signs it, as far as it was found."""

    document: Path
    signature: Path | None = None


@dataclass(frozen=True, kw_only=True)
class VerifyRequest:
    """Verify one file."""

    path: Path
    content: Path | None = None
    """The original of a detached signature; None: looked for in the same folder."""
    search: bool = True
    """Look around: for the original, for powers of attorney. False: the caller did."""
    mchd: tuple[MchdPair, ...] = ()
    """Powers of attorney that the caller found; None of them needs to fit."""
    trust: TrustMaterial = field(default_factory=TrustMaterial)
    at: datetime
    """The control time, UTC."""
    at_by_user: bool = False
    """The user named the time: the verdict is conditional and says so."""
    now: datetime | None = None
    """The real time, UTC, by which data from the future are known; None: the worker's clock."""
    allow_practice: bool = False
    policy: str = "default"
    network: NetworkPolicy = field(default_factory=NetworkPolicy)
    """What may be fetched that lacks; the default: nothing, and the verdict says so."""
    bound: bool = False
    """Of a CMS also the SHA-256 of what it signs, whatever digests it uses itself."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Facts and verdict of one file."""

    facts: FileFacts
    report: FileReport
    engine: dict[str, str] = field(default_factory=dict)
    """Versions of what computed it, by name; empty where no worker answered."""


@dataclass(frozen=True, kw_only=True)
class VerifyManyRequest:
    """Verify several small files at once."""

    requests: tuple[VerifyRequest, ...]


@dataclass(frozen=True, kw_only=True)
class VerifyManyAnswer:
    """Facts and verdicts, in the order of the requests."""

    verifications: tuple[Verification, ...]


@dataclass(frozen=True, kw_only=True)
class ChainRequest:
    """Build the chain of one certificate."""

    certificate: bytes
    trust: TrustMaterial
    at: datetime
    pool: tuple[bytes, ...] = ()
    """Further certificates at hand (out of the container, out of the file): never anchors."""
    network: NetworkPolicy = field(default_factory=NetworkPolicy)
    """What may be fetched that lacks; the default: nothing."""


@dataclass(frozen=True, kw_only=True)
class ChainAnswer:
    """The chain as found."""

    chain: ChainFacts
    accreditation: AccreditationFacts | None = None
    """What the list of accredited authorities tells of the issuer; None: no list is at hand."""
    notices: tuple[Notice, ...] = ()
    """Files of the trust that were passed over, what could not be fetched, and why."""
    network: tuple[NetworkUse, ...] = ()
    """What was asked of the network, in order."""


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
