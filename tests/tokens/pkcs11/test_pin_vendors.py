"""PINs of the tokens that people have, by the mock: own calls, counters, what makers reserve."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pin_places import OnePlace
from stand_ins.mock import MakeMock, Mock, MockToken, profiles
from stand_ins.mock_profiles import Profile
from test_token_place import PlaceOf, refused

from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Token
from app.tokens.passive import HIDDEN_KEYS, PassiveAnswer, PassiveState
from app.tokens.pin import Secret
from app.tokens.pin_rules import PinAction, Way, unblock_ways
from app.tokens.pin_state import PinRole, pin_state
from app.tokens.pins import Pins
from app.tokens.token_place import TokenPlace

NEW = "Zima-2026"
RIGHT, WRONG = "Leto-1987", "Leto-1986"
SO_PIN = "Admin-555"


_EMPTY = PassiveAnswer(PassiveState.NONE)


@dataclass
class Bench:
    """A module with one token, and the door to its PINs."""

    mock: Mock
    mocked: MockToken
    place: TokenPlace
    pins: Pins
    passive: PassiveAnswer = _EMPTY

    @property
    def token(self) -> Token:
        """The token as it is now."""
        return self.place.tokens()[0]

    @property
    def sent(self) -> int:
        """How many PINs the token was sent."""
        return len(self.mock.logins())


BenchOf = Callable[..., Bench]


@pytest.fixture
def bench_of(make_mock: MakeMock, place_of: PlaceOf) -> BenchOf:
    """Return a maker of benches; PINs that are not named are good ones."""

    def make(profile: Profile, **given: object) -> Bench:
        mock = make_mock(extended=profile.extended)
        mocked = mock.insert(profile, **({"pin": RIGHT, "so_pin": SO_PIN} | given))  # type: ignore[arg-type]
        place = place_of(mock.module)
        bench = Bench(mock, mocked, place, Pins(lambda: OnePlace(place)))
        bench.pins = Pins(lambda: OnePlace(place), passive=lambda _: bench.passive)
        return bench

    return make


@pytest.fixture
def rutoken(bench_of: BenchOf) -> Bench:
    """Return a Рутокен ЭЦП 3.0 with three tries."""
    return bench_of(profiles.RUTOKEN_ECP_3, tries=(3, 3))


def secret(text: str, *, last_try: bool = False) -> Secret:
    """Return a PIN just typed."""
    pin = Secret.of_text(text)
    pin.last_try_confirmed = last_try
    return pin


def test_down_to_the_lock(rutoken: Bench) -> None:
    """Exact tries before and after each; the last only when confirmed; then nothing is sent."""
    assert pin_state(rutoken.token, PinRole.USER).tries_left == 3
    for left in (2, 1):
        with refused(ErrorCode.PIN_WRONG, tries_left=left):
            rutoken.pins.verify(rutoken.token, secret(WRONG))
    with refused(ErrorCode.PIN_LAST_TRY, tries_left=1):
        rutoken.pins.verify(rutoken.token, secret(WRONG))
    assert (rutoken.mocked.tries[0], rutoken.sent) == (1, 2)
    with refused(ErrorCode.PIN_LOCKED):
        rutoken.pins.verify(rutoken.token, secret(WRONG, last_try=True))
    state = pin_state(rutoken.token, PinRole.USER)
    assert state.locked
    assert state.tries_left == 0
    with refused(ErrorCode.PIN_LOCKED):
        rutoken.pins.verify(rutoken.token, secret(RIGHT, last_try=True))
    assert rutoken.sent == 3


def test_restore_tries(rutoken: Bench) -> None:
    """Рутокен gives a locked PIN its tries back by its own call, and the PIN stays."""
    rutoken.mocked.set(user_tries=0)
    assert unblock_ways(rutoken.token) == (Way.RESTORE,)
    with refused(ErrorCode.TOKEN_ACTION_UNSUPPORTED, reason="user_only"):
        rutoken.pins.unblock(rutoken.token, secret(SO_PIN), secret(NEW))
    after = rutoken.pins.unblock(rutoken.token, secret(SO_PIN), None, keep=True)
    assert pin_state(after, PinRole.USER).tries_left == 3
    assert rutoken.sent == rutoken.mock.count("C_EX_UnblockUserPIN") == 1
    assert rutoken.mocked.accepts(RIGHT)


def test_unblock_with_new_pin(bench_of: BenchOf) -> None:
    """Where the administrator may, he sets a new PIN by the standard call."""
    bench = bench_of(profiles.RUTOKEN_ECP_3, extended_flags="11")
    bench.mocked.set(user_tries=0)
    bench.pins.unblock(bench.token, secret(SO_PIN), secret(NEW))
    assert bench.mocked.accepts(NEW)
    assert bench.sent == 1


def test_change(rutoken: Bench) -> None:
    """Рутокен changes a PIN only for whoever is logged in; a wrong old PIN goes there once."""
    with refused(ErrorCode.PIN_WRONG, tries_left=2):
        rutoken.pins.change(rutoken.token, secret(WRONG), secret(NEW))
    assert (rutoken.sent, rutoken.mock.count("C_SetPIN")) == (1, 0)
    rutoken.pins.change(rutoken.token, secret(RIGHT), secret(NEW))
    rutoken.pins.change(rutoken.token, secret(SO_PIN), secret("Admin-777"), PinRole.ADMINISTRATOR)
    assert rutoken.mocked.accepts(NEW)
    assert rutoken.mocked.accepts("Admin-777", so=True)


def test_factory_pin(bench_of: BenchOf) -> None:
    """The token says that the PIN is the factory's; it may be changed, and not be chosen again."""
    bench = bench_of(profiles.RUTOKEN_ECP_2, pin="12345678", user_factory=1)
    assert pin_state(bench.token, PinRole.USER).factory
    with refused(ErrorCode.PIN_WEAK):
        bench.pins.change(bench.token, secret("87654320"), secret("12345678"))
    assert bench.sent == 0
    after = bench.pins.change(bench.token, secret("12345678"), secret(NEW))
    assert pin_state(after, PinRole.USER).factory is False


