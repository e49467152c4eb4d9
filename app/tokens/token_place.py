"""The tokens of PKCS #11 modules, as the rest of the house sees them.

No module is loaded here: each has a host process of its own, which is asked one thing at a time,
watched, killed when it hangs, and started anew.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from app.errors import ErrorCode, RoscherkError
from app.processes.child import Child
from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens import token_methods as methods
from app.tokens.backend import KeyBackend
from app.tokens.model import Container, Module, Token
from app.tokens.pin import Secret

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")

_ROLE = "token-host"
_CLOSE_SECONDS = 1.0


class TokenPlace:
    """The tokens of one module."""

    def __init__(self, module: Module, *, command: Sequence[str] | None = None) -> None:
        self._module = module
        self._command = command
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._host: Child | None = None
        self._closed = False

    @property
    def module(self) -> Module:
        """The module whose tokens these are."""
        return self._module

    @property
    def pid(self) -> int | None:
        """The process id of the host, while there is one."""
        host = self._host
        return None if host is None or not host.usable else host.pid

    def tokens(self) -> tuple[Token, ...]:
        """List the tokens that are plugged in now."""
        request = methods.ModuleRequest(self._module.path)
        return self._ask(methods.TOKEN_LIST, request, methods.LISTING)

    def containers(self) -> tuple[Container, ...]:
        """List the certificates and keys that the tokens show without a PIN."""
        request = methods.ModuleRequest(self._module.path)
        return self._ask(methods.TOKEN_CONTAINERS, request, methods.LISTING)

    def open(self, container: Container) -> "TokenKey":
        """Return the key of a container on one of these tokens."""
        if container.token is None or container.token.module != self._module.path:
            raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=container.label)
        return TokenKey(container, self)

    def sign(
        self, request: methods.TokenSignRequest, limits: Limits, secret: Secret | None
    ) -> bytes:
        """Sign once. The host ends afterwards: some modules keep the PIN they were given."""
        return self._ask(methods.TOKEN_SIGN, request, limits, secret, last=True)

    def close(self) -> None:
        """End the host; a question under way ends with ``CANCELLED``. Never hangs."""
        with self._state:
            self._closed = True
            host = self._host
        if host is not None:
            host.kill()
            host.join(_CLOSE_SECONDS)

    def _ask(
        self,
        method: Method[Q, A],
        request: Q,
        limits: Limits,
        secret: Secret | None = None,
        *,
        last: bool = False,
    ) -> A:
        with self._turn:
            host = self._living_host()
            try:
                return host.call(method, request, limits=limits, secret=secret)
            except RoscherkError as error:
                if self._closed:
                    raise RoscherkError(ErrorCode.CANCELLED) from None
                # Handles of a removed token may hit another one after the next insertion.
                last = last or error.code is ErrorCode.TOKEN_REMOVED
                raise error.with_facts(module=self._module.name) from None
            finally:
                if last:
                    host.kill()

    def _living_host(self) -> Child:
        with self._state:
            if self._closed:
                raise RoscherkError(ErrorCode.CANCELLED)
            if self._host is None or not self._host.usable:
                self._host = Child(_ROLE, command=self._command)
            return self._host


class TokenKey:
    """One key on a token. It never leaves it."""

    def __init__(self, container: Container, place: TokenPlace) -> None:
        self._container = container
        self._place = place

    @property
    def container(self) -> Container:
        """The container that holds this key."""
        return self._container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest with the PIN, in CMS byte order; one attempt.

        Without a PIN only a token with a PIN pad of its own signs; it asks there.
        """
        token = self._container.token
        by_person = secret is None and token is not None and token.flags.pin_pad
        request = methods.TokenSignRequest(
            module=self._place.module.path,
            uri=self._container.uri,
            digest_name=digest_name,
            digest=digest,
            public_key=self._container.public_key,
        )
        return self._place.sign(request, methods.signing_limits(by_person=by_person), secret)


class TokenPlaces:
    """The tokens of all modules together; a device that two modules show is listed once."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._places = tuple(TokenPlace(module) for module in modules)
        self._failures: tuple[RoscherkError, ...] = ()

    @property
    def failures(self) -> tuple[RoscherkError, ...]:
        """What went wrong with single modules in the last listing; the fact ``module`` names it."""
        return self._failures

    def tokens(self) -> tuple[Token, ...]:
        """List all tokens; a module that fails is told in `failures` and hides no other."""
        listings = self._each(TokenPlace.tokens)
        return tuple(_once(listings, lambda token: token))

    def containers(self) -> tuple[Container, ...]:
        """List what all tokens show without a PIN, likewise."""
        listings = self._each(TokenPlace.containers)
        return tuple(_once(listings, lambda container: container.token))

    def open(self, container: Container) -> KeyBackend:
        """Return the key of a container that was listed here."""
        for place in self._places:
            if container.token is not None and container.token.module == place.module.path:
                return place.open(container)
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=container.label)

    def close(self) -> None:
        """End all hosts."""
        for place in self._places:
            place.close()

    def _each(self, ask: Callable[[TokenPlace], tuple[T, ...]]) -> list[tuple[T, ...]]:
        """Ask all modules at once: one that hangs costs its own patience and nobody else's."""
        answers: dict[TokenPlace, tuple[T, ...]] = {}
        failures: dict[TokenPlace, RoscherkError] = {}

        def ask_one(place: TokenPlace) -> None:
            try:
                answers[place] = ask(place)
            except RoscherkError as error:
                failures[place] = error

        threads = [
            threading.Thread(target=ask_one, args=(place,), daemon=True) for place in self._places
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._failures = tuple(failures[place] for place in self._places if place in failures)
        return [answers[place] for place in self._places if place in answers]


def _once(listings: Iterable[tuple[T, ...]], token_of: Callable[[T], Token | None]) -> Iterator[T]:
    """Leave out what lies on a device that an earlier module has already shown.

    Within one module nothing is left out: some show one device as several tokens.
    """
    shown: set[str] = set()
    for listing in listings:
        devices: set[str] = set()
        for item in listing:
            token = token_of(item)
            serial = "" if token is None else token.serial.casefold().lstrip("0")
            if serial and serial in shown:
                continue
            devices.add(serial)
            yield item
        shown |= devices
