"""The main job through the real window, with the real services: practice, sign, verify."""

from pathlib import Path

from opened import Opened
from probe import LoopProbe
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.crypto.verdict.report import Integrity
from app.errors import ErrorCode
from app.ui.files import State


def drop(it: Opened, *paths: Path) -> None:
    """Drop files onto the window, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    it.desk.window.dropEvent(event)


def finished(it: Opened, path: Path, *states: State) -> None:
    """Wait until a document has got to one of some states."""
    presenter = it.desk._documents
    it.until(lambda: (found := presenter.document(str(path))) is not None and found.state in states)


def test_drop_sign_verify(window: Opened, tmp_path: Path, probe: LoopProbe) -> None:
    """A dropped contract with a Cyrillic name is signed and verified; the verdict says practice."""
    window.desk.practice.enter()
    window.until(lambda: window.desk.practice.active)
    contract = window.services.printing.sample(tmp_path, "Договор поставки № 118.pdf")
    before = contract.read_bytes()
    with probe:
        drop(window, contract)
        finished(window, contract, State.ADDED)
        presenter = window.desk._documents
        presenter.select([str(contract)])
        window.until(lambda: presenter.key is not None)
        presenter.sign()
        finished(window, contract, State.SIGNED, State.CHECKED, State.FAILED)
        presenter.verify()
        finished(window, contract, State.CHECKED, State.FAILED)
    document = presenter.document(str(contract))
    assert document.error is None
    (signature,) = document.checked.report.files[0].signatures
    assert signature.practice
    assert signature.integrity is Integrity.INTACT
    assert document.to_verify.read_bytes().startswith(before)
    assert contract.read_bytes() == before
    probe.check()


def test_damaged_file_says_so(window: Opened, tmp_path: Path) -> None:
    """A file that is no signature gets an answer, not silence."""
    odd = tmp_path / "не подпись.sig"
    odd.write_bytes(b"\x30\x84\xff\xff\xff\xff")
    drop(window, odd)
    finished(window, odd, State.ADDED)
    window.desk._documents.select([str(odd)])
    window.desk._documents.verify()
    finished(window, odd, State.CHECKED, State.FAILED)
    (report,) = window.desk._documents.document(str(odd)).checked.report.files
    assert {error.code for error in report.errors} <= {
        ErrorCode.FORMAT_DAMAGED,
        ErrorCode.FORMAT_UNKNOWN,
        ErrorCode.FORMAT_TOO_COMPLEX,
    }
    assert report.errors


def test_every_page_opens_in_both_languages(window: Opened) -> None:
    """All pages are built and drawn, and follow a change of language."""
    for language in ("ru", "en"):
        window.languages.speak(language)
        for place in range(6):
            window.desk.window.go_to(place)
            window.settle(0.05)
            assert not window.desk.window.grab().isNull()


def test_two_thousand_repaints(window: Opened) -> None:
    """The process outlives many repaints: some versions of PySide6 lose a reference in each call."""
    for _ in range(2000):
        window.desk.window.sidebar.update()
        window.desk.window.sidebar.repaint()
    assert window.desk.window.isVisible()


def test_thousands_of_files(window: Opened, tmp_path: Path, probe: LoopProbe) -> None:
    """A folder with two thousand files is taken without a stall, and all of them are chosen."""
    folder = tmp_path / "Входящие за год"
    folder.mkdir()
    for number in range(2000):
        (folder / f"Счёт № {number:04}.pdf").touch()
    window.settle()  # the window's own start is measured elsewhere
    presenter = window.desk._documents
    with probe:
        drop(window, folder)
        window.until(lambda: presenter.document(str(folder / "Счёт № 1999.pdf")) is not None)
        window.settle(0.3)
    probe.check()
    assert len(presenter._chosen) == 2000
