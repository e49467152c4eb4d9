"""Every call of a signature failing with every kind of code: a named error, one login, no harm."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from quick_host import COMMAND
from stand_ins.mock import MakeMock, Mock, profiles
from token_lab import MESSAGE, is_good, only, pin, sign, sign_document

from app.algorithms import digests
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.child import Child
from app.processes.pool import Pool
from app.tokens import token_methods as methods
from app.tokens.model import Container, Module
from app.tokens.token_place import TokenPlace
from app.tokens.token_places import TokenPlaces

PlaceOf = Callable[[Module], TokenPlace]

GENERAL_ERROR, FUNCTION_FAILED, DEVICE_ERROR, DEVICE_MEMORY = 0x05, 0x06, 0x30, 0x31
DEVICE_REMOVED, SESSION_HANDLE_INVALID, TOKEN_NOT_PRESENT = 0x32, 0xB3, 0xE0
OF_A_VENDOR = 0x80000041
CODES = (
    GENERAL_ERROR,
    FUNCTION_FAILED,
    DEVICE_ERROR,
    DEVICE_MEMORY,
    DEVICE_REMOVED,
    SESSION_HANDLE_INVALID,
    TOKEN_NOT_PRESENT,
    OF_A_VENDOR,
)
REMOVED = frozenset({DEVICE_REMOVED, TOKEN_NOT_PRESENT})
BEFORE_LOGIN = ("C_Initialize", "C_GetSlotList", "C_GetTokenInfo", "C_OpenSession")
AFTER_LOGIN = (
    "C_FindObjectsInit",
    "C_FindObjects",
    "C_FindObjectsFinal",
    "C_GetAttributeValue",
    "C_SignInit",
    "C_Sign",
)
AFTER_SIGNING = ("C_Logout", "C_CloseSession")
PATIENCE = 2.0


class Lab:
    """One host and a module with one GOST key; the host is not replaced between questions."""

    def __init__(self, mock: Mock, container: Container) -> None:
        self.mock = mock
        self.container = container
        self.host = Child("token-host", command=COMMAND)

    def sign(self) -> bytes:
        """Sign the message; it must not take long."""
        assert self.container.algorithm is not None
        request = methods.TokenSignRequest(
            module=self.mock.module.path,
            uri=self.container.uri,
            digest_name="streebog512",
            digest=digests.digest("streebog512", MESSAGE),
            public_key=self.container.public_key,
        )
        limits = methods.signing_limits(by_person=False)
        begun = time.monotonic()
        try:
            return self.host.call(methods.TOKEN_SIGN, request, limits=limits, secret=pin())
        finally:
            assert time.monotonic() - begun < PATIENCE

    def refusal(self, *orders: str) -> RoscherkError:
        """Return the error with which signing ends under these orders."""
        self.mock.forget()
        self.mock.order(*orders)
        try:
            with pytest.raises(RoscherkError) as caught:
                self.sign()
        finally:
            self.mock.order()
        return caught.value


@pytest.fixture
def lab(make_mock: MakeMock, place_of: PlaceOf) -> Iterator[Lab]:
    """Return a lab."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", KeyAlgorithm.GOST_512)
    made = Lab(mock, only(place_of(mock.module)))
    made.host.start()
    yield made
    made.host.kill()
    made.host.join(2)


def named(function: str, code: int) -> ErrorCode:
    """Return the error that a failing call must become."""
    if function == "C_Initialize":
        return ErrorCode.MODULE_BROKEN
    if function == "C_GetTokenInfo":
        return ErrorCode.TOKEN_NOT_FOUND  # the slot hides itself, and no other
    if (function, code) == ("C_GetAttributeValue", FUNCTION_FAILED):
        return ErrorCode.KEY_NOT_FOUND  # careless modules say this of an attribute they lack
    return ErrorCode.TOKEN_REMOVED if code in REMOVED else ErrorCode.TOKEN_ERROR


