"""Facts: what was found in a file, before anybody judges it. Plain frozen values, storable as JSON.

Facts hold no opinion. The same facts under the same policy and time give the same report
(verification rule V-01), so everything a verdict rests on stands here.
"""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.accreditation_facts import AccreditationFacts
from app.crypto.verdict.mchd_facts import MchdFacts
from app.errors import Fact
from app.values import dataclass


class FileFormat(StrEnum):
    """What the file turned out to be."""

    CMS_ATTACHED = "cms-attached"
    CMS_DETACHED = "cms-detached"
    PDF = "pdf"
    XML = "xml"
    UNKNOWN = "unknown"


class SignatureKind(StrEnum):
    """The role of a signature inside its file."""

    SIGNATURE = "signature"
    COUNTER_SIGNATURE = "counter_signature"
    DOCUMENT_TIMESTAMP = "document_timestamp"


class Level(StrEnum):
    """The level that the attributes of a signature amount to (EN 319 122-1, EN 319 142-1)."""

    CMS = "CMS"
    CADES_BES = "CAdES-BES"
    CADES_T = "CAdES-T"
    CADES_XL1 = "CAdES-XL1"
    CADES_LT = "CAdES-LT"
    CADES_LTA = "CAdES-LTA"
    PADES_B_B = "PAdES-B-B"
    PADES_B_T = "PAdES-B-T"
    PADES_B_LT = "PAdES-B-LT"
    PADES_B_LTA = "PAdES-B-LTA"
    PDF_LEGACY = "PDF-legacy"


class TimeStampKind(StrEnum):
    """What a time-stamp is over (RFC 5126 §6, EN 319 122-1 §5.5, EN 319 142-1 §5.4)."""

    CONTENT = "content"
    SIGNATURE = "signature"
    REFERENCES = "references"
    """CAdES-C: signature, its time-stamp, references (X Long type 1)."""
    ARCHIVE = "archive"
    """The older archive time-stamps, of RFC 3126 and RFC 5126."""
    ARCHIVE_V3 = "archive_v3"
    DOCUMENT = "document"
    """Of a whole PDF revision."""


class SigningCertificateAttribute(StrEnum):
    """What signing-certificate(-v2) says of the certificate in use (RFC 5035; rule CAD-02)."""

    ABSENT = "absent"
    MATCH = "match"
    MISMATCH = "mismatch"


class Coverage(StrEnum):
    """How much of a PDF the byte range covers."""

    WHOLE_FILE = "whole_file"
    WHOLE_REVISION = "whole_revision"
    PARTIAL = "partial"


class ChangesAfter(StrEnum):
    """What was added to a PDF after the signed revision (rule PDF-11)."""

    NONE = "none"
    ARCHIVAL = "archival"
    SIGNATURE = "signature"
    FORM_FILL = "form_fill"
    ANNOTATION = "annotation"
    UNDEFINED = "undefined"


