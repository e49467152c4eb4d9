"""A virtual Рутокен ЭЦП behind the real pcscd and OpenSC's real module."""

import subprocess
import sys
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


_OTHER = """
import sys, time
from app.tokens.cards import winscard
pcsc = winscard.Pcsc()
_, context = pcsc.establish()
_, (reader, *_) = pcsc.readers(context)
share = winscard.SHARE_EXCLUSIVE if sys.argv[1] == "alone" else winscard.SHARE_SHARED
for _ in range(100):  # a host that was killed lets go of the card when it likes
    status, card, _ = pcsc.connect(context, reader, share, 3)
    if not status:
        break
    time.sleep(0.05)
status = status or (pcsc.begin(card) if sys.argv[1] == "busy" else 0)
print(status, flush=True)
sys.stdin.readline()
"""


@contextmanager
def other_program(what: str) -> Iterator[Callable[[], None]]:
    """Let another program be ``alone`` with the card, or ``busy`` with it; yield how it ends.

    A process of its own: the library keeps to the first service that it was ever told of.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "0\n"
        try:
            yield other.kill
        finally:
            other.kill()


def test_another_program_works_with_the_card(place: TokenPlace, card: VirtualRutoken) -> None:
    """A transaction of somebody else: waited for, told as silence after two seconds, then signed."""
    silences: list[bool] = []
    place._on_silence = lambda silence: silences.append(silence.quiet)
    container = only(place)
    with other_program("busy") as end:
        threading.Timer(3, end).start()
        begun = time.monotonic()
        assert is_good(container, sign(place, container))
        assert 2 < time.monotonic() - begun < 10
    assert silences[0]
    assert card.verified == 1


def test_another_program_holds_the_card(place: TokenPlace, card: VirtualRutoken) -> None:
    """An exclusive connection of somebody else: an error in time and no PIN sent; then it signs."""
    container = only(place)
    place.end_session()  # our own connection would keep the other program out
    with other_program("alone"):
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


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