@pytest.mark.parametrize("function", [*BEFORE_LOGIN, "C_Login", *AFTER_LOGIN])
def test_failing_call(lab: Lab, function: str) -> None:
    """Each code is a named error with its number, within two seconds; the host serves on.

    The PIN is sent once, and not at all when the failure came before it.
    """
    for code in CODES:
        error = lab.refusal(f"{function}={code:#x}")
        assert error.code is named(function, code), (code, error)
        if error.code not in {ErrorCode.TOKEN_NOT_FOUND, ErrorCode.KEY_NOT_FOUND}:
            assert error.facts["rv"] == f"0x{code:08X}"
            assert error.facts["vendor_code"] is (code == OF_A_VENDOR)
        assert lab.mock.count("C_Login") == (0 if function in BEFORE_LOGIN else 1), code
        assert lab.mock.count("C_Sign") == (1 if function == "C_Sign" else 0), code
        assert lab.mock.count("C_OpenSession") == lab.mock.count("C_CloseSession") or (
            function == "C_OpenSession"
        )
    assert is_good(lab.container, lab.sign())
    assert lab.host.usable


@pytest.mark.parametrize("function", AFTER_SIGNING)
def test_failing_end(lab: Lab, function: str) -> None:
    """What fails after the signature was made takes it from nobody, and the next one works too."""
    for code in CODES:
        lab.mock.order(f"{function}={code:#x}@{lab.mock.count(function) + 1}")
        assert is_good(lab.container, lab.sign()), code
    lab.mock.order()
    assert is_good(lab.container, lab.sign())


@pytest.mark.parametrize("code", [DEVICE_REMOVED, GENERAL_ERROR])
@pytest.mark.parametrize("function", ["C_OpenSession", "C_Login", "C_FindObjects", "C_Sign"])
def test_pulled_out_during_a_call(
    make_mock: MakeMock, place_of: PlaceOf, function: str, code: int
) -> None:
    """Whatever the module says when the token goes, it is «removed»; back again, it signs."""
    mock = make_mock(removed=f"{code:#x}")
    token = mock.insert(profiles.RUTOKEN_ECP_2)
    token.add_key("k", KeyAlgorithm.GOST_256)
    place = place_of(mock.module)
    container = only(place)
    mock.order(f"{function}=vanish:{code:#x}")
    with pytest.raises(RoscherkError) as caught:
        sign(place, container)
    assert caught.value.code is ErrorCode.TOKEN_REMOVED
    assert mock.count("C_Login") <= 1
    assert not place.containers()
    mock.order()
    token.put_back()
    assert is_good(container, sign(place, container))


@pytest.mark.parametrize(
    "order",
    [
        "C_Login=crash",
        "C_Sign=crash",
        "C_Sign=0x30",
        "C_Sign=spoil",
        "C_Login=0xA0",
        "C_Login=0x80000041",
    ],
)
def test_nothing_is_saved(
    make_mock: MakeMock, place_of: PlaceOf, crypto_workers: Pool, tmp_path: Path, order: str
) -> None:
    """A document whose signature failed is as it was, alone in its folder; the next try works."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", KeyAlgorithm.GOST_256)
    place = place_of(mock.module)
    container = only(place)
    folder = tmp_path / "документы"
    folder.mkdir()
    mock.order(order)
    begun = time.monotonic()
    with pytest.raises(RoscherkError) as caught:
        sign_document(crypto_workers, place, container, folder)
    assert time.monotonic() - begun < PATIENCE + 1  # the document is read and hashed before
    assert caught.value.code not in {ErrorCode.UNEXPECTED, ErrorCode.CHILD_SILENT}
    assert [file.name for file in folder.iterdir()] == ["договор.txt"]
    assert (folder / "договор.txt").read_bytes() == MESSAGE
    assert mock.count("C_Login") == 1
    mock.order()
    assert sign_document(crypto_workers, place, container, folder).target.is_file()
    assert mock.count("C_Login") == 2


def test_wrong_pin_costs_one_try(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """The token's own counter: one wrong PIN, one try; a locked PIN is not sent again."""
    mock = make_mock(extended=True)
    token = mock.insert(profiles.RUTOKEN_ECP_3, tries=(3, 10))
    token.add_key("k", KeyAlgorithm.GOST_256)
    place = place_of(mock.module)
    container = only(place)
    with pytest.raises(RoscherkError) as caught:
        sign(place, container, "00000000")
    assert caught.value.code is ErrorCode.PIN_WRONG
    assert caught.value.facts["tries_left"] == 2
    assert token.tries == (2, 10)
    token.set(user_tries=0)
    for _ in range(2):
        with pytest.raises(RoscherkError) as caught:
            sign(place, container)
        assert caught.value.code is ErrorCode.PIN_LOCKED
    assert mock.count("C_Login") == 1


