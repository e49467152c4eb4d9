"""An XML document for printing: its tree on paper, from the preview."""

from datetime import UTC, datetime
from pathlib import Path

from opened import Opened
from PySide6.QtWidgets import QApplication, QFileDialog
from test_preview_window import UPD, page_with

from app.crypto.viewing.model import XmlLine
from app.reports.sheet import Grid, Text
from app.reports.view_paper import MOST_ON_PAPER, view_paper
from app.ui.told_dialog import ToldDialog

MADE = datetime(2026, 11, 27, tzinfo=UTC)


def test_the_paper_is_bounded_and_says_so() -> None:
    """A stranger's names are harmless, the depth is seen, the rest is not passed over in silence."""
    lines = [XmlLine(0, "root"), XmlLine(1, "a\u202eb", "1\n2", attribute=True)]
    sheet = view_paper("a\nb.xml", [("Size", "1")], lines, more=False, made=MADE)
    (grid,) = (each for each in sheet.parts if isinstance(each, Grid))
    assert grid.rows[0] == ("root", "")
    assert grid.rows[1][0].startswith("· @a")
    assert "\u202e" not in grid.rows[1][0]
    assert "\n" not in grid.rows[1][1] + sheet.title
    beginning = "На бумаге только начало."
    for told, some, more in (
        (False, lines, False),
        (True, lines, True),
        (True, [XmlLine(40, "x")] * (MOST_ON_PAPER + 1), False),
    ):
        sheet = view_paper("a.xml", [], some, more=more, made=MADE)
        words = [each.words for each in sheet.parts if isinstance(each, Text)]
        assert (beginning in words) is told
        (grid,) = (each for each in sheet.parts if isinstance(each, Grid))
        assert len(grid.rows) <= MOST_ON_PAPER


def test_from_the_preview_to_a_file(window: Opened, tmp_path: Path) -> None:
    """In a form for printing and in one for a browser; other files have no such button."""
    upd = tmp_path / "УПД 118.xml"
    upd.write_bytes(UPD.format(rows="").encode("cp1251"))
    plain = tmp_path / "Письмо.txt"
    plain.write_bytes(b"text")
    page = page_with(window, upd)
    window.until(page.preview.paper.isVisible)
    for suffix, begins in ((".pdf", b"%PDF-"), (".html", b"<!DOCTYPE")):
        target = tmp_path / f"Бумага{suffix}"
        page.preview.paper.click()
        chooser = next(e for e in QApplication.topLevelWidgets() if isinstance(e, QFileDialog))
        chooser.fileSelected.emit(str(target))
        chooser.close()
        chooser.deleteLater()
        window.until(lambda: any(isinstance(e, ToldDialog) for e in QApplication.topLevelWidgets()))
        window.settle(0.1)
        told = next(e for e in QApplication.topLevelWidgets() if isinstance(e, ToldDialog))
        told.close()
        window.settle(0.1)
        assert target.read_bytes().lower().startswith(begins.lower())
    html = (tmp_path / "Бумага.html").read_text("utf-8")
    assert "ООО «Ромашка»" in html
    assert "7707083893" in html
    page_with(window, plain)
    window.until(page.preview.paper.isHidden)
