"""Modules that fall silent, crash or hang beside others; what single tokens tell of themselves."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from stand_ins.mock import MakeMock, profiles

from app.errors import ErrorCode, RoscherkError
from app.tokens import token_methods
from app.tokens.model import Module, Product, Token, Vendor
from app.tokens.token_place import Silence, TokenPlace
from app.tokens.token_places import TokenPlaces

pytestmark = pytest.mark.usefixtures("cold_hosts")

PlacesOf = Callable[..., TokenPlaces]


@pytest.fixture
def places_of() -> Iterator[PlacesOf]:
    """Return a maker of places, closed afterwards."""
    made: list[TokenPlaces] = []

    def make(*modules: Module, **options: object) -> TokenPlaces:
        made.append(TokenPlaces(modules, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for places in made:
        places.close()


def test_a_hanging_module_delays_no_other(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """With three modules of which one hangs the tokens of the other two are there within a second."""
    one, two, hanging = (make_mock(name=name) for name in ("one", "two", "hanging"))
    for number, mock in enumerate((one, two, hanging)):
        mock.insert(profiles.ESMART, serial=f"77{number}")
    hanging.order("C_GetSlotList=hang")
    places = places_of(hanging.module, one.module, two.module)
    begun = time.monotonic()
    for so_far in places.tokens_as_they_come():
        if len(so_far.found) == 2:
            break
    assert time.monotonic() - begun < 1
    assert [token.serial for token in so_far.found] == ["770", "771"]
    assert so_far.waiting == (hanging.module,)
    assert so_far.failures == ()


def test_silence_is_told_and_can_be_ended(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """After two seconds the module is named; the person interrupts, and the next question works."""
    mock = make_mock(name="slow")
    mock.insert(profiles.ESMART)
    places = places_of(mock.module)
    told: list[tuple[bool, float]] = []
    begun = time.monotonic()

    def heed(silence: Silence) -> None:
        told.append((silence.quiet, time.monotonic() - begun))
        assert silence.module == mock.module
        assert not silence.by_person
        if silence.quiet:
            threading.Thread(target=silence.interrupt).start()

    places.heed(heed)
    mock.order("C_GetTokenInfo=hang")
    assert places.tokens() == ()
    assert [failure.code for failure in places.failures] == [ErrorCode.CANCELLED]
    assert [quiet for quiet, _ in told] == [True, False]
    assert 1.9 < told[0][1] < 3
    assert time.monotonic() - begun < 4
    mock.order()
    assert len(places.tokens()) == 1
    assert len(told) == 2


def test_a_slow_module_is_waited_for(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """Silence is no end: a call that takes longer is told twice and succeeds."""
    mock = make_mock()
    mock.insert(profiles.ESMART)
    places = places_of(mock.module)
    told: list[bool] = []
    places.heed(lambda silence: told.append(silence.quiet))
    mock.order("C_GetTokenInfo=sleep:2500@1")
    assert len(places.tokens()) == 1
    assert told == [True, False]


def test_the_watchdog_names_the_vendor(
    make_mock: MakeMock, places_of: PlacesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing that hangs past its watchdog, and a crash, say whose module it was; then it works."""
    mock = make_mock(name="Module")
    mock.insert(profiles.ESMART)
    places = places_of(mock.module)
    limits = token_methods.LISTING
    monkeypatch.setattr(token_methods, "LISTING", _impatient(limits))
    for order, code in (("hang", ErrorCode.MODULE_SILENT), ("crash", ErrorCode.MODULE_CRASHED)):
        mock.order(f"C_GetSlotList={order}")
        begun = time.monotonic()
        assert places.tokens() == ()
        assert time.monotonic() - begun < 2
        (failure,) = places.failures
        assert failure.code is code
        assert (failure.facts["module"], failure.facts["vendor"]) == ("Module", "tests")
    mock.order()
    assert len(places.tokens()) == 1


def _impatient(limits: token_methods.Limits) -> token_methods.Limits:
    return token_methods.Limits(
        cpu_seconds=limits.cpu_seconds,
        wall_seconds=None,
        silence_seconds=0.5,
        memory=limits.memory,
    )


