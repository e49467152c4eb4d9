"""Draw every page and dialog into a folder: light and dark, Russian and English, two sizes."""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parents[number]) for number in range(3)]

import pytest  # noqa: E402  # after the path is set
from opened import Opened, opened  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog  # noqa: E402
from screenshots_verification import draw_verification  # noqa: E402
from token_desk import TokenDesk, token_desk  # noqa: E402
from token_market import market  # noqa: E402

from app.algorithms.names import KeyAlgorithm  # noqa: E402
from app.crypto.requests.purpose import Purpose  # noqa: E402
from app.errors import ErrorCode, RoscherkError  # noqa: E402
from app.tokens.model import (  # noqa: E402
    Container,
    KeyPlaceKind,
    Product,
    Token,
    TokenFlags,
    Vendor,
)
from app.tokens.pin import Secret  # noqa: E402
from app.ui.asking import ask_for_secret  # noqa: E402
from app.ui.files import State  # noqa: E402
from app.ui.keys.deeds import Deed  # noqa: E402
from app.ui.keys.dialogs import NewContainerDialog, PasswordDialog, change_of  # noqa: E402
from app.ui.keys.pending_dialog import PendingDialog  # noqa: E402
from app.ui.keys.purpose_dialog import PurposeDialog  # noqa: E402
from app.ui.keys.request_dialog import RequestDialog  # noqa: E402
from app.ui.told_dialog import ToldDialog  # noqa: E402

PAGES = (
    "documents",
    "keys",
    "certificates",
    "verification",
    "journal",
    "settings",
    "workplace",
)
DONE = {State.SIGNED, State.CHECKED, State.FAILED}


class Camera:
    """Takes pictures of one window under names that say theme and language."""

    def __init__(self, it: Opened, folder: Path, suffix: str) -> None:
        self.it = it
        self.folder = folder
        self.suffix = suffix

    def shoot(self, name: str) -> None:
        """Save what the window shows."""
        self.it.settle(0.3)
        self.it.desk.window.grab().save(str(self.folder / f"{name}-{self.suffix}.png"))

    def shoot_dialog(self, name: str, *, close: bool = True) -> None:
        """Save the dialog that is open, and close it."""
        self.it.settle(0.3)
        dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
        dialog = next(each for each in dialogs if each.isVisible())
        dialog.grab().save(str(self.folder / f"dialog-{name}-{self.suffix}.png"))
        if not close:
            return
        dialog.close()
        self.it.settle(0.1)

    def shoot_pages(self, prefix: str = "") -> None:
        """Save every page."""
        for place, page in enumerate(PAGES):
            self.it.desk.window.go_to(place)
            self.shoot(prefix + page)


def prepare(it: Opened, folder: Path) -> list[Path]:
    """Enter practice mode and lay out documents."""
    it.desk.practice.enter()
    it.until(lambda: it.desk.practice.active and it.desk.keys.keys[0].facts is not None)
    contract = it.services.printing.sample(folder, "Договор поставки № 118-2026.pdf")
    invoice = it.services.printing.sample(folder, "Счёт-фактура 4471.pdf")
    letter = folder / "Письмо поставщику.docx"
    letter.write_bytes(b"PK\3\4" + bytes(40_000))
    long = folder / (
        "Отчёт об исполнении контракта, приложение 3 (имя, которое не помещается в строку целиком).xml"
    )
    long.write_bytes(b"<report/>" * 2000)
    odd = folder / "Протокол разногласий.docx.sig"
    odd.write_bytes(b"\x30\x82\x01\x00" + bytes(100))
    return [contract, invoice, letter, long, odd]


