"""Several signatures with one entry of the PIN: one login, logged out when the PIN is wiped."""

import hashlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from pin_places import OnePlace
from stand_ins.mock import MakeMock, Mock, MockToken, profiles
from test_token_place import PlaceOf, refused

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode
from app.tokens.pin import Secret
from app.tokens.pins import Pins
from app.tokens.token_place import TokenKey, TokenPlace

PIN = "Leto-1987"


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return a module."""
    return make_mock(extended=True)


@pytest.fixture
def mocked(mock: Mock) -> MockToken:
    """Return its token, with an RSA key."""
    token = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN)
    token.add_key("key", KeyAlgorithm.RSA)
    return token


@pytest.fixture
def place(mock: Mock, mocked: MockToken, place_of: PlaceOf) -> TokenPlace:
    """Return its place."""
    assert mocked.slot == 0
    return place_of(mock.module)


def key_of(place: TokenPlace, label: str = "key") -> TokenKey:
    """Return a key by its label."""
    return place.open(next(found for found in place.containers() if found.label == label))


def for_run(text: str = PIN) -> Secret:
    """Return a PIN typed for several signatures."""
    secret = Secret.of_text(text)
    secret.for_run = True
    return secret


def digest(number: int) -> bytes:
    """Return the digest of one document."""
    return hashlib.sha256(str(number).encode()).digest()


def wait_for_logout(mock: Mock, place: TokenPlace) -> None:
    """Wait until the token was logged out and the host is gone."""
    deadline = time.monotonic() + 5
    while (place.pid is not None or not mock.count("C_Logout")) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert mock.count("C_Logout") == 1
    assert place.pid is None


def test_one_login_for_many(mock: Mock, place: TokenPlace) -> None:
    """Fifty signatures are one C_Login, and the key is looked for once; then nobody is logged in."""
    key = key_of(place)
    mock.forget()
    with for_run() as secret:
        made = {key.sign_digest("sha256", digest(number), secret) for number in range(50)}
        assert len(made) == 50
        assert mock.count("C_Login") == 1
        assert mock.count("C_Logout") == 0
        assert mock.count("C_FindObjectsInit") <= 3
    wait_for_logout(mock, place)


def hits(pid: int, pin: bytes) -> int:
    """Count the places where the memory of a process holds ``pin``; skip where nobody may look."""
    found = 0
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
                span, rights, *_ = line.split()
                if rights.startswith("rw"):
                    start, end = (int(number, 16) for number in span.split("-"))
                    memory.seek(start)
                    found += memory.read(end - start).count(pin)
    except PermissionError:
        pytest.skip("the memory of a host is closed to its own user, as it should be")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_host_forgets_the_pin(place: TokenPlace) -> None:
    """The host that stays logged in for a run does not keep the PIN that it was given."""
    key = key_of(place)
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        assert place.pid is not None
        assert hits(place.pid, PIN.encode()) == 0
        # The control: what the host was given and may keep is found.
        assert hits(place.pid, b"Rutoken ECP") > 0


def test_single_signature_ends_the_host(mock: Mock, place: TokenPlace) -> None:
    """A PIN that was not typed for a run keeps nothing open."""
    key = key_of(place)
    with Secret.of_text(PIN) as secret:
        key.sign_digest("sha256", digest(1), secret)
        assert place.pid is None
        key.sign_digest("sha256", digest(2), secret)
    assert mock.count("C_Login") == mock.count("C_Logout") == 2


def test_wrong_pin_stops_a_run(mock: Mock, place: TokenPlace) -> None:
    """The first refusal is the last attempt: the same PIN is not sent for the next document."""
    key = key_of(place)
    secret = for_run("Leto-1986")
    with refused(ErrorCode.PIN_WRONG):
        key.sign_digest("sha256", digest(1), secret)
    with refused(ErrorCode.PIN_NEEDED, reason="refused_before"):
        key.sign_digest("sha256", digest(2), secret)
    assert len(mock.logins()) == 1


def test_pulled_out_and_put_back(mock: Mock, mocked: MockToken, place: TokenPlace) -> None:
    """Pulled out in a run: an error, and the PIN is gone; one typed anew goes on."""
    key = key_of(place)
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        mock.order("C_Sign=vanish:0x5")
        with refused(ErrorCode.TOKEN_REMOVED):
            key.sign_digest("sha256", digest(2), secret)
        assert set(secret.buffer) <= {0}
        mock.order()
        mocked.put_back()
        with refused(ErrorCode.PIN_NEEDED, reason="login_lost"):
            key.sign_digest("sha256", digest(2), secret)
    assert len(mock.logins()) == 1
    with for_run() as secret:
        assert key.sign_digest("sha256", digest(2), secret)
    assert mock.logins() == ["user=1 slot=0 answer=0x0"] * 2


def test_out_and_in_unseen(mock: Mock, mocked: MockToken, place: TokenPlace) -> None:
    """So quickly that nobody saw it: the token has forgotten the login, and the PIN is not resent."""
    key = key_of(place)
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        mocked.remove()
        mocked.put_back()
        with refused(ErrorCode.PIN_NEEDED, reason="login_lost"):
            key.sign_digest("sha256", digest(2), secret)
        assert set(secret.buffer) <= {0}
    assert len(mock.logins()) == 1


def test_another_token_gets_nothing(mock: Mock, mocked: MockToken, place: TokenPlace) -> None:
    """Another token in the same slot, with the same name, is never sent the PIN."""
    key = key_of(place)
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        mocked.set(serial="0badcafe", generation=7)
        with refused(ErrorCode.TOKEN_NOT_FOUND):
            key.sign_digest("sha256", digest(2), secret)
        other = key_of(place)
        with refused(ErrorCode.PIN_NEEDED, reason="login_lost"):
            other.sign_digest("sha256", digest(2), secret)
    assert len(mock.logins()) == 1


@pytest.mark.parametrize("death", ["crash", "killed"])
def test_host_dies_in_a_run(mock: Mock, place: TokenPlace, death: str) -> None:
    """A crash, or kill -9, costs its signature and the PIN; one typed anew goes on."""
    key = key_of(place)
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        if death == "crash":
            mock.order("C_Sign=crash")
        else:
            mock.order("C_Sign=sleep:5000")
            pid = place.pid
            assert pid is not None
            threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
        with refused(ErrorCode.MODULE_CRASHED):
            key.sign_digest("sha256", digest(2), secret)
        mock.order()
        assert set(secret.buffer) <= {0}
        with refused(ErrorCode.PIN_NEEDED, reason="login_lost"):
            key.sign_digest("sha256", digest(2), secret)
    assert len(mock.logins()) == 1
    with for_run() as secret:
        assert key.sign_digest("sha256", digest(2), secret)
    assert len(mock.logins()) == 2


def test_host_killed_between_two(mock: Mock, place: TokenPlace) -> None:
    """The next host knows of no login, and is not given the PIN of the last one."""
    key = key_of(place)
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        pid = place.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 2
        while place.pid is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        with refused(ErrorCode.PIN_NEEDED, reason="login_lost"):
            key.sign_digest("sha256", digest(2), secret)
    assert len(mock.logins()) == 1


def test_key_that_wants_its_pin_each_time(mocked: MockToken, place: TokenPlace) -> None:
    """CKA_ALWAYS_AUTHENTICATE: a PIN typed for one signature does not serve for the next."""
    mocked.add_key("each", KeyAlgorithm.RSA, always_authenticate=True)
    key = key_of(place, "each")
    with for_run() as secret:
        assert key.sign_digest("sha256", digest(1), secret)
        with refused(ErrorCode.PIN_NEEDED, reason="each_signature"):
            key.sign_digest("sha256", digest(2), secret)
    with for_run() as secret:
        assert key.sign_digest("sha256", digest(2), secret)


def test_end_of_session(mock: Mock, place: TokenPlace) -> None:
    """«Завершить сеанс» ends every login at once."""
    key = key_of(place)
    pins = Pins(lambda: OnePlace(place))
    with for_run() as secret:
        key.sign_digest("sha256", digest(1), secret)
        assert place.pid is not None
        pins.end_session()
        assert place.pid is None
    assert mock.count("C_Login") == 1


def test_remembered_pin(mocked: MockToken, place: TokenPlace) -> None:
    """A remembered PIN signs, and does not serve a key that wants a person each time."""
    key = key_of(place)
    pins = Pins(lambda: OnePlace(place))
    token = key.container.token
    assert token is not None
    with Secret.of_text(PIN) as typed:
        key.sign_digest("sha256", digest(1), typed)
        pins.cache.keep(token, typed)
    for number in range(3):
        remembered = pins.cache.take(token)
        assert remembered is not None
        with remembered:
            assert key.sign_digest("sha256", digest(number), remembered)
    mocked.add_key("each", KeyAlgorithm.RSA, always_authenticate=True)
    remembered = pins.cache.take(token)
    with refused(ErrorCode.PIN_NEEDED, reason="each_signature"):
        key_of(place, "each").sign_digest("sha256", digest(1), remembered)
    pins.end_session()
    assert pins.cache.take(token) is None
