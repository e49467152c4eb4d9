"""Dialogs: what they say, what Enter and Escape mean, what becomes of secrets."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import container
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.errors import ErrorCode, RoscherkError
from app.settings import Settings
from app.ui.asking import Question, ask_for_secret
from app.ui.dialogs import Dialogs
from app.ui.keys.dialogs import NewContainerDialog, PasswordDialog, change_of
from app.ui.pin_dialog import PinDialog
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.dialog import confirm
from app.ui.widgets.error_dialog import ErrorDialog
from app.ui.widgets.secret_line import SecretLine


def words(widget: QWidget) -> str:
    """Return all that is written on a widget."""
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.text())


def pin_dialog(qtbot: QtBot) -> PinDialog:
    """Open the dialog for a password."""
    dialog = PinDialog(None, ask_for_secret(container(), "Образцов", "Подписать: a.pdf"))
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def test_password_is_handed_over_once(qtbot: QtBot) -> None:
    """Enter hands the secret over; the line is empty afterwards."""
    dialog = pin_dialog(qtbot)
    assert not dialog.ok.isEnabled()
    dialog.line.type("пароль")
    with qtbot.waitSignal(dialog.answered) as answered:
        dialog.ok.click()
    (secret,) = answered.args
    assert bytes(secret.buffer).decode() == "пароль"
    assert dialog.line.is_empty()


def test_last_attempt_is_confirmed_apart(qtbot: QtBot) -> None:
    """Before the last attempt a tick of its own is wanted, and the PIN carries that it was set."""
    question = replace(
        ask_for_secret(container(), "Образцов", "Подписать: a.pdf"), last_try="I am sure"
    )
    dialog = PinDialog(None, question)
    qtbot.addWidget(dialog)
    dialog.open()
    sure = dialog.findChild(QCheckBox)
    dialog.line.type("12345678")
    assert not dialog.ok.isEnabled()
    assert isinstance(sure, QCheckBox)
    assert sure.isVisible()
    sure.click()
    with qtbot.waitSignal(dialog.answered) as answered:
        dialog.ok.click()
    assert answered.args[0].last_try_confirmed


def test_escape_is_a_no(qtbot: QtBot) -> None:
    """Escape closes without an answer."""
    dialog = pin_dialog(qtbot)
    answers: list[object] = []
    dialog.answered.connect(answers.append)
    dialog.line.type("пароль")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert answers == []


def test_dialog_says_whose_secret(qtbot: QtBot) -> None:
    """Purpose, owner and container are written on it."""
    said = words(pin_dialog(qtbot))
    for part in ("Подписать: a.pdf", "Образцов", "Основной"):
        assert part in said


def test_hints_about_the_keyboard(qtbot: QtBot) -> None:
    """CapsLock, the Russian layout and stray spaces are told while typing."""
    line = SecretLine("Пароль")
    qtbot.addWidget(line)
    line.show()
    QTest.keyClick(line._edit, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    assert line.hint() == ""
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.sendKeyEvent(QTest.KeyAction.Click, line._edit, Qt.Key.Key_Q, "Q", shift)
    assert "CapsLock" not in line.hint()
    QTest.sendKeyEvent(
        QTest.KeyAction.Click, line._edit, Qt.Key.Key_W, "W", Qt.KeyboardModifier.NoModifier
    )
    assert "CapsLock" in line.hint()
    line.type("пароль ")
    assert "раскладка" in line.hint()
    assert "пробел" in line.hint()


def test_new_password_must_be_long_and_twice_the_same(qtbot: QtBot) -> None:
    """The button is there only when nothing is wrong; what is wrong is said."""
    dialog = NewContainerDialog(None)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.name.setText("Основной")
    dialog.secret.first.type("короткий"[:5])
    assert "Нужно не меньше 8" in words(dialog)
    dialog.secret.first.type("длинный пароль")
    dialog.secret.second.type("другой пароль")
    assert "Пароли не совпадают" in words(dialog)
    assert not dialog.ok.isEnabled()
    dialog.secret.second.type("длинный пароль")
    assert dialog.ok.isEnabled()
    with qtbot.waitSignal(dialog.wanted) as wanted:
        dialog.ok.click()
    assert wanted.args[0] == "Основной"
    assert bytes(wanted.args[2].buffer).decode() == "длинный пароль"
    assert dialog.secret.second.is_empty()


def test_change_of_password(qtbot: QtBot) -> None:
    """The old and the new password are handed over together."""
    dialog = PasswordDialog(None, change_of("Основной"))
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.old.type("старый")
    dialog.new.first.type("новый пароль")
    dialog.new.second.type("новый пароль")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        dialog.ok.click()
    assert [bytes(secret.buffer).decode() for secret in wanted.args] == ["старый", "новый пароль"]


def test_enter_never_destroys(qtbot: QtBot) -> None:
    """Where something cannot be undone, Enter means no."""
    done: list[str] = []
    question = Question(heading="Удалить?", words="Навсегда.", yes="Удалить", tone=Tone.ERROR)
    dialog = confirm(None, question, lambda: done.append("yes"))
    qtbot.addWidget(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert done == []


def test_enter_agrees_where_nothing_is_lost(qtbot: QtBot) -> None:
    """An ordinary question is answered by Enter with yes."""
    done: list[str] = []
    question = Question(heading="Войти?", words="Можно выйти.", yes="Войти", tone=Tone.PRACTICE)
    dialog = confirm(None, question, lambda: done.append("yes"))
    qtbot.addWidget(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert done == ["yes"]


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_has_a_dialog(qtbot: QtBot, code: ErrorCode) -> None:
    """Heading, explanation and advice of every error fit into its dialog."""
    dialog = ErrorDialog(None, RoscherkError(code, path="/home/user/Договор № 5.pdf"))
    qtbot.addWidget(dialog)
    dialog.open()
    for each in dialog.findChildren(QLabel):
        if each.isVisible() and each.wordWrap():
            assert each.heightForWidth(each.width()) <= each.height() + 1, each.text()


def test_silent_errors_are_not_shown(qtbot: QtBot, tmp_path: Path) -> None:
    """Nobody is told that he himself called something off."""
    parent = QWidget()
    qtbot.addWidget(parent)
    dialogs = Dialogs(parent, Settings(tmp_path / "settings.toml"), lambda _path: None)
    dialogs.show_error(RoscherkError(ErrorCode.CANCELLED))
    assert parent.findChildren(ErrorDialog) == []
    dialogs.show_error(RoscherkError(ErrorCode.DISK_FULL))
    assert len(parent.findChildren(ErrorDialog)) == 1


def test_a_card_with_a_way_to_the_guide_uses_all_its_width(qtbot: QtBot) -> None:
    """The link is as wide as its words; those of the card are not kept to its width."""
    words = "Too many wrong tries; the token refuses further ones. The keys on it are intact."
    for code in ("", "pin_locked"):
        reason = ReasonText(
            heading="Locked", explanation=words, advice="Unblock it.", tone=Tone.ERROR, code=code
        )
        card = ReasonCard(reason)
        qtbot.addWidget(card)
        card.resize(500, 200)
        card.show()
        qtbot.wait(10)
        assert [each.width() > 400 for each in card.findChildren(QLabel)] == [True] * 3
