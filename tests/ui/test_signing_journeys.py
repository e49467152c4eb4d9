"""Signing through the real window: a mark placed by hand, a batch for an addressee, what goes along."""

import email
import email.policy
import json
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from documents_desk import DocumentsDesk
from fpdf import FPDF
from opened import Opened, opened
from probe import LoopProbe
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from stand_ins.mchd_made import Mchd

from app.crypto.pdf import drawing
from app.ui.files import State
from app.ui.form_dialog import FormDialog
from app.ui.rows import Tone
from app.ui.told_dialog import ToldDialog


@pytest.fixture
def desk(window: Opened, tmp_path: Path) -> DocumentsDesk:
    """Return the page with practice mode on."""
    return DocumentsDesk(window, tmp_path)


def test_pdf_with_a_placed_mark(desk: DocumentsDesk, tmp_path: Path, probe: LoopProbe) -> None:
    """The mark is put on the last page by keys and by mouse, tried, and stands there in the PDF."""
    contract = desk.it.services.printing.sample(tmp_path, "Договор.pdf")
    desk.choose(contract)
    preview, pages = desk.page.preview, desk.page.preview.pages
    desk.it.until(lambda: pages.pages == 4)
    with probe:
        pages.verticalScrollBar().setValue(pages.verticalScrollBar().maximum())
        desk.it.settle(0.2)
        desk.page.options.place.click()
        desk.it.until(preview.told.isVisible)
        start = pages.mark
        QTest.keyClick(pages, Qt.Key.Key_5)
        QTest.keyClick(pages, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(pages, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
        moved = pages.mark
        assert moved.box.width == pytest.approx(start.box.width + 1)
        area = pages._mark_area(moved)
        grip = area.center().toPoint()
        QTest.mousePress(pages.viewport(), Qt.MouseButton.LeftButton, pos=grip)
        QTest.mouseMove(pages.viewport(), grip + QPoint(-20, 0))
        QTest.mouseRelease(pages.viewport(), Qt.MouseButton.LeftButton, pos=grip + QPoint(-20, 0))
        assert pages.mark.box.x < moved.box.x
        QTest.keyClick(pages, Qt.Key.Key_3)
        desk.it.until(lambda: preview._said.possible and not preview._trying._running)
        placed = pages.mark
        preview.done.click()
        assert not preview.placing.isVisible()
        (target,) = desk.sign(contract)
    probe.check()
    style = desk.presenter.options.style
    assert (style.box, style.pages) == (
        placed.box,
        str(placed.page + 1) if placed.page < 3 else "last",
    )
    with drawing.document(target) as opened_pdf:
        page = opened_pdf[placed.page]
        boxes = [pypdfium2.raw.FPDFPage_GetAnnotCount(page.raw)]
        page.close()
    assert boxes == [1]


def test_twenty_files_for_the_court(desk: DocumentsDesk, tmp_path: Path, probe: LoopProbe) -> None:
    """An addressee sets the form; what does not fit is told before anything is signed; one list after."""
    contract = tmp_path / "Иск.pdf"
    page = FPDF()
    page.add_page()
    page.output(str(contract))
    papers = [tmp_path / f"Приложение {n:02}.pdf" for n in range(1, 20)]
    for paper in papers:
        paper.write_bytes(contract.read_bytes())
    odd = tmp_path / "Расчёт.xlsx"
    odd.write_bytes(b"PK\3\4")
    everything = [contract, *papers]
    desk.choose(*everything, odd)
    recipient = desk.page.options.recipient
    desk.it.until(lambda: recipient.findData("court") > 0)
    recipient.setCurrentIndex(recipient.findData("court"))
    assert "Суд «Мой арбитр»" in desk.page.bar.how.text()
    desk.page.bar.sign.click()
    form = desk.dialog(FormDialog)
    assert any("Расчёт.xlsx" in words for _tone, words in form._form.points)
    form.close()
    desk.it.settle(0.05)
    assert not list(tmp_path.glob("*.sig"))
    desk.choose(*everything)
    with probe:
        desk.page.bar.sign.click()
        targets = desk.signed(*everything)
    probe.check()
    assert {each.name.rpartition(".УЧЕБНАЯ")[2] for each in targets} == {".sig"}
    assert len(targets) == 20
    archive = tmp_path / "Всё.zip"
    desk.presenter.parcels.zip(archive)
    desk.dialog(ToldDialog).accept()
    with zipfile.ZipFile(archive) as made:
        assert len(made.namelist()) == 40
        assert made.read("Иск.pdf") == contract.read_bytes()


def test_letter_with_a_power_of_attorney(desk: DocumentsDesk, tmp_path: Path) -> None:
    """A power of attorney is held against the signer, and lies beside the signature afterwards."""
    incoming, outgoing = tmp_path / "МЧД", tmp_path / "Отправка"
    incoming.mkdir()
    outgoing.mkdir()
    xml = Mchd().write(incoming)
    letter = outgoing / "Письмо.docx"
    letter.write_bytes(b"PK\3\4 letter")
    desk.choose(letter)
    desk.page._take_mchd(xml)
    desk.it.until(lambda: desk.page.options.mchd_told.isVisibleTo(desk.page.options))
    assert desk.presenter.sending.mchd_told.tone is Tone.ERROR  # it is given to somebody else
    desk.page.bar.sign.click()
    desk.dialog(FormDialog).ok.click()
    desk.signed(letter)
    copy = outgoing / xml.name
    desk.it.until(copy.is_file)
    assert copy.read_bytes() == xml.read_bytes()
    draft = outgoing / "Письмо.eml"
    desk.presenter.parcels.mail(draft)
    desk.dialog(ToldDialog).accept()
    message = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    names = {each.get_filename() for each in message.iter_attachments()}
    assert names == {"Письмо.docx", "Письмо.docx.УЧЕБНАЯ.sig", xml.name}


def test_signed_already_and_still_changing(desk: DocumentsDesk, tmp_path: Path) -> None:
    """Before the PIN: a document with one's own signature beside it, and one that is open elsewhere."""
    letter = tmp_path / "Письмо.docx"
    letter.write_bytes(b"PK\3\4 letter")
    desk.sign(letter)
    (tmp_path / "Письмо.docx.sig").write_bytes((tmp_path / "Письмо.docx.УЧЕБНАЯ.sig").read_bytes())
    (tmp_path / ".~lock.Письмо.docx#").write_text("Иванов")
    desk.choose(letter)
    desk.presenter.remove()
    desk.choose(letter)
    desk.page.bar.sign.click()
    words = [text for _tone, text in desk.dialog(FormDialog)._form.points]
    assert any("уже подписан этим сертификатом" in each for each in words)
    assert any("открыт в другой программе" in each for each in words)


def test_batch_outlives_a_crash(tmp_path: Path, qapp: object) -> None:  # noqa: ARG001  # one QApplication
    """What an unfinished batch has done is known at the next start, and its rest is offered."""
    profile = tmp_path / "profile"
    papers = [tmp_path / f"Акт {n}.docx" for n in range(3)]
    for paper in papers:
        paper.write_bytes(b"PK\3\4")
    with opened(profile) as it:
        desk = DocumentsDesk(it, tmp_path)
        desk.sign(*papers)
        it.settle(0.2)
        file = it.services.places.data / "drafts" / "batch.json"
        assert not file.exists()
    rows = [
        {"path": str(path), "state": state}
        for path, state in zip(papers, ("signed", "left", "left"), strict=True)
    ]
    file.write_text(json.dumps({"version": 1, "documents": rows}))
    with opened(profile) as it:
        page = it.desk.window.page(0)
        it.until(page.unfinished.isVisible)
        page.unfinished.asked.emit()
        it.until(lambda: page._presenter.document(str(papers[2])) is not None)
        assert page._presenter.document(str(papers[0])) is None
        assert page._presenter.document(str(papers[1])).state is State.ADDED


def test_draft_is_written_while_signing(desk: DocumentsDesk, tmp_path: Path) -> None:
    """While a batch is signed its list lies on the disk; one that is finished is forgotten."""
    papers = [tmp_path / f"Акт {n}.docx" for n in range(6)]
    for paper in papers:
        paper.write_bytes(b"PK\3\4")
    file = desk.it.services.places.data / "drafts" / "batch.json"
    desk.choose(*papers)
    desk.page.bar.sign.click()
    desk.it.until(file.exists)
    kept = json.loads(file.read_text())
    assert [each["path"] for each in kept["documents"]] == [str(each) for each in papers]
    desk.signed(*papers)
    desk.it.until(lambda: not file.exists())
