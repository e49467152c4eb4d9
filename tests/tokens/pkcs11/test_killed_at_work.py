"""Hosts killed with -9 while a token makes a key or takes a new PIN: told at once, nothing lost."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pin_places import OnePlace
from stand_ins.mock import MakeMock, Mock, MockToken, profiles
from test_token_place import PlaceOf, refused
from token_lab import is_good, sign

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode
from app.processes.pool import Pool
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pins import Pins
from app.tokens.pkcs11.creating import MARK
from app.tokens.token_objects import TokenObjects
from app.tokens.token_place import TokenPlace

pytestmark = pytest.mark.usefixtures("cold_hosts")

PIN, SO_PIN, NEW = "Leto-1987", "Admin-555", "Zima-2026"
AT_ONCE = 2.0


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return a module."""
    return make_mock(extended=True)


@pytest.fixture
def mocked(mock: Mock) -> MockToken:
    """Return its token."""
    return mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, so_pin=SO_PIN, tries=(5, 5))


@pytest.fixture
def place(mock: Mock, mocked: MockToken, place_of: PlaceOf) -> TokenPlace:
    """Return its place."""
    assert mocked.slot == 0
    return place_of(mock.module)


@contextmanager
def killed_in(mock: Mock, place: TokenPlace, call: str) -> Iterator[None]:
    """Kill the host as soon as it is inside a call; whoever asked is told within two seconds."""
    mock.order(f"{call}=sleep:20000")
    killed: list[float] = []

    def kill() -> None:
        while not mock.count(call):
            time.sleep(0.005)
        killed.append(time.monotonic())
        os.kill(place.pid or 0, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with refused(ErrorCode.MODULE_CRASHED):
        yield
    killer.join()
    assert time.monotonic() - killed[0] < AT_ONCE
    mock.order()


Change = Callable[[Pins, Token, Secret, Secret], Token]
CHANGES: dict[str, tuple[Change, str]] = {
    "C_SetPIN": (lambda pins, token, old, new: pins.change(token, old, new), PIN),
    "C_InitPIN": (lambda pins, token, old, new: pins.unblock(token, old, new), SO_PIN),
}


@pytest.mark.parametrize("call", sorted(CHANGES))
def test_while_a_pin_is_changed(make_mock: MakeMock, place_of: PlaceOf, call: str) -> None:
    """The PIN is the old one or the new one, no try is spent, and it can be done again."""
    mock = make_mock()
    mocked = mock.insert(profiles.SAFENET, pin=PIN, so_pin=SO_PIN)
    place = place_of(mock.module)
    pins = Pins(lambda: OnePlace(place))
    (token,) = place.tokens()
    work, old = CHANGES[call]
    with killed_in(mock, place, call), Secret.of_text(old) as given, Secret.of_text(NEW) as new:
        work(pins, token, given, new)
    assert mocked.accepts(PIN)
    assert len(mock.logins()) == 1
    with Secret.of_text(old) as given, Secret.of_text(NEW) as new:
        work(pins, token, given, new)
    assert mocked.accepts(NEW)
    assert {line.rpartition("=")[2] for line in mock.logins()} == {"0x0"}


@pytest.mark.parametrize("call", ["C_GenerateKeyPair", "C_Sign", "C_SetAttributeValue"])
def test_while_a_key_is_made(
    mock: Mock, mocked: MockToken, place: TokenPlace, crypto_workers: Pool, call: str
) -> None:
    """No half pair, one login; the next key is made as if nothing had been."""
    door = TokenObjects(lambda: OnePlace(place), crypto_workers)
    (token,) = place.tokens()
    with killed_in(mock, place, call), Secret.of_text(PIN) as pin:
        door.create_key(token, KeyAlgorithm.GOST_256, "к", pin)
    assert len(mock.logins()) == 1
    assert len(mocked.objects()) in {0, 2}
    with Secret.of_text(PIN) as pin:
        made = door.create_key(token, KeyAlgorithm.GOST_256, "новый", pin)
    assert is_good(made, sign(place, made, PIN))
    assert len(mocked.objects()) in {2, 4}
    assert len({each["id"] for each in mocked.objects()}) * 2 == len(mocked.objects())


def test_a_private_half_is_never_taken_away(
    mock: Mock, mocked: MockToken, place: TokenPlace, crypto_workers: Pool
) -> None:
    """Another program deleted the public half of a key that kept its passing id: the key stays."""
    mocked.add_key("старый", KeyAlgorithm.GOST_256, public=False, certificate=False)
    passing = MARK + bytes(16)
    (file,) = (mock.folder / "slots" / "0" / "objects").iterdir()
    (key_id,) = {each["id"] for each in mocked.objects()}
    file.write_text(file.read_text().replace(f"102 {key_id.hex()}", f"102 {passing.hex()}"))
    assert [each["id"] for each in mocked.objects()] == [passing]
    door = TokenObjects(lambda: OnePlace(place), crypto_workers)
    (token,) = place.tokens()
    with Secret.of_text(PIN) as pin:
        door.create_key(token, KeyAlgorithm.GOST_256, "новый", pin)
    assert [each["id"] for each in mocked.objects()].count(passing) == 1
