"""Through what a host is reached: directly, or by the proxy of the system or of the user."""

import base64
import ipaddress
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.crypto.network.addresses import Target
from app.crypto.network.policy import NetworkPolicy, ProxyMode
from app.values import dataclass


class SecretBytes(Protocol):
    """A password as the tokens' room keeps it."""

    @property
    def buffer(self) -> bytearray:
        """The live bytes."""
        ...


@dataclass(frozen=True)
class Proxy:
    """A proxy of HTTP. ``login`` is the value of Proxy-Authorization; it hides in ``repr``."""

    url: str
    """Without name and password."""
    login: "Login | None" = None


class Login:
    """Name and password in the form of RFC 7617, which no log shows."""

    def __init__(self, user: str, password: bytes) -> None:
        self._value = base64.b64encode(user.encode() + b":" + password).decode()

    def header(self) -> str:
        """Return the value of the header."""
        return f"Basic {self._value}"

    def __repr__(self) -> str:
        """Say nothing."""
        return "Login(…)"


class UnusableProxyError(ValueError):
    """What is set as the proxy is no proxy of HTTP."""


def proxy_for(target: Target, policy: NetworkPolicy, secret: SecretBytes | None) -> Proxy | None:
    """Return the proxy for one host, None for a direct connection.

    ``secret`` is the password of a manual proxy. Raises `UnusableProxyError`.
    """
    if policy.proxy is ProxyMode.NONE or _on_this_computer(target.host):
        return None
    if policy.proxy is ProxyMode.MANUAL:
        return _read(policy.proxy_url, None if secret is None else bytes(secret.buffer))
    # The system's settings: variables of the environment, the registry, the control panel.
    import urllib.request  # noqa: PLC0415 - it takes its time, and most files ask no network

    known = urllib.request.getproxies()
    url = known.get(target.scheme) or known.get("all")
    if not url or urllib.request.proxy_bypass(target.host):
        return None
    return _read(url if "://" in url else f"http://{url}", None)


def _on_this_computer(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(url: str, password: bytes | None) -> Proxy:
    """Take the address of a proxy apart; a password inside is the system's own."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UnusableProxyError from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UnusableProxyError
    shown = f"[{host}]" if ":" in host else host
    plain = f"{parts.scheme}://{shown}" + (f":{port}" if port is not None else "")
    user = unquote(parts.username or "")
    if not user:
        return Proxy(plain)
    if password is None:
        password = unquote(parts.password or "").encode()
    return Proxy(plain, Login(user, password))
