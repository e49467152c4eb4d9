"""Journeys with keys and tokens, clicked through in the real window; docs/journeys.md tells the same."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import hand as hands
import pytest
from hand import Hand, words
from stand_ins.incoming import Mail
from stand_ins.mock import Mock, MockToken, mock_module, mock_of, profiles
from test_requests_window import PERSON, issue
from token_desk import TokenDesk, token_desk

from app import settings
from app.algorithms.names import KeyAlgorithm
from app.crypto.requests.purpose import Purpose
from app.crypto.trust.folders import StoreName
from app.ui.documents import draft
from app.ui.documents.page import DocumentsPage
from app.ui.documents.port import Bar
from app.ui.files import Document
from app.ui.form_dialog import FormDialog
from app.ui.keys.deeds import Deed
from app.ui.keys.pending_dialog import PendingDialog
from app.ui.keys.purpose_dialog import PurposeDialog
from app.ui.keys.request_dialog import RequestDialog
from app.ui.pin_dialog import PinDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.answers_panel import VerdictHead

__all__ = ["mock_module"]

PIN, SO_PIN, NEW = "Leto-1987", "Admin-555", "Zima-2026"
DEVICE = "Рутокен ЭЦП 3.0"
MANY = 200
# The platform that draws on no screen says these of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)


@pytest.fixture(scope="module")
def mock(mock_module: Path, tmp_path_factory: pytest.TempPathFactory) -> Mock:
    """Return the module of this computer."""
    return mock_of(mock_module, tmp_path_factory.mktemp("module"), "rtPKCS11ECP")


@pytest.fixture(scope="module")
def plugged(mock: Mock) -> MockToken:
    """Return a Рутокен with three tries and one key."""
    made = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, so_pin=SO_PIN, label="Касса", tries=(3, 3))
    made.add_key("ivanov", KeyAlgorithm.GOST_256)
    return made


@pytest.fixture(scope="module")
def shared(
    mock: Mock,
    plugged: MockToken,  # noqa: ARG001  # it is plugged in before the window opens
    tmp_path_factory: pytest.TempPathFactory,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[TokenDesk]:
    """Open the window once for all journeys, with the token plugged in."""
    folder = tmp_path_factory.mktemp("desk")
    with (
        pytest.MonkeyPatch.context() as patch,
        token_desk(folder / "profile", [mock], patch) as it,
    ):
        yield it


@pytest.fixture
def token(plugged: MockToken) -> Iterator[MockToken]:
    """Return the token; afterwards it has its PIN and its tries again."""
    before = {name: plugged.get(name) for name in ("user_pin", "user_tries", "user_changed")}
    yield plugged
    plugged.set(**{name: value for name, value in before.items() if value is not None})


@pytest.fixture
def desk(shared: TokenDesk, token: MockToken, tmp_path: Path) -> Iterator[TokenDesk]:  # noqa: ARG001  # it is made whole
    """Return the window, on its first page and with nothing in front of it."""
    shared.it.services.settings.set(settings.RECENT_FOLDER, str(tmp_path))
    shared.it.desk.window.go_to(0)
    shared.quiet()
    yield shared
    Hand(shared.it).let_go()


def to_keys(hand: Hand, row: str) -> None:
    """Go to the page of keys and choose a row there: two clicks."""
    hand.row(hand.it.desk.window.sidebar.navigation, "Ключи и токены")
    page = hand.it.desk.window.page(1)
    hand.row(page.list, row)


def documents(desk: TokenDesk) -> DocumentsPage:
    """Return the first page."""
    page = desk.it.desk.window.page(0)
    assert isinstance(page, DocumentsPage)
    return page


def head(page: DocumentsPage) -> str:
    """Return what the card says first."""
    heads = [each for each in page.details.findChildren(VerdictHead) if each.isVisible()]
    return heads[-1].accessibleName() if heads else ""


def give_pin(hand: Hand) -> None:
    """Type the PIN into the dialog that is in front, and go on."""
    dialog = hand.dialog(PinDialog)
    hand.type(PIN)
    hand.click(dialog.ok)


def close(hand: Hand) -> str:
    """Read what is told, and close it."""
    told = hand.dialog(ToldDialog)
    said = words(told)
    hand.press(told, "Закрыть")
    return said


def test_certificate_from_a_token(desk: TokenDesk) -> None:
    """No PIN: the certificate is public; it goes into «Личное», and how to take it back is offered."""
    hand = Hand(desk.it)
    with hand.journey("certificate_from_a_token"):
        to_keys(hand, "Тестов Тест Тестович")
        hand.click(desk.page.card.buttons[Deed.PERSONAL])
        assert "«Личное»" in close(hand)
    assert len(list(desk.it.services.stores.files(StoreName.PERSONAL))) == 1


def test_change_of_a_pin(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """The old one and twice the new one; no wrong PIN is ever sent."""
    hand = Hand(desk.it)
    with hand.journey("change_of_a_pin"):
        to_keys(hand, DEVICE)
        hand.click(desk.page.card.buttons[Deed.CHANGE_PIN])
        form = hand.dialog(FormDialog)
        hand.type(PIN)
        hand.fill(form.new.first._edit, NEW)
        hand.fill(form.new.second._edit, NEW)
        hand.click(form.ok)
        assert "PIN-код сменён" in close(hand)
    assert token.accepts(NEW)
    assert all(each.endswith("answer=0x0") for each in mock.logins())


def test_unblocked_pin(desk: TokenDesk, token: MockToken) -> None:
    """A locked PIN: the way out is on the card; the administrator's PIN opens it, the PIN stays."""
    token.set(user_tries=0)
    hand = Hand(desk.it)
    with hand.journey("unblocked_pin"):
        hand.row(hand.it.desk.window.sidebar.navigation, "Ключи и токены")
        hand.click(desk.page.again)
        desk.quiet()
        hand.row(desk.page.list, DEVICE)
        hand.click(desk.page.card.buttons[Deed.UNBLOCK])
        form = hand.dialog(FormDialog)
        hand.type(SO_PIN)
        hand.click(form.ok)
        assert "он прежний" in close(hand)
    assert token.accepts(PIN)


