"""Keys and their certificates as a person meets them in the window, on SoftHSM2 and in the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from stand_ins.softhsm import PIN, SO_PIN, SoftToken, make_token
from token_desk import TokenDesk, token_desk, words

from app.algorithms.names import KeyAlgorithm
from app.crypto.trust.folders import StoreName
from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret
from app.ui.form_dialog import FormDialog
from app.ui.keys.deeds import Deed
from app.ui.keys.dialogs import PasswordDialog
from app.ui.pin_dialog import PinDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.error_dialog import ErrorDialog

RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
PASSWORD = "пароль для пробы"


@pytest.fixture
def soft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """Return a token with one key and its certificate, and one key without."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back at the end
    token = make_token(tmp_path / "softhsm")
    token.add("Иванов", "01", *RSA)
    token.add("Голый", "02", *RSA, certificate=False)
    return token


@pytest.fixture
def desk(
    soft: SoftToken,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> Iterator[TokenDesk]:
    """Return the window with the token plugged in."""
    with token_desk(tmp_path / "profile", [soft], monkeypatch) as it:
        yield it


def press(desk: TokenDesk, deed: Deed) -> None:
    """Press a button of the card."""
    assert deed in desk.page.card.offered()
    desk.page.card.buttons[deed].click()


def type_pin(desk: TokenDesk, pin: str = PIN) -> None:
    """Answer the dialog for a PIN or a password."""
    dialog = desk.dialog(PinDialog)
    dialog.line.type(pin)
    dialog.ok.click()


def test_test_of_a_key(desk: TokenDesk) -> None:
    """One PIN, then a plain report: it signs, the certificate is its own, the chain leads nowhere."""
    desk.choose("Иванов Иван")
    press(desk, Deed.TEST)
    type_pin(desk)
    said = words(desk.dialog(ToldDialog))
    assert "Ключ работает; есть замечания" in said
    assert "подпис" in said


def test_certificate_into_personal_and_back(desk: TokenDesk) -> None:
    """Without a PIN; browser and КриптоПро do not see it, and that is said; it can be undone."""
    desk.choose("Иванов Иван")
    press(desk, Deed.PERSONAL)
    told = desk.dialog(ToldDialog)
    assert "«Личное»" in words(told)
    stores = desk.it.services.stores
    assert len(list(stores.files(StoreName.PERSONAL))) == 1
    undo = next(b for b in told.findChildren(QPushButton) if b.text() == "Отменить установку")
    undo.click()
    desk.it.until(lambda: not list(stores.files(StoreName.PERSONAL)))
    assert "отменена" in words(desk.dialog(ToldDialog)).lower()


def test_certificate_from_a_file(desk: TokenDesk, soft: SoftToken) -> None:
    """Matched by its key and written to the token; a wrong one is refused before any PIN."""
    desk.choose("Голый")
    press(desk, Deed.INSTALL)
    desk.dialog(QFileDialog).close()
    desk.page._presenter.install(soft.folder / "Иванов.cer")
    error = desk.dialog(ErrorDialog)
    assert error.error.code is ErrorCode.CERTIFICATE_KEY_MISMATCH
    error.accept()
    desk.page._presenter.install(certificate_of(soft, "Голый"))
    type_pin(desk)
    assert "записан на токен" in words(desk.dialog(ToldDialog))
    desk.quiet()
    assert all(key.facts is not None for key in desk.it.desk.keys.keys)


def certificate_of(token: SoftToken, name: str) -> Path:
    """Make a certificate for a key without putting it on the token."""
    from stand_ins.softhsm import _run  # noqa: PLC0415  # the same way as its neighbour

    file = token.folder / f"{name}.cer"
    _run(
        *("openssl", "req", "-x509", "-key", token.folder / f"{name}.key", "-utf8"),
        *("-subj", "/CN=Голый Пётр", "-days", "900", "-outform", "DER", "-out", file),
        *("-addext", "basicConstraints=critical,CA:FALSE"),
    )
    return file


def test_delete_tells_the_loss_first(desk: TokenDesk, soft: SoftToken) -> None:
    """What will be lost, the name typed, the PIN: then the key is gone from the token."""
    desk.choose("Иванов Иван")
    press(desk, Deed.DELETE)
    form = desk.dialog(FormDialog)
    said = words(form)
    assert "Ключ восстановить нельзя" in said or "восстановить" in said
    assert "закрытый ключ" in said
    form.pin.type(PIN)
    assert not form.ok.isEnabled()
    form.typed.setText("Иванов")
    form.ok.click()
    assert "Ключ удалён" in words(desk.dialog(ToldDialog))
    desk.quiet()
    assert "Иванов" not in soft.tool("--list-objects")


def test_format_wants_the_number_typed(desk: TokenDesk, soft: SoftToken) -> None:
    """What lies on it is named; without the serial number the button stays dead."""
    desk.choose("SoftHSM")
    press(desk, Deed.FORMAT)
    form = desk.dialog(FormDialog)
    assert "Иванов Иван" in words(form)
    form.pin.type(SO_PIN)
    form.new.first.type("Zima-2026")
    form.new.second.type("Zima-2026")
    assert not form.ok.isEnabled()
    form.typed.setText(desk.it.desk.keys.tokens[0].serial)
    form.ok.click()
    assert "отформатирован" in words(desk.dialog(ToldDialog))
    desk.quiet()
    desk.it.until(lambda: desk.it.desk.keys.keys == ())
    with pytest.raises(AssertionError, match="CKR_PIN_INCORRECT"):
        soft.tool("--list-objects")


def test_compromised_and_back(desk: TokenDesk, tmp_path: Path) -> None:
    """It signs no more, the application can be saved; letting it sign again wants its name typed."""
    desk.choose("Иванов Иван")
    press(desk, Deed.COMPROMISED)
    form = desk.dialog(FormDialog)
    form.text.setText("Украден ноутбук")
    form.ok.click()
    told = desk.dialog(ToldDialog)
    save = next(b for b in told.findChildren(QPushButton) if "Сохранить" in b.text())
    save.click()
    chooser = desk.dialog(QFileDialog)
    target = tmp_path / "заявление.txt"
    chooser.fileSelected.emit(str(target))
    chooser.close()
    desk.it.until(target.exists)
    assert "Украден ноутбук" in target.read_text(encoding="utf-8")
    desk.quiet()
    key = next(each for each in desk.it.desk.keys.keys if each.facts is not None)
    assert not key.can_sign
    assert "Скомпрометирован" in " ".join(desk.titles())
    press(desk, Deed.RESUME)
    form = desk.dialog(FormDialog)
    assert not form.ok.isEnabled()
    form.typed.setText("Иванов")
    form.ok.click()
    desk.it.until(lambda: Deed.COMPROMISED in desk.page.card.offered())


def test_own_store_copy_rename_delete(desk: TokenDesk) -> None:
    """The store's containers: copied, renamed, deleted with what is lost told."""
    with Secret.of_text(PASSWORD) as secret:
        desk.it.services.store.create("Основной", KeyAlgorithm.GOST_256, secret)
    desk.page.again.click()
    desk.choose("Основной")
    press(desk, Deed.COPY)
    form = desk.dialog(FormDialog)
    form.text.setText("Копия")
    form.ok.click()
    desk.choose("Копия")
    press(desk, Deed.RENAME)
    form = desk.dialog(FormDialog)
    form.text.setText("Запасной")
    form.ok.click()
    desk.choose("Запасной")
    press(desk, Deed.DELETE)
    form = desk.dialog(FormDialog)
    assert form.pin is None
    form.typed.setText("Запасной")
    form.ok.click()
    desk.dialog(ToldDialog).accept()
    desk.quiet()
    names = {each.label for each in desk.it.services.store.containers()}
    assert names == {"Основной"}


def test_what_was_tried_in_vain_is_in_the_journal(
    desk: TokenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy whose name is taken, and a key that could not be deleted: each with its reason."""
    with Secret.of_text(PASSWORD) as secret:
        desk.it.services.store.create("Основной", KeyAlgorithm.RSA, secret)
    desk.page.again.click()
    desk.choose("Основной")
    press(desk, Deed.COPY)
    form = desk.dialog(FormDialog)
    form.text.setText("Основной")
    form.ok.click()
    desk.dialog(ErrorDialog).close()
    desk.quiet()

    def refuse(*_given: object) -> tuple[str, ...]:
        raise RoscherkError(ErrorCode.TARGET_UNWRITABLE, errno=13)

    monkeypatch.setattr(type(desk.it.services.containers.moving), "delete", refuse)
    desk.choose("Основной")
    press(desk, Deed.DELETE)
    form = desk.dialog(FormDialog)
    form.typed.setText("Основной")
    form.ok.click()
    desk.dialog(ErrorDialog).close()
    desk.quiet()
    rows = desk.it.services.journal.entries()
    told = [(each.action, each.target, each.outcome) for each in rows]
    assert told == [
        ("container_delete", "container:Основной", "target_unwritable"),
        ("container_copy", "container:Основной", "container_exists"),
    ]


def test_check_of_all_keys(desk: TokenDesk, soft: SoftToken) -> None:
    """A key without its certificate is found, with the certificate that lies in the store for it."""
    file = certificate_of(soft, "Голый")
    desk.it.services.stores.add(StoreName.OTHERS, file.read_bytes())
    desk.page.check.click()
    told = desk.dialog(ToldDialog)
    assert "Голый" in words(told)
    repairs = [b for b in told.findChildren(QPushButton) if "Голый" in b.text()]
    repairs[0].click()
    desk.it.until(lambda: not told.isVisible())
    if desk.none_open():
        desk.it.until(lambda: not desk.none_open())
    dialog = desk.dialog()
    if isinstance(dialog, PinDialog):
        type_pin(desk)
    desk.quiet()
    desk.it.until(lambda: all(key.facts is not None for key in desk.it.desk.keys.keys))


def test_key_goes_out_to_pfx_and_back(desk: TokenDesk, tmp_path: Path) -> None:
    """Store to PFX under a new password, and from the PFX file into the store again."""
    with Secret.of_text(PASSWORD) as secret:
        desk.it.services.store.create("Основной", KeyAlgorithm.RSA, secret)
    desk.page.again.click()
    desk.choose("Основной")
    target = tmp_path / "Вынос.pfx"
    press(desk, Deed.EXPORT)
    chooser = desk.dialog(QFileDialog)
    chooser.fileSelected.emit(str(target))
    chooser.close()
    dialog = desk.dialog(PasswordDialog)
    dialog.old.type(PASSWORD)
    dialog.new.first.type("другой пароль")
    dialog.new.second.type("другой пароль")
    dialog.ok.click()
    desk.it.until(lambda: target.exists() or not desk.none_open())
    assert target.exists(), words(desk.dialog())
    desk.page._presenter.open_pfx(target)
    type_pin(desk, "другой пароль")
    desk.it.until(lambda: Deed.IMPORT in desk.page.card.offered())
    press(desk, Deed.IMPORT)
    dialog = desk.dialog(PasswordDialog)
    dialog.old.type("другой пароль")
    dialog.new.first.type("третий пароль")
    dialog.new.second.type("третий пароль")
    assert dialog.name.text() == "Вынос"
    dialog.name.setText("Из файла")
    dialog.ok.click()
    assert "Ключ теперь в хранилище" in words(desk.dialog(ToldDialog))
    names = {each.label for each in desk.it.services.store.containers()}
    assert names == {"Основной", "Из файла"}
