"""Answers that serve again, lists that are resumed, and a cache folder that somebody spoiled."""

import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_ins import servers
from stand_ins.servers import Reply, Seen, Server

from app.crypto.network.cache import Cache
from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose
from app.errors import RoscherkError

DATA = bytes(range(256)) * 1024


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server."""
    with servers.running() as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a cache folder that is not there yet."""
    return tmp_path / "cache" / "network"


def network(server: Server, folder: Path) -> Network:
    """Return a new network object, as the next piece of work has it."""
    return Network(server.policy(cache=folder))


def outcomes(one: Network) -> list[str]:
    """Return what came of each request."""
    return [use.outcome for use in one.uses]


def only_file(folder: Path) -> Path:
    """Return the one file of the cache."""
    (file,) = folder.iterdir()
    return file


def age(folder: Path, seconds: float) -> None:
    """Make the one answer older."""
    file = only_file(folder)
    head, _, body = file.read_bytes().partition(b"\n")
    fields = json.loads(head)
    fields["at"] -= seconds
    file.write_bytes(json.dumps(fields).encode() + b"\n" + body)


@pytest.mark.parametrize("purpose", [Purpose.CRL, Purpose.ISSUER])
def test_second_time_out_of_the_cache(server: Server, folder: Path, purpose: Purpose) -> None:
    """A young answer serves the next work without a request, and the record says so."""
    url = server.file("a", DATA)
    assert network(server, folder).get(url, purpose) == DATA
    second = network(server, folder)
    assert second.get(url, purpose) == DATA
    assert outcomes(second) == ["cached"]
    assert len(server.seen) == 1


def test_fresh_asks_again(server: Server, folder: Path) -> None:
    """Who must know what is true now asks for it."""
    url = server.reply(Reply(body=b"old"), Reply(body=b"new"))
    assert network(server, folder).get(url, Purpose.CRL) == b"old"
    assert network(server, folder).get(url, Purpose.CRL, fresh=True) == b"new"
    assert network(server, folder).get(url, Purpose.CRL) == b"new"


def test_private_files(server: Server, folder: Path) -> None:
    """Folder and files are the user's alone."""
    network(server, folder).get(server.file("a", b"x"), Purpose.CRL)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only_file(folder).stat().st_mode) == 0o600


def test_offline_uses_nothing(server: Server, folder: Path) -> None:
    """Offline means offline: the cache is a part of the network."""
    url = server.file("a", b"x")
    network(server, folder).get(url, Purpose.CRL)
    with pytest.raises(RoscherkError):
        Network(server.policy(cache=folder, online=False)).get(url, Purpose.CRL)


def test_purposes_and_addresses_are_apart(server: Server, folder: Path) -> None:
    """One address under another purpose is another thing."""
    url = server.file("a", b"x")
    network(server, folder).get(url, Purpose.CRL)
    network(server, folder).get(url, Purpose.ISSUER)
    assert len(server.seen) == 2


def test_posts_by_their_body(server: Server, folder: Path) -> None:
    """A question about another certificate is another question."""
    url = server.serve(lambda seen: Reply(body=seen.body))
    for body in (b"one", b"two", b"one"):
        assert network(server, folder).post(url, body, "a/b", Purpose.OCSP) == body
    assert [seen.body for seen in server.seen] == [b"one", b"two"]


def test_time_stamps_are_never_kept(server: Server, folder: Path) -> None:
    """A time-stamp serves once."""
    url = server.serve(lambda seen: Reply(body=seen.body))
    for _ in range(2):
        network(server, folder).post(url, b"x", "a/b", Purpose.TIME_STAMP)
    assert len(server.seen) == 2
    assert not folder.exists()


@pytest.mark.parametrize(("seconds", "requests"), [(3000, 1), (4000, 2), (-4000, 2)])
def test_age(server: Server, folder: Path, seconds: float, requests: int) -> None:
    """A list of more than an hour is asked for again; one from the future too."""
    url = server.file("a", b"x")
    network(server, folder).get(url, Purpose.CRL)
    age(folder, seconds)
    network(server, folder).get(url, Purpose.CRL)
    assert len(server.seen) == requests


