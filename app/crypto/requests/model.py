"""Requests for certificates as values: who applies, what is asked for, what a file holds."""

from enum import StrEnum
from pathlib import Path

from app.crypto.verdict.facts import Name, Notice
from app.tokens.model import Container
from app.values import dataclass

CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"


class ApplicantKind(StrEnum):
    """Whose certificate it will be: this decides which fields it must have (order №795)."""

    PERSON = "person"
    IP = "ip"
    """An individual entrepreneur (ИП)."""
    LEGAL = "legal"
    """A legal entity, with the person who acts for it."""
    SYSTEM = "system"
    """A legal entity without a person: for automatic work of an information system."""


class RequestEncoding(StrEnum):
    """How a request is written. Authorities take either; their web pages like text."""

    PEM = "pem"
    DER = "der"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """The future owner, as typed. Empty: not given. Numbers may have blanks and dashes in them."""

    kind: ApplicantKind
    common_name: str = ""
    """Empty: the organization's name, or surname and given names."""
    surname: str = ""
    given_name: str = ""
    """First name and patronymic."""
    title: str = ""
    organization: str = ""
    organizational_unit: str = ""
    country: str = "RU"
    region: str = ""
    locality: str = ""
    street: str = ""
    email: str = ""
    inn: str = ""
    """Of the person."""
    inn_le: str = ""
    """Of the legal entity."""
    ogrn: str = ""
    ogrnip: str = ""
    snils: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestContent:
    """All that is asked for. OIDs are dotted."""

    applicant: Applicant
    key_usage: tuple[str, ...] = ("digitalSignature", "nonRepudiation")
    """Names of RFC 5280 §4.2.1.3."""
    purposes: tuple[str, ...] = (CLIENT_AUTHENTICATION, EMAIL_PROTECTION)
    """Extended key usage."""
    policies: tuple[str, ...] = ()
    identification: int | None = None
    """How the applicant is identified, 0 to 3 (RFC 9215 §5.6); None: the authority says it."""
    alternative_emails: tuple[str, ...] = ()
    alternative_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RequestOrder:
    """Make a request for the key of one container and save it."""

    content: RequestContent
    container: Container
    output: Path
    encoding: RequestEncoding = RequestEncoding.PEM
    job: str = ""
    """Random name of this piece of work; the door sets it."""


@dataclass(frozen=True, kw_only=True)
class PreparedRequest:
    """The state between preparing and finishing, while the key signs one digest."""

    order: RequestOrder
    info: bytes
    """CertificationRequestInfo in DER (RFC 2986 §4.1): what is signed."""
    digest_name: str
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class RequestFinish:
    """Build, check and save what was prepared, now that the key has signed its digest."""

    prepared: PreparedRequest
    signature: bytes
    """In CMS byte order, which is that of PKCS #10 too (RFC 9215 §2)."""


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """What a request says. ``der`` is itself; ``sha256`` is of it, in hex."""

    der: bytes
    sha256: str
    subject: Name
    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    key_algorithm: str
    key_size: int | None
    """Bits."""
    curve: str | None
    signature_oid: str
    signature_verifies: bool | None
    """The one who asks has the private key; None: an algorithm that this program does not know."""
    key_usage: tuple[str, ...] | None = None
    extended_key_usage: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    alternative_names: tuple[str, ...] = ()
    """``email:…``, ``dns:…``, ``uri:…``; others by the name of their kind alone."""
    subject_sign_tool: str | None = None
    identification_kind: int | None = None
    other_extensions: tuple[str, ...] = ()
    """Dotted OIDs of extensions that are asked for and not shown above."""
    other_attributes: tuple[str, ...] = ()
    """Dotted OIDs of attributes of the request beside its extensions."""
    practice: bool = False
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MadeRequest:
    """A request that was made, verified and saved."""

    target: Path
    encoding: RequestEncoding
    size: int
    facts: RequestFacts
    pending: bool = False
    """It is remembered until its certificate comes (`app.crypto.requests.pending`)."""


@dataclass(frozen=True, kw_only=True)
class RequestShow:
    """Describe the request in a file."""

    path: Path
