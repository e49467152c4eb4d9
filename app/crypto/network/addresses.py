"""Which addresses may be asked: the form of a URL, and what a name resolves to (policy of §2.3).

A URL out of a file is a stranger's wish. It may lead to the public internet and nowhere else:
not to this computer, not into the local network, however its name is written. A host that the
user or the administrator named may lie anywhere.
"""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from urllib.parse import quote, urlsplit

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Resolve = Callable[[str, int], Sequence[str]]
"""Return the numeric addresses of a host; raise `OSError` if it has none."""

MAX_URL = 2048
_PORTS = {"http": 80, "https": 443}
_PUBLIC_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_SAFE = "%/:=&?~#+!$,;'@()*[]"
_LOCAL_ENDINGS = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"}
)
"""Names that mean the network at hand (RFC 6761, RFC 6762, RFC 8375, and common practice)."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """One address to be asked, in the one spelling that is sent."""

    url: str
    scheme: str
    host: str
    """Lower case, in the ASCII form of IDNA; an IPv6 address without brackets."""
    port: int


def read_url(text: str) -> Target:
    """Take a URL apart; raise ``NETWORK_REFUSED`` for one that this program does not follow."""
    if not 0 < len(text) <= MAX_URL or _UNFIT.search(text) or not text.isprintable():
        raise refused(_without_login(text), "url")
    try:
        parts = urlsplit(text.strip(" "))
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise refused(_without_login(text), "url") from None
    if parts.scheme not in _PORTS:
        raise refused(_without_login(text), "scheme")
    if "@" in parts.netloc:
        raise refused(_without_login(text), "credentials")
    if port == 0:
        raise refused(_without_login(text), "url")
    host = _ascii_host(host, text)
    shown = f"[{host}]" if ":" in host else host
    place = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    path = quote(parts.path or "/", safe=_SAFE)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    url = f"{parts.scheme}://{shown}{place}{path}{query}"
    return Target(url, parts.scheme, host, port or _PORTS[parts.scheme])


def is_named(target: Target, named_hosts: Sequence[str]) -> bool:
    """Tell whether the user or the administrator named this host (``host`` or ``host:port``)."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    own = {target.host, host, f"{host}:{target.port}"}
    return any(_folded(name) in own for name in named_hosts)


def demand_public_name(target: Target) -> None:
    """Refuse what is local by its mere spelling, and ports where no web server of an authority is."""
    address = _address(target.host)
    if address is not None:
        _demand_public(address, target)
        return
    labels = target.host.split(".")
    if len(labels) < 2 or labels[-1] in _LOCAL_ENDINGS or target.host.endswith("home.arpa"):
        raise refused(target.url, "local_name")
    if target.port not in _PUBLIC_PORTS and target.port < _FIRST_FREE_PORT:
        raise refused(target.url, "port")


def resolve_public(target: Target, resolve: Resolve) -> tuple[str, ...]:
    """Return the addresses of a host out of a file; one that is not public spoils them all."""
    found = tuple(resolve(target.host, target.port))
    for text in found:
        address = _address(text)
        if address is None:
            raise refused(target.url, "private_address")
        _demand_public(address, target)
    return found


def resolve_name(host: str, port: int) -> tuple[str, ...]:
    """Ask the system for the addresses of a host; raise `OSError` if there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def within(seconds: float, resolve: Resolve) -> Resolve:
    """Return ``resolve`` with a limit to its time: a dead name server may hold it for minutes."""

    def limited(host: str, port: int) -> Sequence[str]:
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(resolve(host, port))
            except Exception as error:  # noqa: BLE001 - it goes to who waits
                answers.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    return limited


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, also inside its IPv6 disguises."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local or address.scope_id:
            return False
        if int(address) < 1 << 32:  # the old "compatible" form ::a.b.c.d
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_reserved
    )


def refused(url: str, reason: str) -> RoscherkError:
    """Return the error for an address that the policy does not allow."""
    shown = url[:MAX_URL].encode("utf-8", "replace").decode()  # half characters cross no pipe
    return RoscherkError(ErrorCode.NETWORK_REFUSED, url=shown, reason=reason)


def _demand_public(address: Address, target: Target) -> None:
    if not is_public(address):
        raise refused(target.url, "private_address")


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _ascii_host(host: str, url: str) -> str:
    """Return the host as it goes over the wire; raise ``NETWORK_REFUSED`` if it is none."""
    if ":" in host:
        address = _address(host)
        if address is None:
            raise refused(url, "url")
        return str(address)
    try:
        # The codec of the standard library is IDNA 2003, which is what registrars of .рф keep to.
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise refused(url, "url") from None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise refused(url, "url")
    if _NUMBER.fullmatch(labels[-1]) and _address(name) is None:
        # 0x7f.1, 2130706433, 127.1: spellings that only a disguise needs.
        raise refused(url, "url")
    return name


def _folded(name: str) -> str:
    try:
        return name.strip().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name.strip().lower()


def _without_login(url: str) -> str:
    """Take name and password out of a text that is going to be told, wherever they end in it."""
    scheme, slashes, rest = url.partition("//")
    authority, slash, path = rest.partition("/")
    if "@" in authority:
        return f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"
    # A password with a slash in it, or no address at all.
    return f"{scheme}{slashes}{rest.rpartition('@')[2]}" if slashes else url.rpartition("@")[2]