def test_listing_grows_between_its_two_calls(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A token that comes while the slots are counted costs another attempt, not the listing."""
    mock = make_mock(slots=20)
    mock.insert(profiles.JACARTA_2_GOST, 3)
    mock.insert(profiles.JACARTA_LASER, 4)
    place = place_of(mock.module)
    mock.order("C_GetSlotList=more@2")
    assert [token.slot for token in place.tokens()] == [3, 4]


def test_endless_search_ends(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """A module that finds the same objects for ever is left before the watchdog has to end it."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", KeyAlgorithm.GOST_256)
    mock.order("C_FindObjects=endless")
    place = place_of(mock.module)
    assert place.containers()
    assert place.pid is not None


@pytest.mark.parametrize("function", ["C_GetSlotInfo", "C_GetTokenInfo"])
@pytest.mark.parametrize("code", [GENERAL_ERROR, DEVICE_ERROR, OF_A_VENDOR])
def test_one_bad_slot_spoils_no_listing(make_mock: MakeMock, function: str, code: int) -> None:
    """The slot is told as a problem, with its number and the code; all others are shown."""
    mock = make_mock(slots=3)
    for slot in (0, 1, 2):
        mock.insert(profiles.RUTOKEN_ECP_3, slot)
    places = TokenPlaces([mock.module])
    try:
        mock.order(f"{function}={code:#x}@2")
        found = places.tokens()
        shown = {0, 1, 2} if function == "C_GetSlotInfo" else {0, 2}
        assert {token.slot for token in found} == shown
        (problem,) = places.failures
        assert problem.code is ErrorCode.SLOT_FAILED
        assert problem.facts["slot"] == 1
        assert problem.facts["operation"] == function
        assert problem.facts["rv"] == f"0x{code:08X}"
        mock.order()
        assert len(places.tokens()) == 3
        assert places.failures == ()
    finally:
        places.close()


def test_gone_token_is_no_problem(make_mock: MakeMock) -> None:
    """A slot that says that its token has gone is left out in silence."""
    mock = make_mock(slots=2)
    for slot in (0, 1):
        mock.insert(profiles.RUTOKEN_ECP_3, slot)
    places = TokenPlaces([mock.module])
    try:
        for code in REMOVED:
            mock.order(f"C_GetTokenInfo={code:#x}@{mock.count('C_GetTokenInfo') + 2}")
            assert [token.slot for token in places.tokens()] == [0]
            assert places.failures == ()
    finally:
        places.close()


STATES = (
    "C_Initialize",
    "C_GetSlotList",
    "C_GetTokenInfo",
    "C_OpenSession",
    "C_Login",
    "C_FindObjectsInit",
    "C_FindObjects",
    "C_GetAttributeValue",
    "C_SignInit",
    "C_Sign",
    "C_Logout",
    "C_CloseSession",
)


@pytest.mark.parametrize("function", STATES)
def test_host_killed_in_every_state(
    make_mock: MakeMock,
    place_of: PlaceOf,
    crypto_workers: Pool,
    tmp_path: Path,
    function: str,
) -> None:
    """Kill -9 in the middle of any call: told within two seconds, no file, one login, all goes on."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", KeyAlgorithm.GOST_256)
    place = place_of(mock.module)
    container = only(place)
    place.end_session()
    mock.forget()
    folder = tmp_path / "документы"
    folder.mkdir()
    mock.order(f"{function}=sleep:20000")
    killed: list[float] = []

    def kill() -> None:
        while not mock.count(function):
            time.sleep(0.005)
        killed.append(time.monotonic())
        os.kill(place.pid or 0, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(RoscherkError) as caught:
        sign_document(crypto_workers, place, container, folder)
    killer.join()
    assert time.monotonic() - killed[0] < 2
    assert caught.value.code is ErrorCode.MODULE_CRASHED
    assert [file.name for file in folder.iterdir()] == ["договор.txt"]
    assert mock.count("C_Login") <= 1
    mock.order()
    assert sign_document(crypto_workers, place, container, folder).target.is_file()


def test_idle_host_killed(make_mock: MakeMock, place_of: PlaceOf) -> None:
    """Kill -9 while nothing is asked: the next question finds another host, and nobody notices."""
    mock = make_mock()
    mock.insert(profiles.RUTOKEN_ECP_3).add_key("k", KeyAlgorithm.GOST_256)
    place = place_of(mock.module)
    container = only(place)
    os.kill(place.pid or 0, signal.SIGKILL)
    deadline = time.monotonic() + 2
    while place.pid is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_good(container, sign(place, container))
