"""The report: the verdict on files, as values that mirror the JSON ``roscherk.verify/1`` one to one.

A report refuses to be used as a truth value: whoever asks ``if report`` has not asked anything.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from app.crypto.verdict.facts import (
    ChangesAfter,
    Coverage,
    FileFormat,
    Level,
    Notice,
    RevocationStatus,
    SignatureKind,
)

SCHEMA = "roscherk.verify/1"


class Indication(StrEnum):
    """The three indications of EN 319 102-1, and one for a file that holds no signature."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL_FAILED"
    NO_SIGNATURE = "NO_SIGNATURE"


class SubIndication(StrEnum):
    """The 25 sub-indications of EN 319 102-1 §5.1.3 (as DSS counts them)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"


class Integrity(StrEnum):
    """Answer one: whether the document is unchanged."""

    INTACT = "intact"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """Answer four: whether the chain ends at a root that the user trusts."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """Answer five: whether the certificate is a qualified one."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class AuthorityKind(StrEnum):
    """Answer three: on whose behalf, and by what authority."""

    IP = "ip"
    HEAD = "head"
    MCHD = "mchd"
    PERSON_ONLY = "person_only"
    NO_PERSON = "no_person"
    UNKNOWN = "unknown"


class ControlTimeSource(StrEnum):
    """Where the moment comes from for which certificates were judged."""

    NOW = "now"
    TIMESTAMP = "timestamp"
    USER = "user"


@dataclass(frozen=True)
class Authority:
    """Who stands behind the signer. The register of powers of attorney was asked or not."""

    kind: AuthorityKind
    register_asked: bool = False


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Answer two: who signed, from the certificate only."""

    subject: str
    common_name: str | None
    surname: str | None
    given_name: str | None
    organization: str | None
    inn: str | None
    inn_le: str | None
    snils: str | None
    ogrn: str | None
    ogrnip: str | None
    serial: str
    issuer: str
    not_before: datetime
    not_after: datetime
    sha256: str


@dataclass(frozen=True)
class Algorithms:
    """Names (None where unknown) and dotted OIDs."""

    signature: str | None
    digest: str | None
    signature_oid: str | None
    digest_oid: str | None


@dataclass(frozen=True)
class SigningTime:
    """Three kinds of time, never mixed: said by the signer, proved by RFC 3161, trusted by 63-ФЗ."""

    claimed: datetime | None
    rfc3161: datetime | None = None
    mdv_63fz: datetime | None = None


@dataclass(frozen=True)
class ChainLink:
    """One certificate of the chain; ``state`` is ``ok``, ``anchor`` or the code of its trouble."""

    subject: str
    sha256: str
    state: str


@dataclass(frozen=True, kw_only=True)
class SignatureReport:
    """The verdict on one signature."""

    index: int
    kind: SignatureKind
    parent: int | None
    practice: bool
    verdict: Indication
    sub_indication: SubIndication | None
    reasons: tuple[str, ...]
    integrity: Integrity
    trust: Trust
    revocation: RevocationStatus
    qualified_certificate: Answer
    tool_by_certificate: str | None
    checked_with_certified_tool: str = "no"
    authority: Authority
    signer: Signer | None
    algorithms: Algorithms
    level: Level
    signing_time: SigningTime
    control_time_source: ControlTimeSource
    coverage: Coverage | None
    changes_after: ChangesAfter | None
    chain: tuple[ChainLink, ...]
    warnings: tuple[Notice, ...]

    def __bool__(self) -> NoReturn:
        """Refuse: a verdict has three values and five answers."""
        raise TypeError("a verdict is not a truth value: compare its 'verdict'")


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """The verdict on one file: the worst of its signatures (rule CMS-04)."""

    path: str
    format: FileFormat
    content: str | None
    sha256: str | None
    verdict: Indication
    signatures: tuple[SignatureReport, ...]
    errors: tuple[Notice, ...]

    def __bool__(self) -> NoReturn:
        """Refuse: a verdict has three values and five answers."""
        raise TypeError("a verdict is not a truth value: compare its 'verdict'")


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole answer of one check. The same facts give the same bytes."""

    schema: str = SCHEMA
    checked_at: datetime
    control_time: datetime
    engine: dict[str, str]
    files: tuple[FileReport, ...]

    def __bool__(self) -> NoReturn:
        """Refuse: a verdict has three values and five answers."""
        raise TypeError("a verdict is not a truth value: compare its 'verdict'")