def test_key_request_and_certificate(
    mock_module: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> None:
    """A key on the token, its request, and the certificate that comes finds its key."""
    (tmp_path / "module").mkdir()
    mock = mock_of(mock_module, tmp_path / "module", "rtPKCS11ECP")
    token = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, so_pin=SO_PIN, label="Касса")
    with token_desk(tmp_path / "profile", [mock], monkeypatch) as desk:
        desk.it.services.settings.set(settings.RECENT_FOLDER, str(tmp_path))
        desk.it.desk.window.go_to(0)
        _request_and_install(desk, tmp_path)
    assert sum(each["class"][0] == 1 for each in token.objects()) == 1


def _request_and_install(desk: TokenDesk, tmp_path: Path) -> None:
    hand, page = Hand(desk.it), desk.page
    with hand.journey("key_and_request"):
        hand.row(hand.it.desk.window.sidebar.navigation, "Ключи и токены")
        hand.click(page.new_container)
        hand.click(hand.dialog(PurposeDialog).answers[Purpose.COMMERCIAL])
        dialog = hand.dialog(RequestDialog)
        for name, value in PERSON.items():
            hand.fill(dialog.lines[name].edit, value)
        hand.choose(dialog.place, "Касса")
        hand.fill(dialog.name, "Директор")
        hand.click(dialog.ok)
        request = hand.save()
        give_pin(hand)
        assert "Запрос создан" in close(hand)
    desk.quiet()
    issued = issue(desk, request, tmp_path / "выдан.cer")
    with hand.journey("issued_certificate"):
        hand.click(page.pending)
        hand.click(hand.dialog(PendingDialog).install)
        hand.open_file(issued)
        give_pin(hand)
        assert "Это ответ на ваш запрос" in close(hand)
    desk.it.until(lambda: all(each.facts is not None for each in desk.it.desk.keys.keys))


