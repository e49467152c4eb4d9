"""The login of a host: for one signature, or kept for a run of them with one PIN.

In a run the token is logged in once. Its session, and the keys found in it, are used until the run
ends, until something goes wrong, or until the token no longer knows that it is logged in.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import field

from pkcs11.types import Session, SignMixin

from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.tokens import token_methods as methods
from app.tokens.model import Token
from app.tokens.pkcs11.calling import calls
from app.tokens.pkcs11.driver import Driver, Plugged, handle_of
from app.tokens.pkcs11.errors import CallError
from app.tokens.uri import KeyUri
from app.values import dataclass


@dataclass
class Login:
    """A token that is logged in."""

    plugged: Plugged
    session: Session
    keys: dict[tuple[str, bytes | None], tuple[SignMixin, bool]] = field(default_factory=dict)
    """Keys that were found in this session, by the URI and the public key they were asked by;
    and whether they want the PIN anew for each signature."""


class Logins:
    """The one login that a host may keep."""

    def __init__(self) -> None:
        self._login: Login | None = None
        self._stack = ExitStack()

    def token(self, driver: Driver, request: methods.TokenSignRequest, context: Context) -> Plugged:
        """Return the token that is to sign; a login that is not of use for it ends.

        A PIN that was sent is always tried: the login of another one must not stand in for it.
        """
        context.step(methods.STEP_FIND)
        uri = KeyUri.parse(request.uri)
        if not request.keep or context.secret is not None or not self._is_kept(driver, uri):
            self.end()
        return find_token(driver, uri) if self._login is None else self._login.plugged

    @contextmanager
    def signing(
        self,
        driver: Driver,
        plugged: Plugged,
        request: methods.TokenSignRequest,
        context: Context,
    ) -> Iterator[Login]:
        """Log in to what `token` returned, for one signature, or use the login that a run keeps."""
        try:
            with calls(driver, plugged):
                if self._login is None:
                    self._login = self._begin(driver, plugged, request, context)
                yield self._login
        except BaseException:
            self.end()
            raise
        if not request.keep:
            self.end()

    def end(self) -> None:
        """Log out and close the session."""
        self._login = None
        stack, self._stack = self._stack, ExitStack()
        stack.close()

    def _is_kept(self, driver: Driver, uri: KeyUri) -> bool:
        """Tell whether there is a login to this token, and the token still knows of it."""
        login = self._login
        if login is None or not is_named(login.plugged.token, uri):
            return False
        try:
            return driver.supplement.is_logged_in(handle_of(login.session))
        except CallError:
            return False

    def _begin(
        self,
        driver: Driver,
        plugged: Plugged,
        request: methods.TokenSignRequest,
        context: Context,
    ) -> Login:
        with ExitStack() as stack:
            session = stack.enter_context(driver.session(plugged.slot))
            context.step(methods.STEP_LOGIN)
            confirmed = request.last_try_confirmed
            stack.enter_context(
                driver.logged_in(plugged, session, context.secret, last_try_confirmed=confirmed)
            )
            self._stack = stack.pop_all()
        return Login(plugged, session)


def find_token(driver: Driver, uri: KeyUri) -> Plugged:
    """Return the one token that the URI speaks of."""
    found = [plugged for plugged in driver.plugged() if is_named(plugged.token, uri)]
    if not found:
        raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND)
    if len(found) > 1:
        raise RoscherkError(ErrorCode.KEY_AMBIGUOUS)
    return found[0]


def is_named(token: Token, uri: KeyUri) -> bool:
    """Tell whether the URI speaks of this token."""
    wanted = dict(uri.attributes)
    told = {
        "token": token.label,
        "manufacturer": token.manufacturer,
        "model": token.model,
        "serial": token.serial,
        "slot-id": str(token.slot),
    }
    return all(wanted.get(name, value.encode()) == value.encode() for name, value in told.items())