@pytest.mark.parametrize("code", ["0x8000000A", "0x8000000B", "0xA1"])
def test_token_refuses_the_new_pin(rutoken: Bench, code: str) -> None:
    """Rules that only the token knows: the new PIN is at fault, not the old one."""
    reason = {"0x8000000B": "history"}.get(code, "token")
    rutoken.mock.order(f"C_SetPIN={code}")
    with refused(ErrorCode.PIN_WEAK, reason=reason):
        rutoken.pins.change(rutoken.token, secret(RIGHT), secret(NEW))
    assert rutoken.mocked.accepts(RIGHT)


def test_expired_pin_is_changed(rutoken: Bench) -> None:
    """A PIN that the token wants changed is refused for work and taken for the change."""
    rutoken.mock.order("C_Login=0xA3")
    with refused(ErrorCode.PIN_EXPIRED):
        rutoken.pins.verify(rutoken.token, secret(RIGHT))
    rutoken.mocked.set(set_pin_needs_login=0)
    rutoken.pins.change(rutoken.token, secret(RIGHT), secret(NEW))
    assert rutoken.mocked.accepts(NEW)


def test_label(rutoken: Bench) -> None:
    """Рутокен takes a new name from the user; a long one costs no login."""
    with refused(ErrorCode.TOKEN_LABEL_INVALID):
        rutoken.pins.label(rutoken.token, "Ж" * 17, secret(RIGHT))
    assert rutoken.sent == 0
    assert rutoken.pins.label(rutoken.token, "Касса № 2", secret(RIGHT)).label == "Касса № 2"


