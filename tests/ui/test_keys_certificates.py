"""Certificates kept apart, older ones, and keys of files taken onto a token: in the window, on SoftHSM2."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from stand_ins.pki import pki_of
from stand_ins.softhsm import PIN, SoftToken, make_token
from token_desk import TokenDesk, token_desk, words

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.errors import ErrorCode
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.pin import Secret
from app.ui.form_dialog import FormDialog
from app.ui.keys.deeds import Deed
from app.ui.pin_dialog import PinDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.error_dialog import ErrorDialog

RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
PASSWORD = "пароль для пробы"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def desk(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[TokenDesk]:
    """Return the window with a token that has one key without a certificate."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back at the end
    token: SoftToken = make_token(tmp_path / "softhsm")
    token.add("Голый", "02", *RSA, certificate=False)
    with token_desk(tmp_path / "profile", [token], monkeypatch) as it:
        yield it


def press(desk: TokenDesk, deed: Deed) -> None:
    """Press a button of the card."""
    desk.it.until(lambda: deed in desk.page.card.offered())
    desk.page.card.buttons[deed].click()


def choose_file(desk: TokenDesk, file: Path) -> None:
    """Answer the dialog that asks for a file."""
    chooser = desk.dialog(QFileDialog)
    chooser.fileSelected.emit(str(file))
    chooser.close()


def say_yes(desk: TokenDesk, text: str) -> None:
    """Press the button of a question."""
    question = desk.dialog(Dialog)
    next(b for b in question.findChildren(QPushButton) if b.text() == text).click()


def told(desk: TokenDesk) -> str:
    """Return what was told, and close it."""
    dialog = desk.dialog(ToldDialog)
    said = words(dialog)
    dialog.accept()
    desk.quiet()
    return said


def certificate(container: Container, target: Path, *, age: int = 10) -> Path:
    """Issue a certificate for a key, begun so many days ago."""
    assert container.public_key is not None
    begin = NOW - timedelta(days=age)
    issued = pki_of(KeyAlgorithm.RSA).ca_issuer.issue(
        container.public_key, not_before=begin, not_after=NOW + timedelta(days=400 - age)
    )
    target.write_bytes(issued)
    return target


def on_token(desk: TokenDesk) -> Container:
    """Return the key of the token."""
    found = (key.container for key in desk.it.desk.keys.keys)
    return next(each for each in found if each.place is KeyPlaceKind.TOKEN)


def test_kept_apart_and_no_longer(desk: TokenDesk, tmp_path: Path) -> None:
    """A certificate beside a key that lacks one: without a PIN, remembered, and let go of again."""
    file = certificate(on_token(desk), tmp_path / "c.cer")
    desk.choose("Голый")
    press(desk, Deed.BIND)
    choose_file(desk, file)
    told(desk)
    desk.it.until(lambda: on_token(desk).certificate_bound)
    desk.page.again.click()
    desk.quiet()
    assert on_token(desk).certificate == file.read_bytes()
    desk.page.list.choose([on_token(desk).uri])
    press(desk, Deed.UNBIND)
    say_yes(desk, "Больше не хранить")
    told(desk)
    desk.it.until(lambda: on_token(desk).certificate is None)


def test_certificate_finds_its_key(desk: TokenDesk, tmp_path: Path) -> None:
    """From a file alone; one of nobody's key is refused before any PIN."""
    stranger = tmp_path / "s.cer"
    stranger.write_bytes(
        pki_of(KeyAlgorithm.RSA).issue(EphemeralKey.generate(KeyAlgorithm.RSA).public)
    )
    desk.page.install.click()
    choose_file(desk, stranger)
    error = desk.dialog(ErrorDialog)
    assert error.error.code is ErrorCode.CERTIFICATE_FITS_NO_KEY
    error.accept()
    desk.page.install.click()
    choose_file(desk, certificate(on_token(desk), tmp_path / "c.cer"))
    dialog = desk.dialog(PinDialog)
    dialog.line.type(PIN)
    dialog.ok.click()
    assert "записан на токен" in told(desk)
    desk.it.until(lambda: on_token(desk).certificate is not None)
    assert not on_token(desk).certificate_bound


def test_older_certificate_only_when_one_says_so(desk: TokenDesk, tmp_path: Path) -> None:
    """Told that it is older; then taken; the other one can be taken back from the earlier ones."""
    store = desk.it.services.store
    with Secret.of_text(PASSWORD) as secret:
        made = store.create("Основной", KeyAlgorithm.RSA, secret)
    new = certificate(made, tmp_path / "new.cer", age=10)
    old = certificate(made, tmp_path / "old.cer", age=200)
    desk.page.again.click()
    for file, asked in ((new, False), (old, True)):
        desk.choose("Основной")
        press(desk, Deed.INSTALL)
        choose_file(desk, file)
        if asked:
            assert store.containers()[0].certificate == new.read_bytes()
            say_yes(desk, "Взять более старый")
        told(desk)
        assert store.containers()[0].certificate == file.read_bytes()
    desk.choose("Основной")
    press(desk, Deed.EARLIER)
    form = desk.dialog(FormDialog)
    assert form.choice.count() == 1
    form.ok.click()
    told(desk)
    (now,) = store.containers()
    assert now.certificate == new.read_bytes()
    assert now.earlier == (old.read_bytes(),)


def test_key_of_a_file_onto_the_token(desk: TokenDesk, tmp_path: Path) -> None:
    """The password of the file and the PIN in two dialogs; a wrong password asks for no PIN."""
    file = tmp_path / "Бухгалтер.pfx"
    with Secret.of_text(PASSWORD) as secret, Secret.of_text("пароль файла") as new:
        made = desk.it.services.store.create("Основной", KeyAlgorithm.RSA, secret)
        certified = desk.it.services.containers.installing.into(
            made, [certificate(made, tmp_path / "c.cer").read_bytes()], lambda _: None
        ).container
        desk.it.services.keyring.export_pfx(certified, file, secret, new)
    desk.page._presenter.open_pfx(file)
    dialog = desk.dialog(PinDialog)
    assert not dialog.remember.isVisible()
    dialog.line.type("пароль файла")
    dialog.ok.click()
    for password, right in (("не тот пароль", False), ("пароль файла", True)):
        press(desk, Deed.IMPORT_TOKEN)
        form = desk.dialog(FormDialog)
        assert "Токен проверки" in form.choice.currentText()
        assert form.text.text() == "Бухгалтер"
        form.pin.type(password)
        form.ok.click()
        if not right:
            error = desk.dialog(ErrorDialog)
            assert error.error.code is ErrorCode.PASSWORD_WRONG
            error.accept()
            desk.it.settle(0.2)
            assert desk.none_open()
    pin = desk.dialog(PinDialog)
    assert "PIN-код Пользователя токена" in words(pin)
    pin.line.type(PIN)
    pin.ok.click()
    assert "Ключ теперь на токене" in told(desk)
    labels = {
        key.container.label
        for key in desk.it.desk.keys.keys
        if key.container.place is KeyPlaceKind.TOKEN
    }
    assert labels == {"Голый", "Бухгалтер"}
    assert file.exists()
