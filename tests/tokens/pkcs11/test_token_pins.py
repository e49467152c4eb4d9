"""PINs of a real token (SoftHSM2): tried, changed, unblocked, set; the token counts with us."""

from dataclasses import replace
from pathlib import Path

import pytest
from pin_places import OnePlace
from stand_ins.softhsm import PIN, SO_PIN, Shim, make_token
from test_token_place import PlaceOf, refused

from app.errors import ErrorCode
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_rules import PinAction
from app.tokens.pin_state import PinRole, pin_state
from app.tokens.pins import Pins
from app.tokens.token_place import TokenPlace

NEW = "Zima-2026"
OTHER = "Leto-1987"


@pytest.fixture
def shim_place(
    shim: Shim, place_of: PlaceOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> TokenPlace:
    """Return the place of a token of this test's own, behind the shim that counts calls."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    make_token(tmp_path / "soft", "Бухгалтерия")
    return place_of(shim.module)


@pytest.fixture
def pins(shim_place: TokenPlace) -> Pins:
    """Return the door."""
    return Pins(lambda: OnePlace(shim_place))


@pytest.fixture
def token(shim_place: TokenPlace) -> Token:
    """Return the token."""
    return next(each for each in shim_place.tokens() if each.flags.initialised)


def secret(text: str) -> Secret:
    """Return a PIN just typed."""
    return Secret.of_text(text)


def test_status(pins: Pins, token: Token) -> None:
    """The lengths, the flags, and that the tries are unknown."""
    found = pins.status(token)
    assert (found.pin_min, found.pin_max) == (4, 255)
    for role in PinRole:
        state = pin_state(found, role)
        assert state.is_set
        assert not any((state.low, state.last_try, state.locked))
        assert state.tries_left is None


def test_verify(pins: Pins, token: Token, shim: Shim) -> None:
    """A right PIN of either role, and a wrong one; one login each."""
    pins.verify(token, secret(PIN))
    pins.verify(token, secret(SO_PIN), PinRole.ADMINISTRATOR)
    with refused(ErrorCode.PIN_WRONG, low=True):
        pins.verify(token, secret("00000000"))
    with refused(ErrorCode.ADMIN_PIN_WRONG):
        pins.verify(token, secret("00000000"), PinRole.ADMINISTRATOR)
    assert shim.count("C_Login") == 4
    assert pin_state(pins.status(token), PinRole.USER).low


def test_change_user_pin(pins: Pins, token: Token, shim: Shim) -> None:
    """The new PIN holds and the old one does not; the change was one login."""
    pins.change(token, secret(PIN), secret(NEW))
    assert shim.count("C_Login") == 1
    pins.verify(token, secret(NEW))
    with refused(ErrorCode.PIN_WRONG):
        pins.verify(token, secret(PIN))


def test_change_administrator_pin(pins: Pins, token: Token, shim: Shim) -> None:
    """Likewise the administrator's."""
    role = PinRole.ADMINISTRATOR
    pins.change(token, secret(SO_PIN), secret(NEW), role)
    assert shim.count("C_Login") == 1
    pins.verify(token, secret(NEW), role)
    with refused(ErrorCode.ADMIN_PIN_WRONG):
        pins.change(token, secret(SO_PIN), secret(OTHER), role)
    assert shim.count("C_Login") == 3


def test_wrong_old_pin_changes_nothing(pins: Pins, token: Token, shim: Shim) -> None:
    """One login, no more, and the PIN stays."""
    with refused(ErrorCode.PIN_WRONG):
        pins.change(token, secret("00000000"), secret(NEW))
    assert shim.count("C_Login") == 1
    pins.verify(token, secret(PIN))


def test_weak_pin_costs_nothing(pins: Pins, token: Token, shim: Shim) -> None:
    """A PIN that guards nothing is refused before the old one is tried."""
    for new, reason in (("", "empty"), ("123456", "sequence"), ("9a" * 200, "long")):
        with refused(ErrorCode.PIN_WEAK, reason=reason):
            pins.change(token, secret(PIN), secret(new))
    assert shim.count("C_Login") == 0


def test_same_pins(pins: Pins, token: Token, shim: Shim) -> None:
    """The old PIN again, and the administrator's as the user's, are no new PINs."""
    with refused(ErrorCode.PIN_WEAK, reason="same"):
        pins.change(token, secret(NEW), secret(NEW))
    with refused(ErrorCode.PIN_WEAK, reason="administrator"):
        pins.unblock(token, secret(NEW), secret(NEW))
    assert shim.count("C_Login") == 0


def test_unblock(pins: Pins, token: Token, shim: Shim) -> None:
    """The administrator sets a new user PIN; one login, and the flags are clear again."""
    with refused(ErrorCode.PIN_WRONG):
        pins.verify(token, secret("00000000"))
    found = pins.unblock(token, secret(SO_PIN), secret(NEW))
    assert shim.count("C_Login") == 2
    assert not pin_state(found, PinRole.USER).low
    pins.verify(token, secret(NEW))
    with refused(ErrorCode.TOKEN_ACTION_UNSUPPORTED, reason="keeps_no_pin"):
        pins.unblock(token, secret(SO_PIN), None, keep=True)
    with refused(ErrorCode.ADMIN_PIN_WRONG):
        pins.unblock(token, secret("00000000"), secret(OTHER))


def test_set_first_where_there_is_one(pins: Pins, token: Token, shim: Shim) -> None:
    """A first PIN replaces none."""
    with refused(ErrorCode.PIN_IS_SET):
        pins.set_first(token, secret(SO_PIN), secret(NEW))
    assert shim.count("C_Login") == 0


def test_label(pins: Pins, token: Token) -> None:
    """PKCS #11 has no call for it, which is said before anybody types a PIN."""
    found = pins.obstacle(token, PinAction.LABEL)
    assert found is not None
    assert found.code is ErrorCode.TOKEN_ACTION_UNSUPPORTED
    with refused(ErrorCode.TOKEN_ACTION_UNSUPPORTED, reason="label"):
        pins.label(token, "Касса", secret(PIN))


def test_format(pins: Pins, token: Token) -> None:
    """Erased, renamed, with a new user PIN and the old administrator's; wrong words do nothing."""
    with refused(ErrorCode.TOKEN_NOT_CONFIRMED):
        pins.format(token, "Касса", secret(SO_PIN), secret(NEW), typed="да")
    with refused(ErrorCode.TOKEN_LABEL_INVALID):
        pins.format(token, "К" * 17, secret(SO_PIN), secret(NEW), typed=token.serial)
    with refused(ErrorCode.ADMIN_PIN_WRONG):
        pins.format(token, "Касса", secret("00000000"), secret(NEW), typed=token.serial)
    assert pins.status(token).label == "Бухгалтерия"
    found = pins.format(token, "Касса", secret(SO_PIN), secret(NEW), typed=token.serial)
    assert found.label == "Касса"
    assert found.flags.user_pin_set
    pins.verify(found, secret(NEW))
    pins.verify(found, secret(SO_PIN), PinRole.ADMINISTRATOR)


def test_prepare_new_token(pins: Pins, shim_place: TokenPlace) -> None:
    """A token that was never prepared can only be formatted; its PINs must both be good."""
    new = next(each for each in shim_place.tokens() if not each.flags.initialised)
    with refused(ErrorCode.TOKEN_NOT_PREPARED):
        pins.verify(new, secret(PIN))
    typed = new.serial or new.label or new.model
    with refused(ErrorCode.PIN_WEAK):
        pins.format(new, "Касса", secret("123456"), secret(NEW), typed=typed)
    found = pins.format(new, "Касса", secret(OTHER), secret(NEW), typed=typed)
    assert found.label == "Касса"


def test_another_token_in_the_slot(pins: Pins, token: Token, shim: Shim) -> None:
    """A PIN goes only to the token whose serial number was named."""
    other = replace(token, serial="0000")
    with refused(ErrorCode.TOKEN_NOT_FOUND, serial="0000"):
        pins.verify(other, secret(PIN))
    assert shim.count("C_Login") == 0


def test_pin_is_needed(pins: Pins, token: Token, shim: Shim) -> None:
    """Nothing typed is nothing sent."""
    for pin in (None, secret("")):
        with refused(ErrorCode.PIN_NEEDED):
            pins.verify(token, pin)
        with refused(ErrorCode.PIN_NEEDED):
            pins.change(token, pin, secret(NEW))
    assert shim.count("C_Login") == 0


def test_last_try_and_lock(pins: Pins, token: Token, shim: Shim) -> None:
    """A last try wants a word of its own; a locked PIN is not sent; for both roles."""
    for role, bit, locked in (
        (PinRole.USER, "0x20000", "0x40000"),
        (PinRole.ADMINISTRATOR, "0x200000", "0x400000"),
    ):
        last, gone = {
            PinRole.USER: (ErrorCode.PIN_LAST_TRY, ErrorCode.PIN_LOCKED),
            PinRole.ADMINISTRATOR: (ErrorCode.ADMIN_PIN_LAST_TRY, ErrorCode.ADMIN_PIN_LOCKED),
        }[role]
        right = {PinRole.USER: PIN, PinRole.ADMINISTRATOR: SO_PIN}[role]
        before = shim.count("C_Login")
        shim.order(f"flags={bit}")
        with refused(last, tries_left=1):
            pins.verify(token, secret(right), role)
        with refused(last):
            pins.change(token, secret(right), secret(NEW), role)
        shim.order(f"flags={locked}")
        confirmed = secret(right)
        confirmed.last_try_confirmed = True
        with refused(gone):
            pins.verify(token, confirmed, role)
        assert shim.count("C_Login") == before
        shim.order(f"flags={bit}")
        again = secret(right)
        again.last_try_confirmed = True
        pins.verify(token, again, role)
        assert shim.count("C_Login") == before + 1


def test_pin_pad(pins: Pins, token: Token, shim: Shim) -> None:
    """A token with a pad of its own is asked without any PIN of ours; SoftHSM has none to give."""
    shim.order("flags=0x100")
    with refused(ErrorCode.TOKEN_ERROR):
        pins.verify(token, None)
    assert shim.count("C_Login") == 1


def test_host_ends_after_each_work(pins: Pins, token: Token, shim_place: TokenPlace) -> None:
    """No process that was given a PIN lives on, whatever came of it."""
    pins.verify(token, secret(PIN))
    assert shim_place.pid is None
    with refused(ErrorCode.PIN_WRONG):
        pins.verify(token, secret("00000000"))
    assert shim_place.pid is None
    pins.status(token)
    assert shim_place.pid is not None
    pins.end_session()
    assert shim_place.pid is None
