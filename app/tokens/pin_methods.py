"""What the parent may ask a token host about PINs. The PINs are in none of the requests.

Where two are needed (old and new; the administrator's and the user's new one) they cross in one
secret frame (`app.tokens.secret_pair`). An empty one: it is typed on the token's own pad.
"""

from pathlib import Path

from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens.model import Token
from app.tokens.pin_state import PinRole
from app.values import dataclass

STEP_FIND = 0
STEP_ATTEMPT = 1
STEP_WORK = 2

_FIND_SECONDS = 10.0
_ATTEMPT_SECONDS = 30.0
_PERSON_SECONDS = 120.0
_WORK_SECONDS = 60.0
_CPU_SECONDS = 60.0
_MEMORY = 512 << 20


@dataclass(frozen=True, kw_only=True)
class TokenName:
    """One token, by the slot it was seen in and its serial number: another one is not touched."""

    module: Path
    slot: int
    serial: str

    @classmethod
    def of(cls, token: Token) -> "TokenName":
        """Return the name of a token that was listed."""
        return cls(module=token.module, slot=token.slot, serial=token.serial)


@dataclass(frozen=True, kw_only=True)
class PinRequest:
    """Verify a PIN, or change it (with the pair of the old and the new one)."""

    token: TokenName
    role: PinRole = PinRole.USER
    last_try_confirmed: bool = False
    """The person knows that a wrong PIN locks the token now, and wants it tried."""


@dataclass(frozen=True, kw_only=True)
class UnblockRequest:
    """Give the user PIN its tries back, by the administrator (the pair: administrator's, new)."""

    token: TokenName
    keep: bool = False
    """The user PIN stays as it is (Рутокен); else the new one takes its place."""
    first: bool = False
    """There is no user PIN yet: set the first one."""
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class LabelRequest:
    """Give the token another name."""

    token: TokenName
    label: str
    last_try_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class FormatRequest:
    """Erase the token and set its PINs anew (the pair: administrator's, the user's new one).

    The administrator's PIN stays; a token that was never prepared gets it now.
    """

    token: TokenName
    label: str
    last_try_confirmed: bool = False


# Every answer is the token as it describes itself afterwards.
PIN_STATUS = Method("pin-status", TokenName, Token)
PIN_VERIFY = Method("pin-verify", PinRequest, Token)
PIN_CHANGE = Method("pin-change", PinRequest, Token)
PIN_UNBLOCK = Method("pin-unblock", UnblockRequest, Token)
TOKEN_LABEL = Method("token-label", LabelRequest, Token)
TOKEN_FORMAT = Method("token-format", FormatRequest, Token)


def pin_limits(*, by_person: bool = False) -> Limits:
    """Return the limits of one action; ``by_person``: PINs are typed on the token's own pad."""
    attempt = _PERSON_SECONDS if by_person else _ATTEMPT_SECONDS
    return Limits(
        cpu_seconds=_CPU_SECONDS,
        wall_seconds=None,
        silence_seconds=_FIND_SECONDS,
        steps=(_FIND_SECONDS, attempt, max(attempt, _WORK_SECONDS)),
        memory=_MEMORY,
    )
