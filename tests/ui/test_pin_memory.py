"""A PIN that the window remembers: only when a person ticks it, seen, and gone in time."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from ctypes import wintypes
from pathlib import Path

import pytest
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles
from token_desk import TokenDesk, token_desk, words

from app import settings as table
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode
from app.ui.files import State
from app.ui.keys.deeds import Deed
from app.ui.pin_dialog import PinDialog
from app.ui.session_watch import SessionWatch, _Messages
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.error_dialog import ErrorDialog

__all__ = ["make_mock", "mock_module"]

PIN = "Leto-1987"
READER = profiles.RUTOKEN_ECP_3.reader


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return the module of this computer."""
    return make_mock(extended=True, slots=2, name="rtPKCS11ECP")


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return a Рутокен with one key."""
    made = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, label="Касса", tries=(5, 5))
    made.add_key("ivanov", KeyAlgorithm.GOST_256)
    return made


@pytest.fixture
def desk(
    mock: Mock,
    token: MockToken,  # noqa: ARG001  # it is plugged in before the window opens
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[TokenDesk]:
    """Return the window with the token plugged in."""
    with token_desk(tmp_path / "profile", [mock], monkeypatch) as it:
        yield it


def open_papers(desk: TokenDesk, folder: Path, count: int) -> list[str]:
    """Lay files on the first page."""
    papers = [folder / f"Договор {number}.txt" for number in range(count)]
    for paper in papers:
        paper.write_text("договор", encoding="utf-8")
    desk.it.desk.window.open_paths(papers)
    presenter = desk.it.desk._documents
    assert presenter is not None
    desk.it.until(lambda: len(presenter._documents) == count and presenter.key is not None)
    return [str(each) for each in papers]


def sign(desk: TokenDesk, paper: str) -> None:
    """Ask for the signature of one file."""
    presenter = desk.it.desk._documents
    assert presenter is not None
    presenter.select([paper])
    presenter.sign()


def is_signed(desk: TokenDesk, paper: str) -> bool:
    """Tell whether a file was signed."""
    presenter = desk.it.desk._documents
    assert presenter is not None
    document = presenter.document(paper)
    return document is not None and document.state is State.SIGNED


def test_key(desk: TokenDesk) -> None:
    """Ask for a test of the chosen key."""
    desk.choose("ГОСТ Р 34.10-2012")
    desk.page.card.buttons[Deed.TEST].click()


test_key.__test__ = False  # type: ignore[attr-defined]  # a step, not a test


def remember(desk: TokenDesk) -> None:
    """Type the PIN for a test of the key, and tick that it is to be remembered."""
    test_key(desk)
    dialog = desk.dialog(PinDialog)
    dialog.line.type(PIN)
    dialog.remember.click()
    dialog.ok.click()
    desk.dialog(ToldDialog).accept()
    desk.it.until(desk.it.desk.window.remembered.isVisible)


def test_asked_once_for_several_pieces_of_work(desk: TokenDesk, mock: Mock, tmp_path: Path) -> None:
    """Never ticked by itself; its term is told; then nothing is asked until it is forgotten."""
    first, second = open_papers(desk, tmp_path, 2)
    sign(desk, first)
    dialog = desk.dialog(PinDialog)
    assert not dialog.remember.isChecked()
    assert "15 минут" in dialog.remember.text()
    assert "5 минут без работы" in words(dialog)
    dialog.line.type(PIN)
    dialog.remember.click()
    dialog.ok.click()
    desk.it.until(lambda: is_signed(desk, first))
    card = desk.it.desk.window.remembered
    desk.it.until(card.isVisible)
    assert "запомнен" in card.accessibleName()
    assert "ещё 5 мин" in card.accessibleName()
    assert "Касса" in card.accessibleDescription()
    sign(desk, second)
    desk.it.until(lambda: is_signed(desk, second))
    assert desk.none_open()
    assert all(line.endswith("answer=0x0") for line in mock.logins())
    card.click()
    desk.it.until(lambda: not card.isVisible())
    desk.it.desk.window.go_to(1)
    test_key(desk)
    assert desk.dialog(PinDialog).line.is_empty()


def test_not_remembered_unasked(desk: TokenDesk) -> None:
    """Without the tick the next piece of work asks again."""
    for _ in range(2):
        test_key(desk)
        dialog = desk.dialog(PinDialog)
        dialog.line.type(PIN)
        dialog.ok.click()
        desk.dialog(ToldDialog).accept()
    assert not desk.it.desk.window.remembered.isVisible()
    assert desk.it.services.pins.cache.tokens() == ()


def test_wrong_pin_is_not_remembered(desk: TokenDesk, mock: Mock) -> None:
    """What the token has refused is not kept, whatever was ticked."""
    test_key(desk)
    dialog = desk.dialog(PinDialog)
    dialog.line.type("Leto-1988")
    dialog.remember.click()
    dialog.ok.click()
    assert desk.dialog(ErrorDialog).error.code is ErrorCode.PIN_WRONG
    assert desk.it.services.pins.cache.tokens() == ()
    assert len(mock.logins()) == 1


def lock(desk: TokenDesk) -> None:
    """Tell that the screen was locked."""
    desk.it.desk.session.on_lock()


def pull_out(desk: TokenDesk) -> None:
    """Pull the token out of its reader."""
    desk.readers.tell(removed=(READER,))


def forbid(desk: TokenDesk) -> None:
    """Switch the offer off in the settings."""
    page = desk.it.desk.window.page(5)
    page.remember.click()


@pytest.mark.parametrize(
    "act", [lock, pull_out, forbid, lambda desk: desk.page.end_session.click()]
)
def test_forgotten_in_time(desk: TokenDesk, act: Callable[[TokenDesk], None]) -> None:
    """Lock, removal, the end of the session and the setting: each wipes it at once."""
    remember(desk)
    act(desk)
    desk.it.until(lambda: not desk.it.desk.window.remembered.isVisible())
    assert desk.it.services.pins.cache.tokens() == ()


def test_closing_the_window_forgets(desk: TokenDesk) -> None:
    """The window closes: nothing is left."""
    remember(desk)
    desk.it.desk.window.close()
    assert desk.it.services.pins.cache.tokens() == ()


def test_changed_elsewhere_is_one_attempt(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """A remembered PIN that is refused is sent once, forgotten, and then a person is asked."""
    remember(desk)
    mock.forget()
    other = mock.insert(profiles.RUTOKEN_ECP_3, slot=1, pin="Zima-2026")
    token.set(user_pin=other.get("user_pin"))  # another program has changed it
    test_key(desk)
    error = desk.dialog(ErrorDialog)
    assert error.error.code is ErrorCode.PIN_WRONG
    error.accept()
    assert len(mock.logins()) == 1
    desk.it.until(lambda: not desk.it.desk.window.remembered.isVisible())
    test_key(desk)
    assert "Осталось 4 попытки" in words(desk.dialog(PinDialog))
    assert len(mock.logins()) == 1


def test_wrong_pins_since_then_mean_asking(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """Somebody has typed wrong PINs meanwhile: nothing is sent that nobody has typed."""
    remember(desk)
    mock.forget()
    token.set(user_tries=2)
    test_key(desk)
    dialog = desk.dialog(PinDialog)
    assert "Осталось 2 попытки" in words(dialog)
    assert mock.logins() == []


def test_key_that_wants_it_typed(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """A remembered PIN is none for a key that asks for a person; the person is asked."""
    token.add_key("Каждый раз", KeyAlgorithm.GOST_512, always_authenticate=True)
    desk.page.again.click()
    desk.quiet()
    remember(desk)
    key = next(k for k in desk.it.desk.keys.keys if k.container.algorithm is KeyAlgorithm.GOST_512)
    desk.page.list.choose([key.uri])
    desk.page.card.buttons[Deed.TEST].click()
    dialog = desk.dialog(PinDialog)
    assert not dialog.remember.isVisible()
    dialog.line.type(PIN)
    dialog.ok.click()
    desk.dialog(ToldDialog)
    assert all(line.endswith("answer=0x0") for line in mock.logins())


def test_administrator_may_forbid(desk: TokenDesk) -> None:
    """Under a policy nothing is offered, and the tick of the settings is dead."""
    settings = desk.it.services.settings
    settings._policy = {"tokens": {"remember_pin": False}}
    test_key(desk)
    assert not desk.dialog(PinDialog).remember.isVisible()
    page = desk.it.desk.window.page(5)
    page.show_values()
    assert not page.remember.isEnabled()
    assert not settings.get(table.REMEMBER_PIN)


_HEARS = """
import subprocess, sys, time
from PySide6.QtWidgets import QApplication, QWidget
from app.ui.session_watch import SessionWatch

