"""A proxy that wants a password: asked for at the terminal, used for this command, kept nowhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from roscherk_run import PASSWORD, Done, Firm, Roscherk
from stand_ins import proxy_server, servers
from stand_ins.proxy_server import ProxyServer
from stand_ins.servers import Server
from stand_ins.time_authority import time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.cli import asking
from app.crypto.trust.folders import StoreName, Stores
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.settings import NETWORK_PROXY, NETWORK_PROXY_URL, TIME_STAMP_SERVERS, Settings
from app.tokens.pin import Secret

Typed = Callable[[bytes], None]


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server."""
    with servers.running() as one:
        yield one


@pytest.fixture
def proxy(server: Server, places: Places, firm: Firm) -> Iterator[ProxyServer]:
    """Run a proxy with a password, which this profile is set to use."""
    Stores(places).add(StoreName.ANCHORS, firm.pki.root)
    path = "/" + server.tsa(time_authority_of(KeyAlgorithm.RSA)).split("/", 3)[3]
    with proxy_server.running(server.port, ("buh", "тайна")) as one:
        settings = Settings(places.config / "settings.toml")
        settings.set(TIME_STAMP_SERVERS, (f"http://tsa.example.ru{path}",))
        settings.set(NETWORK_PROXY, "manual")
        settings.set(NETWORK_PROXY_URL, one.url.replace("//", "//buh@"))
        yield one


@pytest.fixture
def sign(roscherk: Roscherk, firm: Firm, document: Path, typed: Typed) -> Callable[[], Done]:
    """Return a function that signs the document at level T."""

    def run() -> Done:
        typed(PASSWORD + b"\n")
        return roscherk("sign", document, "--key", firm.key, "--password-stdin", "--level", "t")

    return run


def test_asked_once_and_kept_nowhere(
    sign: Callable[[], Done],
    proxy: ProxyServer,
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The prompt names the user; the time-stamp is there; no file of the profile has the word."""
    asked = []

    def at_terminal(prompt: str, missing: ErrorCode) -> Secret:
        asked.append((prompt, missing))
        return Secret.of_text("тайна")

    monkeypatch.setattr(asking, "at_terminal", at_terminal)
    done = sign()
    assert done.code == 0, done.err
    assert "CAdES-T" in done.out
    assert len(asked) == 1
    assert "buh" in asked[0][0]
    assert proxy.seen
    assert "тайна" not in done.out + done.err
    files = [path for path in places.config.parent.rglob("*") if path.is_file()]
    assert files
    assert not any("тайна".encode() in path.read_bytes() for path in files)


def test_nowhere_to_ask(
    sign: Callable[[], Done],
    document: Path,
    proxy: ProxyServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a terminal the command ends with advice, before anything is signed."""

    def at_terminal(_prompt: str, missing: ErrorCode) -> Secret:
        raise RoscherkError(missing)

    monkeypatch.setattr(asking, "at_terminal", at_terminal)
    done = sign()
    assert done.code != 0
    assert "network.proxy" in done.err
    assert not proxy.seen
    assert not document.with_name(document.name + ".sig").exists()
