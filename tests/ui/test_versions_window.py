"""The version that was signed beside the present one, and the look before signing, in the window."""

from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from attacks.pdf_shadows import SHADOWS
from opened import Opened
from PySide6.QtGui import QImage
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.ui.asking import Question
from app.ui.documents.page import DocumentsPage
from app.ui.rows import Tone
from app.ui.versions.dialog import VersionsDialog

RSA = pki_of(KeyAlgorithm.RSA)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a document of two pages that was changed after the signing."""
    source = tmp_path / "Договор.pdf"
    source.write_bytes(documents.two_pages())
    signed = sign_pdf(source, RSA, stamp=False, output=tmp_path / "signed.pdf").target
    path = tmp_path / "Изменённый договор.pdf"
    path.write_bytes(forge.updated(forge.replace_page_content)(signed.read_bytes()))
    return path


def test_versions_side_by_side(window: Opened, changed: Path) -> None:
    """Both looks are drawn, the changed line is boxed, keys and buttons turn the leaves."""
    dialog = window.desk.viewing.versions.show(changed)
    window.until(lambda: bool(dialog.now.boxes) and dialog.next.isEnabled())
    (box, *_) = dialog.now.boxes
    assert 0 < box.left() < dialog.now.width() / 2
    assert "1" in dialog.summary.text()
    assert dialog.forth.isEnabled()
    assert not dialog.back.isEnabled()
    shown = dialog.grab().toImage()
    assert shown.format() is not QImage.Format.Format_Invalid
    dialog.forth.click()
    window.until(dialog.back.isEnabled)
    assert not dialog.now.boxes
    dialog.next.click()
    window.until(lambda: bool(dialog.now.boxes))
    assert dialog.back.accessibleName()
    dialog.reject()


def test_signed_version_is_saved(window: Opened, changed: Path, tmp_path: Path) -> None:
    """The version that was signed goes into a file of its own."""
    dialog: VersionsDialog = window.desk.viewing.versions.show(changed)
    window.until(dialog.save.isEnabled)
    presenter = dialog._presenter
    assert presenter.suggestion == "Изменённый договор.подписано-1.pdf"
    target = tmp_path / "v1.pdf"
    presenter.save(target)
    window.until(target.exists)
    assert target.read_bytes() == (tmp_path / "signed.pdf").read_bytes()
    dialog.reject()


def test_a_file_without_versions_says_so(window: Opened, tmp_path: Path) -> None:
    """What is no PDF gets words, not silence."""
    path = tmp_path / "нет.pdf"
    path.write_bytes(b"no pdf")
    dialog = window.desk.viewing.versions.show(path)
    searching = dialog.summary.text()
    window.until(lambda: dialog.summary.text() != searching)
    assert not dialog.save.isEnabled()
    dialog.reject()


def test_grave_findings_are_asked_about(window: Opened, tmp_path: Path) -> None:
    """Hidden text is shown beside the document, and asked about before it is signed."""
    path = tmp_path / "Тень.pdf"
    path.write_bytes(SHADOWS["hide by picture"].prepare())
    ordinary = tmp_path / "Обычный.pdf"
    ordinary.write_bytes(documents.plain())
    page = next(iter(window.desk.window.findChildren(DocumentsPage)))
    presenter = page._presenter
    presenter.add([path, ordinary])
    window.until(lambda: len(presenter._documents) == 2)
    by_name = {each.path.name: each for each in presenter._documents.values()}
    presenter.select([by_name["Тень.pdf"].key])
    window.until(lambda: by_name["Тень.pdf"].key in presenter._precheck._answers)
    details = page.details._details
    assert details.found.tone is Tone.ERROR
    assert "999" in details.found.explanation

    asked: list[Question] = []
    proceeded: list[str] = []

    class Asks:
        """Somebody who does not answer."""

        def ask(self, question: Question, on_yes: object) -> None:
            """Say neither yes nor no."""
            del on_yes
            asked.append(question)

    presenter._precheck.consider(
        Asks(), [by_name["Обычный.pdf"]], lambda: proceeded.append("ordinary")
    )
    window.until(lambda: bool(proceeded))
    assert not asked
    presenter._precheck.consider(Asks(), [by_name["Тень.pdf"]], lambda: proceeded.append("shadow"))
    assert proceeded == ["ordinary"]
    assert "999" in asked[0].words
