"""A key, its request, what waits, and the certificate that comes, as a person does it in the window."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QListView,
    QPushButton,
)
from pytestqt.qtbot import QtBot
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles
from stand_ins.pki import pki_of
from token_desk import TokenDesk, token_desk, words

from app.algorithms.names import KeyAlgorithm
from app.crypto.requests.purpose import Purpose
from app.journal import Journal
from app.tokens.model import ContainerState
from app.tokens.pin import Secret
from app.ui.keys.deeds import Deed
from app.ui.keys.pending_dialog import PendingDialog
from app.ui.keys.purpose_dialog import PurposeDialog
from app.ui.keys.request_dialog import RequestDialog
from app.ui.keys.request_form import OWN_STORE, Place, RequestAsked
from app.ui.pin_dialog import PinDialog
from app.ui.rows import Row
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.error_dialog import ErrorDialog

__all__ = ["make_mock", "mock_module"]

PIN = "Leto-1987"
PASSWORD = "пароль для пробы"
PERSON = {
    "surname": "Иванов",
    "given_name": "Иван Иванович",
    "inn": "500100732259",
    "snils": "112-233-445 95",
}


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    """Return the module of this computer."""
    return make_mock(extended=True, slots=2, name="rtPKCS11ECP")


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return an empty Рутокен."""
    return mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, label="Касса", tries=(5, 5))


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


def choose_purpose(desk: TokenDesk, purpose: Purpose) -> None:
    """Answer what the key is for."""
    dialog = desk.dialog(PurposeDialog)
    dialog.answers[purpose].click()


def fill(dialog: RequestDialog, name: str, **fields: str) -> None:
    """Fill in the fields and the name of the key."""
    for field, value in fields.items():
        dialog.lines[field].edit.setText(value)
    dialog.name.setText(name)


def choose_place(dialog: RequestDialog, words_of_place: str) -> None:
    """Choose where the key is made."""
    place = next(
        n for n in range(dialog.place.count()) if words_of_place in dialog.place.itemText(n)
    )
    dialog.place.setCurrentIndex(place)


def outcomes(desk: TokenDesk) -> list[tuple[str, str]]:
    """Return what the journal says was done."""
    journal = Journal(desk.it.services.places.journal)
    desk.it.until(lambda: bool(journal.entries()))
    desk.it.settle(0.2)
    return [(each.action, each.outcome) for each in reversed(journal.entries())]


def save_as(desk: TokenDesk, target: Path) -> None:
    """Answer the dialog that asks for a file."""
    chooser = desk.dialog(QFileDialog)
    chooser.fileSelected.emit(str(target))
    chooser.close()


def answer_pin(desk: TokenDesk, pin: str = PIN) -> None:
    """Type the PIN."""
    dialog = desk.dialog(PinDialog)
    dialog.line.type(pin)
    dialog.ok.click()


def issue(desk: TokenDesk, request: Path, target: Path) -> Path:
    """Issue a certificate for the key of a request, as an authority does."""
    facts = desk.it.services.requests.show(request)
    target.write_bytes(pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.issue(facts.public_key))
    return target


def test_tax_office_takes_no_requests(desk: TokenDesk) -> None:
    """For a КЭП of ФНС: a list of what to do, without commands, and no request."""
    desk.page.new_container.click()
    choose_purpose(desk, Purpose.FNS)
    said = words(desk.dialog(ToldDialog))
    assert "паспорт" in said.lower()
    assert "roscherk" not in said


def test_key_on_a_token_its_request_and_its_certificate(
    desk: TokenDesk, mock: Mock, token: MockToken, tmp_path: Path
) -> None:
    """From the question to the certificate in its container; one PIN typed for key and request."""
    desk.page.new_container.click()
    choose_purpose(desk, Purpose.COMMERCIAL)
    dialog = desk.dialog(RequestDialog)
    assert not dialog.ok.isEnabled()
    assert "Фамилия" in dialog.lacks.text()
    choose_place(dialog, "Касса")
    assert not dialog.password.isVisible()
    fill(dialog, "Директор", **PERSON)
    assert dialog.ok.isEnabled(), dialog.lacks.text()
    dialog.ok.click()
    target = tmp_path / "Директор.csr"
    save_as(desk, target)
    answer_pin(desk)
    said = words(desk.dialog(ToldDialog, 30))
    assert "Запрос создан" in said
    desk.dialog(ToldDialog).accept()
    assert target.exists()
    facts = desk.it.services.requests.show(target)
    assert facts.signature_verifies
    assert facts.subject.inn == PERSON["inn"]
    assert "Rutoken ECP" in facts.subject_sign_tool
    assert all(line.endswith("answer=0x0") for line in mock.logins())
    desk.quiet()
    assert "Ждёт сертификата" in " ".join(desk.titles())

    desk.page.pending.click()
    waiting = desk.dialog(PendingDialog)
    assert waiting.list.rows.rowCount() == 1
    waiting.install.click()
    save_as(desk, issue(desk, target, tmp_path / "выдан.cer"))
    answer_pin(desk)
    assert "Это ответ на ваш запрос" in words(desk.dialog(ToldDialog))
    desk.dialog(ToldDialog).accept()
    desk.quiet()
    desk.it.until(lambda: all(k.facts is not None for k in desk.it.desk.keys.keys))
    assert desk.it.services.requests.pending.entries() == ()
    assert any(each["class"][0] == 1 for each in token.objects())


