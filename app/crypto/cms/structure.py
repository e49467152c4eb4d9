"""The parts of a CMS SignedData as read: plain values whose ``raw`` bytes are those of the file."""

from collections.abc import Mapping
from enum import StrEnum

from app.algorithms import names
from app.crypto.cms import tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.peeking import imprint_of
from app.crypto.verdict.facts import Notice
from app.errors import RoscherkError
from app.values import dataclass

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

_STAMPS_OF_CONTENT = frozenset({oids.CONTENT_TIME_STAMP, oids.ARCHIVE_TIME_STAMP_V3})

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
    encoded: bytes = b""
    """The whole of it as it stands in the file."""

    @property
    def contents(self) -> bytes:
        """Type and values as they stand, without the SEQUENCE around them (RFC 5126 §6.3.5)."""
        return tlv.read_whole(self.encoded).contents

    @property
    def type_raw(self) -> bytes:
        """The type as it stands, a whole element."""
        return tlv.read(self.contents).raw


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

    @property
    def stamped_digests(self) -> frozenset[str]:
        """The digests under which time-stamps of this signer speak of the content."""
        attributes = (*(self.signed_attributes or ()), *self.unsigned_attributes)
        values = (
            value
            for attribute in attributes
            if attribute.oid in _STAMPS_OF_CONTENT
            for value in attribute.values
        )
        imprints = (imprint_of(value) for value in values)
        return frozenset(one.name for one in imprints if one is not None and one.name is not None)


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
        """The digests of the content that signers and time-stamps use and this program knows."""
        found: set[str] = set()
        for signer in self.signers:
            if isinstance(signer, SignerInfo):
                found |= signer.stamped_digests
                found |= {signer.digest_name} if signer.digest_name is not None else set()
        return frozenset(found)
