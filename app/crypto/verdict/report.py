"""The report: the verdict on files, as values that mirror the JSON ``roscherk.verify/1`` one to one.

A report refuses to be used as a truth value: whoever asks ``if report`` has not asked anything.
"""

from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.facts import (
    ChangesAfter,
    Coverage,
    FileFormat,
    Level,
    Notice,
    RevocationStatus,
    SignatureKind,
)
from app.values import dataclass

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


class MomentSource(StrEnum):
    """By what evidence a moment is known (rules X-07, T-06)."""

    CLAIMED = "claimed"
    RFC3161 = "rfc3161"
    MDV_63FZ = "mdv_63fz"
    """A time-stamp of an accredited authority: a «метка доверенного времени»."""
    USER = "user"
    NOW = "now"


class Standing(StrEnum):
    """Under which heading a file stands in a batch."""

    PASSED = "passed"
    PASSED_AS_OF = "passed_as_of"
    """Passed by revocation data that is not fresh: «по данным на …»."""
    TIME_NOT_PROVED = "time_not_proved"
    """An ordinary document grown old: nothing speaks against it but that its time is not proved."""
    PROBLEM = "problem"
    BROKEN = "broken"
    NO_SIGNATURE = "no_signature"
    UNKNOWN = "unknown"


class ControlTimeSource(StrEnum):
    """Where the moment comes from for which certificates were judged."""

    NOW = "now"
    TIMESTAMP = "timestamp"
    USER = "user"


@dataclass(frozen=True, kw_only=True)
class Power:
    """One power that a machine-readable power of attorney gives."""

    code: str | None
    name: str
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MchdAnswer:
    """What a machine-readable power of attorney gives the signer (rules RU-19..RU-22)."""

    number: str | None
    valid_until: datetime | None
    principal: str | None
    principal_inn: str | None = None
    powers: tuple[Power, ...] = ()
    problems: tuple[Notice, ...] = ()
    qualified_certificate: Answer = Answer.UNKNOWN
    """Whether the certificate that it is signed with is a qualified one."""
    passed_on_from: tuple[str, ...] = ()
    """Numbers of the powers of attorney behind it, the first one last (передоверие)."""
    indication: Indication


@dataclass(frozen=True)
class Authority:
    """Who stands behind the signer. The register of powers of attorney was asked or not."""

    kind: AuthorityKind
    register_asked: bool = False
    mchd: MchdAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class QualificationAnswer:
    """Answer five in full: what it rests on, and what was not established."""

    answer: Answer
    reasons: tuple[Notice, ...] = ()
    ca_name: str | None = None
    """As the list of accredited authorities names it; None: not in it, or no list at hand."""
    accredited_on_issue: Answer = Answer.UNKNOWN
    tool: str | None = None
    """By the certificate; the tool that really signed is not checked."""
    tool_class: str | None = None
    restrictions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The signature at one moment: the day of signing, or the day of the check."""

    at: datetime | None
    """None: nothing names it."""
    source: MomentSource
    certificate_state: str
    """``in_force``, or the code of what was wrong with the certificate then."""
    indication: Indication
    sub_indication: SubIndication | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """One building block of EN 319 102-1 §5.2 and what it concluded."""

    name: str
    indication: Indication
    sub_indication: SubIndication | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChainModels:
    """The chain by both models of validity (rule X-08): ``ok``, or the code of the trouble."""

    shell: str
    """All certificates in force at the control time."""
    chain: str
    """Each certificate in force when it was used: to issue the next, to sign."""


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
    moments: tuple[Moment, ...] = ()
    """The day of signing, then the day of the check."""
    blocks: tuple[Block, ...] = ()
    """Every building block that was run, in order."""
    models: ChainModels | None = None
    """None: there is no chain."""
    qualification: QualificationAnswer | None = None
    """None: there is no certificate."""

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
    standing: Standing = Standing.UNKNOWN
    network: tuple[NetworkUse, ...] = ()
    """What was asked of the network for this file, in order."""

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
