"""The pictures of the guide, drawn anew: ``nox -s screenshots -- --guide``.

The window is the real one, over a profile that is made for it; people and documents are invented.
"""

import io
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parents[number]) for number in range(3)]

import pytest  # noqa: E402  # after the path is set
from opened import Opened, opened  # noqa: E402
from PIL import Image  # noqa: E402
from PySide6.QtCore import QBuffer, QIODevice  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402
from screenshots import DONE, prepare  # noqa: E402
from screenshots_verification import draw_verification  # noqa: E402
from token_desk import token_desk  # noqa: E402
from token_market import market  # noqa: E402

from app.errors import ErrorCode, RoscherkError  # noqa: E402
from app.tokens.model import Container, KeyPlaceKind, TokenFlags  # noqa: E402
from app.ui.asking import ask_for_secret  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guide" / "images"
_SIZE = (1120, 700)
_WIDTH = 960
_COLOURS = 256


def keep(widget: QWidget, name: str) -> None:
    """Save what a widget shows: small, in few colours, the same octets for the same picture."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    picture = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    if picture.width > _WIDTH:
        height = round(picture.height * _WIDTH / picture.width)
        picture = picture.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    few = picture.quantize(_COLOURS, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def open_dialog() -> QDialog:
    """Return the dialog that is open."""
    return next(
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, QDialog) and each.isVisible()
    )


def documents(it: Opened, folder: Path) -> None:
    """Draw practice mode, a signature, and the pages beside them."""
    window = it.desk.window
    papers = prepare(it, folder)
    contract, letter = papers[0], papers[2]
    window.open_paths([contract, letter])
    presenter = it.desk._documents
    assert presenter is not None
    it.until(lambda: len(presenter._documents) == 2)
    window.page(0).list.choose([str(contract)])
    it.settle(1.5)
    keep(window, "practice")
    window.page(0).list.choose([str(contract), str(letter)])
    presenter.sign()
    it.until(
        lambda: all(presenter.document(str(each)).state in DONE for each in (contract, letter))
    )
    window.page(0).list.choose([str(contract)])
    it.settle(1.5)
    keep(window, "signed")
    it.desk.dialogs.show_error(RoscherkError(ErrorCode.PDF_ENCRYPTED, path="~/Договор.pdf"))
    it.settle(0.4)
    keep(open_dialog(), "error")
    open_dialog().close()
    practice = it.services.places.practice / "trust"
    window.go_to(2)
    window.page(2).accept_paths(sorted(practice.rglob("*.cer")))
    it.settle()
    for place, name in ((2, "certificates"), (5, "settings"), (6, "workplace")):
        window.go_to(place)
        it.settle(3 if place == 6 else 0.6)
        keep(window, name)


def tokens() -> None:
    """Draw the page of keys with tokens of several makers, and the question for a PIN."""
    with (
        tempfile.TemporaryDirectory() as work,
        pytest.MonkeyPatch.context() as patch,
        market(Path(work)) as mocks,
        token_desk(Path(work) / "profile", mocks, patch, theme="light", language="ru") as desk,
    ):
        it = desk.it
        it.desk.window.resize(*_SIZE)
        rows = desk.page.list.rows._rows
        # Not the token itself: the place of its driver is another each time.
        key = [row for row in rows if not row.header][1]
        desk.page.list.choose([key.key])
        it.settle(0.6)
        keep(it.desk.window, "keys")
        token = replace(it.desk.keys.tokens[0], tries_left=9, tries_most=10, flags=TokenFlags())
        container = Container(
            uri="pkcs11:serial=2ad0cafe",
            place=KeyPlaceKind.TOKEN,
            label="Подпись 2026",
            algorithm=None,
            token=token,
        )
        owner = "Образцов Образец Образцович — ООО «Образец»"
        question = ask_for_secret(container, owner, "Договор поставки № 118-2026.pdf")
        it.desk.dialogs.ask_secret(question, lambda _secret: None)
        it.settle(0.4)
        keep(open_dialog(), "pin")
        open_dialog().close()


def verification() -> None:
    """Draw the page of verification, and an answer by a power of attorney."""
    wanted = {
        "verification-passed": "verify",
        "verification-unknown-issuer": "unsure",
        "verification-mchd": "mchd",
        "verification-tree": "folder",
    }

    def shoot_of(it: Opened):  # noqa: ANN202 - as the caller wants it
        def shoot(name: str) -> None:
            it.settle(0.3)
            if name in wanted:
                keep(it.desk.window, wanted[name])

        return shoot

    draw_verification(shoot_of, "light", "ru", _SIZE)


def main() -> None:
    """Draw all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as work,
        opened(Path(work) / "profile", theme="light", language="ru") as it,
    ):
        os.environ["HOME"] = work
        it.desk.window.resize(*_SIZE)
        it.until(lambda: it.desk.keys.read_once)
        place = Path(work) / "Документы"
        place.mkdir()
        documents(it, place)
    tokens()
    verification()


if __name__ == "__main__":
    main()