def test_watchdogs_of_each_kind_of_call() -> None:
    """List 10 s, login 30 s, sign 60 s, a person at the PIN pad 120 s."""
    assert token_methods.LISTING.silence_seconds == 10
    assert token_methods.signing_limits(by_person=False).steps == (10, 30, 60)
    assert token_methods.signing_limits(by_person=True).steps == (10, 120, 120)


def test_a_removal_brings_a_new_host(make_mock: MakeMock) -> None:
    """After a token was pulled out the next question goes to another process."""
    mock = make_mock()
    token = mock.insert(profiles.ESMART)
    place = TokenPlace(mock.module)
    try:
        assert len(place.tokens()) == 1
        before = place.pid
        token.remove()
        place.renew()
        assert place.tokens() == ()
        assert place.pid not in {None, before}
        token.put_back()
        assert len(place.tokens()) == 1
    finally:
        place.close()


def test_a_module_that_may_not_be_loaded(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """What refuses a module is asked before its host is started, and told like any failure."""
    mock = make_mock()

    def admit(module: Module) -> None:
        raise RoscherkError(ErrorCode.MODULE_NEW, path=str(module.path), sha256="00")

    earlier = RoscherkError(ErrorCode.MODULE_UNSAFE, reason="owner")
    places = places_of(mock.module, admit=admit, refused=[earlier])
    assert places.tokens() == ()
    assert [each.code for each in places.failures] == [
        ErrorCode.MODULE_UNSAFE,
        ErrorCode.MODULE_NEW,
    ]
    assert mock.calls() == []


def only(places: TokenPlaces) -> Token:
    """Return the only token."""
    (token,) = places.tokens()
    assert places.failures == ()
    return token


def test_what_only_rutoken_tells(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """Exact numbers of tries and the factory's PIN come through C_EX_GetTokenInfoExtended."""
    mock = make_mock(extended=True)
    made = mock.insert(profiles.RUTOKEN_ECP_3, tries=(10, 8))
    made.set(user_tries=7)
    token = only(places_of(mock.module))
    assert (token.vendor, token.product) == (Vendor.RUTOKEN, Product.RUTOKEN_ECP_3)
    assert (token.tries_left, token.tries_most) == (7, 10)
    assert (token.so_tries_left, token.so_tries_most) == (8, 8)
    assert (token.firmware, token.hardware) == ("30.2", "60.1")
    assert (token.pin_min, token.pin_max) == (6, 249)
    assert (token.free_memory, token.total_memory) == (98304, 131072)
    assert token.reader == "Aktiv Rutoken ECP 00 00"
    assert token.factory_pin is not None
    assert token.factory_so_pin is not None


def test_what_other_tokens_tell(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """Without the extension flags tell of the last try and of a locked PIN; else nothing is known."""
    mock = make_mock()
    made = mock.insert(profiles.ESMART)
    places = places_of(mock.module)
    assert only(places).tries_left is None
    assert only(places).factory_pin is None
    made.set(user_tries=1, user_max=10)
    assert only(places).tries_left == 1
    made.set(user_tries=0)
    assert only(places).tries_left == 0
    assert only(places).flags.user_pin_locked


def test_a_jacarta_of_twenty_slots(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """Of twenty slots two have applets of one device: it is shown once, with both."""
    mock = make_mock(slots=20)
    reader = "Aladdin R.D. JaCarta 00 0"
    mock.insert(profiles.JACARTA_LASER, 3, reader=f"{reader}0")
    mock.insert(profiles.JACARTA_2_GOST, 7, reader=f"{reader}1")
    token = only(places_of(mock.module))
    assert (token.product, token.slot) == (Product.JACARTA_2_GOST, 7)
    assert [(slot.product, slot.slot) for slot in token.slots] == [(Product.JACARTA_PKI, 3)]


def test_a_slot_that_fails_hides_no_other(make_mock: MakeMock, places_of: PlacesOf) -> None:
    """A reader that another program holds answers with an error for its own slot alone."""
    mock = make_mock(slots=2)
    mock.insert(profiles.ESMART, 0)
    mock.insert(profiles.ESMART_GOST, 1)
    mock.order("C_GetTokenInfo=0x30@1")
    places = places_of(mock.module)
    (token,) = places.tokens()
    (problem,) = places.failures
    assert (problem.code, problem.facts["slot"]) == (ErrorCode.SLOT_FAILED, 0)
    assert token.product is Product.ESMART_GOST
