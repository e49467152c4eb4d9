"""What may be done with the PINs of a kind of device: data of `resources/token_pins.toml`."""

import tomllib
from enum import StrEnum
from functools import cache
from typing import Any

from app.errors import ErrorCode, RoscherkError
from app.places import resource
from app.tokens.model import Product, Token
from app.tokens.pin_state import PinRole
from app.values import dataclass


class Way(StrEnum):
    """How an action is done with a device."""

    STANDARD = "standard"
    """By the calls of PKCS #11 alone."""
    OWN_CALL = "own_call"
    """By a call of the maker's."""
    ADMINISTRATOR = "administrator"
    NEW = "new"
    """The administrator sets a new user PIN."""
    RESTORE = "restore"
    """The user PIN stays, and its tries come back."""
    RESERVED = "reserved"
    """The maker keeps it for a tool of its own."""
    NONE = "none"


class PinAction(StrEnum):
    """What a person may want to do with the PINs of a token."""

    VERIFY = "verify"
    CHANGE = "change"
    CHANGE_ADMINISTRATOR = "change_administrator"
    UNBLOCK = "unblock"
    SET_FIRST = "set_first"
    LABEL = "label"
    FORMAT = "format"


class Passive(StrEnum):
    """Whether containers lie on a token that PKCS #11 does not show."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class PinRules:
    """The rules of one kind of device."""

    unblock: Way
    first: Way
    label: Way
    format: Way
    passive: bool
    """Containers of КриптоПро CSP may lie on it as files."""
    user: str | None = None
    """The factory's user PIN: a published fact to be named, never to be sent."""
    administrator: str | None = None
    reserved: str = ""
    """A code for the tool that does what is reserved."""

    def factory_pin(self, role: PinRole) -> str | None:
        """Return the PIN that the factory sets."""
        return self.user if role is PinRole.USER else self.administrator


def rules_of(product: Product) -> PinRules:
    """Return the rules for a kind of device; of an unknown one, the cautious ones."""
    return _rules()[product]


def may_hold_passive(token: Token) -> Passive:
    """Tell by the kind of device alone: files of КриптоПро CSP are looked for by nobody here."""
    return Passive.UNKNOWN if rules_of(token.product).passive else Passive.NO


def unblock_ways(token: Token) -> tuple[Way, ...]:
    """Return how the administrator can unblock the user PIN: ``RESTORE``, ``NEW``, both, none."""
    way = rules_of(token.product).unblock
    if way is Way.RESERVED:
        return ()
    restore = (Way.RESTORE,) if way is Way.RESTORE else ()
    return restore if token.admin_may_set_pin is False else (*restore, Way.NEW)


def obstacle(token: Token, action: PinAction) -> RoscherkError | None:
    """Return what stands against an action with this token at all; None: it may be tried."""
    return _by_rules(token, action) or _by_state(token, action)


def _by_rules(token: Token, action: PinAction) -> RoscherkError | None:
    """Say what this kind of device does not do."""
    rules = rules_of(token.product)
    ways = {
        PinAction.UNBLOCK: rules.unblock,
        PinAction.SET_FIRST: rules.first,
        PinAction.FORMAT: rules.format,
        PinAction.LABEL: rules.label,
    }
    way = ways.get(action, Way.STANDARD)
    if way is Way.RESERVED:
        code = ErrorCode.TOKEN_ACTION_RESERVED
        return RoscherkError(code, action=action.value, by=rules.reserved)
    if way is Way.NONE:
        return _unsupported(action, "label")
    if action is PinAction.CHANGE and token.user_may_set_pin is False:
        return _unsupported(action, "administrator_only")
    return None


def _by_state(token: Token, action: PinAction) -> RoscherkError | None:
    """Say what this token does not do as it is now."""
    flags = token.flags
    of_user = action in {PinAction.VERIFY, PinAction.CHANGE, PinAction.LABEL}
    found = (
        (
            flags.write_protected and action is not PinAction.VERIFY,
            ErrorCode.TOKEN_READ_ONLY,
        ),
        (
            not flags.initialised and action is not PinAction.FORMAT,
            ErrorCode.TOKEN_NOT_PREPARED,
        ),
        (flags.user_pin_set and action is PinAction.SET_FIRST, ErrorCode.PIN_IS_SET),
        (not flags.user_pin_set and of_user, ErrorCode.PIN_NOT_SET),
    )
    code = next((code for holds, code in found if holds), None)
    return None if code is None else RoscherkError(code, serial=token.serial)


def _unsupported(action: PinAction, reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.TOKEN_ACTION_UNSUPPORTED, action=action.value, reason=reason)


@cache
def _rules() -> dict[Product, PinRules]:
    with resource("token_pins.toml").open("rb") as file:
        data = tomllib.load(file)
    common = data["default"]
    return {product: _read(common | data.get(product.value, {})) for product in Product}


def _read(entry: dict[str, Any]) -> PinRules:
    def text(name: str) -> str | None:
        value = entry.get(name)
        return None if value is None else str(value)

    return PinRules(
        unblock=Way(entry["unblock"]),
        first=Way(entry["first"]),
        label=Way(entry["label"]),
        format=Way(entry["format"]),
        passive=bool(entry["passive"]),
        user=text("user"),
        administrator=text("administrator"),
        reserved=text("reserved") or "",
    )
