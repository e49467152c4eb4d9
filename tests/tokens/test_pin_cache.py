"""PINs remembered for a while: when they are given, and when they are gone."""

import gc
import time
from pathlib import Path

import pytest

from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_cache import IDLE, LONGEST, PinCache


class Clocks:
    """Two clocks that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.day = 1_000_000.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass while the program runs."""
        self.now += seconds
        self.day += seconds


@pytest.fixture
def clocks() -> Clocks:
    """Return the clocks."""
    return Clocks()


@pytest.fixture
def cache(clocks: Clocks) -> PinCache:
    """Return a cache with a PIN for the first token."""
    made = PinCache(clock=lambda: clocks.now, day_clock=lambda: clocks.day)
    with Secret.of_text("Leto-1987") as pin:
        made.keep(token(), pin)
    return made


def token(serial: str = "2ad0cafe", **more: str) -> Token:
    """Return a token."""
    given = {"label": "Касса", "manufacturer": "Aktiv Co.", "model": "Rutoken ECP"} | more
    return Token(module=Path("/m.so"), slot=0, serial=serial, **given)


def held(cache: PinCache, of: Token | None = None) -> bool:
    """Tell whether a PIN is given, which is the right one then."""
    secret = cache.take(of or token())
    if secret is None:
        return False
    with secret:
        assert secret.buffer == b"Leto-1987"
        assert not secret.typed
    return True


def test_given_again_and_again(cache: PinCache) -> None:
    """Each piece of work gets a copy of its own; wiping it harms nothing."""
    assert held(cache)
    assert held(cache)


def test_only_for_its_token(cache: PinCache) -> None:
    """Another serial number, or another applet of the same device, has another PIN."""
    assert not held(cache, token("0badcafe"))
    assert not held(cache, token(model="JaCarta Laser"))


def test_token_without_serial_is_not_remembered(cache: PinCache) -> None:
    """Without a serial number nobody could tell two tokens apart."""
    with Secret.of_text("Leto-1987") as pin:
        cache.keep(token(""), pin)
    assert not held(cache, token(""))


def test_wiped_without_use(cache: PinCache, clocks: Clocks) -> None:
    """Five minutes without use are the end of it."""
    clocks.pass_by(IDLE - 1)
    assert cache.left(token()) == pytest.approx(1)
    clocks.pass_by(1)
    assert not held(cache)


def test_wiped_after_a_quarter_of_an_hour(cache: PinCache, clocks: Clocks) -> None:
    """Use prolongs it to a quarter of an hour after typing, and no further; no option does."""
    for _ in range(int(LONGEST // 60) - 1):
        clocks.pass_by(60)
        assert held(cache)
    clocks.pass_by(60)
    assert not held(cache)
    assert PinCache(longest=10 * LONGEST)._longest == LONGEST


def test_wiped_after_sleep(cache: PinCache, clocks: Clocks) -> None:
    """A computer that slept may have come into other hands; a clock set back proves nothing."""
    clocks.day += 60
    assert not held(cache)
    with Secret.of_text("Leto-1987") as pin:
        cache.keep(token(), pin)
    clocks.day -= 60
    assert not held(cache)


def test_wiped_when_pulled_out(cache: PinCache) -> None:
    """A token that is no longer among the plugged is forgotten; one that is stays."""
    cache.plugged([token(), token("0badcafe")])
    assert held(cache)
    cache.plugged([token("0badcafe")])
    assert not held(cache)


def test_wiped_on_demand(cache: PinCache) -> None:
    """Screen lock and end of session: at once."""
    cache.forget(token("0badcafe"))
    assert held(cache)
    cache.forget()
    assert not held(cache)


def test_wiped_by_itself() -> None:
    """Nobody has to ask for it: the memory is overwritten when the time is over."""
    cache = PinCache(idle=0.05)
    with Secret.of_text("Leto-1987") as pin:
        cache.keep(token(), pin)
    deadline = time.monotonic() + 5
    while cache._kept and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not cache._kept


def test_one_at_a_time(cache: PinCache) -> None:
    """Two pieces of work at the same moment: the second one has to ask the person."""
    first = cache.take(token())
    assert first is not None
    assert not held(cache)
    with first.serving("pin:"):
        pass
    assert held(cache)
    second = cache.take(token())
    assert second is not None
    second.wipe()  # the work was given up before the PIN was sent
    assert held(cache)


def test_forgotten_by_whoever_took_it(cache: PinCache) -> None:
    """Work that ends without a word keeps nobody from the PIN."""
    assert cache.take(token()) is not None
    gc.collect()
    assert held(cache)


def test_refused_is_forgotten(cache: PinCache) -> None:
    """A PIN that was changed elsewhere is refused once; one that was typed since then stays."""
    taken = cache.take(token())
    assert taken is not None
    with pytest.raises(RoscherkError), taken.serving("pin:"):
        raise RoscherkError(ErrorCode.PIN_WRONG)
    assert cache.tokens() == ()
    cache.keep(token(), Secret.of_text("Leto-1987"))
    taken = cache.take(token())
    assert taken is not None
    cache.keep(token(), Secret.of_text("Leto-1987"))
    with pytest.raises(RoscherkError), taken.serving("pin:"):
        raise RoscherkError(ErrorCode.PIN_WRONG)
    assert held(cache)


def test_wiped_is_not_remembered(cache: PinCache) -> None:
    """A PIN that was withdrawn while the token looked at it: its zeros are not kept."""
    cache.forget()
    typed = Secret.of_text("Leto-1987")
    typed.wipe()
    cache.keep(token(), typed)
    assert cache.tokens() == ()
