"""The window of a certificate: the chain drawn, its links explained, fields copied, the file saved."""

import subprocess
from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from stand_ins.pki import pki_of
from test_access import NAMED, check_button, check_label, tree
from test_trust_window import words

from app.algorithms.names import KeyAlgorithm
from app.crypto.trust.folders import StoreName
from app.texts.certificate_fields import fingerprint
from app.ui.certificate_window import CertificateWindow
from app.ui.chain_rows import LACKING
from app.ui.widgets.certificate_fields import CertificateFields

PKI = pki_of(KeyAlgorithm.GOST_256)


@pytest.fixture
def shown(window: Opened) -> CertificateWindow:
    """Open the window of a person's certificate under a trusted root."""
    stores = window.services.stores
    stores.add(StoreName.ANCHORS, PKI.root)
    stores.add(StoreName.INTERMEDIATES, PKI.ca)
    for one in PKI.crls:
        stores.add(StoreName.CRLS, one)
    it = window.desk.viewing.show(window.services.certificates.show(PKI.leaf))
    window.until(lambda: it.links.rows.rowCount() == 3)
    fields = it.findChild(CertificateFields)
    window.until(lambda: fields.whole and it.isVisible())
    return it


def clipboard() -> str:
    """Return what can be pasted."""
    return QGuiApplication.clipboard().text()


def test_every_link_says_why(window: Opened, shown: CertificateWindow) -> None:
    """The root, the authority, the person: each with its state and what that rests on."""
    assert "по списку отозванных" in words(shown)
    shown.links.choose(["2"])
    assert "Вы решили ему доверять" in words(shown)
    assert shown._shown.sha256 == window.services.certificates.show(PKI.root).sha256
    window.services.trust.remove(
        [each for each in window.services.trust.items() if each.store is StoreName.ANCHORS]
    )
    window.desk.viewing._build_chain(shown, shown._facts, ())
    window.until(shown.missing.isVisible)
    shown.links.choose([LACKING])
    assert "Найти недостающие" in words(shown)
    shown.links.choose(["1"])
    assert "Цепочка обрывается" in words(shown)


def test_with_the_keyboard_alone(window: Opened, shown: CertificateWindow) -> None:
    """Tab to the fields, arrows along them, Enter copies; Tab goes on to the buttons."""
    shown.activateWindow()
    shown.links.setFocus()
    QTest.keyClick(shown.links, Qt.Key.Key_Tab)
    first = QApplication.focusWidget()
    assert first is shown.path.fields[0]
    for _ in range(5):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    field = shown.path.fields[5]
    assert field.hasFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert clipboard() == field.value != ""
    serial = next(each for each in shown.path.fields if each.name == "Серийный номер")
    serial.setFocus()
    assert serial.button is not None
    serial.button.click()
    assert clipboard() == fingerprint(shown._facts.serial)  # no invisible signs in it
    reached = set()
    for _ in range(10):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert {shown.copying, shown.saving} <= reached
    for each in tree(QAccessible.queryAccessibleInterface(shown)):
        if each.role() in NAMED and not each.state().invisible:
            assert each.text(QAccessible.Text.Name), each.object()
    window.settle(0.05)


def test_three_lines_for_a_portal(window: Opened, shown: CertificateWindow) -> None:
    """Number, term and issuer come at once."""
    three, everything, digest = shown.copying.menu().actions()
    three.trigger()
    number, term, issuer = clipboard().split("\n")
    assert number == f"Номер сертификата: {shown._facts.serial.upper()}"
    assert term == "Действует: с 01.01.2024 по 01.01.2044"
    assert issuer == "Кем выдан: Тестовый УЦ"
    everything.trigger()
    assert "  СНИЛС: " in clipboard()
    digest.trigger()
    assert clipboard() == shown._facts.sha256.upper()
    window.settle(0.05)


def test_saved_as_der_and_as_text(
    window: Opened, shown: CertificateWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL reads both; what exists is not overwritten."""
    targets = [tmp_path / "der.cer", tmp_path / "text.cer", tmp_path / "der.cer"]
    monkeypatch.setattr(
        window.desk.dialogs, "choose_target", lambda _title, _name, _kinds, save: save(targets[0])
    )
    errors: list[object] = []
    monkeypatch.setattr(window.desk.viewing._dialogs, "show_error", errors.append)
    for action, kind in zip(shown.saving.menu().actions(), ("DER", "PEM"), strict=True):
        action.trigger()
        target = targets[0]
        window.until(target.is_file)
        told = subprocess.run(
            ["openssl", "x509", "-in", target, "-inform", kind, "-outform", "DER"],
            capture_output=True,
            check=True,
        )
        assert told.stdout == PKI.leaf
        targets.pop(0)
    shown.saving.menu().actions()[0].trigger()
    window.until(lambda: bool(errors))
    assert (tmp_path / "der.cer").read_bytes() == PKI.leaf


@pytest.mark.parametrize("size", [(980, 680), (760, 560)])
def test_no_word_of_the_window_is_cut(
    window: Opened, shown: CertificateWindow, size: tuple[int, int]
) -> None:
    """Buttons and labels have the room that their words need."""
    shown.resize(*size)
    window.settle(0.2)
    for button in (shown.copying, shown.saving, shown.missing):
        if button.isVisible():
            check_button(button)
    for field in shown.path.fields:
        for each in field.children():
            if hasattr(each, "wordWrap"):
                check_label(each)
