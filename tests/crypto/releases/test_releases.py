"""Notes about new versions: only when asked for, only with the release key, never going down."""

import base64
import importlib.util
import json
import types
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from stand_ins import servers
from stand_ins.servers import Reply, Server

from app import __version__
from app.crypto.network.passwords import ProxyPassword
from app.crypto.network.policy import NetworkPolicy, Purpose
from app.crypto.releases.door import Releases, load_keys
from app.crypto.releases.model import SCHEMA, ReleaseKey, version_of
from app.crypto.releases.reading import LARGEST_NOTE
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.settings import UPDATES_ADDRESS, UPDATES_AT_START, Settings

ROOT = Path(__file__).resolve().parents[3]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = (
    ReleaseKey(name="старый", public=bytes(32)),
    ReleaseKey(name="пробный", public=KEY.public_key().public_bytes_raw()),
)
FILE = {"name": "roscherk_9.9.9_amd64.deb", "size": 5, "sha256": "ab" * 32}


def note(version: str = "9.9.9", day: str = "2027-01-15", **more: Any) -> bytes:
    """Return a note."""
    told = {"schema": SCHEMA, "version": version, "date": day, "files": [FILE], **more}
    return json.dumps(told).encode()


def signed(data: bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    """Return the signature of a note."""
    return base64.b64encode(key.sign(data)) + b"\n"


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    """Return one worker for all tests."""
    with Pool("worker", 1) as pool:
        yield pool


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server."""
    with servers.running() as one:
        yield one


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings without a policy."""
    return Settings(tmp_path / "settings.toml")


def door(
    workers: Pool, settings: Settings, tmp_path: Path, policy: NetworkPolicy | None = None
) -> Releases:
    """Return the door of a build with the test's keys."""
    return Releases(
        workers,
        settings,
        lambda _named: policy or NetworkPolicy(),
        ProxyPassword(),
        seen=tmp_path / "profile" / "releases.json",
        keys=lambda: KEYS,
    )


@pytest.fixture
def releases(workers: Pool, settings: Settings, tmp_path: Path) -> Releases:
    """Return the door of a profile that is offline."""
    return door(workers, settings, tmp_path)


def put(folder: Path, data: bytes, signature: bytes | None = None) -> Path:
    """Write a note with its signature beside it."""
    path = folder / "Заметка.json"
    path.write_bytes(data)
    path.with_name(path.name + ".sig").write_bytes(signed(data) if signature is None else signature)
    return path


def refused(releases: Releases, path: Path) -> ErrorCode:
    """Return why a note is not believed."""
    with pytest.raises(RoscherkError) as caught:
        releases.read(path)
    assert caught.value.facts["path"]
    return caught.value.code


def test_a_newer_version_out_of_a_file(releases: Releases, tmp_path: Path) -> None:
    """Without the network; who signed it is told."""
    news = releases.read(put(tmp_path, note(about="https://example.ru/9.9.9")))
    assert (news.newer, news.release.version, news.release.key) == (True, "9.9.9", "пробный")
    assert news.release.files[0].sha256 == FILE["sha256"]
    assert news.network == ()


@pytest.mark.parametrize("version", [__version__, "0.0.1"])
def test_this_version_is_no_news(releases: Releases, tmp_path: Path, version: str) -> None:
    """Nor is an earlier one."""
    assert releases.read(put(tmp_path, note(version))).newer is False


def test_versions_are_compared_as_numbers() -> None:
    """Not letter by letter."""
    order = ["0.1", "0.1.1", "0.2", "0.10", "1.0", "1.0.0.1"]
    assert sorted(order, key=version_of) == order
    assert version_of("1.0") == version_of("1.0.0")
    for wrong in ("", "1", "1.", "v1.0", "1.0-rc1", "1.0\n", "1.-1", "1.2.3.4.5", "١.٠"):
        with pytest.raises(ValueError, match="version"):
            version_of(wrong)


def test_only_the_release_key_is_believed(releases: Releases, tmp_path: Path) -> None:
    """Another key, another note, a changed octet, no signature at all."""
    data = note()
    other = Ed25519PrivateKey.generate()
    for signature in (signed(data, other), signed(data + b" "), b"", b"?", b"AAAA", bytes(64)):
        assert refused(releases, put(tmp_path, data, signature)) is ErrorCode.RELEASE_NOTE_SIGNATURE
    changed = put(tmp_path, data.replace(b"9.9.9", b"9.9.8", 1), signed(data))
    assert refused(releases, changed) is ErrorCode.RELEASE_NOTE_SIGNATURE
    put(tmp_path, data).with_name("Заметка.json.sig").unlink()
    assert refused(releases, tmp_path / "Заметка.json") is ErrorCode.FILE_NOT_FOUND


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        note(version="9.9.9-evil"),
        note(day="yesterday"),
        note(schema="roscherk.release/2"),
        note(about="javascript:alert(1)"),
        note(about="http://example.ru"),
        note(files=[{**FILE, "name": "../evil"}]),
        note(files=[{**FILE, "sha256": "AB" * 32}]),
        note(files=[{**FILE, "size": -1}]),
        note(files=[FILE] * 101),
    ],
)
def test_what_is_signed_must_make_sense_too(
    releases: Releases, tmp_path: Path, data: bytes
) -> None:
    """A key that was stolen, or a mistake of its owner."""
    assert refused(releases, put(tmp_path, data)) is ErrorCode.RELEASE_NOTE_DAMAGED