def main_job(camera: Camera, papers: list[Path]) -> None:
    """Sign and verify, with a picture of each step."""
    it = camera.it
    contract, invoice, letter, _long, odd = papers
    window, page = it.desk.window, it.desk.window.page(0)
    window.open_paths(papers)
    presenter = it.desk._documents
    it.until(lambda: len(presenter._documents) == len(papers))
    page.list.choose([str(contract)])
    it.settle(1.5)
    camera.shoot("step-1-chosen")
    page.list.choose([str(each) for each in papers])
    camera.shoot("step-2-several")
    page.list.choose([str(contract), str(letter)])
    presenter.sign()
    it.until(
        lambda: all(presenter.document(str(each)).state in DONE for each in (contract, letter))
    )
    page.list.choose([str(contract)])
    it.settle(1.5)
    camera.shoot("step-3-signed")
    page.list.choose([str(contract), str(invoice), str(letter), str(odd)])
    presenter.verify()
    it.until(
        lambda: all(
            presenter.document(str(each)).state is State.CHECKED
            for each in (contract, invoice, letter, odd)
        )
    )
    page.list.choose([str(odd)])
    camera.shoot("step-4-damaged")
    page.list.choose([str(contract)])
    it.settle(0.5)


def verification(camera: Camera, papers: list[Path]) -> None:
    """Verify the folder on the page of verification."""
    it = camera.it
    it.desk.window.go_to(3)
    page = it.desk.window.page(3)
    page.accept_paths([papers[0].parent])
    presenter = page._presenter
    it.until(lambda: len(presenter._documents) > 3)
    idle = {State.CHECKED, State.FAILED}
    it.until(lambda: all(each.state in idle for each in presenter._documents.values()))


def dialogs(camera: Camera) -> None:
    """Open every dialog once."""
    it = camera.it
    window, desk = it.desk.window, it.desk
    token = Token(
        module=Path("/usr/lib/librtpkcs11ecp.so"),
        slot=0,
        label="Бухгалтерия",
        manufacturer="Aktiv Co.",
        model="Rutoken ECP",
        serial="2ad0cafe",
        product=Product.RUTOKEN_ECP_3,
        vendor=Vendor.RUTOKEN,
        so_tries_left=10,
        pin_min=6,
        pin_max=32,
        tries_left=2,
        flags=TokenFlags(user_pin_low=True),
    )
    container = Container(
        uri="pkcs11:serial=2ad0cafe",
        place=KeyPlaceKind.TOKEN,
        label="Образец 2026",
        algorithm=KeyAlgorithm.GOST_256,
        token=token,
    )
    owner = "Образцов Образец Образцович — ООО «Образец»"
    purpose = "Договор поставки № 118-2026.pdf"
    wrong = RoscherkError(ErrorCode.PIN_WRONG, tries_left=2)
    many = replace(token, tries_left=10, flags=TokenFlags())
    last = replace(token, tries_left=1, flags=TokenFlags(user_pin_final_try=True))
    locked = replace(token, tries_left=0, flags=TokenFlags(user_pin_locked=True))
    for name, one, refused in (
        ("pin", token, wrong),
        ("pin-many-tries", many, None),
        ("pin-last-try", last, None),
        ("pin-locked", locked, None),
    ):
        question = ask_for_secret(replace(container, token=one), owner, purpose, refused)
        desk.dialogs.ask_secret(question, lambda _secret: None)
        camera.shoot_dialog(name)
    two = replace(container, place=KeyPlaceKind.CARD, token=many, password_too=True)
    desk.dialogs.ask_secret(ask_for_secret(two, owner, purpose), lambda _secret: None)
    camera.shoot_dialog("pin-and-password")
    deeds = window.page(1)._presenter._token_deeds
    for name, one, deed in (
        ("change-pin-many-tries", many, Deed.CHANGE_PIN),
        ("change-pin-last-try", last, Deed.CHANGE_PIN),
        ("change-pin-locked", locked, Deed.CHANGE_PIN),
        ("unblock", locked, Deed.UNBLOCK),
        ("format", many, Deed.FORMAT),
    ):
        desk.dialogs.ask_form(deeds.form(one, deed), lambda _filled: None)
        camera.shoot_dialog(name)
    for name, dialog in (
        ("new-container", NewContainerDialog(window)),
        ("password", PasswordDialog(window, change_of("Основной"))),
    ):
        dialog.open()
        camera.shoot_dialog(name)
    desk.dialogs.ask(desk.practice.question(), lambda: None)
    camera.shoot_dialog("practice")
    desk.dialogs.show_error(RoscherkError(ErrorCode.PDF_ENCRYPTED, path="/home/user/Договор.pdf"))
    camera.shoot_dialog("error")
    key = desk.keys.keys[0]
    desk.viewing.show_key(key)
    it.settle(1.5)
    camera.shoot_dialog("certificate")


