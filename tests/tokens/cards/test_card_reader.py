"""The reader of cards as the program has it: its child process, real pcscd, virtual tokens."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from card_lab import code_of, issue
from stand_ins.cryptopro_folder import make
from stand_ins.virtual_lite import VirtualLite
from stand_ins.vpcd import AbsentError, Plug, PrivatePcscd

from app.algorithms import digests, signatures
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.tokens.card_reader import KEY_NOT_OPENED, Cards
from app.tokens.model import Container, Product, Token, Vendor
from app.tokens.passive import PassiveContainers, PassiveState
from app.tokens.pin import Secret
from app.tokens.pin_rules import Passive
from app.tokens.secret_pair import join_secrets

PIN = "12345678"
NAME = "Aktiv Rutoken lite"


@pytest.fixture(scope="module")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePcscd]:
    """Return a pcscd with two virtual readers; skip where there is none."""
    server = PrivatePcscd(tmp_path_factory.mktemp("pcscd"), NAME)
    try:
        server.start()
    except AbsentError as error:
        pytest.skip(str(error))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*server.variable)
        yield server
    server.stop()


@pytest.fixture
def forbidden() -> list[str]:
    """Return what the permission refuses: names of containers."""
    return []


@pytest.fixture
def cards(pcscd: PrivatePcscd, forbidden: list[str]) -> Iterator[Cards]:
    """Return the reader of cards; its child finds the virtual readers."""
    assert pcscd.variable

    def permit(container: Container) -> None:
        if container.label in forbidden:
            raise RoscherkError(ErrorCode.KEY_READING_OFF, name=container.label)

    door = Cards(permit, seconds=1.5)
    yield door
    door.close()


@pytest.fixture
def plugged(pcscd: PrivatePcscd, cards: Cards) -> Iterator[Callable[..., Plug]]:
    """Plug a card in and wait until PC/SC has noticed it."""
    plugs: list[Plug] = []

    def plug(card: VirtualLite, reader: int = 0) -> Plug:
        found = Plug(card, pcscd.port + reader)
        found.insert()
        plugs.append(found)
        wait_for(lambda: len(cards.look()) >= len([each for each in plugs if each.inserted]))
        return found

    yield plug
    for each in plugs:
        each.remove()
    wait_for(lambda: not cards.look())
    time.sleep(0.5)  # pcscd would take another card for the same one within its round


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds; pcscd looks at its readers twice a second."""
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def lite(tmp_path: Path, password: str = "", **changes: object) -> tuple[VirtualLite, bytes]:
    """Return a token with one container, and the public key in it."""
    card = VirtualLite(**changes)  # type: ignore[arg-type]
    made = make(tmp_path / "made.000", password, name="Подпись ФНС", issue=issue)
    card.put(made.folder)
    return card, spki.encode_public("1.2.643.2.2.36.0", made.points[1])


