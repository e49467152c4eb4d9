"""The network object against a real socket: what it asks, what it refuses, what it records."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from stand_ins import servers
from stand_ins.servers import Reply, Server

from app.crypto.network import budget
from app.crypto.network.fetching import MAX_OTHER, Network
from app.crypto.network.policy import NetworkPolicy, NetworkUse, Purpose
from app.errors import ErrorCode, RoscherkError
from app.processes import wire


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
    """Return the reason of the failure; it stands in the record too."""
    error = failure(network, url, purpose)
    assert error.code is ErrorCode.NETWORK_FAILED
    return error.facts["reason"]


def test_get(server: Server) -> None:
    """A file arrives as it is, the request is plain, and the use is recorded."""
    network = Network(server.policy())
    url = server.file("ca.cer", b"certificate")
    assert network.get(url, Purpose.ISSUER) == b"certificate"
    seen = server.seen[0]
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["user-agent"].startswith("Roscherk/")
    assert set(seen.headers) == {"host", "accept-encoding", "user-agent"}
    (use,) = network.uses
    assert (use.url, use.purpose, use.outcome, use.size) == (url, Purpose.ISSUER, "ok", 11)
    assert abs((datetime.now(UTC) - use.at).total_seconds()) < 60


def test_post(server: Server) -> None:
    """A body goes out with its type."""
    url = server.serve(lambda seen: Reply(body=seen.headers["content-type"].encode() + seen.body))
    answer = Network(server.policy()).post(url, b"\x30\x00", "application/x", Purpose.OCSP)
    assert answer == b"application/x\x30\x00"


def test_offline_is_the_default(server: Server) -> None:
    """A policy that nobody made asks nothing, and what was not asked is listed."""
    network = Network(NetworkPolicy())
    url = server.file("ca.cer", b"certificate")
    assert failure(network, url).code is ErrorCode.NETWORK_OFFLINE
    assert [use.outcome for use in network.uses] == ["offline"]
    assert not server.seen


def test_private_address_out_of_a_file(server: Server) -> None:
    """This very server is refused where nobody named it."""
    network = Network(NetworkPolicy(online=True))
    error = failure(network, server.file("ca.cer", b"certificate"))
    assert (error.code, error.facts["reason"]) == (ErrorCode.NETWORK_REFUSED, "private_address")
    assert [use.outcome for use in network.uses] == ["private_address"]
    assert not server.seen


def test_name_that_leads_inside(server: Server) -> None:
    """A public name with a private address is refused before anything is opened."""
    network = Network(NetworkPolicy(online=True), resolve=lambda _host, _port: ["127.0.0.1"])
    error = failure(network, f"http://cdp.example.ru:{server.port}/")
    assert (error.code, error.facts["reason"]) == (ErrorCode.NETWORK_REFUSED, "private_address")
    assert not server.seen


def test_a_name_is_resolved_once(server: Server) -> None:
    """The connection goes to the address that was looked at; the name stays in the request."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    host = f"tsa.example.ru:{server.port}"
    url = server.file("a", b"x").replace(server.host, host)
    network = Network(server.policy(named_hosts=(host,)), resolve=resolve)
    assert network.get(url, Purpose.ISSUER) == b"x"
    assert asked == [("tsa.example.ru", server.port)]
    assert server.seen[0].headers["host"] == host


def test_unknown_name() -> None:
    """A name that does not exist is a failure with its reason."""

    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError

    network = Network(NetworkPolicy(online=True), resolve=resolve)
    assert reason(network, "http://cdp.example.ru/") == "dns"
    assert [use.outcome for use in network.uses] == ["dns"]


def test_dead_name_server(server: Server) -> None:
    """A name that is never answered costs no more than the time there is."""
    ending = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        ending.wait(20)
        return []

    network = Network(server.policy(), resolve=resolve)
    network._budget.seconds = 0.2
    began = time.monotonic()
    assert reason(network, "http://cdp.example.ru/") == "dns"
    assert time.monotonic() - began < 2
    ending.set()


def test_half_characters(server: Server) -> None:
    """An address that is no text at all is refused, and the record of it crosses a pipe."""
    network = Network(server.policy())
    error = failure(network, "http://\udcff.ru/")
    assert error.code is ErrorCode.NETWORK_REFUSED
    assert wire.decode(wire.encode(network.uses[0]), NetworkUse) == network.uses[0]


def test_nobody_listens() -> None:
    """A closed port is a failure with its reason."""
    with servers.running() as closed:
        policy, url = closed.policy(), closed.url("/")
    assert reason(Network(policy), url) == "connection"


