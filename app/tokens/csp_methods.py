"""What the parent may ask the child that speaks to CryptoAPI: names and plain values, no secrets.

CSP asks for a PIN itself, in its own window: that is the one wait for a person there.
"""

from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens.model import Container
from app.values import dataclass

_LIST_SECONDS = 30.0
_PERSON_SECONDS = 120.0
_MEMORY = 512 << 20
_CPU_SECONDS = 60.0


@dataclass(frozen=True)
class CspListRequest:
    """List the keys in all containers that CSP sees."""


@dataclass(frozen=True, kw_only=True)
class CspListing:
    """The keys, and the providers that are registered."""

    containers: tuple[Container, ...]
    providers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CspSignRequest:
    """Sign a finished digest with the key that ``uri`` names."""

    uri: str
    digest_name: str
    digest: bytes
    public_key: bytes
    """SubjectPublicKeyInfo in DER; the signature is checked with it before it is returned."""


@dataclass(frozen=True, kw_only=True)
class CspStoreRequest:
    """Put a certificate into the stores of the system."""

    uri: str
    """Of its key; one of CSP's is named in the store."""
    certificate: bytes
    """DER."""
    chain: tuple[bytes, ...] = ()
    """The links above it, without the root."""


@dataclass(frozen=True, kw_only=True)
class CspStored:
    """What was put there."""

    csp: bool
    """КриптоПро CSP is installed; else nothing was done."""
    linked: bool = False
    chain: int = 0


CSP_STORE = Method("csp-store", CspStoreRequest, CspStored)
CSP_LIST = Method("csp-list", CspListRequest, CspListing)
CSP_SIGN = Method("csp-sign", CspSignRequest, bytes)

LISTING = Limits(
    cpu_seconds=_CPU_SECONDS, wall_seconds=None, silence_seconds=_LIST_SECONDS, memory=_MEMORY
)
SIGNING = Limits(
    cpu_seconds=_CPU_SECONDS, wall_seconds=None, silence_seconds=_PERSON_SECONDS, memory=_MEMORY
)
