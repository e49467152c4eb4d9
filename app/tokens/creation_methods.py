"""What the parent may ask a token host about new keys, and which tokens can make which.

The PIN is in none of the requests. The private key is made on the token and never leaves it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens.model import Token
from app.tokens.pin_methods import TokenName
from app.values import dataclass

STEP_FIND = 0
STEP_LOGIN = 1
STEP_WRITE = 2

RSA_BITS = (2048, 3072, 4096)
USUAL_RSA_BITS = 2048
"""What every token with RSA makes; a token takes minutes for more."""

_FIND_SECONDS = 10.0
_LOGIN_SECONDS = 30.0
_PERSON_SECONDS = 120.0
_GENERATION_SECONDS = 180.0
_CPU_SECONDS = 200.0
_MEMORY = 512 << 20

_MECHANISMS: Mapping[KeyAlgorithm, tuple[str, str]] = MappingProxyType(
    {
        KeyAlgorithm.GOST_256: ("GOSTR3410_KEY_PAIR_GEN", "GOSTR3410"),
        KeyAlgorithm.GOST_512: ("GOSTR3410_512_KEY_PAIR_GEN", "GOSTR3410_512"),
        KeyAlgorithm.RSA: ("RSA_PKCS_KEY_PAIR_GEN", "RSA_PKCS"),
        KeyAlgorithm.ECDSA_P256: ("EC_KEY_PAIR_GEN", "ECDSA"),
        KeyAlgorithm.ECDSA_P384: ("EC_KEY_PAIR_GEN", "ECDSA"),
        KeyAlgorithm.ECDSA_P521: ("EC_KEY_PAIR_GEN", "ECDSA"),
    }
)
"""How a key is made, and how it signs afterwards; a token needs both."""

_ROOM: Mapping[KeyAlgorithm, int] = MappingProxyType({KeyAlgorithm.RSA: 4096})
_USUAL_ROOM = 1024
"""Octets for two objects and the certificate that will come."""


@dataclass(frozen=True, kw_only=True)
class CreateKeyRequest:
    """Make a key pair on a token."""

    token: TokenName
    algorithm: KeyAlgorithm
    bits: int = USUAL_RSA_BITS
    """RSA only."""
    curve: str | None = None
    """The OID of a parameter set of GOST; None: the one that every token has."""
    label: str
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class CreatedKey:
    """A key pair that was made, and has signed."""

    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    key_id: bytes
    """CKA_ID of both halves."""


TOKEN_CREATE_KEY = Method("token-create-key", CreateKeyRequest, CreatedKey)


def demand_able(token: Token, algorithm: KeyAlgorithm, bits: int = USUAL_RSA_BITS) -> None:
    """Raise what forbids such a key on this token, from what it tells without a PIN.

    ``TOKEN_MAKES_NO_SUCH_KEYS``, ``TOKEN_NOT_PREPARED``, ``TOKEN_READ_ONLY``, ``TOKEN_FULL``.
    """
    if not token.flags.initialised:
        raise RoscherkError(ErrorCode.TOKEN_NOT_PREPARED, token=token.label)
    sized = algorithm is not KeyAlgorithm.RSA or bits in RSA_BITS
    for mechanism in _MECHANISMS.get(algorithm, (algorithm.value,)):
        if mechanism not in token.mechanisms or not sized:
            raise no_such_keys(token, algorithm, mechanism)
    if token.flags.write_protected:
        raise RoscherkError(ErrorCode.TOKEN_READ_ONLY, token=token.label)
    if token.free_memory is not None and token.free_memory < _ROOM.get(algorithm, _USUAL_ROOM):
        raise RoscherkError(ErrorCode.TOKEN_FULL, token=token.label, free=token.free_memory)


def able_part(token: Token, algorithm: KeyAlgorithm, bits: int = USUAL_RSA_BITS) -> Token:
    """Return the slot of a device that can make such a key; raise what its main one lacks."""
    refusals = []
    for part in (token, *token.slots):
        try:
            demand_able(part, algorithm, bits)
        except RoscherkError as error:
            refusals.append(error)
        else:
            return part
    raise refusals[0]


def no_such_keys(token: Token, algorithm: KeyAlgorithm, mechanism: str) -> RoscherkError:
    """Return the error for a token that lacks a mechanism."""
    return RoscherkError(
        ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS,
        token=token.label,
        algorithm=algorithm.value,
        mechanism=mechanism,
    )


def creation_limits(*, by_person: bool) -> Limits:
    """Return the limits; ``by_person``: the PIN is typed on the token's own pad."""
    login = _PERSON_SECONDS if by_person else _LOGIN_SECONDS
    return Limits(
        cpu_seconds=_CPU_SECONDS,
        wall_seconds=None,
        silence_seconds=_FIND_SECONDS,
        steps=(_FIND_SECONDS, login, _GENERATION_SECONDS),
        memory=_MEMORY,
    )
