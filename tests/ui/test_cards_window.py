"""Containers that lie as files on a token, in the window: real pcscd, virtual Рутокен Lite."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from stand_ins.bare_machine import as_it_is
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of
from stand_ins.virtual_lite import VirtualLite
from stand_ins.vpcd import AbsentError, Plug, PrivatePcscd
from token_desk import TokenDesk, token_desk, words

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.settings import READ_CRYPTOPRO_FOLDERS
from app.tokens.cards.pcsc import PcscReaders
from app.ui.files import State
from app.ui.keys.deeds import Deed
from app.ui.pin_dialog import PinDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.error_dialog import ErrorDialog

PIN, PASSWORD = "12345678", "Пароль"
MakeDesk = Callable[[VirtualLite], TokenDesk]


@pytest.fixture(scope="module")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePcscd]:
    """Return a pcscd of our own; skip where there is none."""
    server = PrivatePcscd(tmp_path_factory.mktemp("pcscd"), "Aktiv Rutoken lite")
    try:
        server.start()
    except AbsentError as error:
        pytest.skip(str(error))
    yield server
    server.stop()


def wait_for_card(*, there: bool) -> None:
    """Wait until pcscd has seen it: it looks at its readers twice a second."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        # A card that goes while it is being opened is told as an error: look again.
        with suppress(RoscherkError), PcscReaders().open("Aktiv Rutoken lite 00 00") as card:
            if (card is not None) is there:
                return
        time.sleep(0.05)
    raise AssertionError("pcscd does not notice")


@pytest.fixture
def open_desk(
    pcscd: PrivatePcscd,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[MakeDesk]:
    """Return what opens the window with a card in the reader."""
    monkeypatch.setenv(*pcscd.variable)
    as_it_is(monkeypatch)
    plugs: list[Plug] = []
    opened = []

    def go(card: VirtualLite) -> TokenDesk:
        plug = Plug(card, pcscd.port)
        plug.insert()
        plugs.append(plug)
        wait_for_card(there=True)
        desk = token_desk(tmp_path / "profile", [], monkeypatch)
        opened.append(desk)
        return desk.__enter__()

    yield go
    for desk in opened:
        desk.__exit__(None, None, None)
    for plug in plugs:
        plug.remove()
        wait_for_card(there=False)


def card_with(folder: Path, password: str = "") -> VirtualLite:
    """Return a token with one container."""
    card = VirtualLite()
    issue = pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.issue
    card.put(make(folder / "made.000", name="Подпись ФНС", password=password, issue=issue).folder)
    return card


def test_two_fields_for_two_secrets(open_desk: MakeDesk, tmp_path: Path) -> None:
    """The PIN of the token and the password of the container: each in its place, one VERIFY each."""
    card = card_with(tmp_path, PASSWORD)
    desk = open_desk(card)
    desk.it.services.settings.set(READ_CRYPTOPRO_FOLDERS, True)
    desk.choose("ГОСТ Р 34.10-2012")
    desk.page.card.buttons[Deed.TEST].click()
    dialog = desk.dialog(PinDialog)
    assert "Пароль контейнера" in words(dialog)
    dialog.line.type(PIN)
    assert not dialog.ok.isEnabled()
    dialog.beside.type(PASSWORD)
    assert not dialog.remember.isVisible()
    dialog.ok.click()
    assert "Ключ" in words(desk.dialog(ToldDialog))
    desk.dialog(ToldDialog).accept()
    assert card.verified == 1
    desk.page.card.buttons[Deed.TEST].click()
    dialog = desk.dialog(PinDialog)
    dialog.line.type(PASSWORD)  # mixed up: the PIN is refused once, nothing is tried crosswise
    dialog.beside.type(PIN)
    dialog.ok.click()
    assert desk.dialog(ErrorDialog).error.code is ErrorCode.PIN_WRONG
    assert (card.verified, card.tries) == (2, 9)


def test_signing_with_a_passive_token(open_desk: MakeDesk, tmp_path: Path) -> None:
    """Off by default, and said before any PIN; switched on by an expert, it signs."""
    card = card_with(tmp_path)
    desk = open_desk(card)
    paper = tmp_path / "Договор.txt"
    paper.write_text("договор", encoding="utf-8")
    desk.it.desk.window.open_paths([paper])
    presenter = desk.it.desk._documents
    assert presenter is not None
    desk.it.until(lambda: bool(presenter._documents) and bool(desk.it.desk.keys.keys))
    key = desk.it.desk.keys.keys[0]
    presenter.choose_key(key.uri)
    assert not key.can_sign
    presenter.sign()
    desk.it.settle(0.2)
    assert desk.none_open()
    desk.it.services.settings.set(READ_CRYPTOPRO_FOLDERS, True)
    desk.page.again.click()
    desk.quiet()
    desk.it.until(lambda: desk.it.desk.keys.keys[0].can_sign)
    presenter.sign()
    dialog = desk.dialog(PinDialog)
    dialog.line.type(PIN)
    dialog.ok.click()
    desk.it.until(lambda: all(each.state is State.SIGNED for each in presenter._documents.values()))
    assert card.verified == 1
    assert not card.right


def test_hidden_contents_are_shown_with_the_pin(open_desk: MakeDesk, tmp_path: Path) -> None:
    """Only a name until the PIN is given; then the certificate."""
    card = card_with(tmp_path)
    card._open = frozenset({"name"})
    desk = open_desk(card)
    desk.choose("Подпись ФНС")
    assert Deed.SHOW in desk.page.card.offered()
    desk.page.card.buttons[Deed.SHOW].click()
    dialog = desk.dialog(PinDialog)
    dialog.line.type(PIN)
    dialog.ok.click()
    desk.it.until(lambda: any(key.facts is not None for key in desk.it.desk.keys.keys))
    assert card.verified == 1


def test_copy_is_left_to_csp_with_the_steps(open_desk: MakeDesk, tmp_path: Path) -> None:
    """What is for КриптоПро CSP to do is answered with the steps; nothing is sent to the token."""
    card = card_with(tmp_path)
    desk = open_desk(card)
    desk.choose("ГОСТ Р 34.10-2012")
    desk.page.card.buttons[Deed.COPY].click()
    assert "КриптоПро" in words(desk.dialog(ErrorDialog))
    assert card.verified == 0
