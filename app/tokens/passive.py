"""Whether containers of CryptoPro CSP lie on a token as files, which PKCS #11 does not show.

Before anybody calls a token empty, or erases it, this is asked. What cannot be looked into is
unknown, and unknown is no "no": a key that is lost cannot be had again.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from app.errors import ErrorCode, RoscherkError
from app.tokens.card_methods import CardFacts
from app.tokens.model import Product, Token, Vendor
from app.tokens.pin_rules import Passive, may_hold_passive, rules_of
from app.tokens.products import device_number
from app.values import dataclass

RECENT_SECONDS = 3.0
"""How old a look may be that a list of tokens relies on. Who erases looks anew."""

HIDDEN_KEYS = "hidden_keys"
"""A reason: CSP may keep keys in this device where no reader of files sees them (ФКН)."""
NOT_LOOKED = "not_looked"
"""A reason: nobody has looked into it."""
_WITH_HIDDEN_KEYS = frozenset({Product.RUTOKEN_ECP, Product.RUTOKEN_ECP_3})
_WITHOUT_FILES = frozenset({Vendor.SOFTHSM, Vendor.CRYPTOPRO, Vendor.YUBICO})


class PassiveState(StrEnum):
    """What a look at a token has shown."""

    FOUND = "found"
    NONE = "none"
    """It was looked into, and there are none."""
    UNKNOWN = "unknown"
    """It could not be looked into."""
    IMPOSSIBLE = "impossible"
    """Such a device has no place for them."""


@dataclass(frozen=True)
class PassiveAnswer:
    """The answer for one token."""

    state: PassiveState
    names: tuple[str, ...] = ()
    """Of the containers that were found."""
    reason: str = ""
    """Why it is unknown: a code of `ErrorCode`, `HIDDEN_KEYS`, or `NOT_LOOKED`."""

    @property
    def passive(self) -> Passive:
        """Return the answer as the rules of PINs ask for it before a token is erased."""
        known = {PassiveState.FOUND: Passive.YES, PassiveState.UNKNOWN: Passive.UNKNOWN}
        return known.get(self.state, Passive.NO)


class Looks(Protocol):
    """What is needed of the reader of cards (`app.tokens.card_reader.Cards`)."""

    def look(self, *, within: float = 0.0) -> tuple[CardFacts, ...]:
        """Look into all cards, or return what a look within so many seconds has shown."""
        ...


class PassiveContainers:
    """Answers for each token that a module shows. May be used from any thread."""

    def __init__(self, cards: Looks) -> None:
        self._cards = cards

    def on(self, token: Token, *, within: float = 0.0) -> PassiveAnswer:
        """Look for containers on ``token``; ``within``: see `Looks.look`."""
        if token.vendor in _WITHOUT_FILES or not rules_of(token.product).passive:
            return PassiveAnswer(PassiveState.IMPOSSIBLE)
        try:
            cards = self._cards.look(within=within)
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            return _unknown(error.code)
        return answer_of(token, cards)


def by_rules(token: Token) -> PassiveAnswer:
    """Answer by the kind of device alone: nobody has looked."""
    if may_hold_passive(token) is Passive.UNKNOWN:
        return _unknown(NOT_LOOKED)
    return PassiveAnswer(PassiveState.IMPOSSIBLE)


def answer_of(token: Token, cards: tuple[CardFacts, ...]) -> PassiveAnswer:
    """Find the card that is ``token``, and say what was found on it."""
    card = _card_of(token, cards)
    if card is None:
        return _unknown(ErrorCode.TOKEN_NOT_FOUND)
    if card.problem is not None:
        return _unknown(card.problem)
    if card.containers:
        names = dict.fromkeys(each.label for each in card.containers)
        return PassiveAnswer(PassiveState.FOUND, tuple(names))
    if token.product in _WITH_HIDDEN_KEYS:
        return _unknown(HIDDEN_KEYS)
    return PassiveAnswer(PassiveState.NONE)


def _card_of(token: Token, cards: tuple[CardFacts, ...]) -> CardFacts | None:
    """Know a token again: by its serial number; where a card tells none, by reader and vendor."""
    number = device_number(token.serial)
    numbered = [each for each in cards if each.serial]
    for card in numbered:
        if number and device_number(card.serial) == number:
            return card
    rest = [each for each in cards if not each.serial]
    by_reader = _alone(rest, lambda card: bool(token.reader) and card.reader == token.reader)
    if by_reader is not None:
        return by_reader
    return _alone(rest, lambda card: card.vendor is token.vendor is not Vendor.UNKNOWN)


def _alone(cards: list[CardFacts], fits: Callable[[CardFacts], bool]) -> CardFacts | None:
    found = [each for each in cards if fits(each)]
    return found[0] if len(found) == 1 else None


def _unknown(reason: str) -> PassiveAnswer:
    return PassiveAnswer(PassiveState.UNKNOWN, reason=str(reason))
