"""What the parent may ask a token host: names and plain values. The PIN is in none of them."""

from pathlib import Path

from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens.model import Container, Token
from app.values import dataclass


@dataclass(frozen=True)
class ModuleRequest:
    """Something about the tokens of one module; a host serves the first module it was asked for."""

    module: Path


@dataclass(frozen=True, kw_only=True)
class TokenSignRequest:
    """Sign a finished digest with the key that ``uri`` names."""

    module: Path
    uri: str
    digest_name: str
    digest: bytes
    public_key: bytes | None
    """SubjectPublicKeyInfo in DER; the signature is checked with it before it is returned."""
    last_try_confirmed: bool = False
    """The person knows that a wrong PIN locks the token now, and wants it tried."""
    keep: bool = False
    """More signatures with the same PIN will come: stay logged in (`TOKEN_LOGOUT` ends that)."""
    typed: bool = True
    """The PIN was typed for this very signature, as some keys want it (CKA_ALWAYS_AUTHENTICATE)."""


@dataclass(frozen=True, kw_only=True)
class SlotProblem:
    """A slot of a module that could not be looked into; the others could."""

    slot: int
    operation: str
    """The function of PKCS #11 that failed."""
    rv: str
    """Its return code, in hex."""


@dataclass(frozen=True, kw_only=True)
class TokensFound:
    """The tokens of a module, and the slots that hide what is in them."""

    tokens: tuple[Token, ...]
    problems: tuple[SlotProblem, ...] = ()


TOKEN_LIST = Method("token-list", ModuleRequest, TokensFound)
TOKEN_CONTAINERS = Method("token-containers", ModuleRequest, tuple[Container, ...])
TOKEN_SIGN = Method("token-sign", TokenSignRequest, bytes)
TOKEN_LOGOUT = Method("token-logout", ModuleRequest, bool)

# The steps of signing, each with a patience of its own.
STEP_FIND = 0
STEP_LOGIN = 1
STEP_SIGN = 2

_LIST_SECONDS = 10.0
_LOGIN_SECONDS = 30.0
_PERSON_SECONDS = 120.0
_SIGN_SECONDS = 60.0
# A module may load a card's whole file system; it may not eat the computer.
_MEMORY = 512 << 20
_CPU_SECONDS = 60.0

LISTING = Limits(
    cpu_seconds=_CPU_SECONDS,
    wall_seconds=None,
    silence_seconds=_LIST_SECONDS,
    memory=_MEMORY,
)


def signing_limits(*, by_person: bool) -> Limits:
    """Return the limits of signing; ``by_person``: the PIN is typed on the token's own pad."""
    login = _PERSON_SECONDS if by_person else _LOGIN_SECONDS
    return Limits(
        cpu_seconds=_CPU_SECONDS,
        wall_seconds=None,
        silence_seconds=_LIST_SECONDS,
        steps=(_LIST_SECONDS, login, max(login, _SIGN_SECONDS)),
        memory=_MEMORY,
    )
