"""How the window begins: on which page, with which files."""

import sys
from pathlib import Path

import pytest
from opened import opened
from PySide6.QtWidgets import QApplication, QPushButton
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.ui.files import State
from app.ui.verify.page import VerifyPage

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crypto"))

from signing_files import sign


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


@pytest.mark.parametrize("beside", [True, False])
def test_a_signature_that_was_clicked_has_its_verdict(
    tmp_path: Path,
    qapp: QApplication,  # noqa: ARG001  # one QApplication
    beside: bool,
) -> None:
    """No further click: its document is found beside it, or it is said that it is to be found."""
    document = tmp_path / "Акт.docx"
    document.write_bytes(b"act")
    signature = sign(document, pki_of(KeyAlgorithm.ECDSA_P256).key)
    if not beside:
        document.unlink()
    with opened(tmp_path / "profile") as window:
        window.desk.begin([signature], practice=False, verify=True)
        page = window.desk.window.page(3)
        assert isinstance(page, VerifyPage)
        documents = page._presenter._documents
        window.until(lambda: any(one.state is State.CHECKED for one in documents.values()))
        window.settle(0.3)
        (one,) = documents.values()
        assert one.checked is not None
        report = one.checked.report.files[0]
        assert (report.content is None) is not beside
        assert page.notice.text() == ""
        buttons = [each for each in page.details.findChildren(QPushButton) if each.isVisible()]
        words = {each.text() for each in buttons}
        search = {"Указать документ…", "Найти исходный файл…"}
        assert words & search == (set() if beside else search)
        assert page._presenter.tree()[0].title == ("Акт.docx" if beside else "Акт.docx.sig")
