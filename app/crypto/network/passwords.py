"""The password of a manual proxy: a face keeps it while it runs, a worker has it for one task.

It is neither a setting nor part of a request: it crosses the pipe as a secret of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

from app.crypto.network.policy import NetworkPolicy, ProxyMode
from app.tokens.pin import Secret
from app.values import dataclass


class ProxyPassword:
    """The password of this session, if the user gave one."""

    def __init__(self) -> None:
        self._secret: Secret | None = None

    @property
    def current(self) -> Secret | None:
        """The password; None: none was given."""
        return self._secret

    def set(self, secret: Secret) -> None:
        """Keep a password until `forget`; it is wiped then."""
        self.forget()
        self._secret = secret

    def forget(self) -> None:
        """Wipe the password."""
        if self._secret is not None:
            self._secret.wipe()
            self._secret = None


def user_of_proxy(policy: NetworkPolicy) -> str:
    """Return the name that goes with the password; empty where no password is needed."""
    if not policy.online or policy.proxy is not ProxyMode.MANUAL:
        return ""
    try:
        return urlsplit(policy.proxy_url).username or ""
    except ValueError:
        return ""


@dataclass(frozen=True)
class Borrowed:
    """A password that belongs to the task under way, which wipes it."""

    buffer: bytearray

    def __repr__(self) -> str:
        """Say nothing."""
        return "Borrowed(…)"


_lent: ContextVar[bytearray | None] = ContextVar("proxy password", default=None)


@contextmanager
def lent(buffer: bytearray | None) -> Iterator[None]:
    """Let `Network` objects that are made meanwhile use this password."""
    token = _lent.set(buffer)
    try:
        yield
    finally:
        _lent.reset(token)


def borrowed() -> Borrowed | None:
    """Return the password of the task under way."""
    buffer = _lent.get()
    return None if buffer is None else Borrowed(buffer)
