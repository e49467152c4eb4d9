"""Files that were opened last, and files that are dragged out of the list."""

import json
from pathlib import Path

import pytest
from documents_desk import DocumentsDesk
from fakes import FakeTasks
from opened import Opened
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QMenu
from test_main_job import drop

from app import settings as table
from app.errors import RoscherkError
from app.places import Places
from app.settings import Settings
from app.ui.documents.page import DocumentsPage
from app.ui.documents.recent import MOST, RecentFile, RecentFiles
from app.ui.documents.recent_menu import RecentMenu
from app.ui.settings.page import SettingsPage
from app.ui.widgets.drop_area import DropArea


class Shelf:
    """A list of recent files in a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "data" / "recent.json"
        self.settings = Settings.of(Places.under(folder))
        self.errors: list[RoscherkError] = []
        self.practice = False
        self.recent = RecentFiles(
            self.file,
            self.settings,
            FakeTasks(),
            self.errors.append,
            wanted=lambda: not self.practice,
        )

    @property
    def seen(self) -> tuple[RecentFile, ...]:
        """What is remembered."""
        found: list[tuple[RecentFile, ...]] = []
        self.recent.look(found.append)
        return found[0]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return an empty list."""
    return Shelf(tmp_path)


def test_the_newest_first_each_once_and_not_many(shelf: Shelf, tmp_path: Path) -> None:
    """What is gone is said to be gone; the file is this user's alone."""
    files = [tmp_path / f"{number}.pdf" for number in range(MOST + 3)]
    for file in files:
        shelf.recent.note([file])
    files[-2].write_bytes(b"")
    shelf.recent.note([files[-2]])
    assert [each.path for each in shelf.seen][:3] == [files[-2], files[-1], files[-3]]
    assert len(shelf.seen) == MOST
    assert [each.there for each in shelf.seen[:2]] == [True, False]
    assert shelf.file.stat().st_mode & 0o777 == 0o600


def test_what_the_disk_refuses_to_look_at_is_gone(shelf: Shelf, tmp_path: Path) -> None:
    """One such name does not hide the others."""
    shelf.recent.note([tmp_path, tmp_path / ("a" * 300)])
    assert [each.there for each in shelf.seen] == [True, False]


def test_cleared_switched_off_and_practice(shelf: Shelf, tmp_path: Path) -> None:
    """Switched off, nothing is kept and nothing is left."""
    shelf.recent.note([tmp_path])
    shelf.recent.clear()
    shelf.recent.clear()
    assert not shelf.seen
    shelf.practice = True
    shelf.recent.note([tmp_path])
    shelf.practice = False
    shelf.recent.note([])
    assert not shelf.file.exists()
    shelf.recent.note([tmp_path])
    shelf.recent.follow_setting()
    assert shelf.seen
    shelf.settings.set(table.RECENT_FILES, value=False)
    shelf.recent.follow_setting()
    shelf.recent.note([tmp_path])
    assert not shelf.file.exists()
    assert not shelf.errors


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b"[" * 9999, b'["relative"]', b"\xff", json.dumps(["/a\0"]).encode()],
)
def test_a_damaged_list_troubles_nobody(shelf: Shelf, data: bytes) -> None:
    """It is a convenience and no record."""
    shelf.file.parent.mkdir()
    shelf.file.write_bytes(data)
    assert shelf.seen == ()
    assert not shelf.errors


def test_a_list_that_cannot_be_written_is_told(shelf: Shelf, tmp_path: Path) -> None:
    """By an error with words, and the work goes on."""
    shelf.file.mkdir(parents=True)
    (shelf.file / "in the way").touch()
    shelf.recent.note([tmp_path])
    shelf.recent.clear()
    assert len(shelf.errors) == 2


def menu_of(it: Opened, page: DocumentsPage) -> QMenu:
    """Press the button, and wait for its menu."""
    owner = page.recent.findChild(RecentMenu)
    assert owner is not None
    owner.menu = None
    page.recent.click()
    it.until(lambda: owner.menu is not None)
    menu: QMenu | None = owner.menu
    assert menu is not None
    return menu


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_from_the_menu_and_from_the_settings(window: Opened, tmp_path: Path) -> None:
    """Opened once, a file is one press away; a gone one is grey; the list can be cleared."""
    page = window.desk.window.page(0)
    assert isinstance(page, DocumentsPage)
    menu = menu_of(window, page)
    assert [each.text() for each in menu.actions()] == ["Файлы ещё не открывались"]
    menu.close()
    here, gone = tmp_path / "Акт & счёт.txt", tmp_path / "Старое.txt"
    for file in (here, gone):
        file.write_bytes(b"text")
    drop(window, here, gone)
    window.until(lambda: page.list.rows.rowCount() == 2)
    gone.unlink()
    page.list.choose([str(here)])
    page._presenter.remove()
    menu = menu_of(window, page)
    entries = {each.text(): each for each in menu.actions() if each.text()}
    assert f"Акт && счёт.txt  ·  {tmp_path}" in entries
    assert not entries["Старое.txt — нет на месте"].isEnabled()
    entries[f"Акт && счёт.txt  ·  {tmp_path}"].trigger()
    menu.close()
    window.until(lambda: page.list.rows.place_of(str(here)) is not None)
    settings = window.desk.window.page(5)
    assert isinstance(settings, SettingsPage)
    settings.comfort.clear.click()
    file = window.services.places.data / "recent.json"
    window.until(lambda: not file.exists())
    settings.comfort.recent.click()
    window.until(lambda: not window.services.settings.get(table.RECENT_FILES))
    menu = menu_of(window, page)
    assert [each.text() for each in menu.actions()] == ["Файлы не запоминаются"]
    menu.close()


def test_a_signed_document_is_dragged_with_its_signature(window: Opened, tmp_path: Path) -> None:
    """A file manager or a mail gets what is to be sent; the window does not take it back."""
    letter, contract = tmp_path / "Письмо.txt", tmp_path / "Договор.pdf"
    letter.write_bytes(b"letter")
    contract.write_bytes(b"not signed")
    desk = DocumentsDesk(window, tmp_path)
    (signature,) = desk.sign(letter)
    view = desk.page.list
    desk.choose(letter, contract)
    chosen = view.selectionModel().selectedIndexes()
    assert view.dragEnabled()
    assert all(view.rows.flags(each) & Qt.ItemFlag.ItemIsDragEnabled for each in chosen)
    data = view.rows.mimeData(chosen)
    assert view.rows.mimeTypes() == data.formats() == ["text/uri-list"]
    assert {Path(url.toLocalFile()) for url in data.urls()} == {letter, signature, contract}
    assert view.rows.supportedDragActions() == Qt.DropAction.CopyAction


class _OwnDrag(QDragEnterEvent):
    """Rows of our own list over our own window."""

    def source(self) -> QObject:
        """Return where it comes from."""
        return QObject()


@pytest.mark.parametrize("own", [True, False])
def test_our_own_rows_are_not_taken_back(window: Opened, tmp_path: Path, own: bool) -> None:
    """They are on the list already."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    kind = _OwnDrag if own else QDragEnterEvent
    page = window.desk.window.page(0)
    assert isinstance(page, DocumentsPage)
    for place in (window.desk.window, page.drop):
        event = kind(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event.ignore()
        place.dragEnterEvent(event)
        assert event.isAccepted() is not own
    assert isinstance(page.drop, DropArea)