def tokens(folder: Path, theme: str, language: str, size: tuple[int, int], suffix: str) -> None:
    """Draw the page of keys with tokens of several makers in it."""
    with (
        tempfile.TemporaryDirectory() as work,
        pytest.MonkeyPatch.context() as patch,
        market(Path(work)) as mocks,
        token_desk(Path(work) / "profile", mocks, patch, theme=theme, language=language) as desk,
    ):
        camera = Camera(desk.it, folder, suffix)
        desk.it.desk.window.resize(*size)
        page = desk.page
        keys = [row.key for row in page.list.rows._rows if not row.header]
        for place, key in enumerate(keys):
            page.list.choose([key])
            camera.shoot(f"tokens-{place}")
        owner = next(each for each in desk.it.desk.keys.keys if each.facts is not None)
        page.list.choose([owner.uri])
        page._on_deed(Deed.DELETE)
        desk.dialog()
        camera.shoot_dialog("delete")
        page._on_deed(Deed.COMPROMISED)
        desk.dialog()
        camera.shoot_dialog("compromised")
        page.check.click()
        desk.dialog()
        camera.shoot_dialog("doctor")
        page._on_deed(Deed.TEST)
        desk.dialog().line.type("12345678")
        desk.dialog().remember.click()
        camera.shoot_dialog("pin-remember", close=False)
        desk.dialog().ok.click()
        desk.it.until(desk.none_open)
        desk.dialog()
        camera.shoot_dialog("test")
        camera.shoot("tokens-remembered")
        keys_and_requests(camera, desk, Path(work))
        import_of_a_file(camera, desk, Path(work))
        desk.readers.tell(problem=RoscherkError(ErrorCode.READERS_SERVICE_STOPPED))
        mocks[0].order("C_GetSlotList=sleep:5000")
        desk.it.until(desk.it.desk.window.silence.isVisible)
        camera.shoot("tokens-silent")
        mocks[0].order()
        desk.it.desk.watch.interrupt()


def keys_and_requests(camera: Camera, desk: TokenDesk, folder: Path) -> None:
    """Draw the way from «what is the key for» to a request that waits, and the dialogs beside it."""
    page = desk.page
    page.pending.click()
    desk.dialog(PendingDialog)
    camera.shoot_dialog("pending-empty")
    page.new_container.click()
    desk.dialog(PurposeDialog)
    camera.shoot_dialog("purpose", close=False)
    desk.dialog(PurposeDialog).answers[Purpose.FNS].click()
    desk.dialog(ToldDialog)
    camera.shoot_dialog("purpose-fns")
    page.new_container.click()
    desk.dialog(PurposeDialog).answers[Purpose.COMMERCIAL].click()
    dialog = desk.dialog(RequestDialog)
    camera.shoot_dialog("request-person", close=False)
    dialog._show_kind("legal")
    dialog.lines["organization"].edit.setText("ООО «Ромашка»")
    dialog.lines["inn_le"].edit.setText("7707083894")
    camera.shoot_dialog("request-legal", close=False)
    dialog._show_kind("person")
    fields = {"surname": "Образцов", "given_name": "Образец Образцович", "inn": "500100732259"}
    for name, value in {**fields, "snils": "112-233-445 95"}.items():
        dialog.lines[name].edit.setText(value)
    dialog.place.setCurrentIndex(dialog.place.count() - 1)
    dialog.name.setText("Новый ключ")
    dialog.password.first.type("пароль для пробы")
    dialog.password.second.type("пароль для пробы")
    dialog.area.verticalScrollBar().setValue(10_000)
    camera.shoot_dialog("request-key", close=False)
    dialog.ok.click()
    chooser = desk.dialog(QFileDialog)
    chooser.fileSelected.emit(str(folder / "Новый ключ.csr"))
    chooser.close()
    desk.dialog(ToldDialog)
    camera.shoot_dialog("request-made")
    desk.quiet()
    camera.shoot("tokens-awaited")
    page.pending.click()
    desk.dialog(PendingDialog)
    camera.shoot_dialog("pending")


