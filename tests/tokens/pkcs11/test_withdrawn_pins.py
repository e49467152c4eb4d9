"""A PIN that is wiped at any moment: its zeros are never sent, and nobody stays logged in."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pin_places import OnePlace
from stand_ins.mock import MakeMock, Mock, MockToken, profiles
from test_signing_runs import PIN, digest, for_run, key_of
from test_token_place import PlaceOf, refused

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret
from app.tokens.pins import Pins
from app.tokens.token_place import TokenKey, TokenPlace


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return a module."""
    return make_mock(extended=True)


@pytest.fixture
def mocked(mock: Mock) -> MockToken:
    """Return its token, with an RSA key."""
    token = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, tries=(5, 5))
    token.add_key("key", KeyAlgorithm.RSA)
    return token


@pytest.fixture
def key(mock: Mock, mocked: MockToken, place_of: PlaceOf) -> TokenKey:
    """Return the key."""
    assert mocked.slot == 0
    return key_of(place_of(mock.module))


def place_behind(key: TokenKey) -> TokenPlace:
    """Return the place of a key."""
    return key._place


@contextmanager
def in_thread(work: Callable[[], object]) -> Iterator[list[RoscherkError]]:
    """Do something beside the block; return the errors it met, after the block."""
    met: list[RoscherkError] = []

    def run() -> None:
        try:
            work()
        except RoscherkError as error:
            met.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield met
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("several", [True, False])
def test_wiped_while_the_module_is_busy(
    mock: Mock, mocked: MockToken, key: TokenKey, several: bool
) -> None:
    """Somebody gives up while the module is busy with something else: nothing is sent."""
    place = place_behind(key)
    mock.order("C_GetSlotList=sleep:600")
    secret = for_run()
    secret.for_run = several
    with in_thread(place.tokens):
        time.sleep(0.1)
        with in_thread(lambda: key.sign_digest("sha256", digest(1), secret)) as met:
            time.sleep(0.1)
            secret.wipe()
            mock.order()
    assert mock.logins() == []
    assert [error.code for error in met] == [ErrorCode.CANCELLED]
    assert mocked.tries == (5, 5)


@pytest.mark.usefixtures("cold_hosts")
def test_wiped_while_the_host_starts(mock: Mock, mocked: MockToken, key: TokenKey) -> None:
    """The same while the host is not there yet: this is the longest moment of all."""
    place_behind(key).end_session()
    secret = for_run()
    with in_thread(lambda: key.sign_digest("sha256", digest(1), secret)) as met:
        time.sleep(0.02)
        secret.wipe()
    assert mock.logins() == []
    assert [error.code for error in met] == [ErrorCode.CANCELLED]
    assert mocked.tries == (5, 5)
    with for_run() as anew:
        assert key.sign_digest("sha256", digest(1), anew)


def test_wiped_before_two_are_joined(mock: Mock, key: TokenKey) -> None:
    """Of two PINs that go together, neither is sent when one is gone."""
    token = key.container.token
    assert token is not None
    pins = Pins(lambda: OnePlace(place_behind(key)))
    old, new = Secret.of_text(PIN), Secret.of_text("Paul-1999")
    old.wipe()
    with refused(ErrorCode.CANCELLED):
        pins.change(token, old, new)
    old = Secret.of_text(PIN)
    new.wipe()
    with refused(ErrorCode.CANCELLED):
        pins.change(token, old, new)
    assert mock.logins() == []


def test_wiped_during_the_first_signature(mock: Mock, key: TokenKey) -> None:
    """Stopped while the first document is signed: the token is logged out all the same."""
    place = place_behind(key)
    mock.order("C_Sign=sleep:500")
    secret = for_run()
    with in_thread(lambda: key.sign_digest("sha256", digest(1), secret)):
        while not mock.count("C_Login"):
            time.sleep(0.01)
        time.sleep(0.1)
        secret.wipe()
    deadline = time.monotonic() + 5
    while place.pid is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert place.pid is None
    assert mock.count("C_Logout") == 1


def test_a_login_of_another_run_serves_nobody(mock: Mock, key: TokenKey) -> None:
    """A PIN typed for a second run is tried, also while the first one is still logged in."""
    with for_run() as first:
        assert key.sign_digest("sha256", digest(1), first)
        with refused(ErrorCode.PIN_WRONG):
            key.sign_digest("sha256", digest(2), for_run("Leto-1986"))
    assert mock.logins() == ["user=1 slot=0 answer=0x0", "user=1 slot=0 answer=0xA0"]
