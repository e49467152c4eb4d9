"""The parts of a CMS SignedData as read: plain values whose ``raw`` bytes are those of the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.algorithms import names
from app.crypto.verdict.facts import Notice
from app.errors import RoscherkError

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

PREFIX_SIZE = 64 << 10
"""How much of the content is kept for the guard against forged attributes (rule CMS-06)."""


class Form(StrEnum):
    """How the file was written."""

    BINARY = "binary"
    PEM = "pem"
    BASE64 = "base64"


@dataclass(frozen=True)
class AlgorithmId:
    """An AlgorithmIdentifier. ``parameters`` is None if absent."""

    raw: bytes
    oid: str
    parameters: bytes | None


def digest_name_of(algorithm: AlgorithmId) -> str | None:
    """Return the name of a digest algorithm; None: unknown to this program."""
    try:
        return names.digest_by_oid(algorithm.oid).name
    except RoscherkError:
        return None


@dataclass(frozen=True)
class Attribute:
    """One attribute with its values, each a whole element."""

    oid: str
    values: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class SignerInfo:
    """One signer. Either ``issuer`` and ``serial`` or ``key_id`` name the certificate."""

    raw: bytes
    version: int
    issuer: bytes | None
    serial: int | None
    key_id: bytes | None
    digest_algorithm: AlgorithmId
    signed_attributes: tuple[Attribute, ...] | None
    """None: there are none, and the signature is over the content itself."""
    attributes_received: bytes | None
    """The signed attributes as they came in, under the SET tag that is hashed (RFC 5652 §5.4)."""
    attributes_der: bytes | None
    """The same in DER; equal to what came in unless the signer broke the rule."""
    signature_algorithm: AlgorithmId
    signature: bytes
    unsigned_attributes: tuple[Attribute, ...]
    unsigned_damaged: bool = False
    """There are unsigned attributes, but their structure is broken."""

    @property
    def digest_name(self) -> str | None:
        """The name of the digest algorithm; None: unknown to this program."""
        return digest_name_of(self.digest_algorithm)


@dataclass(frozen=True, kw_only=True)
class SignedContent:
    """What is known of the signed content: never the content itself."""

    size: int
    digests: Mapping[str, bytes]
    """Digest by name, at least for every digest that a signer uses and we know."""
    prefix: bytes = b""
    """The first octets (`PREFIX_SIZE`)."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The parts of a SignedData as whole elements, for who puts it together anew."""

    content: tuple[int, int]
    """Where encapContentInfo begins and ends, in octets of the binary structure."""
    certificates: tuple[bytes, ...]
    """Of every kind, attribute certificates too."""
    crls: tuple[bytes, ...]
    """RevocationInfoChoices of every kind."""
    signers: tuple[bytes, ...]
    """Damaged ones too."""


@dataclass(frozen=True, kw_only=True)
class SignedData:
    """A SignedData without its content."""

    form: Form
    version: int
    digest_algorithms: tuple[AlgorithmId, ...]
    content_type: str
    content: SignedContent | None
    """None: the signature is detached."""
    certificates: tuple[bytes, ...]
    """X.509 certificates in DER, in the order of the file."""
    crls: tuple[bytes, ...]
    signers: tuple[SignerInfo | Notice, ...]
    """A notice stands for a SignerInfo that cannot be read."""
    problems: tuple[Notice, ...] = ()
    """Format problems of the whole file: they hold for each signer."""
    constraint_problems: tuple[Notice, ...] = ()
    """Likewise, but well formed."""
    warnings: tuple[Notice, ...] = ()
    structure_size: int
    """Octets of the structure itself, in binary."""
    size: int
    """Octets of the file."""
    sha256: str
    """Hex, of the file."""
    layout: Layout

    @property
    def needed_digests(self) -> frozenset[str]:
        """The digests of the content that its signers use and this program knows."""
        return frozenset(
            signer.digest_name
            for signer in self.signers
            if isinstance(signer, SignerInfo) and signer.digest_name is not None
        )