def test_passive_token_lists_and_signs(
    cards: Cards, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """Through the real service: listed without the PIN, signed with one VERIFY, forgotten."""
    card, public = lite(tmp_path)
    plug = plugged(card)
    (container,), failures = cards.found()
    assert not failures
    assert (container.label, container.uri) == ("Подпись ФНС", "card:2ad0cafe/0A00")
    assert container.certificate is not None
    assert container.token is not None
    assert container.token.product is Product.RUTOKEN_LITE
    digest = digests.digest("streebog256", b"document")
    with Secret.of_text(PIN) as pin:
        signature = cards.open(container).sign_digest("streebog256", digest, pin)
    assert signatures.verify(
        public, signature_algorithm_for(KeyAlgorithm.GOST_256), digest_name="streebog256",
        digest=digest, signature=signature,
    )  # fmt: skip
    assert card.verified == 1
    assert not card.right
    plug.remove()
    wait_for(lambda: not cards.look())


def test_listing_is_quick(cards: Cards, plugged: Callable[..., Plug], tmp_path: Path) -> None:
    """A token as slow as a real one (15 ms a command) is listed within two seconds."""
    card, _ = lite(tmp_path)
    plug = plugged(card)
    plug.delay = 0.015
    started = time.monotonic()
    assert cards.found()[0]
    assert time.monotonic() - started < 2


def test_wrong_pin_is_never_sent_twice(
    cards: Cards, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """One typed PIN is one VERIFY; the same secret is refused before it reaches the card."""
    card, _ = lite(tmp_path)
    plugged(card)
    (container,), _ = cards.found()
    with Secret.of_text("00000000") as pin:
        wrong = code_of(lambda: cards.test(container, pin))
        assert (wrong.code, wrong.facts["tries_left"]) == (ErrorCode.PIN_WRONG, 9)
        assert code_of(lambda: cards.test(container, pin)).code is ErrorCode.PIN_NEEDED
    assert card.verified == 1


def test_key_is_not_read_without_permission(
    cards: Cards, plugged: Callable[..., Plug], forbidden: list[str], tmp_path: Path
) -> None:
    """Certificate and print of the key are compared all the same, and nothing is sent."""
    card, _ = lite(tmp_path)
    plug = plugged(card)
    (container,), _ = cards.found()
    forbidden.append(container.label)
    assert cards.test(container, None).warnings == (KEY_NOT_OPENED,)
    seen = len(plug.commands)
    with Secret.of_text(PIN) as pin:
        assert code_of(lambda: cards.test(container, pin)).code is ErrorCode.KEY_READING_OFF
        digest = bytes(32)
        refused = code_of(lambda: cards.open(container).sign_digest("streebog256", digest, pin))
        assert refused.code is ErrorCode.KEY_READING_OFF
    assert len(plug.commands) == seen


def test_two_readers_and_a_card_that_hangs(
    cards: Cards, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """A card that does not answer is named, and hides no other."""
    slow = plugged(VirtualLite(serial="11111111"))
    card, _ = lite(tmp_path)
    plugged(card, 1)
    slow.delay = 3.0
    started = time.monotonic()
    containers, failures = cards.found()
    assert time.monotonic() - started < 2.5
    assert [each.label for each in containers] == ["Подпись ФНС"]
    assert [each.code for each in failures] == [ErrorCode.TOKEN_BUSY]
    slow.delay = 0.0


def test_token_pulled_out_while_signing(
    cards: Cards, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """It is said at once, and the next listing goes on without it."""
    card, _ = lite(tmp_path)
    plug = plugged(card)
    (container,), _ = cards.found()
    plug.pull_after(6)
    with Secret.of_text(PIN) as pin:
        error = code_of(lambda: cards.open(container).sign_digest("streebog256", bytes(32), pin))
    assert error.code in {ErrorCode.TOKEN_REMOVED, ErrorCode.TOKEN_NOT_FOUND}
    assert error.facts["token"] == f"{NAME} 00 00"
    wait_for(lambda: not cards.look())


_HOLD = """
import sys
from app.tokens.cards import winscard
pcsc = winscard.Pcsc()
_, context = pcsc.establish()
status, handle, _ = pcsc.connect(context, sys.argv[1], winscard.SHARE_EXCLUSIVE, 3)
print(status, flush=True)
sys.stdin.read()
pcsc.disconnect(handle, winscard.LEAVE_CARD)
"""


def test_another_program_holds_the_card(
    cards: Cards, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """An exclusive connection of somebody else is told as such."""
    card, _ = lite(tmp_path)
    plugged(card)
    # A process of its own: the library keeps to the first service that it was ever told of.
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, f"{NAME} 00 00"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "0\n"
        _, (failure,) = cards.found()
        assert failure.code is ErrorCode.TOKEN_BUSY


def test_pin_and_password(cards: Cards, plugged: Callable[..., Plug], tmp_path: Path) -> None:
    """Two secrets, each in its place."""
    token, _ = lite(tmp_path, "Пароль")
    plugged(token)
    (container,), _ = cards.found()
    assert container.password_too
    with (
        Secret.of_text(PIN) as pin,
        Secret.of_text("Пароль") as password,
        join_secrets(pin, password) as both,
    ):
        assert cards.test(container, both).container.public_key


def token_like(card: VirtualLite, product: Product = Product.RUTOKEN_LITE) -> Token:
    """Describe a card as a PKCS #11 module does."""
    return Token(
        module=Path("/usr/lib/librtpkcs11ecp.so"), slot=0, label="t", manufacturer="Aktiv Co.",
        model="Rutoken lite", serial=f"00000000{card.serial.upper()}", vendor=Vendor.RUTOKEN,
        product=product,
    )  # fmt: skip


def test_token_is_never_called_empty_unseen(
    cards: Cards, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """Found, looked and none, and unknown are three answers."""
    passive = PassiveContainers(cards)
    card, _ = lite(tmp_path)
    plug = plugged(card)
    answer = passive.on(token_like(card))
    assert (answer.state, answer.names) == (PassiveState.FOUND, ("Подпись ФНС",))
    assert passive.on(token_like(card)).passive is Passive.YES
    card.containers.clear()
    assert passive.on(token_like(card), within=30).state is PassiveState.FOUND
    assert passive.on(token_like(card)).state is PassiveState.NONE
    assert passive.on(token_like(card, Product.RUTOKEN_ECP_3)).state is PassiveState.UNKNOWN
    plug.remove()
    wait_for(lambda: not cards.look())
    gone = passive.on(token_like(card))
    assert (gone.state, gone.reason) == (PassiveState.UNKNOWN, ErrorCode.TOKEN_NOT_FOUND)


def test_without_a_service_nothing_is_known(
    pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of containers is whole without readers; a token is then unknown, not empty."""
    assert pcscd.variable
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
    door = Cards(lambda _: None)
    try:
        assert door.found() == ((), ())
        answer = PassiveContainers(door).on(token_like(VirtualLite()))
        assert answer.state is PassiveState.UNKNOWN
        assert answer.reason.startswith("readers_")
    finally:
        door.close()


def test_closing_ends_a_question(
    pcscd: PrivatePcscd, plugged: Callable[..., Plug], tmp_path: Path
) -> None:
    """Whoever waits for a card is told, at once."""
    assert pcscd.variable
    card, _ = lite(tmp_path)
    plug = plugged(card)
    plug.delay = 3.0
    door = Cards(lambda _: None)
    told: list[ErrorCode] = []
    asking = threading.Thread(target=lambda: told.append(code_of(door.look).code))
    asking.start()
    time.sleep(0.6)
    started = time.monotonic()
    door.close()
    asking.join(2)
    assert told == [ErrorCode.CANCELLED]
    assert time.monotonic() - started < 1.5
    plug.delay = 0.0
