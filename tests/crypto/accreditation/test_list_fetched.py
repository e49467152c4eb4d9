"""The list of accredited authorities fetched over HTTP by a real worker: what is kept, what is told."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from stand_ins import servers
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import pki_of
from stand_ins.servers import Reply, Server

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation import door
from app.crypto.accreditation.door import Accreditation
from app.crypto.accreditation.rules import ListAddress, load_rules
from app.crypto.certificates.fields import describe
from app.crypto.network.policy import NetworkPolicy, Purpose
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool

SIGNER = signer_of(KeyAlgorithm.RSA)
PRINT = describe(SIGNER.certificate).sha256
CENTER = Center(certificates=[pki_of(KeyAlgorithm.RSA).ca])


def xml(version: str = "100") -> bytes:
    """Return a signed list."""
    return signed(list_of([CENTER], version=version), SIGNER)


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server."""
    with servers.running() as one:
        yield one


@pytest.fixture
def online(workers: Pool, folder: Path, server: Server, tmp_path: Path) -> Accreditation:
    """Return the door over an empty profile that may go online."""
    policy = server.policy(cache=tmp_path / "cache")
    return Accreditation(workers, folder, lambda _named: policy)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts addresses in place of those that the program knows."""

    def put(*urls: str) -> None:
        rows = tuple(ListAddress(url=u, source="", checked_on=date(2026, 1, 1)) for u in urls)
        rules = replace(load_rules(), addresses=rows)
        monkeypatch.setattr(door, "load_rules", lambda: rules)

    return put


def refusal(register: Accreditation, url: str | None = None, **order: str) -> RoscherkError:
    """Return why a list does not come in."""
    with pytest.raises(RoscherkError) as caught:
        register.fetch(url, **order)
    return caught.value


def test_consent_then_newer_then_the_same(online: Accreditation, server: Server):
    """The signer is agreed to once, without a second download; the same list changes nothing."""
    url = server.file("getxml", xml())
    error = refusal(online, url)
    assert error.code is ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN
    assert (error.facts["sha256"], error.facts["path"]) == (PRINT, url)
    told: list[tuple[int, int]] = []
    taken = online.fetch(url, trust_signer=PRINT, progress=lambda d, t: told.append((d, t)))
    assert (taken.kept.version, taken.new, taken.source) == (100, True, url)
    assert len(server.seen) == 1  # what was fetched a moment ago served
    assert [(one.purpose, one.outcome) for one in taken.network] == [
        (Purpose.ACCREDITATION, "cached")
    ]
    newer = server.file("newer", xml("101"))
    assert online.fetch(newer).kept.version == 101
    again = online.fetch(newer)
    assert (again.new, online.previous().version) == (False, 100)
    older = refusal(online, url)
    assert (older.code, older.facts["path"]) == (ErrorCode.ACCREDITED_LIST_OLDER, url)


def test_known_addresses_are_asked_in_turn(
    online: Accreditation, server: Server, known: Callable[..., None]
):
    """An address that is down, one that shows a page instead, then the one that has it."""
    page = server.file("index", b"<!DOCTYPE html><html><body>sorry</body></html>")
    known(server.reply(Reply(503)), page, server.file("list", xml()))
    taken = online.fetch(trust_signer=PRINT)
    assert taken.kept.version == 100
    assert taken.source.endswith("/list")
    known(server.reply(Reply(503)), page)
    error = refusal(online)
    assert error.code is ErrorCode.ACCREDITED_LIST_NOT_FETCHED
    assert (error.facts["reason"], error.facts["asked"]) == ("status", 2)
    assert online.current().version == 100


def test_offline_and_addresses_of_the_local_network(workers: Pool, folder: Path, server: Server):
    """With the network off nobody is asked; a local address only if the user named it."""
    url = server.file("list", xml())
    off = Accreditation(workers, folder)
    assert refusal(off, url).code is ErrorCode.NETWORK_OFFLINE
    public = Accreditation(workers, folder, lambda _named: NetworkPolicy(online=True))
    error = refusal(public, url)
    assert (error.code, error.facts["reason"]) == (
        ErrorCode.ACCREDITED_LIST_NOT_FETCHED,
        "private_address",
    )
    assert server.seen == []


def test_an_endless_list_is_refused_unread(online: Accreditation, server: Server):
    """More than 100 MB announced is no list; nothing stays behind."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 104857601\r\n\r\n"
    error = refusal(online, server.reply(Reply(raw=head)))
    assert (error.code, error.facts["reason"]) == (
        ErrorCode.ACCREDITED_LIST_NOT_FETCHED,
        "too_large",
    )
    assert online.current() is None


def test_a_list_that_broke_off_is_taken_up_again(online: Accreditation, server: Server):
    """The rest is asked for, under the server's own tag."""
    data = xml()
    tagged = {"ETag": '"1"', "Accept-Ranges": "bytes"}
    rest = {**tagged, "Content-Range": f"bytes 500-{len(data) - 1}/{len(data)}"}
    url = server.reply(
        Reply(body=data, headers=tagged, cut=500), Reply(206, data[500:], headers=rest)
    )
    assert online.fetch(url, trust_signer=PRINT).kept.version == 100
    assert server.seen[1].headers["range"] == "bytes=500-"


def test_it_can_be_called_off(online: Accreditation, server: Server):
    """Cancelling ends a slow download at once."""
    url = server.reply(Reply(body=bytes(1000), drip=0.1))
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    began = time.monotonic()
    with pytest.raises(RoscherkError) as caught:
        online.fetch(url, cancel=cancel)
    assert caught.value.code is ErrorCode.CANCELLED
    assert time.monotonic() - began < 5


def test_known_addresses_are_dated_and_proper():
    """Each row has its source and its day; all are https."""
    rows = load_rules().addresses
    assert rows
    assert all(one.url.startswith("https://") and one.source and one.checked_on for one in rows)
