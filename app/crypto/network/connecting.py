"""One request over one connection, by urllib3, held to an address, a size and a time.

The connection is opened here to an address that was looked at before, and handed to urllib3,
which speaks HTTP and TLS over it: so nothing resolves the name a second time, while certificate
and SNI are still those of the name. At the deadline the connection is shut from outside: no
server can hold us by sending an octet now and then, in its headers or in the handshake of TLS.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import urllib3
from urllib3 import connection, connectionpool, exceptions

from app.crypto.network.addresses import Target, resolve_name, within
from app.crypto.network.budget import PROCESSOR_SECONDS
from app.crypto.network.wire import (
    CONNECT_SECONDS,
    Answer,
    FailedError,
    Progress,
    Request,
    Route,
)

_PIECE = 64 << 10
_GLANCE = 0.1
"""Seconds between two looks at the clocks."""
_LONGEST_NUMBER = 18
_IDENTITY = frozenset({"", "identity"})


def ask(
    request: Request,
    route: Route,
    *,
    limit: int,
    seconds: float,
    processor_seconds: float = PROCESSOR_SECONDS,
    progress: Progress | None = None,
) -> Answer:
    """Send a request and read the answer, at most ``limit`` octets within ``seconds``.

    ``processor_seconds``: how much of the processor's time the answer may cost.
    ``progress`` is told how many octets came and how many were announced (0: unknown). Raises
    `FailedError`. Redirects and statuses are the caller's.
    """
    with _Guard(seconds, processor_seconds) as guard:
        try:
            guard.watch(_connect(request.target, route, min(CONNECT_SECONDS, seconds)))
            manager = _manager(route, guard)
            try:
                response = manager.urlopen(
                    request.method,
                    request.target.url,
                    body=request.body,
                    headers={"Accept-Encoding": "identity", **request.headers},
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                    timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
                )
                try:
                    return _read(response, limit, guard, progress)
                finally:
                    response.close()
            finally:
                manager.clear()
        except FailedError:
            raise
        except (exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise FailedError(guard.reason(error)) from error


def tls_context(roots: Sequence[bytes]) -> ssl.SSLContext:
    """Return whom TLS trusts: the system's store, and certificates of the user in DER."""
    context = ssl.create_default_context()
    for root in roots:
        # A root whose algorithm OpenSSL lacks (GOST) can vouch for no server over this TLS.
        with contextlib.suppress(ssl.SSLError, ValueError):
            context.load_verify_locations(cadata=root)
    return context


class _Guard:
    """The clock over one exchange: it shuts the connection when the time is over."""

    def __init__(self, seconds: float, processor_seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._busy_until = time.process_time() + processor_seconds
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._own: socket.socket | None = None
        self._given: socket.socket | None = None
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._watcher.join()
        for one in (self._own, self._given):
            if one is not None:
                one.close()

    def watch(self, connected: socket.socket) -> None:
        """Take charge of a connection; TLS will take its descriptor, so we keep another."""
        self._given = connected
        self._own = connected.dup()
        if self._over.is_set():
            self._shut()

    def hand_over(self) -> socket.socket:
        """Give the connection to the library, once: it must not ask for a second one."""
        given, self._given = self._given, None
        if given is None:
            raise FailedError("connection")
        return given

    def reason(self, error: Exception) -> str:
        """Name a failure; what fails after our own shutting is a time-out."""
        return "timeout" if self._over.is_set() else _reason(error)

    def _watch(self) -> None:
        """Look now and then whether the time is over, by the clock or of the processor."""
        while (left := self._deadline - time.monotonic()) > 0:
            if self._done.wait(min(left, _GLANCE)):
                return
            if time.process_time() > self._busy_until:
                break
        self._shut()

    def _shut(self) -> None:
        self._over.set()
        if self._own is not None:
            with contextlib.suppress(OSError):
                self._own.shutdown(socket.SHUT_RDWR)


def _connect(target: Target, route: Route, seconds: float) -> socket.socket:
    """Open the connection to the first address that answers."""
    if route.proxy is None:
        addresses, port = route.addresses, target.port
    else:
        parts = urllib3.util.parse_url(route.proxy.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.host or "").strip("[]")
        try:
            addresses = within(seconds, resolve_name)(host, port)
        except (OSError, UnicodeError) as error:
            raise FailedError("proxy") from error
    last: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=seconds / len(addresses))
        except OSError as error:
            last = error
    if route.proxy is not None:
        raise FailedError("proxy") from last
    raise FailedError("timeout" if isinstance(last, TimeoutError) else "connection") from last


def _manager(route: Route, guard: _Guard) -> urllib3.PoolManager:
    """Return a client whose one connection is the one that is open already."""

    class Plain(connection.HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.hand_over()

    class Secure(connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.hand_over()

    class PlainPool(connectionpool.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(connectionpool.HTTPSConnectionPool):
        ConnectionCls = Secure

    options: dict[str, Any] = {"ssl_context": route.context}
    if route.proxy is None:
        manager = urllib3.PoolManager(1, **options)
    else:
        login = route.proxy.login
        manager = urllib3.ProxyManager(
            route.proxy.url,
            1,
            proxy_headers={} if login is None else {"Proxy-Authorization": login.header()},
            proxy_ssl_context=route.context,
            **options,
        )
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return manager


def _read(
    response: urllib3.BaseHTTPResponse,
    limit: int,
    guard: _Guard,
    progress: Progress | None,
) -> Answer:
    """Read the body as it comes, up to the limit; a body in disguise is refused unread."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    if headers.get("content-encoding", "").strip().lower() not in _IDENTITY:
        raise FailedError("content")
    announced = headers.get("content-length", "0").strip()
    if not (announced.isascii() and announced.isdecimal()):
        raise FailedError("protocol")
    if len(announced) > _LONGEST_NUMBER or int(announced) > limit:
        raise FailedError("too_large")
    pieces: list[bytes] = []
    received = 0
    broken = None
    try:
        while piece := response.read(_PIECE):
            received += len(piece)
            if received > limit:
                raise FailedError("too_large", received)
            pieces.append(piece)
            if progress is not None:
                progress(received, int(announced))
    except (exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        reason = guard.reason(error)
        broken = "truncated" if reason in {"connection", "protocol"} else reason
    return Answer(status=response.status, headers=headers, body=b"".join(pieces), broken=broken)


def _reason(error: Exception) -> str:
    """Name what the library reports, by its types."""
    cause: BaseException | None = error
    while cause is not None:
        for kinds, reason in _REASONS:
            if isinstance(cause, kinds):
                return reason
        cause = cause.__cause__ or cause.__context__
    return "protocol"


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((exceptions.ProxyError,), "proxy"),
    ((exceptions.SSLError, ssl.SSLError), "tls"),
    ((exceptions.TimeoutError, TimeoutError), "timeout"),
    ((exceptions.IncompleteRead, http.client.IncompleteRead), "truncated"),
    ((http.client.RemoteDisconnected, ConnectionError), "connection"),
)
