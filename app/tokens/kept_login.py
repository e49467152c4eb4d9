"""One login for a run of signatures with one PIN: the parent's side.

The PIN is sent with the first signature of a run, and again only if the host no longer knows of the
login: it is another host, or the token was out meanwhile. The PIN has been right once, and serves
the same serial number. When the PIN is wiped the token is logged out, and the host ends.
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
        """Sign once in the run of ``secret``."""
        with self._lock:
            held = self._secret is secret
        try:
            signature = self._sign(replace(request, keep=True), limits, secret, held=held)
        except BaseException:
            with self._lock:
                self._secret = None
            self._place.end_session()
            raise
        if not held:
            with self._lock:
                self._secret = secret
            secret.at_wipe(self._leave)
        return signature

    def join(self, seconds: float) -> None:
        """Wait for a logout under way, at most so long."""
        leaving = self._leaving
        if leaving is not None:
            leaving.join(seconds)

    def _sign(
        self, request: methods.TokenSignRequest, limits: Limits, secret: Secret, *, held: bool
    ) -> bytes:
        if held:
            try:
                return self._place.ask_to_sign(request, limits, None)
            except RoscherkError as error:
                if error.code is not ErrorCode.PIN_NEEDED or "reason" in error.facts:
                    raise
        return self._place.ask_to_sign(request, limits, secret)

    def _leave(self) -> None:
        """Log out beside whoever wipes the PIN: that may be the thread of the window."""
        with self._lock:
            self._secret = None
            self._leaving = threading.Thread(target=self._place.log_out, daemon=True)
            self._leaving.start()
