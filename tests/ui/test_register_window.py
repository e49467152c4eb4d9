"""The list of accredited authorities through the real window: consent, fetching, age, going back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from stand_ins import servers
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import pki_of
from stand_ins.servers import Reply
from test_main_job import drop
from test_trust_window import choose, page, top_dialog, words

from app import settings
from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation import door
from app.crypto.accreditation.rules import ListAddress, load_rules
from app.crypto.certificates.fields import describe
from app.journal import Action
from app.texts.certificate_fields import fingerprint
from app.ui.form_dialog import FormDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog

SIGNER = signer_of(KeyAlgorithm.RSA)
PRINT = describe(SIGNER.certificate).sha256
CENTER = Center(certificates=[pki_of(KeyAlgorithm.RSA).ca])


def xml(version: str, days: int = 0) -> bytes:
    """Return a signed list of some days ago."""
    moment = (datetime.now(UTC) - timedelta(days=days, hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    return signed(list_of([CENTER], version=version, date=moment), SIGNER)


def press(dialog: QWidget, text: str) -> None:
    """Press the button with this text in it."""
    found = [b for b in dialog.findChildren(QPushButton) if text in b.text() and b.isVisible()]
    assert found, [b.text() for b in dialog.findChildren(QPushButton)]
    found[0].click()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts addresses in place of those that the program knows."""

    def put(*urls: str) -> None:
        rows = tuple(ListAddress(url=u, source="", checked_on=date(2026, 1, 1)) for u in urls)
        rules = replace(load_rules(), addresses=rows)
        monkeypatch.setattr(door, "load_rules", lambda: rules)

    return put


def test_drop_consent_age_newer_back(window: Opened, tmp_path: Path) -> None:
    """A dropped list wants consent to its signer; an old one is told as old; undo goes back."""
    it = page(window)
    it.shelves._buttons["register"].click()
    assert "без него нельзя сказать" in it.empty._words.text()
    old = tmp_path / "перечень.xml"
    old.write_bytes(xml("100", days=40))
    drop(window, old)
    dialog = top_dialog(window, Dialog)
    assert fingerprint(PRINT) in words(dialog)
    assert window.services.accreditation.current() is None
    press(dialog, "Отпечаток совпадает")
    press(top_dialog(window, ToldDialog), "Закрыть")
    window.until(it.age.isVisible)
    assert "40 дней" in words(it.age)
    choose(window, it, "Версия 100")
    window.until(lambda: "40 дней назад" in words(it.card))
    assert "вы сверили отпечаток" in words(it.card)
    assert not it.card.go_back.isVisible()
    new = tmp_path / "новый.xml"
    new.write_bytes(xml("101"))
    drop(window, new)
    press(top_dialog(window, ToldDialog), "Закрыть")
    window.until(lambda: not it.age.isVisible())
    choose(window, it, "Версия 100")
    window.until(it.card.go_back.isVisible)
    it.card.go_back.click()
    press(top_dialog(window, Dialog), "Вернуться")
    window.until(lambda: window.services.accreditation.current().version == 100)
    window.until(it.age.isVisible)
    window.settle(0.2)
    actions = [entry.action for entry in window.services.journal.entries()]
    assert actions.count(Action.ACCREDITED_LIST_IMPORT) == 2
    assert Action.ACCREDITED_LIST_UNDO in actions


def test_fetched_with_the_button(window: Opened, known: Callable[..., None]) -> None:
    """One press, one consent; a second press says that it is the same list."""
    with servers.running() as server:
        window.services.settings.set(settings.NAMED_HOSTS, (server.host,))
        known(server.file("getxml", xml("7")))
        it = page(window)
        it.renew_register.click()
        press(top_dialog(window, Dialog), "Отпечаток совпадает")
        press(top_dialog(window, ToldDialog), "Закрыть")
        window.until(lambda: it.shelves.choice == "register")
        choose(window, it, "Версия 7")
        it.renew_register.click()
        dialog = top_dialog(window, ToldDialog)
        assert "уже используется" in words(dialog)
    assert it.renew_register.isEnabled()
    assert not it.busy.isVisible()


def test_a_failure_offers_ways_out(window: Opened, known: Callable[..., None]) -> None:
    """A portal that is down: the reason, another address, or a file; nothing is stuck."""
    with servers.running() as server:
        window.services.settings.set(settings.NAMED_HOSTS, (server.host,))
        known(server.reply(Reply(503)))
        it = page(window)
        it.renew_register.click()
        dialog = top_dialog(window, ToldDialog)
        assert "сервер сообщил об ошибке" in words(dialog)
        press(dialog, "Другой адрес")
        form = top_dialog(window, FormDialog)
        form.text.setText(server.file("list", xml("8")))
        form.ok.click()
        press(top_dialog(window, Dialog), "Отпечаток совпадает")
        window.until(lambda: window.services.accreditation.current() is not None)
    window.services.settings.set(settings.NETWORK_ONLINE, False)
    press(top_dialog(window, ToldDialog), "Закрыть")
    it.renew_register.click()
    assert "Сеть выключена" in words(top_dialog(window, ToldDialog))


def test_a_slow_server_is_called_off(window: Opened, known: Callable[..., None]) -> None:
    """The line says what is being done; «Отмена» ends it, and the buttons are back."""
    with servers.running() as server:
        window.services.settings.set(settings.NAMED_HOSTS, (server.host,))
        known(server.reply(Reply(body=bytes(3000), drip=0.05)))
        it = page(window)
        it.renew_register.click()
        window.until(it.busy.isVisible)
        assert not it.renew_register.isEnabled()
        window.settle(0.4)
        QTest.mouseClick(it.busy.findChild(QPushButton), Qt.MouseButton.LeftButton)
        window.until(lambda: not it.busy.isVisible(), 5)
    assert it.renew_register.isEnabled()
