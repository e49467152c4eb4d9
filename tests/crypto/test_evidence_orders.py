"""The settings of a profile as orders for workers: what holds, and who has the last word."""

from pathlib import Path

import pytest

from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.model import TrustMaterial
from app.crypto.network.policy import ProxyMode
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.settings import (
    NAMED_HOSTS,
    NETWORK_ONLINE,
    NETWORK_PROXY,
    NETWORK_PROXY_URL,
    TIME_STAMP_SERVERS,
    Setting,
    Settings,
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Return a profile."""
    return Places.under(tmp_path / "profile")


@pytest.fixture
def settings(places: Places) -> Settings:
    """Return the settings of that profile, without a policy of this computer."""
    return Settings(places.config / "settings.toml")


def orders(settings: Settings, places: Places) -> EvidenceOrders:
    """Return what makes the orders."""
    return EvidenceOrders(settings, places, lambda: TrustMaterial(anchors=(places.trust,)))


def test_defaults(settings: Settings, places: Places) -> None:
    """At first the network is on, through the system's proxy, and no server is known."""
    order = orders(settings, places).order()
    assert order.servers == ()
    assert order.network.online
    assert order.network.proxy is ProxyMode.SYSTEM
    assert order.network.named_hosts == ()
    assert order.network.cache == places.cache / "network"
    assert order.network.roots == (places.trust,)
    assert order.trust.anchors == (places.trust,)


def test_settings_hold(settings: Settings, places: Places) -> None:
    """Servers keep their order, and their hosts count as named."""
    urls = ("http://tsa.corp/tsp", "https://second.ru:8443/", "http://[::1]:318/")
    settings.set(TIME_STAMP_SERVERS, urls)
    settings.set(NAMED_HOSTS, ("cdp.corp", "tsa.corp:80"))
    settings.set(NETWORK_PROXY, "manual")
    settings.set(NETWORK_PROXY_URL, "http://buh@proxy.corp:3128")
    order = orders(settings, places).order()
    assert tuple(server.url for server in order.servers) == urls
    hosts = ("cdp.corp", "tsa.corp:80", "tsa.corp:443", "second.ru:8443", "[::1]:318")
    assert order.network.named_hosts == hosts
    assert order.network.proxy is ProxyMode.MANUAL
    assert order.network.proxy_url == "http://buh@proxy.corp:3128"


def test_options_of_one_work(settings: Settings, places: Places) -> None:
    """``--tsa`` takes the place of the settings, ``--offline`` switches off."""
    settings.set(TIME_STAMP_SERVERS, ("http://own.ru/",))
    order = orders(settings, places).order(["http://127.0.0.1:318/tsp"], offline=True)
    assert [server.url for server in order.servers] == ["http://127.0.0.1:318/tsp"]
    assert order.network.named_hosts == ("127.0.0.1:318",)
    assert not order.network.online
    nonsense = orders(settings, places).order(["http://[::1"])
    assert nonsense.network.named_hosts == ()


def test_switched_off_stays_off(settings: Settings, places: Places) -> None:
    """Nobody but the settings switches the network on."""
    settings.set(NETWORK_ONLINE, False)
    assert not orders(settings, places).order(["http://tsa.ru/"]).network.online


def test_a_locked_list_stays(places: Places, tmp_path: Path) -> None:
    """Where an administrator named the servers, an option names no other."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[signing]\ntime_stamp_servers = ["http://tsa.corp/"]\n')
    locked = Settings(places.config / "settings.toml", policy)
    if not locked.locked(TIME_STAMP_SERVERS):
        pytest.skip("a policy must belong to root")
    order = orders(locked, places).order(["http://tsa.evil/"])
    assert [server.url for server in order.servers] == ["http://tsa.corp/"]
    assert order.network.named_hosts == ("tsa.corp:80", "tsa.corp:443")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (TIME_STAMP_SERVERS, ("tsa.ru",)),
        (TIME_STAMP_SERVERS, ("ftp://tsa.ru/",)),
        (TIME_STAMP_SERVERS, ("http://user:secret@tsa.ru/",)),
        (TIME_STAMP_SERVERS, ("http://tsa.ru:0/",)),
        (TIME_STAMP_SERVERS, ("http://tsa.ru/\n",)),
        (NETWORK_PROXY, "socks"),
        (NETWORK_PROXY_URL, "proxy.corp"),
        (NETWORK_PROXY_URL, "http://user:secret@proxy.corp:3128"),
        (NAMED_HOSTS, ("http://tsa.corp",)),
        (NAMED_HOSTS, ("tsa.corp/path",)),
        (NAMED_HOSTS, ("",)),
        (NAMED_HOSTS, ("user@tsa.corp",)),
    ],
)
def test_bad_values(settings: Settings, setting: Setting[object], value: object) -> None:
    """What is no address, or carries a password, is no setting."""
    with pytest.raises(RoscherkError) as caught:
        settings.set(setting, value)
    assert caught.value.code is ErrorCode.SETTING_INVALID
