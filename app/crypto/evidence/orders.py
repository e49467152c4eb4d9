"""Where a profile gets time-stamps and revocation data from: its settings, as values for workers.

Light: both faces make their requests with it, and nothing here touches the network.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from app.crypto.model import EvidenceOrder, TimeStampServer, TrustMaterial
from app.crypto.network.policy import NetworkPolicy, ProxyMode
from app.places import Places
from app.settings import (
    NAMED_HOSTS,
    NETWORK_ONLINE,
    NETWORK_PROXY,
    NETWORK_PROXY_URL,
    TIME_STAMP_SERVERS,
    Settings,
)


class EvidenceOrders:
    """Makes `EvidenceOrder` and `NetworkPolicy` of the settings that hold at that moment."""

    def __init__(
        self, settings: Settings, places: Places, trust: Callable[[], TrustMaterial]
    ) -> None:
        """Take the profile; ``trust`` returns what is trusted in it."""
        self._settings = settings
        self._places = places
        self._trust = trust

    def order(self, servers: Sequence[str] = (), *, offline: bool = False) -> EvidenceOrder:
        """Return the order for one piece of work.

        ``servers``: addresses of time-stamp servers to be tried instead of those of the settings
        (the option ``--tsa``); they may lie in the local network, for the user named them.
        ``offline``: ask nothing of the network (``--offline``). An administrator's settings hold
        against both: a locked list of servers stays, and a network that was locked off stays off.
        """
        own = self._settings.get(TIME_STAMP_SERVERS)
        locked = self._settings.locked(TIME_STAMP_SERVERS)
        chosen = tuple(servers) if servers and not locked else own
        return EvidenceOrder(
            servers=tuple(TimeStampServer(url=url) for url in chosen),
            network=self.policy(chosen, offline=offline),
            trust=self._trust(),
        )

    def policy(self, servers: Sequence[str] = (), *, offline: bool = False) -> NetworkPolicy:
        """Return what may be asked of the network; hosts of ``servers`` count as named."""
        hosts = list(self._settings.get(NAMED_HOSTS))
        for url in servers:
            hosts.extend(_hosts(url))
        return NetworkPolicy(
            online=self._settings.get(NETWORK_ONLINE) and not offline,
            named_hosts=tuple(dict.fromkeys(hosts)),
            proxy=ProxyMode(self._settings.get(NETWORK_PROXY)),
            proxy_url=self._settings.get(NETWORK_PROXY_URL),
            cache=self._places.cache / "network",
            roots=self._trust().anchors,
        )


def _hosts(url: str) -> list[str]:
    """Return ``host:port`` of an address; nothing for what is none, which is refused when asked.

    A server on the ordinary port may send its visitors on to its own protected one.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return []
    if not host:
        return []
    shown = f"[{host}]" if ":" in host else host
    if parts.scheme == "http" and port in {None, 80}:
        return [f"{shown}:80", f"{shown}:443"]
    return [f"{shown}:{port or 443}"]
