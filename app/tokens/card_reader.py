"""Containers of CryptoPro CSP that lie as files on tokens, as the rest of the house sees them.

PKCS #11 shows none of them. They are read over PC/SC by a child process (`app.tokens.cards`), which
is experimental: it was tried on virtual cards only. Listing needs no PIN and is never forbidden; a
key is read only where ``permit`` allows it, as with container folders.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.errors import ErrorCode, RoscherkError
from app.processes.child import Child
from app.processes.method import Method
from app.tokens import card_methods as methods
from app.tokens.card_methods import CardFacts
from app.tokens.file_methods import KeyTest
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Token
from app.tokens.pin import Secret, serving
from app.tokens.pin_state import pin_owner
from app.tokens.traffic import Traffic
from app.tokens.uri import KeyUri

Q = TypeVar("Q")
A = TypeVar("A")

KEY_NOT_OPENED = "key_not_opened"
"""A warning of a test: the certificate was compared with the print of the key, not with the key."""

_ROLE = "card-reader"
_CLOSE_SECONDS = 1.0
_NOBODY = frozenset(
    {
        ErrorCode.READERS_LIBRARY_MISSING,
        ErrorCode.READERS_NONE,
        ErrorCode.READERS_SERVICE_MISSING,
        ErrorCode.READERS_SERVICE_STOPPED,
    }
)
"""Without readers there are no cards: a list of containers is whole all the same."""


class Cards:
    """The tokens in the readers of this computer. May be used from any thread."""

    def __init__(
        self,
        permit: Callable[[Container], None],
        traffic: Traffic | None = None,
        *,
        command: Sequence[str] | None = None,
        seconds: float = methods.CardListRequest.seconds,
    ) -> None:
        """``permit`` returns if a key may be read to sign with it, or raises the reason.

        ``seconds``: how long one card may keep a listing waiting.
        """
        self._seconds = seconds
        self._permit = permit
        self._traffic = traffic or Traffic()
        self._command = command
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._child: Child | None = None
        self._closed = False
        self._seen: tuple[float, tuple[CardFacts, ...] | None] = (0.0, None)

    def look(self, *, within: float = 0.0) -> tuple[CardFacts, ...]:
        """Look into all tokens, without a PIN, or return what was seen within so many seconds.

        Raises one of the ``READERS_…`` codes, ``TOKEN_BUSY``, or what became of the child.
        """
        with self._state:
            at, seen = self._seen
        if seen is not None and time.monotonic() - at < within:
            return seen
        cards = self._ask(methods.CARD_LIST, methods.CardListRequest(seconds=self._seconds)).cards
        with self._state:
            self._seen = (time.monotonic(), cards)
        if any(each.problem is ErrorCode.TOKEN_BUSY for each in cards):
            self._end()  # a thread in it may still wait for a card
        return cards

    def forget(self) -> None:
        """Let the next look be a new one: a token came or went."""
        with self._state:
            self._seen = (0.0, None)

    def found(self) -> tuple[tuple[Container, ...], tuple[RoscherkError, ...]]:
        """List the containers on all tokens; beside them, what could not be looked into."""
        try:
            cards = self.look()
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            return (), () if error.code in _NOBODY else (error,)
        failures = tuple(
            RoscherkError(each.problem, token=each.reader)
            for each in cards
            if each.problem not in {None, ErrorCode.TOKEN_ACTION_UNSUPPORTED}
            and each.problem is not None
        )
        return tuple(c for card in cards for c in card.containers), failures

    def show(self, container: Container, pin: Secret) -> tuple[Container, ...]:
        """Describe a container that its token shows after the PIN only; one attempt."""
        return self._with_secret(methods.CARD_SHOW, _key_of(container, pin), container, pin)

    def test(self, container: Container, secret: Secret | None) -> KeyTest:
        """Compare key and certificate; with the PIN, and if it is permitted, open the key for it.

        Raises ``KEY_READING_OFF``, ``PIN_WRONG``, ``PIN_LOCKED``, ``PASSWORD_WRONG``,
        ``CERTIFICATE_KEY_MISMATCH``, ``CONTAINER_DAMAGED``.
        """
        if container.state is ContainerState.MISMATCH:
            raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, name=container.label)
        _demand_sound(container)
        if secret is None:
            if container.state is ContainerState.HIDDEN:
                raise RoscherkError(ErrorCode.PIN_NEEDED, token=_name_of(container))
            return KeyTest(container=container, warnings=(KEY_NOT_OPENED,))
        self._permit(container)
        return self._with_secret(methods.CARD_TEST, _key_of(container, secret), container, secret)

    def demand_permission(self, container: Container) -> None:
        """Raise ``KEY_READING_OFF`` if the key of this container may not be read to sign."""
        self._permit(container)

    def open(self, container: Container) -> "CardKey":
        """Return the key of a container that was listed, or raise what is wrong with it."""
        _demand_sound(container)
        return CardKey(container, self)

    def sign(
        self, container: Container, digest_name: str, digest: bytes, secret: Secret | None
    ) -> bytes:
        """Sign a finished digest, if it is permitted; one VERIFY."""
        self._permit(container)
        if secret is None:
            raise RoscherkError(ErrorCode.PIN_NEEDED, token=_name_of(container))
        request = methods.CardSignRequest(
            key=_key_of(container, secret), digest_name=digest_name, digest=digest
        )
        return self._with_secret(methods.CARD_SIGN, request, container, secret)

    def close(self) -> None:
        """End the child; a question under way ends with ``CANCELLED``. Never hangs."""
        with self._state:
            self._closed = True
            child = self._child
        if child is not None:
            child.kill()
            child.join(_CLOSE_SECONDS)

    def _with_secret(
        self, method: Method[Q, A], request: Q, container: Container, secret: Secret
    ) -> A:
        """Ask with the PIN, once; the child, which had it in its memory, ends afterwards."""
        try:
            with serving((secret, pin_owner(container.token))):
                return self._ask(method, request, secret)
        except RoscherkError as error:
            token = container.token
            serial = "" if token is None else token.serial
            raise error.with_facts(token=_name_of(container), serial=serial) from None
        finally:
            self._end()

    def _ask(self, method: Method[Q, A], request: Q, secret: Secret | None = None) -> A:
        with self._turn, self._traffic.reading():
            child = self._living()
            try:
                return child.call(method, request, limits=methods.LIMITS, secret=secret)
            except RoscherkError as error:
                if self._closed:
                    raise RoscherkError(ErrorCode.CANCELLED) from None
                if error.code is ErrorCode.CHILD_SILENT:
                    raise RoscherkError(ErrorCode.TOKEN_BUSY) from None
                raise

    def _living(self) -> Child:
        with self._state:
            if self._closed:
                raise RoscherkError(ErrorCode.CANCELLED)
            if self._child is None or not self._child.usable:
                self._child = Child(_ROLE, command=self._command)
            return self._child

    def _end(self) -> None:
        with self._state:
            child = self._child
        if child is not None:
            child.kill()


class CardKey:
    """One key on a token; it is read for one signature at a time, and stays nowhere."""

    def __init__(self, container: Container, cards: Cards) -> None:
        self._container = container
        self._cards = cards

    @property
    def container(self) -> Container:
        """The container that holds this key."""
        return self._container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest, if it is permitted.

        ``secret`` is the PIN; where `Container.password_too`, the pair of the PIN and the password
        (`app.tokens.secret_pair`).
        """
        return self._cards.sign(self._container, digest_name, digest, secret)


def _key_of(container: Container, secret: Secret) -> methods.CardKeyRequest:
    uri, token = KeyUri.parse(container.uri), container.token
    if uri.kind is not KeyPlaceKind.CARD or token is None:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri)
    return methods.CardKeyRequest(
        reader=token.reader,
        serial=token.serial,
        folder=uri.name,
        number=uri.number,
        password_too=container.password_too,
        last_try_confirmed=secret.last_try_confirmed,
    )


def _demand_sound(container: Container) -> None:
    if container.state is ContainerState.DAMAGED:
        raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, name=container.label, reason="header")
    if container.state is ContainerState.UNSUPPORTED:
        algorithm = container.algorithm or "?"
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=container.uri, algorithm=algorithm)


def _name_of(container: Container) -> str:
    token: Token | None = container.token
    return container.label if token is None else token.label