def test_second_address_is_tried(server: Server) -> None:
    """Where the first address of a name is dead, the next one serves."""
    host = f"tsa.example.ru:{server.port}"
    url = server.file("a", b"x").replace(server.host, host)
    network = Network(
        server.policy(named_hosts=(host,)), resolve=lambda _host, _port: ["127.0.0.2", "127.0.0.1"]
    )
    assert network.get(url, Purpose.ISSUER) == b"x"


def test_redirects(server: Server) -> None:
    """Redirects are followed and listed one by one."""
    target = server.file("ca.cer", b"certificate")
    second = server.reply(Reply(302, headers={"Location": target}))
    first = server.reply(Reply(301, headers={"Location": second.removeprefix("http:")}))
    network = Network(server.policy())
    assert network.get(first, Purpose.ISSUER) == b"certificate"
    assert [use.outcome for use in network.uses] == ["redirect", "redirect", "ok"]


def test_endless_redirects(server: Server) -> None:
    """Three redirects are all."""
    url = server.reply(Reply(302, headers={"Location": "?again"}))
    network = Network(server.policy())
    assert reason(network, url) == "redirects"
    assert len(server.seen) == 4


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.2/", "private_address"),
        ("http://router.local/", "local_name"),
        ("file:///etc/passwd", "scheme"),
        ("http://user:secret@example.ru/", "credentials"),
        ("http://[::ffff:127.0.0.1]/", "private_address"),
        ("http://[64:ff9b::7f00:1]/", "private_address"),
        ("http://[::1", "url"),
        ("//[bad/", "url"),
    ],
)
def test_redirect_is_looked_at(server: Server, location: str, why: str) -> None:
    """A redirect leads nowhere where a first address may not."""
    url = server.reply(Reply(302, headers={"Location": location}))
    network = Network(server.policy())
    error = failure(network, url)
    assert (error.code, error.facts["reason"]) == (ErrorCode.NETWORK_REFUSED, why)
    assert [use.outcome for use in network.uses] == ["redirect", why]


def test_redirect_of_a_post(server: Server) -> None:
    """A question goes on with its body, but never as a GET."""
    echo = server.serve(lambda seen: Reply(body=seen.body))
    moved = server.reply(Reply(308, headers={"Location": echo}))
    assert Network(server.policy()).post(moved, b"question", "a/b", Purpose.OCSP) == b"question"
    other = server.reply(Reply(303, headers={"Location": echo}))
    with pytest.raises(RoscherkError) as caught:
        Network(server.policy()).post(other, b"question", "a/b", Purpose.OCSP)
    assert caught.value.facts["reason"] == "redirects"


@pytest.mark.parametrize("status", [204, 206, 400, 403, 404, 500, 503])
def test_status(server: Server, status: int) -> None:
    """Anything but 200 is no answer."""
    error = failure(Network(server.policy()), server.reply(Reply(status, b"x")))
    assert error.code is ErrorCode.NETWORK_FAILED
    if status != 206:
        assert error.facts["reason"] == "status"
        assert error.facts["status"] == status


@pytest.mark.parametrize("length", [True, False])
def test_too_large(server: Server, *, length: bool) -> None:
    """The limit holds for what is announced and for what comes."""
    url = server.reply(Reply(body=bytes(MAX_OTHER + 1), length=length))
    assert reason(Network(server.policy()), url) == "too_large"
    with pytest.raises(RoscherkError):
        Network(server.policy()).get(server.file("a", bytes(11)), Purpose.ISSUER, limit=10)
    fitting = server.file("a", bytes(MAX_OTHER))
    assert len(Network(server.policy()).get(fitting, Purpose.ISSUER)) == MAX_OTHER


def test_a_list_may_be_larger(server: Server) -> None:
    """A revocation list of several megabytes arrives whole."""
    data = bytes(range(256)) * (12 << 10)
    assert Network(server.policy()).get(server.file("a.crl", data), Purpose.CRL) == data


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip", "identity, gzip"])
def test_packed_answer(server: Server, encoding: str) -> None:
    """A packed body is refused unread: nothing is ever unpacked."""
    url = server.reply(Reply(body=b"\x1f\x8b", headers={"Content-Encoding": encoding}))
    assert reason(Network(server.policy()), url) == "content"


def test_half_an_answer(server: Server) -> None:
    """An answer that breaks off is no answer."""
    url = server.reply(Reply(body=bytes(1000), cut=500))
    network = Network(server.policy())
    assert reason(network, url) == "truncated"
    assert [(use.outcome, use.size) for use in network.uses] == [("truncated", 500)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nhello",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 " + b"1" * 100_000,
        bytes(range(256)),
    ],
)
def test_no_web_server(server: Server, raw: bytes) -> None:
    """Whatever comes over the wire, it ends in an error with a reason."""
    network = Network(server.policy())
    assert reason(network, server.reply(Reply(raw=raw))) in {"connection", "protocol", "truncated"}
    assert len(network.uses) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(delay=5),
        Reply(body=bytes(1000), drip=0.02),
        Reply(raw=b"HTTP/1.1 200 OK\r\n", delay=5),
    ],
    ids=["silent", "dripping", "late"],
)
def test_slow_server(server: Server, reply: Reply) -> None:
    """The clock ends any wait, however often an octet comes."""
    network = Network(server.policy())
    network._budget.seconds = 0.3
    began = time.monotonic()
    assert reason(network, server.reply(reply)) == "timeout"
    assert time.monotonic() - began < 2


