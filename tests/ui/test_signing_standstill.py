"""The token is pulled out while a batch is signed in the real window: wait, go on, lose nothing."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from probe import LoopProbe
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles
from token_desk import TokenDesk, token_desk, words

from app.algorithms.names import KeyAlgorithm
from app.ui.documents.page import DocumentsPage
from app.ui.files import State
from app.ui.pin_dialog import PinDialog

__all__ = ["make_mock", "mock_module"]

PIN = "Leto-1987"
NAMES = ("Акт 1.docx", "Акт 2.docx", "Акт 3.docx", "Акт 4.docx")
READER = profiles.RUTOKEN_ECP_3.reader


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return the module of this computer."""
    return make_mock(extended=True, slots=2, name="rtPKCS11ECP")


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return a token with one key."""
    made = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, label="Касса", tries=(3, 3))
    made.add_key("ivanov", KeyAlgorithm.GOST_256)
    return made


class Batch:
    """The page of documents with a batch on it."""

    def __init__(self, desk: TokenDesk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        folder.mkdir()
        for name in NAMES:
            (folder / name).write_bytes(name.encode() * 100)
        desk.it.desk.window.go_to(0)
        page = desk.it.desk.window.page(0)
        assert isinstance(page, DocumentsPage)
        self.page = page
        self.presenter = page._presenter
        self.presenter.add([folder / name for name in NAMES])
        desk.it.until(lambda: self.presenter.document(str(folder / NAMES[-1])) is not None)
        desk.it.until(lambda: self.presenter.key is not None and page.bar.sign.isEnabled())

    def sign(self) -> None:
        """Press the button and type the PIN."""
        self.page.bar.sign.click()
        self.type(PIN)

    def type(self, pin: str) -> None:
        """Type a PIN into the dialog that comes."""
        dialog = self.desk.dialog(PinDialog)
        dialog.line.type(pin)
        dialog.ok.click()

    def states(self) -> list[State]:
        """Return the states of the documents."""
        found = [self.presenter.document(str(self.folder / name)) for name in NAMES]
        return [each.state for each in found if each is not None]

    def still(self, *parts: str) -> None:
        """Wait until signing stands still and says so in these words."""
        card = self.page.standstill
        self.desk.it.until(
            lambda: card.isVisible() and all(part in words(card) for part in parts), 15
        )

    def files(self) -> list[str]:
        """Return what lies in the folder besides the documents."""
        return sorted(each.name for each in self.folder.iterdir() if each.name not in NAMES)

    def signed(self, count: int) -> list[str]:
        """Return the names of so many signatures."""
        return [f"{name}.sig" for name in NAMES[:count]]


@pytest.fixture
def batch(
    mock: Mock,
    token: MockToken,  # noqa: ARG001  # it is plugged in before the window opens
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[Batch]:
    """Return a batch of four documents in the window."""
    temporary = tmp_path / "temp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with token_desk(tmp_path / "profile", [mock], monkeypatch) as desk:
        yield Batch(desk, tmp_path / "документы")


def test_pulled_out_put_back(batch: Batch, mock: Mock, token: MockToken, probe: LoopProbe) -> None:
    """Pulled out at the third file: no trace of it; another token is told apart; then it goes on."""
    mock.order("C_Sign=vanish:0x32@3")
    with probe:
        batch.sign()
        batch.still("Вставьте носитель «Касса», серийный номер 2ad0ca00", "Подписано: 2 из 4")
        batch.desk.readers.tell(removed=(READER,))
        mock.order()
        assert batch.states() == [State.SIGNED] * 2 + [State.WAITING] * 2
        assert batch.files() == batch.signed(2)
        assert not batch.page.standstill.go_on.isEnabled()
        other = mock.insert(profiles.RUTOKEN_ECP_3, slot=1, label="Чужой", pin=PIN)
        other.put_back()
        batch.still("«Чужой», серийный номер 2ad0ca01", "Это другой носитель")
        other.remove()
        token.put_back()
        batch.still("Носитель «Касса» на месте")
        batch.desk.it.settle(0.3)
        assert batch.desk.none_open()  # a PIN is never asked for by itself
        assert len(mock.logins()) == 1
        batch.page.standstill.go_on.click()
        batch.type(PIN)
        batch.desk.it.until(lambda: batch.states() == [State.SIGNED] * 4)
        batch.desk.it.until(lambda: not batch.page.standstill.isVisible())
    probe.check()
    assert mock.logins() == ["user=1 slot=0 answer=0x0"] * 2
    assert batch.files() == batch.signed(4)
    assert mock.count("C_Sign") == 5  # each document once, and the one that failed


def test_slow_token_stalls_no_window(batch: Batch, mock: Mock, probe: LoopProbe) -> None:
    """A signature of five seconds: no stall; after two seconds every page says who is silent."""
    mock.order("C_Sign=sleep:5000@2")
    with probe:
        batch.sign()
        batch.desk.it.until(lambda: mock.count("C_Sign") == 2)
        begun = time.monotonic()
        silence = batch.desk.it.desk.window.silence
        batch.desk.it.until(silence.isVisible)
        assert time.monotonic() - begun < 3
        assert "rtPKCS11ECP" in words(silence)
        batch.desk.it.until(lambda: batch.states() == [State.SIGNED] * 4)
        batch.desk.it.until(lambda: not silence.isVisible())
    probe.check()
    assert len(mock.logins()) == 1


def test_pin_is_left_nowhere(batch: Batch, mock: Mock, token: MockToken, tmp_path: Path) -> None:
    """Typed twice in the window, refused once: in no file of the profile, the log, the temp folder."""
    mock.order("C_Sign=crash@2")
    batch.sign()
    batch.still("Носитель «Касса» на месте")
    mock.order()
    batch.page.standstill.go_on.click()
    batch.type("Osen-1986-нет")
    batch.desk.it.until(lambda: batch.states() == [State.SIGNED] + [State.ADDED] * 3)
    assert token.tries == (2, 3)
    batch.desk.it.settle(0.3)
    for path in (each for each in tmp_path.rglob("*") if each.is_file()):
        data = path.read_bytes()
        assert PIN.encode() not in data, path
        assert b"Osen-1986" not in data, path


def test_remembered_pin_goes_with_its_token(batch: Batch, mock: Mock, token: MockToken) -> None:
    """Back so quickly that no reader told of it: the remembered PIN is gone all the same."""
    mock.order("C_Sign=vanish:0x32@2")
    batch.page.bar.sign.click()
    dialog = batch.desk.dialog(PinDialog)
    dialog.line.type(PIN)
    dialog.remember.click()
    dialog.ok.click()
    batch.still("Вставьте носитель «Касса»")
    mock.order()
    token.put_back()
    batch.still("Носитель «Касса» на месте")
    batch.page.standstill.go_on.click()
    batch.type(PIN)
    batch.desk.it.until(lambda: batch.states() == [State.SIGNED] * 4)
    assert len(mock.logins()) == 2


def test_interrupted(batch: Batch, mock: Mock) -> None:
    """«Прервать» keeps what is done."""
    mock.order("C_Sign=vanish:0x32@2")
    batch.sign()
    batch.still("Вставьте носитель «Касса»", "Подписано: 1 из 4")
    batch.page.standstill.stop.click()
    batch.desk.it.until(lambda: not batch.page.standstill.isVisible())
    assert batch.states() == [State.SIGNED] + [State.ADDED] * 3
    assert batch.files() == batch.signed(1)


@pytest.mark.parametrize("death", ["crash", "killed"])
def test_host_dies(batch: Batch, mock: Mock, death: str) -> None:
    """The module crashes, or its host is killed with -9: told at once, goes on after a new PIN."""
    mock.order("C_Sign=crash@2" if death == "crash" else "C_Sign=sleep:20000@2")
    batch.sign()
    if death == "killed":
        batch.desk.it.until(lambda: mock.count("C_Sign") == 2)
        (place,) = batch.desk.it.services.keyring.token_places()._places
        assert place.pid is not None
        os.kill(place.pid, signal.SIGKILL)
    batch.still("Носитель «Касса» на месте", "Подписано: 1 из 4")
    mock.order()
    assert batch.files() == batch.signed(1)
    assert batch.desk.none_open()
    batch.page.standstill.go_on.click()
    batch.type(PIN)
    batch.desk.it.until(lambda: batch.states() == [State.SIGNED] * 4)
    assert len(mock.logins()) == 2
    assert batch.files() == batch.signed(4)


def test_wrong_pin_after_a_pause(batch: Batch, mock: Mock, token: MockToken) -> None:
    """A PIN error stops the batch: one attempt is spent, and nothing is asked again."""
    mock.order("C_Sign=crash@2")
    batch.sign()
    batch.still("Носитель «Касса» на месте")
    mock.order()
    batch.page.standstill.go_on.click()
    batch.type("Leto-1986")
    batch.desk.it.until(lambda: not batch.page.standstill.isVisible())
    batch.desk.it.until(lambda: batch.states() == [State.SIGNED] + [State.ADDED] * 3)
    assert token.tries == (2, 3)
    assert len(mock.logins()) == 2
    assert batch.files() == batch.signed(1)


def test_key_that_wants_each_pin(batch: Batch, mock: Mock, token: MockToken) -> None:
    """A key with CKA_ALWAYS_AUTHENTICATE is asked for each time, before the file it is for."""
    for number in ("1", "2", "3"):
        (token._folder / "objects" / number).unlink()
    token.add_key("each", KeyAlgorithm.RSA, always_authenticate=True)
    batch.desk.it.desk.keys.refresh()
    batch.desk.quiet()
    batch.desk.it.until(batch.page.bar.sign.isEnabled)
    batch.sign()
    for count in (1, 2, 3):
        batch.still(f"Подписано: {count} из 4", "для каждой подписи")
        batch.type(PIN)
    batch.desk.it.until(lambda: batch.states() == [State.SIGNED] * 4)
    assert {line.split()[-1] for line in mock.logins()} == {"answer=0x0"}
