"""Tokens and their PINs as a person meets them in the window, on mock modules."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from probe import LoopProbe
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles
from token_desk import TokenDesk, token_desk, words

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.journal import Journal
from app.ui.form_dialog import FormDialog
from app.ui.keys.deeds import Deed
from app.ui.pin_dialog import PinDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.error_dialog import ErrorDialog

__all__ = ["make_mock", "mock_module"]

PIN, SO_PIN, NEW = "Leto-1987", "Admin-555", "Zima-2026"
READER = profiles.RUTOKEN_ECP_3.reader


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return the module of this computer."""
    return make_mock(extended=True, slots=2, name="rtPKCS11ECP")


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return a Рутокен with three tries and one key."""
    made = mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, so_pin=SO_PIN, label="Касса", tries=(3, 3))
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


def outcomes(desk: TokenDesk) -> list[tuple[str, str]]:
    """Return what the journal says was done."""
    desk.it.settle(0.2)
    entries = Journal(desk.it.services.places.journal).entries()
    return [(each.action, each.outcome) for each in reversed(entries)]


def test_token_comes_and_goes_by_itself(
    desk: TokenDesk, token: MockToken, probe: LoopProbe
) -> None:
    """Pulled out and put back: on the page within a second, without a click and without a stall."""
    assert any("Касса" in title for title in desk.titles())
    with probe:
        token.remove()
        begun = time.monotonic()
        desk.readers.tell(removed=(READER,))
        desk.it.until(lambda: not any("Касса" in title for title in desk.titles()))
        assert time.monotonic() - begun < 1
        desk.quiet()
        assert desk.page.empty.isVisible()
        token.put_back()
        begun = time.monotonic()
        desk.readers.tell(inserted=(READER,))
        desk.it.until(lambda: any("Касса" in title for title in desk.titles()))
        assert time.monotonic() - begun < 1
        desk.quiet()
    probe.check()


def test_card_of_a_token(desk: TokenDesk, token: MockToken) -> None:
    """Device, maker, number, memory and tries; a factory PIN is a warning that names it."""
    token.set(user_factory=1)
    desk.page.again.click()
    desk.quiet()
    desk.choose("Рутокен ЭЦП 3.0")
    said = words(desk.page.card)
    for part in ("Рутокен ЭЦП 3.0", "Актив", "2ad0ca00", "Осталось 3 попытки", "свободно", "128"):
        assert part in said, part
    assert "PIN-код заводской" in said
    assert "12345678" in said
    assert Deed.CHANGE_PIN in desk.page.card.offered()
    assert Deed.FIRST_PIN not in desk.page.card.offered()


def test_key_says_how_it_signs(desk: TokenDesk) -> None:
    """Before any file is chosen: the sentence, the terms, the state."""
    desk.choose("ГОСТ Р 34.10-2012")
    said = words(desk.page.card)
    assert "Подпишет сам токен" in said
    assert Deed.TEST in desk.page.card.offered()
    assert Deed.DELETE in desk.page.card.offered()


def test_change_pin(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """Policy while typing, one attempt, the result in words with what КриптоПро may remember."""
    desk.choose("Рутокен ЭЦП 3.0")
    desk.page.card.buttons[Deed.CHANGE_PIN].click()
    form = desk.dialog(FormDialog)
    said = words(form)
    assert "PIN-код Пользователя" in said
    assert "Касса" in said
    assert "2ad0ca00" in said
    assert "Осталось 3 попытки" in said
    form.pin.type(PIN)
    form.new.first.type("qwerty")
    assert "такие подбирают" in words(form)
    assert not form.ok.isEnabled()
    form.new.first.type(PIN)
    assert "такой же, как прежний" in words(form)
    form.new.first.type(NEW)
    form.new.second.type("Zima-2027")
    assert "не совпадают" in words(form)
    form.new.second.type(NEW)
    assert mock.logins() == []
    form.ok.click()
    told = desk.dialog(ToldDialog)
    assert "Удалить запомненные пароли" in words(told)
    assert token.accepts(NEW)
    assert outcomes(desk) == [("pin_change", "done")]


def test_wrong_pin_is_told_and_not_asked_again(
    desk: TokenDesk, token: MockToken, mock: Mock
) -> None:
    """One typed PIN is one attempt; afterwards an answer in words, no second dialog."""
    desk.choose("Рутокен ЭЦП 3.0")
    desk.page.card.buttons[Deed.CHECK_PIN].click()
    form = desk.dialog(FormDialog)
    form.pin.type("Leto-1988")
    form.ok.click()
    error = desk.dialog(ErrorDialog)
    assert error.error.code is ErrorCode.PIN_WRONG
    error.accept()
    desk.quiet()
    desk.it.settle(0.3)
    assert desk.none_open()
    assert len(mock.logins()) == 1
    assert token.tries[0] == 2
    assert "Осталось 2 попытки" in words(desk.page.card)


def test_last_try_wants_a_word_of_its_own(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """The button comes alive only with the tick; then the PIN locks, and only unblocking is left."""
    token.set(user_tries=1)
    desk.choose("Рутокен ЭЦП 3.0")
    desk.page.card.buttons[Deed.CHECK_PIN].click()
    form = desk.dialog(FormDialog)
    assert "После неверного ввода токен заблокируется" in words(form)
    form.pin.type("Leto-1988")
    assert not form.ok.isEnabled()
    assert form.sure is not None
    form.sure.setChecked(True)
    form.ok.click()
    error = desk.dialog(ErrorDialog)
    assert error.error.code is ErrorCode.PIN_LOCKED
    error.accept()
    desk.quiet()
    assert len(mock.logins()) == 1
    offered = desk.page.card.offered()
    assert Deed.UNBLOCK in offered
    assert Deed.CHANGE_PIN not in offered
    desk.page.card.buttons[Deed.UNBLOCK].click()
    form = desk.dialog(FormDialog)
    assert "PIN-код Администратора" in words(form)
    form.pin.type(SO_PIN)
    if form.keep is not None:
        form.keep.setChecked(True)
    form.ok.click()
    told = desk.dialog(ToldDialog)
    assert "он прежний" in words(told)
    assert token.tries[0] == 3
    assert token.accepts(PIN)


def test_first_pin_and_what_the_maker_reserves(
    make_mock: MakeMock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> None:
    """JaCarta ГОСТ: the first PIN is set here; of JaCarta-2, what is reserved is explained only."""
    mock = make_mock(slots=2)
    token = mock.insert(profiles.JACARTA_GOST, so_pin="1234567890")
    reader = "Aladdin R.D. JaCarta 02 00"
    mock.insert(replace(profiles.JACARTA_2_GOST, reader=reader), slot=1, serial="7777")
    with token_desk(tmp_path / "profile", [mock], monkeypatch) as desk:
        desk.choose("JaCarta-2")
        assert Deed.FORMAT not in desk.page.card.offered()
        assert "Недоступно здесь" in words(desk.page.card)
        desk.choose("JaCarta ГОСТ")
        assert Deed.UNBLOCK not in desk.page.card.offered()
        desk.page.card.buttons[Deed.FIRST_PIN].click()
        form = desk.dialog(FormDialog)
        form.pin.type("1234567890")
        form.new.first.type(NEW)
        form.new.second.type(NEW)
        form.ok.click()
        desk.dialog(ToldDialog)
        assert token.accepts(NEW)


def test_format_is_refused_where_keys_may_lie_unseen(desk: TokenDesk, mock: Mock) -> None:
    """Where nobody can look for hidden containers, that is said before any PIN is typed."""
    desk.choose("Рутокен ЭЦП 3.0")
    desk.page.card.buttons[Deed.FORMAT].click()
    dialog = desk.dialog(ErrorDialog)
    assert dialog.error.code is ErrorCode.TOKEN_MAY_HOLD_CONTAINERS
    assert mock.logins() == []


def test_silent_token_can_be_interrupted(desk: TokenDesk, mock: Mock, probe: LoopProbe) -> None:
    """After two seconds the window says so on every page; interrupting ends it, no page stalls."""
    mock.order("C_GetSlotList=sleep:8000")
    desk.it.desk.window.go_to(0)
    with probe:
        begun = time.monotonic()
        desk.readers.tell(inserted=(READER,))
        bar = desk.it.desk.window.silence
        desk.it.until(bar.isVisible)
        assert 1.9 < time.monotonic() - begun < 3
        assert "Токен не отвечает" in words(bar)
        assert "rtPKCS11ECP" in words(bar)
        mock.order()
        while bar.isVisible() or desk.it.desk.keys.reading:
            if bar.isVisible():
                bar.action.click()
            desk.it.settle(0.1)
        assert time.monotonic() - begun < 10
    probe.check()


def test_one_that_hangs_hides_no_other(
    make_mock: MakeMock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> None:
    """Two tokens with their keys are on the page while a third driver sleeps."""
    mocks = [make_mock(extended=True, name=f"driver{number}") for number in range(3)]
    for number, mock in enumerate(mocks):
        inserted = mock.insert(
            profiles.RUTOKEN_ECP_3, serial=f"0000000{number}", label=f"Токен {number}"
        )
        inserted.add_key(f"ключ {number}", KeyAlgorithm.GOST_256)
    with token_desk(tmp_path / "profile", mocks, monkeypatch) as desk:
        mocks[1].order("C_GetSlotList=sleep:5000")
        desk.it.services.keyring.renew_tokens()
        desk.it.desk.keys.pulled_out([READER])
        begun = time.monotonic()
        desk.page.again.click()
        shown = ("Токен 0", "Токен 2")
        desk.it.until(lambda: all(any(n in t for t in desk.titles()) for n in shown))
        assert time.monotonic() - begun < 2
        desk.it.until(lambda: len(desk.it.desk.keys.keys) == 2)
        assert time.monotonic() - begun < 3
        assert desk.it.desk.keys.reading
        mocks[1].order()


def test_reader_trouble_is_one_line_with_the_way_out(desk: TokenDesk) -> None:
    """The service is missing: said on the page with what to do; gone when it is there."""
    desk.readers.tell(problem=RoscherkError(ErrorCode.READERS_SERVICE_STOPPED))
    desk.it.until(desk.page.readers.isVisible)
    assert "systemctl enable --now pcscd.socket" in words(desk.page.readers)
    desk.readers.tell()
    desk.it.until(lambda: not desk.page.readers.isVisible())


def test_new_driver_is_told_in_the_window(desk: TokenDesk, mock: Mock) -> None:
    """Path and SHA-256 of a driver that is new, until it was read."""
    desk.it.settle(0.1)
    news = desk.page.news
    if not news.isVisible():
        desk.it.services.modules.admit(mock.module)
        desk.it.until(news.isVisible)
    assert desk.it.services.modules.digest(mock.module.path) in words(news)
    news.action.click()
    assert not news.isVisible()


def test_end_of_session(desk: TokenDesk, mock: Mock) -> None:
    """Remembered PINs are forgotten and every host ends."""
    services = desk.it.services
    (place,) = services.keyring.token_places()._places
    assert place.pid is not None
    desk.page.end_session.click()
    desk.it.until(lambda: place.pid is None)
    desk.it.until(desk.it.desk.window._toast.isVisible)
    assert mock.logins() == []


def test_refused_pin_ends_a_run_and_is_not_asked_again(
    desk: TokenDesk, token: MockToken, mock: Mock, tmp_path: Path
) -> None:
    """Signing: the dialog tells the tries as they are now; a wrong PIN is one attempt, then words."""
    token.set(user_tries=2)  # spent elsewhere since the list was read
    papers = [tmp_path / f"Договор {number}.txt" for number in range(2)]
    for paper in papers:
        paper.write_text("договор", encoding="utf-8")
    window = desk.it.desk.window
    window.open_paths(papers)
    presenter = desk.it.desk._documents
    assert presenter is not None
    desk.it.until(lambda: len(presenter._documents) == 2)
    desk.it.until(lambda: presenter.key is not None)
    presenter.sign()
    dialog = desk.dialog(PinDialog)
    assert "Осталось 2 попытки" in words(dialog)
    dialog.line.type("Leto-1988")
    dialog.ok.click()
    error = desk.dialog(ErrorDialog)
    assert error.error.code is ErrorCode.PIN_WRONG
    error.accept()
    desk.quiet()
    desk.it.settle(0.5)
    assert desk.none_open()
    assert len(mock.logins()) == 1


def test_locked_pin_cannot_be_typed(desk: TokenDesk, token: MockToken, mock: Mock) -> None:
    """The dialog says why, and what to do; nothing reaches the token."""
    desk.choose("ГОСТ Р 34.10-2012")
    token.set(user_tries=0)
    desk.page.card.buttons[Deed.TEST].click()
    dialog = desk.dialog(PinDialog)
    assert "PIN-код заблокирован" in words(dialog)
    assert not hasattr(dialog, "line")
    dialog.reject()
    assert mock.logins() == []
