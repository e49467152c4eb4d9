"""What the parent may ask the reader of cards: names and plain values. No PIN is in them.

The secret of a task is the PIN of the token; where the container has a password of its own, both
cross in one frame (`app.tokens.secret_pair`).
"""

from app.errors import ErrorCode
from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens.file_methods import KeyTest
from app.tokens.model import Container, Product, Vendor
from app.values import dataclass

STEP_FIND = 0
STEP_ATTEMPT = 1
STEP_WORK = 2

_SECONDS = 10.0
_ATTEMPT_SECONDS = 30.0
_MEMORY = 256 << 20
_CPU_SECONDS = 20.0

LIMITS = Limits(
    cpu_seconds=_CPU_SECONDS,
    wall_seconds=None,
    silence_seconds=_SECONDS,
    steps=(_SECONDS, _ATTEMPT_SECONDS, _SECONDS),
    memory=_MEMORY,
)


@dataclass(frozen=True, kw_only=True)
class CardListRequest:
    """List the containers that lie as files on the tokens that are plugged in now."""

    seconds: float = 4.0
    """How long one card may keep us waiting."""


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """One card in a reader, and what was found on it."""

    reader: str
    atr: str
    """In hex."""
    vendor: Vendor = Vendor.UNKNOWN
    product: Product = Product.UNKNOWN
    serial: str = ""
    tries_left: int | None = None
    containers: tuple[Container, ...] = ()
    problem: ErrorCode | None = None
    """Why it could not be looked into; ``TOKEN_ACTION_UNSUPPORTED``: of a kind not known here."""


@dataclass(frozen=True, kw_only=True)
class CardListing:
    """All cards."""

    cards: tuple[CardFacts, ...]


@dataclass(frozen=True, kw_only=True)
class CardKeyRequest:
    """Open one key of a container folder on a token."""

    reader: str
    serial: str
    """Another token in this reader is not touched."""
    folder: str
    number: int | None = None
    password_too: bool = False
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class CardSignRequest:
    """Sign a finished digest with such a key."""

    key: CardKeyRequest
    digest_name: str
    digest: bytes


CARD_LIST = Method("card-list", CardListRequest, CardListing)
CARD_SHOW = Method("card-show", CardKeyRequest, tuple[Container, ...])
CARD_TEST = Method("card-test", CardKeyRequest, KeyTest)
CARD_SIGN = Method("card-sign", CardSignRequest, bytes)
