"""Protected connections, and proxies: whom they trust, what they are told."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stand_ins import proxy_server, servers
from stand_ins.proxy_server import ProxyServer
from stand_ins.servers import Reply, Server

from app.crypto.network.addresses import read_url
from app.crypto.network.fetching import Network
from app.crypto.network.policy import NetworkPolicy, ProxyMode, Purpose
from app.crypto.network.proxies import UnusableProxyError, proxy_for
from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret


@pytest.fixture(scope="module")
def secure() -> Iterator[Server]:
    """Run a server that speaks TLS."""
    with servers.running(tls=True) as one:
        yield one


@pytest.fixture
def root(secure: Server, tmp_path: Path) -> Path:
    """Write the root of that server into a store."""
    store = tmp_path / "anchors"
    store.mkdir()
    (store / "root.cer").write_bytes(secure.root)
    (store / "no-certificate.cer").write_bytes(b"not a certificate")
    return store


def fails(network: Network, url: str) -> object:
    """Return why fetching fails."""
    with pytest.raises(RoscherkError) as caught:
        network.get(url, Purpose.ISSUER)
    assert caught.value.code is ErrorCode.NETWORK_FAILED
    return caught.value.facts["reason"]


def test_tls_by_the_users_root(secure: Server, root: Path) -> None:
    """A root that the user installed makes its servers trusted."""
    network = Network(secure.policy(roots=(root,)))
    assert network.get(secure.file("a", b"x"), Purpose.ISSUER) == b"x"


def test_tls_of_a_stranger(secure: Server) -> None:
    """Nobody else's word counts."""
    assert fails(Network(secure.policy()), secure.file("a", b"x")) == "tls"


def test_tls_holds_to_the_name(secure: Server, root: Path) -> None:
    """The certificate must be that of the name, not of the address behind it."""
    names = tuple(f"{name}:{secure.port}" for name in ("localhost", "other.example.ru"))

    def network() -> Network:
        return Network(
            secure.policy(roots=(root,), named_hosts=names),
            resolve=lambda _host, _port: ["127.0.0.1"],
        )

    path = "/" + secure.file("a", b"x").split("/", 3)[3]
    assert network().get(secure.url(path, "localhost"), Purpose.ISSUER) == b"x"
    assert fails(network(), secure.url(path, "other.example.ru")) == "tls"


def test_no_tls_there(root: Path) -> None:
    """A server without TLS is no protected one."""
    with servers.running() as plain:
        url = plain.file("a", b"x").replace("http:", "https:")
        assert fails(Network(plain.policy(roots=(root,))), url) == "tls"


def test_a_post_never_loses_its_cover(secure: Server, root: Path) -> None:
    """What was sent over TLS is not sent again in the open; a GET may be."""
    with servers.running() as plain:
        target = plain.serve(lambda _seen: Reply(body=b"x"))
        moved = secure.reply(Reply(307, headers={"Location": target}))
        policy = secure.policy(roots=(root,), named_hosts=(secure.host, plain.host))
        assert Network(policy).get(moved, Purpose.ISSUER) == b"x"
        with pytest.raises(RoscherkError) as caught:
            Network(policy).post(moved, b"question", "a/b", Purpose.OCSP)
        assert caught.value.facts["reason"] == "downgrade"
        assert [seen.method for seen in plain.seen] == ["GET"]


@pytest.fixture
def proxy(secure: Server) -> Iterator[ProxyServer]:
    """Run a proxy without a password."""
    with proxy_server.running(secure.port) as one:
        yield one


@pytest.fixture
def locked_proxy(secure: Server) -> Iterator[ProxyServer]:
    """Run a proxy with a password."""
    with proxy_server.running(secure.port, ("accountant", "пароль")) as one:
        yield one


def manual(proxy: ProxyServer, user: str = "", **changes: Any) -> NetworkPolicy:
    """Return a policy that goes through a proxy."""
    url = proxy.url.replace("//", f"//{user}@") if user else proxy.url
    return NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url=url, **changes)


def unknown(_host: str, _port: int) -> list[str]:
    """Know no names, like a computer that has only a proxy."""
    raise OSError