app, heard = QApplication([]), []
window, watch = QWidget(), SessionWatch(app)
watch.begin(window)
assert watch.hears_lock
watch.left.connect(lambda: heard.append(1))
for told in (
    ("/org/freedesktop/login1/session/_31", "org.freedesktop.login1.Session.Lock"),
    ("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", "boolean:false"),
    ("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", "boolean:true"),
    ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", "boolean:true"),
):
    subprocess.run(["dbus-send", "--session", "--type=signal", *told], check=True)
end = time.monotonic() + 5
while len(heard) < 3 and time.monotonic() < end:
    app.processEvents()
    time.sleep(0.01)
print(len(heard))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="no dbus-run-session")
def test_lock_and_sleep_over_a_real_bus() -> None:
    """Logind's lock, sleep and a screen saver are heard; that sleep ends is no reason."""
    root = Path(__file__).parents[2]
    system = 'export DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS"; exec "$@"'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", system, "sh", sys.executable, "-c", _HEARS],
        cwd=root,
        env=dict(os.environ, QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "3", done.stderr


@pytest.mark.parametrize(
    ("message", "reason", "heard"),
    [(0x02B1, 7, 1), (0x02B1, 8, 0), (0x0218, 4, 1), (0x0218, 7, 0), (0x0200, 7, 0)],
)
def test_messages_of_windows(qapp: object, message: int, reason: int, heard: int) -> None:
    """Lock and sleep are leaving; unlock, waking and a move of the mouse are not."""
    watch = SessionWatch(qapp)  # type: ignore[arg-type]  # one QApplication
    told: list[int] = []
    watch.left.connect(lambda: told.append(1))
    posted = wintypes.MSG(message=message, wParam=reason)
    _Messages(watch).nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(posted))
    assert len(told) == heard


