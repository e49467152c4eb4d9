"""What is seen of a document in the real window: hundreds of pages, a tree, a picture, macros."""

import gc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fakes import container
from fpdf import FPDF
from opened import Opened
from PIL import Image
from probe import LoopProbe
from pytestqt.qtbot import QtBot
from stand_ins.pki import pki_of
from test_main_job import drop

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import describe
from app.crypto.model import SignatureLevel
from app.crypto.viewing.model import ViewAnswer, ViewKind, XmlLine
from app.ui.documents.key_choice import grouped, proposed
from app.ui.documents.page import DocumentsPage
from app.ui.known_keys import Key
from app.ui.phrases import Phrases
from app.ui.preview.branches import Branches
from app.ui.preview.file_view import FileView
from app.ui.preview.mark_place import MARGIN, usual_place
from app.ui.preview.xml_model import XmlModel

UPD = """<?xml version="1.0" encoding="windows-1251"?>
<Файл ИдФайл="ON_NSCHFDOPPR"><Документ КНД="1115131">
<СвСчФакт НомерДок="118" ДатаДок="25.11.2026">
<СвПрод><ИдСв><СвЮЛУч НаимОрг="ООО «Ромашка»" ИННЮЛ="7707083893"/></ИдСв></СвПрод></СвСчФакт>
<ТаблСчФакт>{rows}<ВсегоОпл СтТовУчНалВсего="1234567.50"/></ТаблСчФакт></Документ></Файл>
"""


def page_with(window: Opened, *paths: Path) -> DocumentsPage:
    """Return the page of documents with the last of these files chosen."""
    page = window.desk.window.page(0)
    assert isinstance(page, DocumentsPage)
    drop(window, *paths)
    window.until(lambda: page._presenter.document(str(paths[-1])) is not None)
    page.list.choose([str(paths[-1])])
    return page


def long_report(path: Path) -> None:
    """Write three hundred pages of text."""
    made = FPDF()
    made.set_font("Helvetica", size=9)
    for number in range(300):
        made.add_page()
        made.multi_cell(0, 5, f"Page {number + 1}. " + "Lorem ipsum dolor sit amet. " * 8)
    made.output(str(path))


