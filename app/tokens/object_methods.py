"""What the parent may ask a token host about objects on a token: written, imported, destroyed.

The PIN is in none of the requests. A key that is imported crosses sealed (AES-256-GCM): its
key of transport is made for the one import and goes beside the PIN in the secret frame, so the
private key is plain in no process but the worker that opened the file and the host that writes it.
"""

from app.algorithms.names import KeyAlgorithm
from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens.pin_methods import TokenName
from app.values import dataclass

STEP_FIND = 0
STEP_LOGIN = 1
STEP_WRITE = 2

_FIND_SECONDS = 10.0
_LOGIN_SECONDS = 30.0
_PERSON_SECONDS = 120.0
_WRITE_SECONDS = 60.0
_CPU_SECONDS = 60.0
_MEMORY = 512 << 20


@dataclass(frozen=True, kw_only=True)
class PutCertificateRequest:
    """Write a certificate beside its key, with the CKA_ID of the key."""

    token: TokenName
    public_key: bytes
    """SubjectPublicKeyInfo of the key in DER."""
    key_id: bytes = b""
    """CKA_ID of the key, for tokens that show no public key."""
    certificate: bytes
    label: str
    replaced: tuple[bytes, ...] = ()
    """Earlier certificates of this key (DER) that make room afterwards."""
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class SealedKey:
    """A private key on its way from a file to a token."""

    algorithm: KeyAlgorithm
    curve: str | None = None
    """OID of the parameter set, GOST only."""
    public_key: bytes
    certificate: bytes | None = None
    label: str = ""
    nonce: bytes
    ciphertext: bytes
    """PKCS #8 DER (RSA, ECDSA) or the little-endian number (GOST), sealed."""


@dataclass(frozen=True, kw_only=True)
class PutKeyRequest:
    """Write a key, its public key and its certificate."""

    token: TokenName
    key: SealedKey
    label: str
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class DestroyRequest:
    """Destroy exactly the objects of one pair: private key, public key, certificate."""

    token: TokenName
    public_key: bytes
    key_id: bytes = b""
    certificate: bytes | None = None
    keys: bool = True
    """False: the certificate only."""
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class ObjectsAnswer:
    """What was done, as codes: ``certificate``, ``public_key``, ``private_key``, ``id``."""

    done: tuple[str, ...]


TOKEN_PUT_CERTIFICATE = Method("token-put-certificate", PutCertificateRequest, ObjectsAnswer)
TOKEN_PUT_KEY = Method("token-put-key", PutKeyRequest, ObjectsAnswer)
TOKEN_DESTROY = Method("token-destroy", DestroyRequest, ObjectsAnswer)


def writing_limits(*, by_person: bool) -> Limits:
    """Return the limits of writing; ``by_person``: the PIN is typed on the token's own pad."""
    login = _PERSON_SECONDS if by_person else _LOGIN_SECONDS
    return Limits(
        cpu_seconds=_CPU_SECONDS,
        wall_seconds=None,
        silence_seconds=_FIND_SECONDS,
        steps=(_FIND_SECONDS, login, _WRITE_SECONDS),
        memory=_MEMORY,
    )
