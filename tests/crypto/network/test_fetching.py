"""The network object against a real socket: what it asks, what it refuses, what it records."""

from collections.abc import Iterator

import pytest
from stand_ins import servers
from stand_ins.servers import Reply, Server

from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose
from app.errors import RoscherkError


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """Run one server for all tests of this file."""
    with servers.running() as one:
        yield one


@pytest.fixture
def server(running: Server) -> Server:
    """Return the server with nothing seen yet."""
    running.forget()
    return running


def failure(network: Network, url: str, purpose: Purpose = Purpose.ISSUER) -> RoscherkError:
    """Return the error that fetching ``url`` gives."""
    with pytest.raises(RoscherkError) as caught:
        network.get(url, purpose)
    return caught.value


def reason(network: Network, url: str, purpose: Purpose = Purpose.ISSUER) -> object:
    """Return the reason of the failure."""
    return failure(network, url, purpose).facts["reason"]


def test_get(server: Server) -> None:
    """A file arrives as it is, the request is plain, and the use is recorded."""
    network = Network(server.policy())
    url = server.file("ca.cer", b"certificate")
    assert network.get(url, Purpose.ISSUER) == b"certificate"
    seen = server.seen[0]
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["user-agent"].startswith("Roscherk/")
    (use,) = network.uses
    assert (use.url, use.purpose, use.outcome, use.size) == (url, Purpose.ISSUER, "ok", 11)


def test_post(server: Server) -> None:
    """A body goes out with its type."""
    url = server.serve(lambda seen: Reply(body=seen.headers["content-type"].encode() + seen.body))
    answer = Network(server.policy()).post(url, b"\x30\x00", "application/x", Purpose.OCSP)
    assert answer == b"application/x\x30\x00"
