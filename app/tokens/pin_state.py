"""What a token says of its PINs, and whether an attempt at one may be made at all."""

from enum import StrEnum

from app.errors import ErrorCode, Fact, RoscherkError
from app.tokens.model import Token
from app.values import dataclass


class PinRole(StrEnum):
    """Whose PIN it is."""

    USER = "user"
    ADMINISTRATOR = "administrator"


WRONG = {PinRole.USER: ErrorCode.PIN_WRONG, PinRole.ADMINISTRATOR: ErrorCode.ADMIN_PIN_WRONG}
LOCKED = {PinRole.USER: ErrorCode.PIN_LOCKED, PinRole.ADMINISTRATOR: ErrorCode.ADMIN_PIN_LOCKED}
LAST_TRY = {
    PinRole.USER: ErrorCode.PIN_LAST_TRY,
    PinRole.ADMINISTRATOR: ErrorCode.ADMIN_PIN_LAST_TRY,
}


@dataclass(frozen=True, kw_only=True)
class PinState:
    """The state of one PIN, as far as the token tells it."""

    is_set: bool = True
    low: bool = False
    """Wrong PINs were typed since the last right one."""
    last_try: bool = False
    locked: bool = False
    to_be_changed: bool = False
    factory: bool | None = None
    """The PIN is the one the factory set; None: the token does not tell."""
    tries_left: int | None = None
    """Exact where the token counts aloud, 1 and 0 where its flags say so; None: unknown."""
    tries_most: int | None = None


def pin_owner(token: Token | None, role: PinRole = PinRole.USER) -> str:
    """Return whose PIN it is, as `app.tokens.pin.Secret.serving` wants it: one serial number's.

    The model is part of it: JaCarta has one PIN for each of its applets, which are models there.
    """
    if token is None:
        return "pin:"
    return f"pin:{role}:{token.serial}:{token.model}:{token.slot if not token.serial else ''}"


def pin_state(token: Token, role: PinRole) -> PinState:
    """Return the state of a PIN of ``token``."""
    flags = token.flags
    if role is PinRole.USER:
        low, final, locked = flags.user_pin_low, flags.user_pin_final_try, flags.user_pin_locked
        changed, left, most = flags.user_pin_to_be_changed, token.tries_left, token.tries_most
        factory, is_set = token.factory_pin, flags.user_pin_set
    else:
        low, final, locked = flags.so_pin_low, flags.so_pin_final_try, flags.so_pin_locked
        changed, left, most = flags.so_pin_to_be_changed, token.so_tries_left, token.so_tries_most
        factory, is_set = token.factory_so_pin, flags.initialised
    locked = locked or left == 0
    last_try = not locked and (final or left == 1)
    known = 0 if locked else 1 if last_try else left
    return PinState(
        is_set=is_set,
        low=low,
        last_try=last_try,
        locked=locked,
        to_be_changed=changed,
        factory=factory,
        tries_left=known,
        tries_most=most,
    )


def demand_attempt(token: Token, role: PinRole, *, last_try_confirmed: bool) -> None:
    """Raise what forbids an attempt before any PIN is sent.

    ``PIN_LOCKED``: nothing can be won. ``PIN_LAST_TRY``: a wrong PIN would lock the token, so the
    person has to say once more that this is meant. The administrator's PIN has codes of its own.
    """
    state = pin_state(token, role)
    if state.locked:
        raise RoscherkError(LOCKED[role], serial=token.serial)
    if state.last_try and not last_try_confirmed:
        raise RoscherkError(LAST_TRY[role], serial=token.serial, tries_left=1)


def refusal(token: Token | None, role: PinRole, *, locked: bool, **facts: Fact) -> RoscherkError:
    """Return the error of a refused PIN; ``token``: as it describes itself after the attempt.

    ``locked``: the return code said so. Some tokens lock themselves and keep the flag of the last
    try, others set the flag and return the code of a wrong PIN.
    """
    if token is None:
        return RoscherkError(LOCKED[role] if locked else WRONG[role], **facts)
    state = pin_state(token, role)
    if locked or state.locked:
        return RoscherkError(LOCKED[role], **facts)
    told: dict[str, Fact] = {"low": state.low, "final": state.last_try}
    if state.tries_left is not None:
        told["tries_left"] = state.tries_left
    return RoscherkError(WRONG[role], **facts, **told)
