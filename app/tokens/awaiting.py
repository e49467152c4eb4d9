"""Waiting for a token that was pulled out in the middle of work to come back.

It is known by its serial number, never by its slot or its reader. Only its own module is asked,
about once a second, so that it works with and without PC/SC.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.tokens.keyring import Listing
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.tokens_port import Tokens
from app.tokens.uri import KeyUri
from app.values import dataclass

LOST = frozenset(
    {
        ErrorCode.MODULE_CRASHED,
        ErrorCode.MODULE_SILENT,
        ErrorCode.TOKEN_BUSY,
        ErrorCode.TOKEN_NOT_FOUND,
        ErrorCode.TOKEN_REMOVED,
    }
)
"""The way to the token is lost, and may come back: work can stand still and go on later."""

_BETWEEN_LOOKS = 0.7
_PIN_ANEW = frozenset({"each_signature", "login_lost"})


class Keys(Protocol):
    """What is needed of the keyring (`app.tokens.keyring.Keyring`)."""

    def token_places(self) -> Tokens:
        """Return the tokens of all modules."""
        ...

    def listing(self, uri: str) -> Listing:
        """List the containers that a URI names."""
        ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was seen while the token is awaited."""

    others: tuple[Token, ...] = ()
    """Tokens that are there and are not the one."""
    problem: RoscherkError | None = None
    """Why nothing could be seen."""


OnLook = Callable[[Look], None]
"""Called when something else is seen than before, in the thread that waits."""


class Awaiting:
    """Waits for the token of a container. May be used from any thread."""

    def __init__(self, keys: Keys, *, seconds: float = _BETWEEN_LOOKS) -> None:
        """``seconds``: the time between two looks."""
        self._keys = keys
        self._seconds = seconds

    def wait(self, container: Container, cancel: Cancel, on_look: OnLook) -> Container:
        """Return when the token of ``container`` is there, with the token as it is now.

        Raises ``CANCELLED``. Waits as long as it takes: a person has gone for the token.
        """
        over = threading.Event()
        seen: Look | None = None
        with cancel.calling(over.set):
            while not over.is_set():
                found, look = self._look(container)
                if found is not None:
                    return replace(container, token=found)
                if look != seen:
                    seen = look
                    on_look(look)
                over.wait(self._seconds)
        raise RoscherkError(ErrorCode.CANCELLED)

    def _look(self, container: Container) -> tuple[Token | None, Look]:
        try:
            tokens = self._tokens(container)
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            return None, Look(problem=error)
        found = next((each for each in tokens if _is_same(each, container.token)), None)
        return found, Look(others=tokens)

    def _tokens(self, container: Container) -> tuple[Token, ...]:
        """Return the tokens that can be seen where that of ``container`` was."""
        if container.token is None:
            raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND)
        if container.place is KeyPlaceKind.TOKEN:
            return self._keys.token_places().place_of_token(container.token).tokens()
        listing = self._keys.listing(str(KeyUri(kind=KeyPlaceKind.CARD)))
        tokens = {each.token.serial: each.token for each in listing.containers if each.token}
        if not tokens and listing.failures:
            raise listing.failures[0]
        return tuple(tokens.values())


def can_await(container: Container, error: RoscherkError) -> bool:
    """Tell whether work with a key may stand still after ``error`` and go on where it stood.

    A token without a serial number is not waited for: another one would be sent its PIN.
    """
    if container.place not in {KeyPlaceKind.TOKEN, KeyPlaceKind.CARD} or container.token is None:
        return False
    return wants_pin(error) or (error.code in LOST and bool(container.token.serial.strip()))


def wants_pin(error: RoscherkError) -> bool:
    """Tell whether all is in place but a PIN that was typed anew.

    A key may want one for each signature (CKA_ALWAYS_AUTHENTICATE), or the token was out meanwhile.
    """
    return error.code is ErrorCode.PIN_NEEDED and error.facts.get("reason") in _PIN_ANEW


def _is_same(token: Token, wanted: Token | None) -> bool:
    if wanted is None or token.serial.casefold() != wanted.serial.casefold():
        return False
    return token.model == wanted.model and token.manufacturer == wanted.manufacturer
