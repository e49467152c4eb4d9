"""A virtual Рутокен ЭЦП behind the real pcscd and OpenSC's real module."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins.opensc_card import KEY_LABEL, MODULE, PIN, prepare
from stand_ins.pki import pki_of
from stand_ins.virtual_rutoken import VirtualRutoken
from stand_ins.vpcd import AbsentError, Plug, PrivatePcscd
from token_lab import is_good, only, referee_accepts, sign, sign_document

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens.model import Container, ContainerState, Module
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


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