class RevocationStatus(StrEnum):
    """The revocation state of one certificate at the control time."""

    GOOD = "good"
    REVOKED = "revoked"
    ON_HOLD = "on_hold"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Notice:
    """A warning or a reason: a code with facts. The words stand in ``app.texts.verdicts``."""

    code: str
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Name:
    """A distinguished name taken apart, with the Russian attributes of order №795."""

    text: str
    """The whole name, RFC 4514 style, in the order of the certificate."""
    common_name: str | None = None
    surname: str | None = None
    given_name: str | None = None
    title: str | None = None
    organization: str | None = None
    organizational_unit: str | None = None
    country: str | None = None
    region: str | None = None
    locality: str | None = None
    street: str | None = None
    email: str | None = None
    inn: str | None = None
    inn_le: str | None = None
    snils: str | None = None
    ogrn: str | None = None
    ogrnip: str | None = None


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """One certificate, described. Times are UTC; ``serial`` is upper-case hex; ``der`` is itself."""

    der: bytes
    sha256: str
    sha1: str
    serial: str
    subject: Name
    issuer: Name
    not_before: datetime
    not_after: datetime
    key_algorithm: str
    """The field's name of the key, e.g. ``gost2012-256``, ``rsa``, or a dotted OID if unknown."""
    key_size: int | None
    """Bits."""
    curve: str | None
    signature_oid: str
    subject_key_id: str | None = None
    authority_key_id: str | None = None
    is_ca: bool = False
    path_length: int | None = None
    key_usage: tuple[str, ...] | None = None
    """None: no such extension. Names of RFC 5280 in their ASN.1 spelling."""
    extended_key_usage: tuple[str, ...] = ()
    """Dotted OIDs."""
    policies: tuple[str, ...] = ()
    """Dotted OIDs."""
    usage_notices: tuple[str, ...] = ()
    """Texts of the policies for whoever relies on the certificate: its limits of use stand there."""
    private_key_not_before: datetime | None = None
    private_key_not_after: datetime | None = None
    subject_sign_tool: str | None = None
    issuer_sign_tool: tuple[str, ...] = ()
    identification_kind: int | None = None
    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    issuer_urls: tuple[str, ...] = ()
    unknown_critical: tuple[str, ...] = ()
    """Dotted OIDs of critical extensions that this program does not process (rule X-01, X-02)."""
    practice: bool = False
    """It carries the marks of practice mode. A mark says nothing about trust."""


MILD_REASONS = frozenset(
    {"unspecified", "affiliationChanged", "superseded", "cessationOfOperation"}
)
"""Reasons that leave what the key did earlier as it is (RFC 3161 §4); silence is none of them."""


@dataclass(frozen=True, kw_only=True)
class RevocationFacts:
    """What a CRL or an OCSP response says of one certificate."""

    status: RevocationStatus
    source: str | None = None
    """``crl`` or ``ocsp``."""
    revoked_at: datetime | None = None
    reason: str | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    invalid_since: datetime | None = None
    """Since when the key is told to have been in wrong hands: invalidityDate (RFC 5280 §5.3.2)."""
    confirmed_at: datetime | None = None
    """When it was last told that the certificate is good; None: by the statement itself."""
    archived: bool = False
    """The responder answers for expired certificates as well (RFC 6960 §4.4.4)."""
    held_later: datetime | None = None
    """When it was last told that a certificate that was good at the moment is suspended since."""
    problem: str | None = None
    """Why the status is unknown: a code, e.g. ``crl_missing``, ``crl_expired``, ``crl_signature``."""


@dataclass(frozen=True, kw_only=True)
class LinkFacts:
    """One certificate of a chain and how it hangs on the next."""

    certificate: CertificateFacts
    anchor: bool = False
    """The user brought it as a trusted root."""
    problems: tuple[Notice, ...] = ()
    """E.g. ``expired``, ``not_yet_valid``, ``not_a_ca``, ``bad_signature``, ``path_length``."""
    revocation: RevocationFacts = RevocationFacts(status=RevocationStatus.NOT_CHECKED)


@dataclass(frozen=True, kw_only=True)
class ChainFacts:
    """The best path that could be built, the signer's certificate first."""

    links: tuple[LinkFacts, ...]
    anchored: bool
    """The last link is a trusted root that the user brought."""
    broken_at: int | None = None
    """The index of the link where the path breaks; None for a whole path."""
    break_code: str | None = None
    """Why: ``issuer_not_found``, ``root_not_trusted``, or the code of that link's problem."""
    at: datetime | None = None
    """The control time under which the links were looked at."""


@dataclass(frozen=True, kw_only=True)
class AlgorithmFacts:
    """The algorithms a signature names. Names are None where the OID is unknown."""

    signature: str | None
    digest: str | None
    signature_oid: str | None
    digest_oid: str | None
    key: str | None = None
    weak: tuple[str, ...] = ()
    """Dotted OIDs or names that are too weak or withdrawn to prove anything (rule CMS-13)."""