def import_of_a_file(camera: Camera, desk: TokenDesk, folder: Path) -> None:
    """Draw the two ways of a key out of a PFX file."""
    it, page = desk.it, desk.page
    target = folder / "Бухгалтер.pfx"
    with Secret.of_text("пароль для пробы") as secret, Secret.of_text("пароль файла") as new:
        made = it.services.store.containers()[0]
        it.services.keyring.export_pfx(made, target, secret, new)
    page._presenter.open_pfx(target)
    desk.dialog().line.type("пароль файла")
    desk.dialog().ok.click()
    it.until(lambda: Deed.IMPORT_TOKEN in page.card.offered())
    camera.shoot("tokens-pfx")
    page._on_deed(Deed.IMPORT_TOKEN)
    desk.dialog()
    camera.shoot_dialog("import-token")
    page._on_deed(Deed.IMPORT)
    desk.dialog()
    camera.shoot_dialog("import-store")


def draw(folder: Path, theme: str, language: str, size: tuple[int, int], suffix: str) -> None:
    """Draw all in one theme, language and size, before and after the main job."""
    with (
        tempfile.TemporaryDirectory() as work,
        opened(Path(work) / "profile", theme=theme, language=language) as it,
    ):
        os.environ["HOME"] = work  # paths in the pictures begin with ~
        camera = Camera(it, folder, suffix)
        it.desk.window.resize(*size)
        it.until(lambda: it.desk.keys.read_once)
        it.desk.first_run.show(it.desk.window.ask_first())
        camera.shoot("welcome")
        it.desk.window.cover(None)
        camera.shoot_pages("empty-")
        with Secret.of_text("пароль для пробы") as secret:
            it.services.store.create("Основной", KeyAlgorithm.GOST_256, secret)
        it.desk.keys.refresh()
        it.until(lambda: it.desk.keys.keys != ())
        it.desk.window.go_to(1)
        camera.shoot("keys-own")
        papers = prepare(it, _folder(Path(work) / "Документы"))
        it.desk.window.go_to(0)
        camera.shoot("step-0-practice")
        main_job(camera, papers)
        verification(camera, papers)
        practice = it.services.places.practice / "trust"
        it.desk.window.page(2).accept_paths(sorted(practice.rglob("*.cer")))
        it.settle()
        camera.shoot_pages()
        dialogs(camera)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def main(target: str, wanted: Callable[[str], bool] = lambda _suffix: True) -> None:
    """Draw all that is wanted."""
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("ru", "en"):
        for theme in ("light", "dark"):
            for size in ((1280, 800), (960, 600)):
                suffix = f"{theme}-{language}-{size[0]}"
                if wanted(suffix):
                    draw(folder, theme, language, size, suffix)
                    draw_verification(
                        lambda it, suffix=suffix: Camera(it, folder, suffix).shoot,
                        theme,
                        language,
                        size,
                    )
                    tokens(folder, theme, language, size, suffix)


if __name__ == "__main__":
    chosen = sys.argv[2:]
    main(
        sys.argv[1] if len(sys.argv) > 1 else "screenshots",
        lambda suffix: not chosen or suffix in chosen,
    )