def test_through_a_proxy(proxy: ProxyServer) -> None:
    """The proxy gets the whole address, and its name is resolved there."""
    network = Network(manual(proxy), resolve=unknown)
    assert network.get("http://cdp.example.ru/a.crl", Purpose.CRL) == b"proxied"
    assert proxy.seen == [("GET", "http://cdp.example.ru/a.crl", None)]


def test_tls_through_a_proxy(proxy: ProxyServer, secure: Server, root: Path) -> None:
    """A protected connection goes through a tunnel, and the certificate is that of the name."""
    path = "/" + secure.file("a", b"x").split("/", 3)[3]
    network = Network(manual(proxy, roots=(root,)), resolve=unknown)
    assert network.get(f"https://tsa.example.ru{path}", Purpose.ISSUER) == b"x"
    assert proxy.seen[0][:2] == ("CONNECT", "tsa.example.ru:443")
    assert secure.seen[-1].headers["host"] == "tsa.example.ru"
    assert fails(network, f"https://other.example.ru{path}") == "tls"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_password_of_a_proxy(locked_proxy: ProxyServer, scheme: str) -> None:
    """The password comes as a secret; a wrong one is a failure of the proxy."""
    url = f"{scheme}://cdp.example.ru/"
    policy = manual(locked_proxy, "accountant")
    for password in (None, Secret.of_text("wrong")):
        assert fails(Network(policy, secret=password, resolve=unknown), url) == "proxy"
    network = Network(policy, secret=Secret.of_text("пароль"), resolve=unknown)
    if scheme == "http":
        assert network.get(url, Purpose.ISSUER) == b"proxied"
    else:
        assert fails(network, url) == "tls"
    assert locked_proxy.seen[-1][2] == locked_proxy.login
    assert "пароль" not in repr(network.uses)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://router.local/",
        "http://127.1/",
    ],
)
def test_a_proxy_opens_no_local_network(proxy: ProxyServer, url: str) -> None:
    """What may not be asked directly may not be asked through a proxy either."""
    with pytest.raises(RoscherkError) as caught:
        Network(manual(proxy), resolve=unknown).get(url, Purpose.ISSUER)
    assert caught.value.code is ErrorCode.NETWORK_REFUSED
    assert not proxy.seen


def test_a_name_known_here_is_looked_at(proxy: ProxyServer) -> None:
    """Where this computer knows the name, its address decides, proxy or not."""
    network = Network(manual(proxy), resolve=lambda _host, _port: ["192.168.0.1"])
    with pytest.raises(RoscherkError) as caught:
        network.get("http://cdp.example.ru/", Purpose.ISSUER)
    assert caught.value.facts["reason"] == "private_address"
    assert not proxy.seen


def test_dead_proxy() -> None:
    """A proxy that is not there is told as such."""
    policy = NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url="http://127.0.0.1:1")
    assert fails(Network(policy, resolve=unknown), "http://cdp.example.ru/") == "proxy"
    policy = NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url="socks5://127.0.0.1:1")
    assert fails(Network(policy, resolve=unknown), "http://cdp.example.ru/") == "proxy"


def test_proxy_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's variables are followed, its exceptions too; its password is not shown."""
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    policy = NetworkPolicy(online=True)
    target = read_url("http://cdp.example.ru/")
    assert proxy_for(target, policy, None) is None
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy.corp:3128/")
    monkeypatch.setenv("no_proxy", "inside.ru")
    found = proxy_for(target, policy, None)
    assert found is not None
    assert found.url == "http://proxy.corp:3128"
    assert found.login is not None
    assert base64.b64decode(found.login.header().removeprefix("Basic ")) == b"user:secret"
    assert "secret" not in repr(found)
    assert proxy_for(read_url("http://tsa.inside.ru/"), policy, None) is None
    assert proxy_for(read_url("http://127.0.0.1/"), policy, None) is None
    assert proxy_for(read_url("https://cdp.example.ru/"), policy, None) is None
    assert proxy_for(target, NetworkPolicy(proxy=ProxyMode.NONE), None) is None
    monkeypatch.setenv("http_proxy", "http://[::1")
    with pytest.raises(UnusableProxyError):
        proxy_for(target, policy, None)
