"""Asking for what a key needs: PIN and password apart, and how many tries are left now. No Qt here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from app.errors import ErrorCode, RoscherkError
from app.tokens.keyring import Keyring
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.pin import Secret
from app.tokens.pins import Pins
from app.ui.asking import SecretQuestion, ask_for_secret
from app.ui.pin_memory import PinMemory
from app.ui.work import Job, Tasks
from app.values import dataclass

WithSecret = Callable[[Secret | None], None]
Failed = Callable[[RoscherkError], None]
T = TypeVar("T")


class View(Protocol):
    """What is needed of a page."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """For which key a secret is wanted, and why."""

    container: Container
    owner: str
    purpose: str
    refused: RoscherkError | None = None
    """A password that was refused a moment ago; a refused PIN is never asked for again."""
    unopened_too: bool = False
    """Where the key may not be read out of its files, it is worked with unopened, and unasked."""


class Secrets:
    """Asks the token first, then the person."""

    def __init__(self, pins: Pins, keyring: Keyring, memory: PinMemory, tasks: Tasks) -> None:
        self._pins = pins
        self._memory = memory
        self._keyring = keyring
        self._tasks = tasks
        self._each_time: set[str] = set()
        self._looking: list[Wish] = []
        """For what a token is looked at just now, before its PIN is asked for."""

    def wants_typing(self, container: Container, error: RoscherkError) -> bool:
        """Tell whether a key has just turned a remembered PIN down because it wants it typed.

        No attempt was spent. From now on it is asked for, each time.
        """
        each = error.facts.get("reason") == "each_signature"
        if error.code is not ErrorCode.PIN_NEEDED or not each or container.uri in self._each_time:
            return False
        self._each_time.add(container.uri)
        return True

    def gone(self, token: Token) -> None:
        """Forget the PIN of a token that went away, however soon it is back."""
        self._memory.forget_of(token)

    def ask(self, view: View, wish: Wish, then: WithSecret, failed: Failed) -> None:
        """Call ``then`` with the secret, or with None where nothing is to be typed here.

        Nothing happens where the same is being asked already: a button was pressed twice.
        """
        container = wish.container
        pad = container.token is not None and container.token.flags.pin_pad
        if not container.secret_needed or pad:
            then(None)
        elif container.place is KeyPlaceKind.TOKEN:
            self._ask_pin(view, wish, then, failed)
        elif container.place is KeyPlaceKind.CARD:
            self._ask_card(view, wish, then, failed)
        else:
            view.ask_secret(_question(wish), then)

    def _ask_pin(self, view: View, wish: Wish, then: WithSecret, failed: Failed) -> None:
        """Say how many tries the token has now: another program may have spent some."""

        def look(_job: Job) -> Container:
            token = wish.container.token
            fresh = None if token is None else self._pins.status(token)
            return replace(wish.container, token=fresh)

        def take(container: Container) -> None:
            token = container.token
            typed = wish.container.uri in self._each_time
            known = None if token is None or typed else self._memory.take(token)
            if known is not None:
                then(known)
                return
            question = _question(replace(wish, container=container))
            if token is not None and not typed:
                tick, terms = self._memory.offer(token)
                question = replace(question, remember=tick, remember_terms=terms)

            def answer(secret: Secret) -> None:
                if secret.remember and token is not None:
                    self._memory.keep_once_right(token, secret)
                then(secret)

            view.ask_secret(question, answer)

        self._look(wish, look, take, failed)

    def _look(
        self, wish: Wish, look: Callable[[Job], T], take: Callable[[T], None], failed: Failed
    ) -> None:
        """Have a look in a thread, once for each wish."""
        if wish in self._looking:
            return
        self._looking.append(wish)

        def done(found: T) -> None:
            self._looking.remove(wish)
            take(found)

        def fail(error: RoscherkError) -> None:
            self._looking.remove(wish)
            failed(error)

        self._tasks.run(look, done=done, failed=fail, lane="pins")

    def _ask_card(self, view: View, wish: Wish, then: WithSecret, failed: Failed) -> None:
        """Ask for the PIN of the token and, where it has one, for the password of the container."""

        def permitted(_job: Job) -> bool:
            try:
                self._keyring.demand_permission(wish.container)
            except RoscherkError as error:
                if error.code is not ErrorCode.KEY_READING_OFF or not wish.unopened_too:
                    raise
                return False
            return True

        def take(may_open: bool) -> None:
            if not may_open:
                then(None)
                return
            view.ask_secret(_question(wish), then)

        self._look(wish, permitted, take, failed)


def _question(wish: Wish) -> SecretQuestion:
    return ask_for_secret(wish.container, wish.owner, wish.purpose, wish.refused)