def test_signing_with_a_key_that_wants_it_typed(
    desk: TokenDesk, token: MockToken, mock: Mock, tmp_path: Path
) -> None:
    """The remembered PIN of the token opens no such key: its own is asked for, and nothing is lost."""
    token.add_key("Каждый раз", KeyAlgorithm.GOST_512, always_authenticate=True)
    desk.page.again.click()
    desk.quiet()
    remember(desk)
    key = next(k for k in desk.it.desk.keys.keys if k.container.algorithm is KeyAlgorithm.GOST_512)
    paper = tmp_path / "Договор.txt"
    paper.write_text("договор", encoding="utf-8")
    desk.it.desk.window.open_paths([paper])
    presenter = desk.it.desk._documents
    assert presenter is not None
    desk.it.until(lambda: len(presenter._documents) == 1)
    presenter.choose_key(key.uri)
    sign(desk, str(paper))
    dialog = desk.dialog(PinDialog)
    dialog.line.type(PIN)
    dialog.ok.click()
    desk.it.until(lambda: is_signed(desk, str(paper)))
    assert all(line.endswith("answer=0x0") for line in mock.logins())


def test_nothing_of_it_on_the_disk(desk: TokenDesk) -> None:
    """Remembered means in memory: no file of the profile holds it."""
    remember(desk)
    desk.it.settle(0.2)
    places = desk.it.services.places
    files = [
        each
        for folder in {places.config, places.data, places.data.parent}
        for each in folder.rglob("*")
        if each.is_file()
    ]
    assert files
    assert not [each for each in files if PIN.encode() in each.read_bytes()]