@pytest.mark.parametrize(
    ("names", "asks"),
    [
        ({"ETag": '"v1"'}, ("if-none-match", '"v1"')),
        (
            {"Last-Modified": "Fri, 27 Nov 2026 06:00:00 GMT"},
            ("if-modified-since", "Fri, 27 Nov 2026 06:00:00 GMT"),
        ),
    ],
)
def test_unchanged_list(
    server: Server, folder: Path, names: dict[str, str], asks: tuple[str, str]
) -> None:
    """An old list is not sent again if the server says it did not change."""

    def answer(seen: Seen) -> Reply:
        if seen.headers.get(asks[0]) == asks[1]:
            return Reply(304, length=False)
        return Reply(body=DATA, headers=names)

    url = server.serve(answer)
    network(server, folder).get(url, Purpose.CRL)
    age(folder, 4000)
    second = network(server, folder)
    assert second.get(url, Purpose.CRL) == DATA
    assert outcomes(second) == ["not_modified"]
    assert outcomes_after(server, folder, url) == ["cached"]


def outcomes_after(server: Server, folder: Path, url: str) -> list[str]:
    """Return what the next work finds."""
    one = network(server, folder)
    assert one.get(url, Purpose.CRL) == DATA
    return outcomes(one)


def test_not_modified_without_reason(server: Server, folder: Path) -> None:
    """A server that says "unchanged" to who has nothing gives nothing."""
    with pytest.raises(RoscherkError) as caught:
        network(server, folder).get(server.reply(Reply(304, length=False)), Purpose.CRL)
    assert caught.value.facts["status"] == 304


def resuming(cuts: list[int], *, changed: bool = False) -> tuple[list[str], object]:
    """Return a handler that breaks off, and goes on where it was asked to."""
    ranges: list[str] = []

    def answer(seen: Seen) -> Reply:
        asked = seen.headers.get("range", "")
        ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-") or 0)
        tag = '"v2"' if changed and len(ranges) > 1 else '"v1"'
        if seen.headers.get("if-range") not in {None, tag}:
            start = 0
        status = 206 if start else 200
        headers = {"ETag": tag}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"
        return Reply(status, DATA[start:], headers, cut=cuts.pop(0) if cuts else None)

    return ranges, answer


def test_resume(server: Server, folder: Path) -> None:
    """A list that breaks off is taken up where it broke off."""
    ranges, answer = resuming([100_000, 50_000])
    one = network(server, folder)
    assert one.get(server.serve(answer), Purpose.CRL) == DATA
    assert ranges == ["", "bytes=100000-", "bytes=150000-"]
    assert outcomes(one) == ["truncated", "truncated", "ok"]


def test_resume_of_a_list_that_changed(server: Server, folder: Path) -> None:
    """What belongs to another version of the list is thrown away."""
    ranges, answer = resuming([100_000], changed=True)
    assert network(server, folder).get(server.serve(answer), Purpose.CRL) == DATA
    assert ranges == ["", "bytes=100000-"]


def test_resume_in_the_next_work(server: Server, folder: Path) -> None:
    """What was got before the connection was given up serves the next time."""
    ranges, answer = resuming([100_000, 10_000, 10_000, 10_000])
    url = server.serve(answer)
    with pytest.raises(RoscherkError) as caught:
        network(server, folder).get(url, Purpose.CRL)
    assert caught.value.facts["reason"] == "truncated"
    assert network(server, folder).get(url, Purpose.CRL) == DATA
    assert ranges[-1] == "bytes=130000-"
    assert network(server, folder).get(url, Purpose.CRL) == DATA
    assert len(ranges) == 5


def test_resume_at_a_wrong_place(server: Server, folder: Path) -> None:
    """A server that goes on somewhere else is not believed."""

    def answer(seen: Seen) -> Reply:
        if "range" not in seen.headers:
            return Reply(200, DATA, {"ETag": '"v1"'}, cut=100_000)
        return Reply(206, DATA, {"ETag": '"v1"', "Content-Range": "bytes 5-9/10"})

    with pytest.raises(RoscherkError) as caught:
        network(server, folder).get(server.serve(answer), Purpose.CRL)
    assert caught.value.facts["reason"] == "protocol"


