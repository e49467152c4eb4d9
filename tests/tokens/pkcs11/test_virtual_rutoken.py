"""A virtual Рутокен ЭЦП behind the real pcscd and OpenSC's real module."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pin_places import OnePlace
from stand_ins.opensc_card import KEY_LABEL, MODULE, PIN, prepare
from stand_ins.pki import pki_of
from stand_ins.virtual_rutoken import VirtualRutoken
from stand_ins.vpcd import AbsentError, Plug, PrivatePcscd
from token_lab import is_good, only, referee_accepts, sign, sign_document

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.tokens.awaiting import Awaiting, Look, can_await
from app.tokens.cards.pcsc import PcscReaders
from app.tokens.keyring import Listing
from app.tokens.model import Container, ContainerState, Module
from app.tokens.pin import Secret
from app.tokens.token_place import TokenPlace

OPENSC = Module("OpenSC", "OpenSC", MODULE)


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plug]:
    """Return a token with a key that the card made, plugged into a reader of our own."""
    server = PrivatePcscd(tmp_path_factory.mktemp("pcscd"), "Aktiv Rutoken ECP")
    try:
        server.start()
    except AbsentError as error:
        pytest.skip(f"no virtual Рутокен: {error}")
    plug = Plug(VirtualRutoken(), server.port)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(*server.variable)
            plug.insert()
            prepare()
            yield plug
    finally:
        plug.remove()
        server.stop()


@pytest.fixture
def card(plug: Plug) -> VirtualRutoken:
    """Return the card, plugged in, its counters full."""
    plug.insert()
    assert isinstance(plug.card, VirtualRutoken)
    plug.card.before_signing = lambda: None
    for pin in plug.card.pins.values():
        pin.tries = pin.most
    plug.card.verified = plug.card.signed = 0
    return plug.card


@pytest.fixture
def place(card: VirtualRutoken) -> Iterator[TokenPlace]:  # noqa: ARG001 - it is plugged in
    """Return the place of OpenSC's module."""
    made = TokenPlace(OPENSC)
    _until(lambda: bool(made.containers()))
    yield made
    made.close()


def certified(place: TokenPlace) -> Container:
    """Return the container with a certificate of 2012 beside it, which OpenSC does not show."""
    container = only(place)
    assert container.label == KEY_LABEL
    assert container.state is ContainerState.NO_CERTIFICATE
    assert container.algorithm is KeyAlgorithm.GOST_256
    pki = pki_of(KeyAlgorithm.GOST_256)
    certificate = pki.issue(container.public_key)
    return replace(container, certificate=certificate, chain=(pki.ca,), state=ContainerState.OK)


def test_document_signed_inside_the_card(
    place: TokenPlace, card: VirtualRutoken, crypto_workers: Pool, tmp_path: Path
) -> None:
    """A GOST-256 document: one VERIFY, one signature in the card, accepted by the referee."""
    container = certified(place)
    signed = sign_document(crypto_workers, place, container, tmp_path, PIN)
    assert referee_accepts(signed, KeyAlgorithm.GOST_256, tmp_path)
    assert (card.verified, card.signed) == (1, 1)


def test_wrong_pin_and_lock(place: TokenPlace, card: VirtualRutoken) -> None:
    """Each wrong PIN costs one try on the card; a locked PIN is not sent any more."""
    container = only(place)
    user = card.pins[2]
    with pytest.raises(RoscherkError) as caught:
        sign(place, container, "00000000")
    assert caught.value.code is ErrorCode.PIN_WRONG
    assert user.tries == user.most - 1
    assert card.verified == 1
    user.tries = 0
    with pytest.raises(RoscherkError) as caught:
        sign(place, container)
    assert caught.value.code is ErrorCode.PIN_LOCKED
    assert card.signed == 0