def test_first_pin_of_jacarta_gost(bench_of: BenchOf) -> None:
    """JaCarta ГОСТ comes without a user PIN: the administrator sets the first."""
    bench = bench_of(profiles.JACARTA_GOST, pin=None)
    assert not pin_state(bench.token, PinRole.USER).is_set
    with refused(ErrorCode.PIN_NOT_SET):
        bench.pins.verify(bench.token, secret(RIGHT))
    after = bench.pins.set_first(bench.token, secret(SO_PIN), secret(NEW))
    assert after.flags.user_pin_set
    assert bench.mocked.accepts(NEW)
    assert bench.sent == 1
    with refused(ErrorCode.PIN_IS_SET):
        bench.pins.set_first(bench.token, secret(SO_PIN), secret(NEW))


@pytest.mark.parametrize("profile", [profiles.JACARTA_2_GOST, profiles.YUBIKEY])
def test_reserved(bench_of: BenchOf, profile: Profile) -> None:
    """What the maker reserves is explained, and nothing is sent."""
    bench = bench_of(profile)
    token = bench.token
    assert unblock_ways(token) == ()
    for action in (PinAction.UNBLOCK, PinAction.SET_FIRST, PinAction.FORMAT):
        found = bench.pins.obstacle(token, action)
        assert found is not None
        assert found.code is ErrorCode.TOKEN_ACTION_RESERVED
    with refused(ErrorCode.TOKEN_ACTION_RESERVED):
        bench.pins.unblock(token, secret(SO_PIN), secret(NEW))
    assert bench.sent == 0
    assert bench.pins.obstacle(token, PinAction.CHANGE) is None


def test_format_whole(rutoken: Bench) -> None:
    """Рутокен is formatted whole: new user PIN, tries as they were, the administrator's PIN kept."""
    typed = rutoken.token.serial
    with refused(ErrorCode.ADMIN_PIN_WRONG, tries_left=2):
        rutoken.pins.format(rutoken.token, "Касса", secret(WRONG), secret(NEW), typed=typed)
    after = rutoken.pins.format(rutoken.token, "Касса", secret(SO_PIN), secret(NEW), typed=typed)
    assert after.label == "Касса"
    assert rutoken.mocked.accepts(NEW)
    assert rutoken.mocked.accepts(SO_PIN, so=True)
    assert rutoken.mocked.tries == (3, 3)
    assert (rutoken.sent, rutoken.mock.count("C_InitToken")) == (2, 0)


@pytest.mark.parametrize("profile", [profiles.JACARTA_LT, profiles.ESMART])
def test_format_by_the_standard(bench_of: BenchOf, profile: Profile) -> None:
    """Others by C_InitToken, and at once a user PIN, without which the token is of no use."""
    bench = bench_of(profile)
    token = bench.token
    bench.pins.format(token, "Касса", secret(SO_PIN), secret(NEW), typed=token.serial)
    assert bench.mocked.accepts(NEW)


def test_format_that_broke_off(bench_of: BenchOf) -> None:
    """Erased, but without a PIN: it is said, and the first PIN can be set."""
    bench = bench_of(profiles.ESMART)
    bench.mock.order("C_InitPIN=0x30")
    token = bench.token
    with refused(ErrorCode.PIN_NOT_SET, erased=True):
        bench.pins.format(token, "Касса", secret(SO_PIN), secret(NEW), typed=token.serial)
    bench.mock.order()
    assert bench.pins.set_first(bench.token, secret(SO_PIN), secret(NEW)).flags.user_pin_set