@dataclass(frozen=True, kw_only=True)
class TimeStampFacts:
    """One time-stamp token as found (RFC 3161). None means: could not be established."""

    kind: TimeStampKind
    time: datetime | None = None
    """genTime, UTC."""
    accuracy: float | None = None
    """Seconds."""
    policy: str | None = None
    """Dotted OID of the authority's policy."""
    serial: str | None = None
    """Upper-case hex."""
    imprint_digest: str | None = None
    """The digest's name; None: unknown to this program."""
    imprint_matches: bool | None = None
    """The imprint is our own digest of the octets that this kind of time-stamp is over."""
    problems: tuple[Notice, ...] = ()
    """Each one makes the time-stamp worthless."""
    warnings: tuple[Notice, ...] = ()
    signature: "SignatureFacts | None" = None
    """The token's own signature, with the chain of the authority at ``time``; None: unreadable."""
    sha256: str = ""
    """Hex, of the token."""
    protects: tuple[str, ...] = ()
    """Digests (``sha256``) of the earlier time-stamps of this signature that this one is over."""


@dataclass(frozen=True, kw_only=True)
class SignatureFacts:
    """One signature as found. None means: could not be established."""

    index: int
    kind: SignatureKind = SignatureKind.SIGNATURE
    parent: int | None = None
    level: Level = Level.CMS
    algorithms: AlgorithmFacts
    format_problems: tuple[Notice, ...] = ()
    """Each one is a FORMAT_FAILURE: the structure lies or is not what the standard demands."""
    constraint_problems: tuple[Notice, ...] = ()
    """Each one is a SIG_CONSTRAINTS_FAILURE: well formed, but not acceptable."""
    unsupported: tuple[Notice, ...] = ()
    """Algorithms that cannot be checked here, with their OIDs."""
    content_found: bool = True
    digest_matches: bool | None = None
    """Our own digest of the content equals the one that was signed (rule CMS-09)."""
    signature_verifies: bool | None = None
    """The signature value verifies under the signer's public key."""
    signed_attributes: bool = True
    signer: CertificateFacts | None = None
    signer_identifier: str | None = None
    """Text of the sid, for the case that no certificate was found."""
    signing_certificate: SigningCertificateAttribute = SigningCertificateAttribute.ABSENT
    claimed_time: datetime | None = None
    chain: ChainFacts | None = None
    """At the control time; of a time-stamp's own signature: at the moment it names."""
    further_chains: tuple[ChainFacts, ...] = ()
    """Of the same certificate at other moments (`ChainFacts.at`): those that time-stamps name, and
    of a time-stamp's own signature the control time too."""
    time_stamps: tuple[TimeStampFacts, ...] = ()
    """In the order of the file; in a PDF also those document time-stamps that hold and cover it.
    A document time-stamp has exactly one: itself."""
    coverage: Coverage | None = None
    changes_after: ChangesAfter | None = None
    revision: int | None = None
    reason: str | None = None
    field_name: str | None = None
    accreditation: AccreditationFacts | None = None
    """Of the signer's issuer; None: no list of accredited authorities is at hand."""
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """All that was found in one file."""

    path: Path
    format: FileFormat
    content: Path | None = None
    """The original of a detached signature, where one was given or found."""
    content_sha256: str | None = None
    """Hex, of the signed content itself; None: nobody asked for it."""
    sha256: str | None = None
    """Hex, of the file itself; None if it could not be read to the end."""
    size: int | None = None
    signatures: tuple[SignatureFacts, ...] = ()
    errors: tuple[Notice, ...] = ()
    """Codes of `app.errors.ErrorCode` with their facts."""
    warnings: tuple[Notice, ...] = ()
    network: tuple[NetworkUse, ...] = ()
    """What was asked of the network for this file, in order."""
    fetched_ocsp: tuple[bytes, ...] = ()
    """The answers that came from there: OCSPResponse or BasicOCSPResponse in DER."""
    mchd: tuple[MchdFacts, ...] = ()
    """Powers of attorney that lie beside the document."""
    mchd_signatures: tuple["FileFacts", ...] = ()
    """The files that sign them (`MchdFacts.signature` says which one)."""