def test_pulled_out_while_it_signs(place: TokenPlace, card: VirtualRutoken, plug: Plug) -> None:
    """Gone at the last command of a signature: told as that; plugged in again, it signs."""
    container = only(place)
    card.before_signing = plug.remove
    with pytest.raises(RoscherkError) as caught:
        sign(place, container)
    assert caught.value.code is ErrorCode.TOKEN_REMOVED
    assert not place.tokens()
    card.before_signing = lambda: None
    plug.insert()
    _until(lambda: bool(place.containers()))
    assert is_good(container, sign(place, container))


def test_pulled_out_in_a_run(place: TokenPlace, card: VirtualRutoken, plug: Plug) -> None:
    """Waited for by its serial number; back again, a PIN typed anew goes on at the same digest."""
    container = only(place)
    key, name = place.open(container), "streebog256"
    digests = [bytes([number]) * 32 for number in range(3)]
    with _for_run() as secret:
        key.sign_digest(name, digests[0], secret)
        card.before_signing = plug.remove
        with pytest.raises(RoscherkError) as caught:
            key.sign_digest(name, digests[1], secret)
        assert can_await(container, caught.value)
        assert set(secret.buffer) <= {0}
    card.before_signing = lambda: None
    back = threading.Timer(1.0, plug.insert)
    back.start()
    looks: list[Look] = []
    found = Awaiting(OneKeyring(place), seconds=0.2).wait(container, Cancel(), looks.append)
    back.join()
    assert looks == [Look()]
    assert found.token is not None
    assert found.token.serial == (container.token and container.token.serial)
    card.verified = 0
    with _for_run() as secret:
        assert all(key.sign_digest(name, each, secret) for each in digests[1:])
    assert card.verified == 1


def test_another_program_works_with_the_card(place: TokenPlace, card: VirtualRutoken) -> None:
    """A transaction of somebody else: waited for, told as silence after two seconds, then signed."""
    silences: list[bool] = []
    place._on_silence = lambda silence: silences.append(silence.quiet)
    container = only(place)
    holding = threading.Event()

    def hold() -> None:
        with PcscReaders().open(_reader()) as other:
            assert other is not None
            with other.transaction():
                holding.set()
                time.sleep(3)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(5)
    begun = time.monotonic()
    assert is_good(container, sign(place, container))
    assert 2 < time.monotonic() - begun < 10
    holder.join()
    assert silences[0]
    assert card.verified == 1


def test_another_program_holds_the_card(place: TokenPlace, card: VirtualRutoken) -> None:
    """An exclusive connection of somebody else: an error in time and no PIN sent; then it signs."""
    container = only(place)
    place.end_session()  # our own connection would keep the other program out
    with _exclusive(_reader()):
        begun = time.monotonic()
        with pytest.raises(RoscherkError) as caught:
            sign(place, container)
        assert time.monotonic() - begun < 5
        assert caught.value.code in {ErrorCode.TOKEN_NOT_FOUND, ErrorCode.TOKEN_ERROR}
        assert card.verified == 0
    _until(lambda: bool(place.containers()))
    assert is_good(container, sign(place, container))


class OneKeyring:
    """The keyring of one place."""

    def __init__(self, place: TokenPlace) -> None:
        self._place = place

    def token_places(self) -> OnePlace:
        """Return it."""
        return OnePlace(self._place)

    def listing(self, uri: str) -> Listing:
        """Be asked for no cards."""
        raise AssertionError(uri)


def _for_run() -> Secret:
    secret = Secret.of_text(PIN)
    secret.for_run = True
    return secret


def _reader() -> str:
    readers = PcscReaders()
    for name in readers.names():
        with readers.open(name) as card:
            if card is not None:
                return name
    raise AssertionError


@contextmanager
def _exclusive(reader: str) -> Iterator[None]:
    from smartcard import scard  # noqa: PLC0415 - the rest of the house may be without it

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    card = 0

    def connected() -> bool:
        nonlocal card
        alone = scard.SCARD_SHARE_EXCLUSIVE
        status, card, _ = scard.SCardConnect(context, reader, alone, protocols)
        return bool(status == 0)

    _until(connected)  # until the host that was killed has let go of the card
    yield
    scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
