"""One request over one connection: what is sent, what comes back, by which way.

Light: the network itself (`app.crypto.network.connecting`) is loaded by whoever really asks it.
"""

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from app.crypto.network.addresses import Target
from app.crypto.network.proxies import Proxy
from app.values import dataclass

CONNECT_SECONDS = 10.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent."""

    method: str
    target: Target
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    broken: str | None = None
    """Why the body ended before its end; None: it is whole."""


class FailedError(Exception):
    """Nothing usable came back. ``reason`` is a code of ``NETWORK_FAILED``."""

    def __init__(self, reason: str, received: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.received = received


@dataclass(frozen=True, kw_only=True)
class Route:
    """How the target is reached: by one of its addresses, or through a proxy."""

    addresses: Sequence[str] = ()
    proxy: Proxy | None = None
    context: ssl.SSLContext | None = None
    """For https: whom to trust."""
