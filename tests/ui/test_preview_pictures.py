"""A scan of many sheets in one TIFF file: each of them can be looked at."""

from functools import partial
from pathlib import Path

from opened import Opened
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from test_preview_window import page_with

from app.ui.documents.page import DocumentsPage

COLOURS = ("red", "green", "blue")


def scan(path: Path) -> Path:
    """Write three sheets of one colour each."""
    first, *rest = (Image.new("RGB", (60, 80), colour) for colour in COLOURS)
    first.save(path, save_all=True, append_images=rest)
    return path


def shows(page: DocumentsPage, colour: str) -> bool:
    """Tell whether the picture of this colour is shown."""
    image = page.preview.file.picture._image
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    return not image.isNull() and image.pixelColor(9, 9).toTuple()[:3] == wanted


def test_sheets_are_turned(window: Opened, tmp_path: Path) -> None:
    """Forth and back, by the keyboard too; a picture that is alone has no buttons."""
    page = page_with(window, scan(tmp_path / "Скан.tif"))
    preview = page.preview
    window.until(partial(shows, page, "red"))
    assert preview._words.text() == "Изображение 1 из 3"
    assert not preview.before.isEnabled()
    for colour in ("green", "blue"):
        preview.after.setFocus()
        QTest.keyClick(preview.after, Qt.Key.Key_Space)
        window.until(partial(shows, page, colour))
    assert preview._words.text() == "Изображение 3 из 3"
    assert not preview.after.isEnabled()
    preview.presenter.turn(1)  # there is none
    preview.before.click()
    window.until(partial(shows, page, "green"))
    alone = tmp_path / "Фото.png"
    Image.new("RGB", (60, 80), "red").save(alone)
    page_with(window, alone)
    window.until(partial(shows, page, "red"))
    assert preview.after.isHidden()
    assert preview.before.isHidden()
