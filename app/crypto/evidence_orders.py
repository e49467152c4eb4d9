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
        hosts = (*self._settings.get(NAMED_HOSTS), *map(_host, servers))
        return NetworkPolicy(
            online=self._settings.get(NETWORK_ONLINE) and not offline,
            named_hosts=tuple(dict.fromkeys(host for host in hosts if host)),
            proxy=ProxyMode(self._settings.get(NETWORK_PROXY)),
            proxy_url=self._settings.get(NETWORK_PROXY_URL),
            cache=self._places.cache / "network",
            roots=self._trust().anchors,
        )


def _host(url: str) -> str:
    """Return ``host:port`` of an address; empty for what is none, which is refused when asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port or (443 if parts.scheme == 'https' else 80)}" if host else ""
