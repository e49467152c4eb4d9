"""How the window begins: on which page, with which files."""

from pathlib import Path

from opened import opened
from PySide6.QtWidgets import QApplication

from app.ui.verify.page import VerifyPage


def test_the_menu_of_files_opens_the_page_of_verification(
    tmp_path: Path,
    qapp: QApplication,  # noqa: ARG001  # one QApplication
) -> None:
    """With files they are checked there; without, the page is only shown."""
    signature = tmp_path / "letter.sig"
    signature.write_bytes(b"no signature at all")
    with opened(tmp_path / "profile") as window:
        window.desk.begin([], practice=False, verify=True)
        assert window.desk.window.sidebar.navigation.currentRow() == 3
        page = window.desk.window.page(3)
        assert isinstance(page, VerifyPage)
        assert not page._presenter._documents
        window.desk.window.go_to(0)
        window.desk.begin([signature], practice=False, verify=True)
        assert window.desk.window.sidebar.navigation.currentRow() == 3
        window.until(lambda: bool(page._presenter._documents))
