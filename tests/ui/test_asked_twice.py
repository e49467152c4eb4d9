"""A button pressed twice: one dialog, one signature, one attempt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from stand_ins.mock import Mock, make_mock, mock_module
from test_pin_memory import PIN, is_signed, open_papers, remember, sign
from test_pin_memory import mock as _mock
from test_pin_memory import token as _token
from token_desk import TokenDesk, token_desk

from app.ui.form_dialog import FormDialog
from app.ui.keys.deeds import Deed
from app.ui.pin_dialog import PinDialog

__all__ = ["make_mock", "mock_module"]

mock, token = _mock, _token


@pytest.fixture
def desk(
    mock: Mock,
    token: object,  # noqa: ARG001  # it is plugged in before the window opens
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[TokenDesk]:
    """Return the window with the token plugged in."""
    with token_desk(tmp_path / "profile", [mock], monkeypatch) as it:
        yield it


def dialogs() -> list[PinDialog]:
    """Return the dialogs for a PIN that are open."""
    tops = QApplication.topLevelWidgets()
    return [each for each in tops if isinstance(each, PinDialog) and each.isVisible()]


def test_sign_pressed_twice(desk: TokenDesk, mock: Mock, tmp_path: Path) -> None:
    """The second press, while the token is looked at, asks for nothing more."""
    (paper,) = open_papers(desk, tmp_path, 1)
    mock.order("C_GetTokenInfo=sleep:100")
    sign(desk, paper)
    sign(desk, paper)
    dialog = desk.dialog(PinDialog)
    mock.order()
    desk.it.settle(1)
    assert len(dialogs()) == 1
    dialog.line.type(PIN)
    dialog.ok.click()
    desk.it.until(lambda: is_signed(desk, paper))
    assert desk.none_open()
    assert len(mock.logins()) == 1


def test_sign_pressed_twice_with_a_remembered_pin(
    desk: TokenDesk, mock: Mock, tmp_path: Path
) -> None:
    """The file is signed once, though nobody is asked."""
    remember(desk)
    mock.forget()
    (paper,) = open_papers(desk, tmp_path, 1)
    sign(desk, paper)
    sign(desk, paper)
    desk.it.until(lambda: is_signed(desk, paper))
    desk.it.settle(1.5)
    assert [each.name for each in tmp_path.glob("*.sig*")] == ["Договор 0.txt.sig"]
    assert desk.none_open()
    assert len(mock.logins()) == 1


def test_test_pressed_twice(desk: TokenDesk, mock: Mock) -> None:
    """The same with a key that is tested."""
    desk.choose("ГОСТ Р 34.10-2012")
    mock.order("C_GetTokenInfo=sleep:100")
    for _ in range(2):
        desk.page.card.buttons[Deed.TEST].click()
    desk.dialog(PinDialog)
    mock.order()
    desk.it.settle(1)
    assert len(dialogs()) == 1


def test_change_of_a_pin_pressed_twice(desk: TokenDesk) -> None:
    """The same with what is done to a token; afterwards it can be asked again."""
    for _ in range(2):
        desk.choose("Рутокен ЭЦП 3.0")
        button = desk.page.card.buttons[Deed.CHANGE_PIN]
        button.click()
        button.click()
        dialog = desk.dialog(FormDialog)
        desk.it.settle(0.5)
        tops = QApplication.topLevelWidgets()
        assert [each for each in tops if isinstance(each, FormDialog) and each.isVisible()] == [
            dialog
        ]
        dialog.reject()
        desk.it.until(desk.none_open)
