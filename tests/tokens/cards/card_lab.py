"""A host of cards without any PC/SC: virtual tokens in readers that are a dictionary."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens import card_methods as methods
from app.tokens.cards.host import CardHost
from app.tokens.pin import Secret
from app.tokens.secret_pair import join_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stand_ins.vpcd import VirtualCard

    from app.processes.serving import Context

LITE = "Aktiv Rutoken lite 00 00"


def issue(public_key: bytes) -> bytes:
    """Make a certificate of a key."""
    return pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.issue(public_key)


@dataclass
class Said:
    """What a handler is told and says, in the place of a child's pipe."""

    secret: bytearray | None = None
    steps: list[int] = field(default_factory=list)

    def step(self, number: int) -> None:
        """Note a step."""
        self.steps.append(number)


class Desk:
    """Readers on a desk; ``Readers`` and ``Connection`` of the program in one."""

    def __init__(self, cards: dict[str, VirtualCard | RoscherkError]) -> None:
        self._cards = cards
        self._card: Any = None
        self._reset = False
        self.depth = 0
        self.commands: list[bytes] = []
        self.before: Callable[[bytes], None] = lambda _: None
        """Called with each command before it reaches the card."""
        self.host = CardHost(lambda: self)

    def names(self) -> tuple[str, ...]:
        """Return the readers."""
        return tuple(self._cards)

    @contextmanager
    def open(self, reader: str) -> Iterator[Self | None]:
        """Open a card; at the end it forgets what it has to forget."""
        card = self._cards.get(reader)
        if isinstance(card, RoscherkError):
            raise card
        if card is None:
            yield None
            return
        self._card, self._reset = card, False
        yield self
        if self._reset:
            card.reset()

    @property
    def atr(self) -> bytes:
        """Of the open card."""
        return bytes(self._card.atr)

    def transmit(self, command: bytes) -> bytes:
        """Send a command; outside of a transaction nobody may."""
        assert self.depth == 1
        self.commands.append(command)
        self.before(command)
        return bytes(self._card.apdu(command))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Count transactions."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def reset_at_end(self) -> None:
        """Note it."""
        self._reset = True

    def look(self) -> tuple[methods.CardFacts, ...]:
        """List all cards."""
        return self.host.list_cards(methods.CardListRequest(), said()).cards

    def only(self) -> methods.CardFacts:
        """Return the one card."""
        (card,) = self.look()
        return card


def said(pin: str | None = None, password: str | None = None) -> Context:
    """Return what a handler is given."""
    if pin is None:
        return Said()  # type: ignore[return-value]
    secret = Secret.of_text(pin)
    if password is not None:
        secret = join_secrets(secret, Secret.of_text(password))
    return Said(secret.buffer)  # type: ignore[return-value]


def removed(_: bytes) -> None:
    """Behave as a reader whose token is pulled out."""
    raise RoscherkError(ErrorCode.TOKEN_REMOVED)


def code_of(work: Callable[[], object]) -> RoscherkError:
    """Return the error that the work ends with."""
    try:
        work()
    except RoscherkError as error:
        return error
    raise AssertionError("no error")