def test_key_in_the_store_for_a_legal_entity(desk: TokenDesk, tmp_path: Path) -> None:
    """The program's store: a password in place of a PIN; fields of the entity and the person."""
    desk.page.new_container.click()
    choose_purpose(desk, Purpose.INTERNAL)
    dialog = desk.dialog(RequestDialog)
    QTest.mouseClick(dialog.kind._buttons["legal"], Qt.MouseButton.LeftButton)
    choose_place(dialog, "Хранилище")
    fill(
        dialog,
        "Отдел",
        **PERSON,
        organization="ООО «Ромашка»",
        inn_le="7707083893",
        ogrn="1027700132195",
        region="77 г. Москва",
        locality="Москва",
    )
    dialog.password.first.type(PASSWORD)
    dialog.password.second.type(PASSWORD)
    assert dialog.ok.isEnabled(), dialog.lacks.text()
    dialog.ok.click()
    target = tmp_path / "Отдел.csr"
    save_as(desk, target)
    desk.dialog(ToldDialog, 30).accept()
    text = subprocess.run(
        ["openssl", "req", "-in", target, "-noout", "-subject", "-nameopt", "utf8"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "Ромашка" in text
    (made,) = desk.it.services.store.containers()
    assert (made.label, made.state) == ("Отдел", ContainerState.NO_CERTIFICATE)


def test_request_for_a_key_that_is_there(desk: TokenDesk, tmp_path: Path) -> None:
    """From the card of a key without a certificate; then it waits no longer, because one says so."""
    with Secret.of_text(PASSWORD) as secret:
        desk.it.services.store.create("Голый", KeyAlgorithm.GOST_256, secret)
    desk.page.again.click()
    desk.choose("Голый")
    desk.page.card.buttons[Deed.REQUEST].click()
    choose_purpose(desk, Purpose.INTERNAL)
    dialog = desk.dialog(RequestDialog)
    fill(dialog, "", **PERSON)
    dialog.ok.click()
    save_as(desk, tmp_path / "Голый.csr")
    answer_pin(desk, PASSWORD)
    desk.dialog(ToldDialog, 30).accept()
    desk.page.pending.click()
    desk.dialog(PendingDialog).forget.click()
    question = desk.dialog(Dialog)
    yes = next(b for b in question.findChildren(QPushButton) if b.text() == "Больше не ждать")
    yes.click()
    desk.it.until(lambda: desk.it.services.requests.pending.entries() == ())
    said = words(desk.dialog(PendingDialog))
    assert "Ожидающих запросов нет" in said


def test_file_in_the_way_makes_no_key(desk: TokenDesk, tmp_path: Path) -> None:
    """Nothing is overwritten, and no key is made for a request that cannot be saved."""
    target = tmp_path / "есть.csr"
    target.write_bytes(b"mine")
    desk.page.new_container.click()
    choose_purpose(desk, Purpose.INTERNAL)
    dialog = desk.dialog(RequestDialog)
    choose_place(dialog, "Хранилище")
    fill(dialog, "Отдел", **PERSON)
    dialog.password.first.type(PASSWORD)
    dialog.password.second.type(PASSWORD)
    dialog.ok.click()
    save_as(desk, target)
    assert desk.dialog(ErrorDialog).error.facts["path"] == str(target)
    assert target.read_bytes() == b"mine"
    assert desk.it.services.store.containers() == ()
    assert outcomes(desk) == [("container_create", "target_exists")]


def test_request_that_fails_is_noted(desk: TokenDesk, mock: Mock, tmp_path: Path) -> None:
    """The key was made, the token did not sign the request: both are in the journal, and told."""
    desk.page.new_container.click()
    choose_purpose(desk, Purpose.INTERNAL)
    dialog = desk.dialog(RequestDialog)
    choose_place(dialog, "Касса")
    fill(dialog, "Отдел", **PERSON)
    dialog.ok.click()
    save_as(desk, tmp_path / "Отдел.csr")
    mock.order("C_Sign=0x6@2+")  # the first one tries the key out
    answer_pin(desk)
    assert "Ключ создан, а запрос нет" in words(desk.dialog(ToldDialog, 30))
    assert outcomes(desk) == [("container_create", "done"), ("request_create", "token_error")]
    assert not (tmp_path / "Отдел.csr").exists()
    assert set(mock.logins()) == {"user=1 slot=0 answer=0x0"}


def request_dialog(qtbot: QtBot) -> RequestDialog:
    """Open the dialog alone."""
    own = Place(name=OWN_STORE, title="Хранилище", algorithms=(KeyAlgorithm.GOST_256,))
    dialog = RequestDialog(None, RequestAsked(purpose=Purpose.INTERNAL, places=(own,)))
    dialog.complete()
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


@pytest.mark.parametrize(
    ("kind", "field", "right", "wrong"),
    [
        ("person", "inn", "500100732259", "500100732258"),
        ("person", "snils", "112-233-445 95", "112-233-445 96"),
        ("ip", "ogrnip", "304500116000157", "304500116000158"),
        ("legal", "inn_le", "7707083893", "7707083894"),
        ("legal", "ogrn", "1027700132195", "1027700132196"),
    ],
)
def test_check_digits_are_told_while_typing(
    qtbot: QtBot, kind: str, field: str, right: str, wrong: str
) -> None:
    """Half a number is counted, a whole one is judged, and the button knows."""
    dialog = request_dialog(qtbot)
    QTest.mouseClick(dialog.kind._buttons[kind], Qt.MouseButton.LeftButton)
    line = dialog.lines[field]
    dialog.activateWindow()
    line.edit.setFocus()
    qtbot.waitUntil(line.edit.hasFocus)
    QTest.keyClicks(line.edit, "12")
    assert line._count.text().startswith("Введено цифр: 2 из")
    assert not line._trouble.text()
    line.edit.setText(wrong)
    assert "контрольные цифры не сходятся" in line._trouble.text()
    assert line.edit.accessibleDescription() == line._trouble.text()
    assert "Пока неверно" in dialog.lacks.text()
    line.edit.setText(right)
    assert not line._trouble.text()
    assert not line._count.text()


def test_tab_goes_through_the_fields_that_are_shown(qtbot: QtBot) -> None:
    """Without a mouse: the fields in the order of the eye, and everything has a name."""
    dialog = request_dialog(qtbot)
    dialog.activateWindow()
    first = dialog.lines["surname"].edit
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    seen = []
    for _ in range(6):
        focus = dialog.focusWidget()
        seen.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [
        "Фамилия, обязательно",
        "Имя Отчество, обязательно",
        "ИНН, обязательно",
        "СНИЛС, обязательно",
        "Электронная почта",
        "Область",
    ]


def test_dialogs_have_names_for_a_screen_reader(qtbot: QtBot) -> None:
    """Every line, choice and button of the new dialogs says what it is."""
    waiting = PendingDialog(None, (Row(key="a", title="Образцов"),), frozenset())
    for dialog in (request_dialog(qtbot), PurposeDialog(None, key_alone=True), waiting):
        qtbot.addWidget(dialog)
        dialog.open()
        for kind in (QLineEdit, QComboBox, QAbstractButton, QListView):
            for each in dialog.findChildren(kind):
                if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    interface = QAccessible.queryAccessibleInterface(each)
                    assert interface.text(QAccessible.Text.Name), each


@pytest.mark.parametrize("language", ["ru", "en"])
def test_small_window_cuts_nothing(desk: TokenDesk, token: MockToken, language: str) -> None:
    """The smallest window, a key with many buttons: no word is cut, and nothing lies outside."""
    token.add_key("Голый", KeyAlgorithm.GOST_256, certificate=False)
    with Secret.of_text(PASSWORD) as secret:
        desk.it.services.store.create("Контейнер для работы", KeyAlgorithm.GOST_256, secret)
    desk.it.languages.speak(language)
    desk.it.desk.window.resize(900, 560)
    desk.page.again.click()
    desk.quiet()
    for row in [each for each in desk.page.list.rows._rows if not each.header]:
        desk.page.list.choose([row.key])
        desk.it.settle(0.1)
        for each in desk.page.findChildren(QAbstractButton):
            if each.isVisible() and each.text():
                assert each.sizeHint().width() <= each.width() + 1, each.text()
        scroll = desk.page.card._scroll
        assert scroll.widget().width() <= scroll.viewport().width(), row.title
