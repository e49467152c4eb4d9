"""The tokens of PKCS #11 modules, as the rest of the house sees them.

No module is loaded here: each has a host process of its own, which is asked one thing at a time,
watched, killed when it hangs, and started anew.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from app.errors import ErrorCode, RoscherkError
from app.processes.child import Cancel, Child, Quiet
from app.processes.limits import Limits
from app.processes.method import Method
from app.tokens import token_methods as methods
from app.tokens.kept_login import KeptLogin
from app.tokens.model import Container, Module, Token
from app.tokens.pin import Secret, serving
from app.tokens.pin_state import pin_owner
from app.tokens.traffic import Traffic
from app.values import dataclass

Q = TypeVar("Q")
A = TypeVar("A")

_ROLE = "token-host"
_CLOSE_SECONDS = 1.0
_QUIET_SECONDS = 2.0
# The host's way of dying, as an error of the module in it.
_OF_MODULE = {
    ErrorCode.CHILD_CRASHED: ErrorCode.MODULE_CRASHED,
    ErrorCode.CHILD_SILENT: ErrorCode.MODULE_SILENT,
}


@dataclass(frozen=True)
class Silence:
    """A module that has not answered for two seconds (``quiet``), or does so again."""

    module: Module
    quiet: bool
    by_person: bool
    """A person is asked on the device itself: to type a PIN, to press a button."""
    interrupt: Callable[[], None]
    """Give the question up: the host is killed, and whoever asked gets ``CANCELLED``."""


OnSilence = Callable[[Silence], None]
"""Called in the thread that asks the module; must return at once."""


class TokenPlace:
    """The tokens of one module."""

    def __init__(
        self,
        module: Module,
        *,
        command: Sequence[str] | None = None,
        on_silence: OnSilence | None = None,
        admit: Callable[[Module], None] | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        """``admit`` is called before the module is loaded, and may refuse by raising an error.

        ``traffic`` keeps the reader of cards away while the module works.
        """
        self._traffic = traffic or Traffic()
        self._module = module
        self._command = command
        self._on_silence = on_silence
        self._admit = admit
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._host: Child | None = None
        self._closed = False
        self._login = KeptLogin(self)
        self.problems: tuple[RoscherkError, ...] = ()
        """The slots that could not be looked into when the tokens were listed last."""

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
        found = self.ask(methods.TOKEN_LIST, request, methods.LISTING)
        self.problems = tuple(
            self._named(
                RoscherkError(
                    ErrorCode.SLOT_FAILED, slot=each.slot, operation=each.operation, rv=each.rv
                )
            )
            for each in found.problems
        )
        return found.tokens

    def containers(self) -> tuple[Container, ...]:
        """List the certificates and keys that the tokens show without a PIN."""
        request = methods.ModuleRequest(self._module.path)
        return self.ask(methods.TOKEN_CONTAINERS, request, methods.LISTING)

    def open(self, container: Container) -> "TokenKey":
        """Return the key of a container on one of these tokens."""
        if container.token is None or container.token.module != self._module.path:
            raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=container.label)
        return TokenKey(container, self)

    def sign(
        self, request: methods.TokenSignRequest, limits: Limits, secret: Secret | None
    ) -> bytes:
        """Sign once. The host ends afterwards: some modules keep the PIN they were given.

        In a run of signatures (`Secret.for_run`) it ends when the PIN is wiped.
        """
        if secret is not None and secret.for_run:
            return self._login.sign(request, limits, secret)
        by_person = not secret
        return self.ask(methods.TOKEN_SIGN, request, limits, secret, last=True, by_person=by_person)

    def ask_to_sign(
        self, request: methods.TokenSignRequest, limits: Limits, secret: Secret | None
    ) -> bytes:
        """Sign once; the host stays, and stays logged in."""
        by_person = secret is not None and not secret
        return self.ask(methods.TOKEN_SIGN, request, limits, secret, by_person=by_person)

    def log_out(self) -> None:
        """Log out and end the host, if there is one."""
        if self.pid is not None:
            request = methods.ModuleRequest(self._module.path)
            with suppress(RoscherkError):
                self.ask(methods.TOKEN_LOGOUT, request, methods.LISTING, last=True)

    def close(self) -> None:
        """End the host; a question under way ends with ``CANCELLED``. Never hangs."""
        self._login.join(_CLOSE_SECONDS / 2)
        with self._state:
            self._closed = True
            host = self._host
        if host is not None:
            host.kill()
            host.join(_CLOSE_SECONDS)

    def end_session(self) -> None:
        """End the host now, and with it every login; the next question starts another."""
        host = self._host
        if host is not None:
            host.kill()

    def renew(self) -> None:
        """Let the next question find a new host: a token was pulled out, its handles are stale.

        A question under way is left alone; it meets its own error.
        """
        if self._turn.acquire(blocking=False):
            try:
                if self._host is not None:
                    self._host.kill()
            finally:
                self._turn.release()

    def ask(
        self,
        method: Method[Q, A],
        request: Q,
        limits: Limits,
        secret: Secret | None = None,
        *,
        last: bool = False,
        by_person: bool = False,
    ) -> A:
        """Ask the host; ``last``: it ends afterwards. Questions to one module are serial.

        Raises what the module met, ``MODULE_CRASHED``, ``MODULE_SILENT``; every error names the
        module and its vendor. ``CANCELLED``: interrupted by a person, or closed.
        """
        cancel = Cancel()
        quiet = Quiet(_QUIET_SECONDS, lambda quiet: self._tell(cancel, quiet, by_person=by_person))
        with self._turn, self._traffic.calling():
            host = self._living_host()
            try:
                return host.call(
                    method, request, limits=limits, secret=secret, cancel=cancel, quiet=quiet
                )
            except RoscherkError as error:
                if self._closed:
                    raise RoscherkError(ErrorCode.CANCELLED) from None
                # Handles of a removed token may hit another one after the next insertion.
                last = last or error.code is ErrorCode.TOKEN_REMOVED
                raise self._named(error) from None
            finally:
                if last:
                    host.kill()

    def _tell(self, cancel: Cancel, quiet: bool, *, by_person: bool) -> None:
        if self._on_silence is not None:
            self._on_silence(Silence(self._module, quiet, by_person, cancel.cancel))

    def _named(self, error: RoscherkError) -> RoscherkError:
        """Say whose module it was."""
        facts = {**error.facts, "module": self._module.name}
        if self._module.vendor:
            facts["vendor"] = self._module.vendor
        return RoscherkError(_OF_MODULE.get(error.code, error.code), **facts)

    def _living_host(self) -> Child:
        with self._state:
            if self._closed:
                raise RoscherkError(ErrorCode.CANCELLED)
            if self._host is None or not self._host.usable:
                if self._admit is not None:
                    self._admit(self._module)
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
        by_person = not secret and token is not None and token.flags.pin_pad
        request = methods.TokenSignRequest(
            module=self._place.module.path,
            uri=self._container.uri,
            digest_name=digest_name,
            digest=digest,
            public_key=self._container.public_key,
            last_try_confirmed=secret is not None and secret.last_try_confirmed,
            typed=secret is not None and secret.typed,
        )
        limits = methods.signing_limits(by_person=by_person)
        with serving((secret, pin_owner(token))):
            try:
                return self._place.sign(request, limits, secret)
            finally:
                if secret is not None:
                    secret.typed = False