def test_nothing_left_to_resume(server: Server, folder: Path) -> None:
    """Where the list became shorter meanwhile, it is fetched anew."""
    replies = [
        Reply(200, DATA, {"ETag": '"v1"'}, cut=100_000),
        Reply(416),
        Reply(200, b"short", {"ETag": '"v2"'}),
    ]
    assert network(server, folder).get(server.reply(*replies), Purpose.CRL) == b"short"
    assert [seen.headers.get("range") for seen in server.seen] == [None, "bytes=100000-", None]


def test_resume_within_the_limit(server: Server, folder: Path) -> None:
    """A list does not grow beyond its limit by being resumed."""

    def answer(seen: Seen) -> Reply:
        if "range" not in seen.headers:
            return Reply(200, DATA, {"ETag": '"v1"'}, cut=100_000)
        return Reply(206, DATA, {"ETag": '"v1"', "Content-Range": "bytes 100000-9/10"})

    with pytest.raises(RoscherkError) as caught:
        network(server, folder).get(server.serve(answer), Purpose.CRL, limit=len(DATA))
    assert caught.value.facts["reason"] == "too_large"


def test_no_resume_without_a_version(server: Server, folder: Path) -> None:
    """Without a name for the version nothing is put together."""
    url = server.reply(Reply(body=DATA, cut=100_000))
    with pytest.raises(RoscherkError):
        network(server, folder).get(url, Purpose.CRL)
    assert len(server.seen) == 1
    assert not folder.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _data: b"",
        lambda data: data[:-1],
        lambda data: data[:-1] + b"!",
        lambda data: data.replace(b"http", b"ftp:"),
        lambda data: b"{}\n" + data.partition(b"\n")[2],
        lambda _data: b"[]\n",
        lambda _data: b"[" * 100_000 + b"\n",
        lambda _data: b"\xff\xfe\n",
        lambda data: data.replace(b'"at": ', b'"at": "x", "b": '),
        lambda data: data.replace(b'"at": ', b'"at": NaN, "b": '),
        lambda data: data.replace(b'"validator": ', b'"validator": {}, "b": '),
        lambda data: data.replace(b'"validator": ', b'"validator": "\\u0416", "b": '),
        lambda data: data.partition(b"\n")[0] + b"\n" + bytes(2 << 20),
    ],
)
def test_spoilt_cache(server: Server, folder: Path, spoil: object) -> None:
    """A file that was changed is as good as absent."""
    url = server.file("a", b"certificate")
    network(server, folder).get(url, Purpose.ISSUER)
    file = only_file(folder)
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    assert network(server, folder).get(url, Purpose.ISSUER) == b"certificate"
    assert len(server.seen) == 2


def test_odd_things_in_the_folder(server: Server, folder: Path) -> None:
    """Folders, links and pipes under the name of an answer harm nobody."""
    url = server.file("a", b"certificate")
    network(server, folder).get(url, Purpose.ISSUER)
    file = only_file(folder)
    file.unlink()
    file.mkdir()
    assert network(server, folder).get(url, Purpose.ISSUER) == b"certificate"
    file.rmdir()
    os.mkfifo(file)
    assert network(server, folder).get(url, Purpose.ISSUER) == b"certificate"


def test_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    """Without a cache the network works all the same."""
    file = tmp_path / "file"
    file.write_bytes(b"")
    url = server.file("a", b"certificate")
    assert network(server, file / "cache").get(url, Purpose.CRL) == b"certificate"


def test_room_is_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest answers make way, and forgotten ones."""
    monkeypatch.setattr("app.crypto.network.cache.MAX_TOTAL", 2000)
    cache = Cache(folder)
    for number in range(5):
        cache.keep(Purpose.CRL, f"http://a/{number}", bytes(600))
        os.utime(cache._path(Purpose.CRL, f"http://a/{number}", None), (number, time.time()))
    kept = [number for number in range(5) if cache.find(Purpose.CRL, f"http://a/{number}", 9999)]
    assert kept
    assert 0 not in kept
    assert 4 in kept