def test_who_had_but_a_moment_is_not_left_alone(server: Server) -> None:
    """A file whose own server eats all the time must not silence an authority for the next file."""
    late, prompt = server.reply(Reply(delay=5)), server.file("ca.crl", b"list")
    network = Network(server.policy(), impatient=True)
    network._budget.seconds = 0.2
    assert reason(network, late) == "timeout"
    assert Network(server.policy(), impatient=True).get(prompt, Purpose.ISSUER) == b"list"


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n" * 5000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
    ],
)
def test_server_that_keeps_the_processor_busy(head: bytes, more: bytes) -> None:
    """A worker that burns its time is killed, and what it was about to finish is lost."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def send() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(head)
            while True:
                connection.sendall(more)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    network = Network(NetworkPolicy(online=True, named_hosts=("127.0.0.1",)))
    network._budget = budget.Budget(processor_seconds=0.5)
    began = time.process_time()
    with contextlib.suppress(RoscherkError):  # trailers are not part of what was fetched
        network.get(f"http://127.0.0.1:{port}/a", Purpose.CRL)
    assert time.process_time() - began < 2
    second = failure(network, f"http://127.0.0.1:{port}/b", Purpose.CRL)
    assert second.facts["reason"] == "timeout"
    sender.join(5)
    listener.close()


def test_header_that_never_ends() -> None:
    """Octets that drip into the headers, or into the handshake of TLS, win no time."""
    listener = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def drip() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                try:
                    while not ending.wait(0.02):
                        connection.sendall(b"H")
                except OSError:
                    continue

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    for scheme in ("http", "https"):
        network = Network(NetworkPolicy(online=True, named_hosts=(host,)))
        network._budget.seconds = 0.3
        began = time.monotonic()
        assert reason(network, f"{scheme}://{host}/") in {"timeout", "tls"}
        assert time.monotonic() - began < 2
    ending.set()
    listener.close()
    thread.join(2)


def test_requests_are_counted(server: Server) -> None:
    """Ten requests a document, redirects among them; the next document has its own."""
    network = Network(server.policy())
    url = server.file("a", b"x")
    moved = server.reply(Reply(302, headers={"Location": url}))
    network.get(moved, Purpose.ISSUER)
    for number in range(8):
        network.get(f"{url}?{number}", Purpose.ISSUER)
    assert reason(network, url, Purpose.CRL) == "too_many_requests"
    assert len(server.seen) == 10
    network.renew()
    assert network.get(url, Purpose.CRL) == b"x"


def test_nothing_is_fetched_twice(server: Server) -> None:
    """One piece of work asks for a thing once, cache or not; unless it must be fresh."""
    network = Network(server.policy())
    url = server.reply(Reply(body=b"one"), Reply(body=b"two"))
    assert [network.get(url, Purpose.CRL) for _ in range(3)] == [b"one"] * 3
    assert [use.outcome for use in network.uses] == ["ok", "cached", "cached"]
    assert network.get(url, Purpose.CRL, fresh=True) == b"two"
    assert network.get(url, Purpose.CRL) == b"two"


def test_seconds_are_counted(server: Server) -> None:
    """Waiting is shared by all requests of a document; lists have a clock of their own."""
    clock = iter([0.0, 1.0, 31.0, 31.0, 31.0, 32.0])
    network = Network(server.policy(), clock=lambda: next(clock))
    url = server.file("a", b"x")
    network.get(url, Purpose.ISSUER)
    assert reason(network, f"{url}?2") == "timeout"
    assert network.get(url, Purpose.CRL) == b"x"
    assert len(server.seen) == 2


def test_time_stamps_have_their_own_count(server: Server) -> None:
    """Requests for time-stamps are no requests of the document, but not without end."""
    network = Network(server.policy())
    url = server.serve(lambda seen: Reply(body=seen.body))
    for _ in range(budget.MAX_TIME_STAMP_REQUESTS):
        network.post(url, b"x", "a/b", Purpose.TIME_STAMP)
    network.get(server.file("a", b"x"), Purpose.ISSUER)
    with pytest.raises(RoscherkError) as caught:
        network.post(url, b"x", "a/b", Purpose.TIME_STAMP)
    assert caught.value.facts["reason"] == "too_many_requests"
