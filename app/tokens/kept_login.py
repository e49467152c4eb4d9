"""One login for a run of signatures with one PIN: the parent's side.

The PIN is sent with the first signature of a run, and never again: one typed PIN is one C_Login. If
the login is lost (the token was out, the module crashed, its host was killed) the PIN is wiped, and
whoever wants to go on types it anew. When the PIN is wiped the token is logged out, and the host
ends.
"""

import threading
from dataclasses import replace
from typing import Protocol

from app.errors import ErrorCode, RoscherkError
from app.processes.limits import Limits
from app.tokens import token_methods as methods
from app.tokens.pin import Secret


class Place(Protocol):
    """The place whose token is logged in (`app.tokens.token_place.TokenPlace`)."""

    def ask_to_sign(
        self, request: methods.TokenSignRequest, limits: Limits, secret: Secret | None
    ) -> bytes:
        """Sign; the host stays."""
        ...

    def log_out(self) -> None:
        """Log out and end the host, if there is one."""
        ...

    def end_session(self) -> None:
        """End the host at once."""
        ...


class KeptLogin:
    """The login of one place. May be used from any thread."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._secret: Secret | None = None
        self._leaving: threading.Thread | None = None

    def sign(self, request: methods.TokenSignRequest, limits: Limits, secret: Secret) -> bytes:
        """Sign once in the run of ``secret``; whatever goes wrong ends the login and spends it.

        Raises ``PIN_NEEDED`` with the reason ``login_lost`` when the token has forgotten the login.
        """
        with self._lock:
            held = self._secret is secret
        if not held:
            self._make_way()
        keep = replace(request, keep=True)
        try:
            signature = self._place.ask_to_sign(keep, limits, None if held else secret)
        except RoscherkError as error:
            self._drop(secret)
            raise _lost(error) if held else error from None
        except BaseException:
            self._drop(secret)
            raise
        if not held:
            with self._lock:
                self._secret = secret
            secret.at_wipe(lambda: self._leave(secret))
        return signature

    def _make_way(self) -> None:
        """End what another PIN has opened; a logout under way must not end what comes next."""
        with self._lock:
            other, leaving = self._secret, self._leaving
        if other is not None:
            self._drop(other)
        if leaving is not None:
            leaving.join()

    def _drop(self, secret: Secret) -> None:
        """End the login and its PIN. The host goes first: then there is nobody to log out."""
        with self._lock:
            self._secret = None
        self._place.end_session()
        secret.spend()

    def join(self, seconds: float) -> None:
        """Wait for a logout under way, at most so long."""
        leaving = self._leaving
        if leaving is not None:
            leaving.join(seconds)

    def _leave(self, secret: Secret) -> None:
        """Log out beside whoever wipes the PIN: that may be the thread of the window."""
        with self._lock:
            if self._secret is not secret:
                return
            self._secret = None
            self._leaving = threading.Thread(target=self._place.log_out, daemon=True)
            self._leaving.start()


def _lost(error: RoscherkError) -> RoscherkError:
    """Say of a token that no longer knows its login that this is so."""
    if error.code is ErrorCode.PIN_NEEDED and "reason" not in error.facts:
        return error.with_facts(reason="login_lost")
    return error
