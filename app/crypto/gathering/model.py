"""What is gathered for somebody who checks a signature without this program, as values."""

from dataclasses import field
from pathlib import Path

from app.crypto.model import TrustMaterial
from app.crypto.network.policy import NetworkPolicy
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class GatherRequest:
    """Gather what belongs to one file."""

    path: Path
    trust: TrustMaterial
    certificates: tuple[bytes, ...]
    """Of the chains of the verdict, in DER: lists of their issuers are taken from the stores."""
    fetched: tuple[str, ...] = ()
    """Addresses from which lists were fetched for the verdict; they are still kept."""
    network: NetworkPolicy = field(default_factory=NetworkPolicy)
    """Never online: for what is kept."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedSignature:
    """A signature inside a PDF, taken out: together with the octets it is over it can be checked."""

    cms: bytes
    """SignedData or a time-stamp token, in DER, as it stands in the document."""
    ranges: tuple[tuple[int, int], ...]
    """Offset and length of each covered part of the file."""
    time_stamp: bool


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What was found; every piece once, in DER, as it was given."""

    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    """BasicOCSPResponse (RFC 6960 §4.2.1)."""
    tokens: tuple[bytes, ...] = ()
    """Time-stamp tokens (RFC 3161)."""
    embedded: tuple[EmbeddedSignature, ...] = ()
    left_out: int = 0
    """Octets of lists that were too long to be taken along."""