def test_pdf_with_a_mark(desk: TokenDesk, mock: Mock, tmp_path: Path) -> None:
    """The mark is dragged to its place with the mouse, then one PIN, and what is to be sent is told."""
    hand, page = Hand(desk.it), documents(desk)
    contract = desk.it.services.printing.sample(tmp_path, "Договор.pdf")
    logins = len(mock.logins())
    with hand.journey("pdf_with_a_mark"):
        hand.drop(contract)
        desk.it.until(lambda: page.preview.pages.pages == 4)
        hand.click(page.bar.change)
        hand.click(page.options.place)
        pages = page.preview.pages
        desk.it.until(lambda: page.preview.told.isVisible() and pages.mark is not None)
        before = pages.mark
        grip = pages._mark_area(before).center().toPoint()
        hand.drag(pages.viewport(), grip, grip.x() - 40, grip.y() - 30)
        assert pages.mark.box.x < before.box.x
        hand.click(page.preview.done)
        hand.click(page.bar.sign)
        give_pin(hand)
        desk.it.until((tmp_path / "Договор_signed.pdf").exists)
    desk.it.until(lambda: "подписан" in head(page).lower(), 10)
    assert len(mock.logins()) == logins + 1
    hand.button(page.details, "Показать в папке")


def test_two_hundred_files(
    desk: TokenDesk, mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder is dropped, one PIN is typed: two hundred signatures; the work does not grow with n²."""
    hand, page = Hand(desk.it), documents(desk)
    folder = tmp_path / "Акты"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"Акт {number:03}.txt").write_text(f"Акт № {number}", "utf-8")
    logins = len(mock.logins())
    with hand.journey("two_hundred_files"):
        hand.drop(folder)
        desk.it.until(lambda: len(page.list.chosen_keys()) == MANY)
        bars, told = 0, page._presenter._view.show_bar

        def show_bar(bar: Bar) -> None:
            nonlocal bars
            bars += 1
            told(bar)

        monkeypatch.setattr(page, "show_bar", show_bar)
        writers: list[threading.Thread] = []
        monkeypatch.setattr(draft, "_state_of", partial(_state_by, draft._state_of, writers))
        hand.click(page.bar.sign)
        give_pin(hand)
        desk.it.until(lambda: f"{MANY}" in head(page), 60)
    assert bars <= 2 * MANY + 20  # a batch begins to wait all together
    assert writers
    assert threading.main_thread() not in writers  # the list of the batch is written elsewhere
    assert len(mock.logins()) == logins + 1
    assert len(list(folder.glob("*.sig"))) == MANY
    hand.button(page.details, "Показать в папке")


def _state_by(
    state_of: Callable[[Document], str], writers: list[threading.Thread], document: Document
) -> str:
    writers.append(threading.current_thread())
    return state_of(document)


def test_co_sign(desk: TokenDesk, tmp_path: Path) -> None:
    """A signature of somebody else gets mine beside it, in a new file; his stays as it was."""
    hand, page = Hand(desk.it), documents(desk)
    theirs = Mail(tmp_path / "Почта").passed("Акт.docx")
    before = theirs.read_bytes()
    with hand.journey("co_sign"):
        hand.drop(theirs)
        desk.it.until(lambda: page.list.chosen_keys() == [str(theirs)])
        hand.pick(page.verbs.button, "Добавить мою подпись")
        give_pin(hand)
        desk.it.until(lambda: len(list(theirs.parent.glob("*.sig"))) == 2)
        desk.it.until(lambda: "подпис" in head(page).lower())
    assert theirs.read_bytes() == before


def test_document_tells_of_every_journey() -> None:
    """Every journey of docs/journeys.md is counted by a test, and every one that is counted is told."""
    here = Path(hands.__file__).parent
    sources = "".join(each.read_text("utf-8") for each in here.glob("test_*.py"))
    counted = re.findall(r'hand\.journey\("(\w+)"\)', sources)
    assert set(hands.written()) == set(counted)
    assert len(counted) == len(set(counted))