def test_it_never_goes_down(releases: Releases, tmp_path: Path) -> None:
    """An old note, though signed, does not hide a newer one that was seen."""
    assert releases.read(put(tmp_path, note("9.9.9"))).newer
    assert refused(releases, put(tmp_path, note("9.9.8"))) is ErrorCode.RELEASE_NOTE_OLDER
    earlier = put(tmp_path, note("9.9.9", "2027-01-14"))
    assert refused(releases, earlier) is ErrorCode.RELEASE_NOTE_OLDER
    assert releases.read(put(tmp_path, note("9.10.0"))).release.version == "9.10.0"
    (tmp_path / "profile" / "releases.json").write_bytes(b"{")
    assert releases.read(put(tmp_path, note("9.9.8"))).newer


def test_a_large_file_is_not_read(releases: Releases, tmp_path: Path) -> None:
    """A note has its measure."""
    assert refused(releases, put(tmp_path, bytes(LARGEST_NOTE + 1))) is ErrorCode.FILE_TOO_LARGE


def test_without_an_address_or_a_key_nothing_is_asked(
    workers: Pool, settings: Settings, releases: Releases, tmp_path: Path
) -> None:
    """As the program is shipped: it says so."""
    with pytest.raises(RoscherkError) as caught:
        releases.ask()
    assert caught.value.code is ErrorCode.UPDATES_NO_ADDRESS
    assert load_keys() == ()
    bare = Releases(
        workers, settings, lambda _: NetworkPolicy(), ProxyPassword(), seen=tmp_path / "x"
    )
    settings.set(UPDATES_ADDRESS, "https://updates.example.ru/roscherk.json")
    for ask in (bare.ask, lambda: bare.read(put(tmp_path, note()))):
        with pytest.raises(RoscherkError) as caught:
            ask()
        assert caught.value.code is ErrorCode.UPDATES_NO_KEY
    with pytest.raises(RoscherkError) as caught:
        releases.ask()
    assert caught.value.code is ErrorCode.NETWORK_OFFLINE


def test_the_address_is_asked(
    workers: Pool, settings: Settings, server: Server, tmp_path: Path
) -> None:
    """Two requests, both on the record, nothing else; a failure is told by its reason."""
    data = note()
    address = server.serve(lambda _: Reply(body=data), "/note.json")
    server.serve(lambda _: Reply(body=signed(data)), "/note.json.sig")
    settings.set(UPDATES_ADDRESS, address)
    asking = door(workers, settings, tmp_path, server.policy())
    news = asking.ask()
    assert news.newer
    assert [(use.purpose, use.outcome) for use in news.network] == [(Purpose.RELEASE, "ok")] * 2
    server.serve(lambda _: Reply(body=signed(data + b"!")), "/note.json.sig")
    with pytest.raises(RoscherkError) as caught:
        asking.ask()
    assert caught.value.code is ErrorCode.RELEASE_NOTE_SIGNATURE
    settings.set(UPDATES_ADDRESS, server.url("/none.json"))
    with pytest.raises(RoscherkError) as caught:
        asking.ask()
    assert (caught.value.code, caught.value.facts["reason"]) == (
        ErrorCode.NETWORK_FAILED,
        "status",
    )


def test_by_itself_only_if_the_settings_want_it(settings: Settings, releases: Releases) -> None:
    """Once a day, and never without an address."""
    now = datetime.now(UTC)
    assert not releases.due()
    settings.set(UPDATES_AT_START, True)
    assert not releases.due()
    settings.set(UPDATES_ADDRESS, "https://updates.example.ru/roscherk.json")
    assert releases.due()
    with pytest.raises(RoscherkError):
        releases.ask()
    assert not releases.due()
    assert releases.due(now + timedelta(days=1, minutes=1))
    assert releases.due(now - timedelta(days=1))


@pytest.fixture
def maker() -> types.ModuleType:
    """Return the tool of whoever publishes."""
    spec = importlib.util.spec_from_file_location(
        "release_note", ROOT / "installer" / "release_note.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_way_of_whoever_publishes(
    maker: types.ModuleType, workers: Pool, settings: Settings, tmp_path: Path
) -> None:
    """A key is made, a note signed with it, and a program with that key believes it."""
    import tomllib  # noqa: PLC0415 - of this test alone

    key, target, package = tmp_path / "key.pem", tmp_path / "note.json", tmp_path / "r.deb"
    package.write_bytes(b"12345")
    with pytest.raises(SystemExit):
        maker.make_key(key, b"short")
    row = tomllib.loads(maker.make_key(key, b"a long password"))["keys"][0]
    assert b"ENCRYPTED" in key.read_bytes()
    maker.sign(key, b"a long password", date(2027, 1, 15), target, [package])
    keys = (ReleaseKey(name=row["name"], public=base64.b64decode(row["public"])),)
    found = Releases(
        workers,
        settings,
        lambda _: NetworkPolicy(),
        ProxyPassword(),
        seen=tmp_path / "seen.json",
        keys=lambda: keys,
    ).read(target)
    assert (found.newer, found.release.version) == (False, __version__)
    assert found.release.files[0].size == 5