def test_hidden_containers_forbid_formatting(bench_of: BenchOf) -> None:
    """Unknown: refused; listed: only when they may be lost; by the kind of device: unknown."""
    bench = bench_of(profiles.RUTOKEN_LITE)
    token = bench.token

    def erase(**more: bool) -> None:
        typed = token.serial
        bench.pins.format(token, "Касса", secret(SO_PIN), secret(NEW), typed=typed, **more)

    bench.passive = PassiveAnswer(PassiveState.UNKNOWN, reason=HIDDEN_KEYS)
    with refused(ErrorCode.TOKEN_MAY_HOLD_CONTAINERS):
        erase(lose_containers=True)
    bench.passive = PassiveAnswer(PassiveState.FOUND)
    with refused(ErrorCode.TOKEN_HOLDS_CONTAINERS):
        erase()
    assert bench.sent == 0
    by_kind = Pins(lambda: OnePlace(bench.place)).obstacle(token, PinAction.FORMAT)
    assert by_kind is not None
    assert by_kind.code is ErrorCode.TOKEN_MAY_HOLD_CONTAINERS
    erase(lose_containers=True)
    assert bench.mocked.accepts(NEW)


def test_pin_pad(bench_of: BenchOf) -> None:
    """A token with a pad gets no PIN from us, whatever is done; one entry of the old PIN."""
    bench = bench_of(profiles.RUTOKEN_ECP_2, flags="505", extended_flags="1", set_pin_needs_login=0)
    bench.mocked.set(min_pin=0)
    bench.pins.verify(bench.token, None)
    bench.pins.change(bench.token, None, None)
    assert bench.mock.count("C_Login") == bench.mock.count("C_SetPIN") == 1
    bench.pins.unblock(bench.token, None, None)
    assert bench.mock.count("C_InitPIN") == 1


def test_lock_that_the_flags_do_not_show(bench_of: BenchOf) -> None:
    """A token that counts silently: its return code is believed."""
    bench = bench_of(profiles.ESMART, tries=(2, 2), tells_tries=0, last_wrong="A4")
    with refused(ErrorCode.PIN_WRONG):
        bench.pins.verify(bench.token, secret(WRONG))
    assert pin_state(bench.token, PinRole.USER).tries_left is None
    with refused(ErrorCode.PIN_LOCKED):
        bench.pins.verify(bench.token, secret(WRONG))


ACTIONS: dict[str, Callable[[Bench], object]] = {
    "C_Login": lambda bench: bench.pins.verify(bench.token, secret(RIGHT)),
    "C_OpenSession": lambda bench: bench.pins.verify(bench.token, secret(RIGHT)),
    "C_SetPIN": lambda bench: bench.pins.change(bench.token, secret(RIGHT), secret(NEW)),
    "C_EX_UnblockUserPIN": lambda bench: bench.pins.unblock(
        bench.token, secret(SO_PIN), None, keep=True
    ),
    "C_EX_SetTokenName": lambda bench: bench.pins.label(bench.token, "Касса", secret(RIGHT)),
    "C_EX_InitToken": lambda bench: bench.pins.format(
        bench.token, "Касса", secret(SO_PIN), secret(NEW), typed=bench.token.serial
    ),
}
FAULTS = {
    "0x5": {ErrorCode.TOKEN_ERROR},
    "0x30": {ErrorCode.TOKEN_ERROR},
    "0x31": {ErrorCode.TOKEN_ERROR, ErrorCode.TOKEN_FULL},
    "vanish:0x32": {ErrorCode.TOKEN_REMOVED},
    "vanish:0x5": {ErrorCode.TOKEN_REMOVED},
    "0x80000333": {ErrorCode.TOKEN_ERROR},
    "crash": {ErrorCode.MODULE_CRASHED},
}


@pytest.mark.parametrize("function", ACTIONS)
def test_faults(bench_of: BenchOf, function: str) -> None:
    """Whatever a call answers: one error of ours, no call repeated, the host replaced."""
    for fault, codes in FAULTS.items():
        bench = bench_of(profiles.RUTOKEN_ECP_3)
        bench.place.tokens()
        # Listing opens no session and logs nobody in: the count is this action's alone.
        bench.mock.order(f"{function}={fault}")
        with pytest.raises(RoscherkError) as caught:
            ACTIONS[function](bench)
        assert caught.value.code in codes, (fault, caught.value)
        assert bench.mock.count(function) == 1
        assert bench.place.pid is None
        bench.place.close()