def test_three_hundred_pages(window: Opened, tmp_path: Path, probe: LoopProbe) -> None:
    """Three hundred pages are scrolled through without a stall; those that are seen are drawn."""
    path = tmp_path / "Отчёт.pdf"
    long_report(path)
    gc.collect()  # what the writer left behind is not the window's
    window.settle()
    with probe:
        page = page_with(window, path)
        pages = page.preview.pages
        window.until(lambda: pages.pages == 300)
        bar = pages.verticalScrollBar()
        for step in range(40):
            bar.setValue(bar.maximum() * step // 39)
            window.settle(0.02)
        window.until(lambda: any(number == 299 for number, _width in pages._images))
        pages.zoom(1)
        window.settle(0.1)
    probe.check()
    assert page.preview._words.text() == "Стр. 300 из 300"
    assert pages._bytes <= 100 << 20


def test_invoice_tree_and_search(window: Opened, tmp_path: Path, probe: LoopProbe) -> None:
    """An УПД with thousands of lines: its sum on top, its tree below, a word found in it."""
    rows = "".join(f'<СведТов НомСтр="{n}" НаимТов="Стул {n}"/>' for n in range(1, 4001))
    path = tmp_path / "ON_NSCHFDOPPR.xml"
    path.write_bytes(UPD.format(rows=rows).encode("windows-1251"))
    window.settle()
    with probe:
        page = page_with(window, path)
        file = page.preview.file
        window.until(lambda: file.tree.isVisible() and file.tree.model() is not None)
        file.search.setText("Стул 3999")
        file.find_next()
        window.settle(0.1)
    probe.check()
    index = file.tree.currentIndex()
    assert index.siblingAtColumn(1).data() == "Стул 3999"
    shown = {each.accessibleName() for each in file._card.children() if hasattr(each, "text")}
    assert "Сумма: 1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,50" in shown
    assert "Продавец: ООО «Ромашка», ИНН 7707083893" in shown


def test_macros_and_pictures(window: Opened, tmp_path: Path) -> None:
    """Macros are told before signing; a picture is drawn by the renderer."""
    letter, picture = tmp_path / "Смета.docm", tmp_path / "Скан.png"
    with zipfile.ZipFile(letter, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("word/vbaProject.bin", b"\0")
    Image.new("RGB", (900, 1200), "red").save(picture)
    page = page_with(window, letter)
    file = page.preview.file
    window.until(lambda: file._reason.count() == 1)
    page_with(window, picture)
    window.until(lambda: not file.picture._image.isNull())
    assert file._reason.count() == 0


def test_place_of_the_mark() -> None:
    """A mark snaps to the margins, stays on the page, and keeps its place on a smaller one."""
    place = usual_place(0, (210.0, 297.0))
    assert place.box.x + place.box.width == 210 - MARGIN
    near = place.at(MARGIN + 2, 100, snap=True)
    assert near.box.x == MARGIN
    assert place.at(MARGIN + 2, 100, snap=False).box.x == round(MARGIN + 2, 1)
    assert place.moved(1000, 1000).box.y == 297 - place.box.height
    small = place.on_page(1, (60.0, 40.0))
    assert small.box.x + small.box.width <= 60
    assert small.box.y + small.box.height <= 40


def test_choices_behind_one_switch(window: Opened, tmp_path: Path) -> None:
    """The level is chosen behind «Ещё»; without a server the button says what is missing."""
    path = tmp_path / "a.txt"
    path.write_text("договор")
    page = page_with(window, path)
    more = page.options.more
    assert not more.box.isVisibleTo(page.options)
    more.switch.click()
    more.level.setCurrentIndex(more.level.findData("t"))
    assert page._presenter.options.level is SignatureLevel.T
    assert "уровень T" in page.bar.how.text()
    assert more.server.isEnabled()


def test_search_before_the_tree_is_laid_out(qtbot: QtBot) -> None:
    """A word is looked for in the document that came, not in the tree of the one before."""
    view = FileView(Phrases())
    qtbot.addWidget(view)
    for count in (1, 3):
        lines = tuple(XmlLine(0, f"line{number}", "value") for number in range(count))
        answer = ViewAnswer(kind=ViewKind.XML, size=1, lines=lines)
        view.show_answer(answer, Branches(lines))
        view.search.setText(f"line{count - 1}")
        view.find_next()
        assert view.tree.currentIndex().data() == f"line{count - 1}"
        qtbot.wait(1)
        assert view.tree.currentIndex().data() == f"line{count - 1}"


def test_values_of_a_tree_are_no_branches() -> None:
    """A screen reader says of a name that it can be unfolded, and of its value nothing."""
    lines = (XmlLine(0, "above"), XmlLine(1, "below"))
    model = XmlModel(Branches(lines))
    assert model.hasChildren(model.index(0, 0))
    assert not model.hasChildren(model.index(0, 1))
    assert not model.hasChildren(model.index(0, 0, model.index(0, 0)))


def test_keys_in_groups() -> None:
    """Keys stand by how long they last; the successor of an expired one is proposed."""
    at = datetime.now(UTC)
    facts = describe(pki_of(KeyAlgorithm.GOST_256).container.certificate)

    def key(name: str, days: int) -> Key:
        own = replace(facts, not_after=at + timedelta(days=days, hours=1))
        return Key(container(uri=name, label=name), own)

    old, fresh, soon = key("old", -3), key("fresh", 300), key("soon", 5)
    assert [uri for uri, _words in grouped([fresh], at)] == ["fresh"]
    items = grouped([old, soon, fresh], at)
    assert [(uri, words) for uri, words in items if uri is None] == [
        (None, "Действующие"),
        (None, "Скоро истекают"),
        (None, "Истёкшие"),
    ]
    assert proposed([old, fresh, soon], "old", at) is fresh
    assert proposed([soon, fresh], None, at) is fresh
    other = replace(soon, facts=replace(facts, subject=replace(facts.subject, snils="11223344595")))
    assert proposed([fresh, other], None, at) is None
    assert proposed([fresh, replace(soon, facts=None)], None, at) is None
    assert proposed([old, fresh], None, at) is fresh
