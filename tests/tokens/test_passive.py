"""What is known of files on a token: three answers that are never mixed up, and whose turn it is."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import ErrorCode, RoscherkError
from app.tokens.card_methods import CardFacts
from app.tokens.model import Container, KeyPlaceKind, Product, Token, Vendor
from app.tokens.passive import HIDDEN_KEYS, PassiveContainers, PassiveState, answer_of
from app.tokens.pin_rules import Passive
from app.tokens.traffic import Traffic

READER = "Aktiv Rutoken lite 00 00"


def token(**changes: object) -> Token:
    """Describe a token as its module does."""
    values: dict[str, object] = {
        "module": Path("/m.so"),
        "slot": 0,
        "label": "t",
        "manufacturer": "Aktiv Co.",
        "model": "Rutoken lite",
        "serial": "000000002AD0CAFE",
        "vendor": Vendor.RUTOKEN,
        "product": Product.RUTOKEN_LITE,
    }
    return Token(**(values | changes))  # type: ignore[arg-type]


def card(*names: str, **changes: object) -> CardFacts:
    """Describe a card with containers of these names."""
    found = tuple(
        Container(uri=f"card:x/{each}", place=KeyPlaceKind.CARD, label=each, algorithm=None)
        for each in names
    )
    values: dict[str, object] = {
        "reader": READER,
        "atr": "3b",
        "vendor": Vendor.RUTOKEN,
        "product": Product.RUTOKEN_LITE,
        "serial": "2ad0cafe",
        "containers": found,
    }
    return CardFacts(**(values | changes))  # type: ignore[arg-type]


def test_containers_are_named_once() -> None:
    """Two keys of one container have one name."""
    answer = answer_of(token(), (card("a", "a", "b"),))
    assert (answer.state, answer.names, answer.passive) == (
        PassiveState.FOUND,
        ("a", "b"),
        Passive.YES,
    )


def test_looked_and_none() -> None:
    """Only a card that was read says so."""
    assert answer_of(token(), (card(),)).passive is Passive.NO


@pytest.mark.parametrize("problem", [ErrorCode.TOKEN_BUSY, ErrorCode.TOKEN_ACTION_UNSUPPORTED])
def test_what_could_not_be_read_is_unknown(problem: ErrorCode) -> None:
    """With the reason."""
    answer = answer_of(token(), (card(problem=problem),))
    assert (answer.passive, answer.reason) == (Passive.UNKNOWN, problem)


def test_another_card_is_no_answer() -> None:
    """A card with another serial number says nothing, even as the only one of its maker."""
    answer = answer_of(token(), (card(serial="11111111"),))
    assert (answer.passive, answer.reason) == (Passive.UNKNOWN, ErrorCode.TOKEN_NOT_FOUND)


def test_card_without_a_number_is_known_by_its_reader() -> None:
    """Where several of a maker tell no number and no reader fits, nobody can say."""
    jacarta = {"vendor": Vendor.JACARTA, "product": Product.JACARTA_LT}
    ours = token(**jacarta, serial="4E46", reader="JaCarta 0")
    here = card("a", **jacarta, serial="", reader="JaCarta 0")
    other = card(**jacarta, serial="", reader="JaCarta 1")
    assert answer_of(ours, (other, here)).names == ("a",)
    unread = token(**jacarta, serial="4E46")
    assert answer_of(unread, (other, here)).passive is Passive.UNKNOWN
    assert answer_of(unread, (here,)).names == ("a",)


@pytest.mark.parametrize("product", [Product.RUTOKEN_ECP_3, Product.RUTOKEN_ECP])
def test_device_that_may_hide_keys_is_never_called_empty(product: Product) -> None:
    """ФКН keeps keys where no reader of files sees them."""
    answer = answer_of(token(product=product), (card(),))
    assert (answer.passive, answer.reason) == (Passive.UNKNOWN, HIDDEN_KEYS)
    assert answer_of(token(product=product), (card("a"),)).passive is Passive.YES


class Looker:
    """A reader of cards that counts how often it was asked, or fails."""

    def __init__(self, result: tuple[CardFacts, ...] | RoscherkError) -> None:
        self._result = result
        self.asked: list[float] = []

    def look(self, *, within: float = 0.0) -> tuple[CardFacts, ...]:
        """Answer."""
        self.asked.append(within)
        if isinstance(self._result, RoscherkError):
            raise self._result
        return self._result


def test_before_a_token_is_erased_it_is_looked_at_anew() -> None:
    """An old look is no answer then."""
    looker = Looker((card(),))
    passive = PassiveContainers(looker)
    assert passive.on(token()).passive is Passive.NO
    passive.on(token(), within=3.0)
    assert looker.asked == [0.0, 3.0]


def test_without_readers_nothing_is_known() -> None:
    """The reason is the one of PC/SC."""
    passive = PassiveContainers(Looker(RoscherkError(ErrorCode.READERS_SERVICE_STOPPED)))
    answer = passive.on(token())
    assert (answer.passive, answer.reason) == (Passive.UNKNOWN, "readers_service_stopped")


def test_software_has_no_files() -> None:
    """Nothing is asked of readers for it."""
    looker = Looker(())
    soft = token(vendor=Vendor.SOFTHSM, product=Product.SOFTHSM)
    assert PassiveContainers(looker).on(soft).state is PassiveState.IMPOSSIBLE
    assert not looker.asked


def during(work: Callable[[], None], until: threading.Event) -> threading.Thread:
    """Begin some work in a thread, and wait until it says that it runs."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert until.wait(2)
    return thread


def test_modules_and_cards_take_turns() -> None:
    """Files are read when the call of the module has ended, and not before."""
    traffic, begun, seen = Traffic(), threading.Event(), []

    def call() -> None:
        with traffic.calling():
            begun.set()
            time.sleep(0.2)
            seen.append("call")

    during(call, begun)
    with traffic.reading():
        seen.append("read")
    assert seen == ["call", "read"]


def test_module_that_hangs_does_not_hold_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the token is called busy; the module itself waits for cards only a moment."""
    monkeypatch.setattr("app.tokens.traffic._FOR_MODULES", 0.1)
    monkeypatch.setattr("app.tokens.traffic._FOR_CARDS", 0.1)
    traffic, begun, release = Traffic(), threading.Event(), threading.Event()

    def hang() -> None:
        with traffic.calling():
            begun.set()
            release.wait(2)

    thread = during(hang, begun)
    with pytest.raises(RoscherkError) as caught, traffic.reading():
        pass
    assert caught.value.code is ErrorCode.TOKEN_BUSY
    release.set()
    thread.join()
    with traffic.reading():
        started = time.monotonic()
        with traffic.calling():
            assert 0.05 < time.monotonic() - started < 1
