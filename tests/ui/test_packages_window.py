"""Whole packages in the real window: drop, tree, filter, search, table, what comes out of archives."""

import csv
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from opened import Opened, opened
from probe import LoopProbe
from PySide6.QtCore import Qt
from stand_ins import mchd_made as made
from stand_ins.mchd_made import Mchd
from stand_ins.pki import Pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.verdict.report import AuthorityKind, Standing
from app.ui.files import State
from app.ui.verify.page import VerifyPage

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crypto"))

from signing_files import sign


@pytest.fixture
def pki() -> Pki:
    """Return an infrastructure whose signatures are quick."""
    return pki_of(KeyAlgorithm.ECDSA_P256)


@pytest.fixture
def trusting(qapp: object, tmp_path: Path, pki: Pki) -> Iterator[Opened]:  # noqa: ARG001
    """Open the window on a profile that trusts the infrastructure."""
    trust = tmp_path / "profile" / "data" / "trust"
    with opened(tmp_path / "profile") as it:
        for name, data in (("anchors", pki.root), ("intermediates", pki.ca)):
            (trust / name).mkdir(parents=True, exist_ok=True)
            (trust / name / "0.der").write_bytes(data)
        (trust / "crls").mkdir(exist_ok=True)
        for number, crl in enumerate(pki.crls):
            (trust / "crls" / f"{number}.der").write_bytes(crl)
        yield it


def package(place: Path, pki: Pki, count: int = 3) -> Path:
    """Lay acts of an employee with one МЧД, and a letter without a signature."""
    place.mkdir()
    clerk = made.holder(pki, made.clerk_name())
    for number in range(count):
        act = place / f"Акт {number}.xml"
        act.write_bytes(made.upd(f"УПД-{number}"))
        sign(act, clerk).rename(place / f"п{number}.bin")
    sign(Mchd(until="2043-12-31").write(place), made.holder(pki, made.head_name()))
    (place / "Письмо.docx").write_bytes(b"letter")
    return place


def spoiled(signature: bytes) -> bytes:
    """Change the last octet: the value of the signature."""
    return signature[:-1] + bytes([signature[-1] ^ 1])


def page_of(it: Opened) -> VerifyPage:
    """Open the page of verification."""
    it.desk.window.go_to(3)
    page = it.desk.window.page(3)
    assert isinstance(page, VerifyPage)
    it.until(page.isVisible)
    return page


def settled(it: Opened, page: VerifyPage, count: int) -> None:
    """Wait until so many files have their verdicts."""
    documents = page._presenter._documents

    def done() -> bool:
        return len(documents) == count and all(
            one.state in {State.CHECKED, State.FAILED} for one in documents.values()
        )

    it.until(done, 60)
    it.settle(0.3)


def test_folder_becomes_a_tree(
    trusting: Opened, tmp_path: Path, pki: Pki, probe: LoopProbe
) -> None:
    """One drop of a folder: documents with their signers, on whose behalf, verdicts."""
    folder = package(tmp_path / "Входящие", pki)
    page = page_of(trusting)
    with probe:
        page.accept_paths([folder])
        settled(trusting, page, 5)
    probe.check()
    assert page.narrowing.as_tree.isChecked()
    assert page.tree.isVisibleTo(page)
    titles = page.tree.shown_titles()
    assert titles[:3] == ["Акт 0.xml", "Акт 1.xml", "Акт 2.xml"]
    assert titles[3].startswith("ON_EMCHD")
    assert titles[4] == "Письмо.docx"
    headings = page.tree.headings()
    assert headings[-1] == "Без подписи · 1"
    assert sum(int(each.rpartition(" ")[2]) for each in headings) == 5
    lines = page._presenter.tree()
    (signer,) = lines[0].below
    assert "Вымышленная" in signer.title
    assert made.ORGANISATION in signer.behalf
    documents = page._presenter._documents.values()
    kinds = {one.checked.report.files[0].signatures[0].authority.kind for one in documents
             if one.checked and one.checked.report.files[0].signatures}  # fmt: skip
    assert AuthorityKind.MCHD in kinds


def test_filter_and_sort(trusting: Opened, tmp_path: Path, pki: Pki) -> None:
    """Table and list are narrowed by words and to problems; the table is sorted by its headings."""
    page = page_of(trusting)
    folder = package(tmp_path / "Входящие", pki)
    (folder / "п1.bin").write_bytes(spoiled((folder / "п1.bin").read_bytes()))
    page.accept_paths([folder])
    settled(trusting, page, 5)
    narrowing = page.narrowing
    narrowing.words.setText("вымышленная")
    trusting.settle(0.3)
    assert page.tree.shown_titles() == ["Акт 1.xml", "Акт 0.xml", "Акт 2.xml"]
    narrowing.words.setText("акт 2")
    trusting.settle(0.3)
    assert page.tree.shown_titles() == ["Акт 2.xml"]
    narrowing.words.setText("такого нет")
    trusting.settle(0.3)
    assert page.bare.isVisibleTo(page)
    page.all.click()
    assert not page.bare.isVisibleTo(page)
    assert narrowing.problems.text() == "Только проблемы · 1"
    narrowing.problems.click()
    assert page.tree.shown_titles() == ["Акт 1.xml"]
    narrowing.as_tree.click()
    assert [row.title for row in page.list.rows.shown if not row.header] == ["п1.bin"]
    narrowing.problems.click()
    assert sum(not row.header for row in page.list.rows.shown) == 5
    narrowing.as_tree.click()
    page.tree.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert page.tree.shown_titles()[0] == "Письмо.docx"
    assert page.tree.headings() == []


def test_table_from_the_window(trusting: Opened, tmp_path: Path, pki: Pki) -> None:
    """What is shown is saved as a table."""
    page = page_of(trusting)
    page.accept_paths([package(tmp_path / "Входящие", pki)])
    settled(trusting, page, 5)
    target = tmp_path / "Таблица.csv"
    page._save_table_as(target)
    trusting.until(target.exists)
    trusting.settle(0.2)
    rows = list(csv.reader(target.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 5
    assert rows[1][1] == "УПД-0"
    assert "Таблица.csv" in page.notice.text()


def test_out_of_an_archive(trusting: Opened, tmp_path: Path, pki: Pki) -> None:
    """A document that came in an archive is shown by its name there, and can be saved."""
    folder = package(tmp_path / "Входящие", pki, 1)
    archive = tmp_path / "Пакет.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for path in sorted(folder.iterdir()):
            out.write(path, path.name)
        out.writestr("../evil.txt", "x")
    page = page_of(trusting)
    page.accept_paths([archive])
    settled(trusting, page, 3)
    assert "evil.txt" in page.notice.text()
    presenter = page._presenter
    (key,) = [k for k, one in presenter._documents.items() if one.name == "п0.bin"]
    page.tree.choose([key])
    assert presenter.document_to_save is not None
    assert page.out.isVisibleTo(page)
    target = tmp_path / "Сохранённый акт.xml"
    page._save_out_as(target)
    trusting.until(target.exists)
    assert target.read_bytes() == (folder / "Акт 0.xml").read_bytes()
    assert not (tmp_path.parent / "evil.txt").exists()


def test_search_for_the_document(trusting: Opened, tmp_path: Path, pki: Pki) -> None:
    """A signature that came alone finds its document in a folder that the user chose."""
    document = tmp_path / "Акт.docx"
    document.write_bytes(b"act")
    signature = sign(document, pki.key)
    alone = tmp_path / "почта"
    alone.mkdir()
    signature = signature.rename(alone / "Акт.docx.sig")
    archive = tmp_path / "архив" / "2026"
    archive.mkdir(parents=True)
    for number in range(5):
        (archive / f"{number}.docx").write_bytes(b"%d" % number)
    document.rename(archive / "scan0001.docx")
    page = page_of(trusting)
    page.accept_paths([signature])
    settled(trusting, page, 1)
    presenter = page._presenter
    presenter.select([str(signature)])
    presenter.find_document(alone)
    trusting.until(lambda: "не найден" in page.notice.text())
    presenter.find_document(tmp_path / "архив")
    trusting.until(lambda: "scan0001.docx" in page.notice.text())
    trusting.settle(0.3)
    settled(trusting, page, 1)
    (one,) = presenter._documents.values()
    assert one.checked is not None
    assert one.checked.report.files[0].standing in {Standing.PASSED, Standing.PASSED_AS_OF}


def test_skip_what_was_checked(trusting: Opened, tmp_path: Path, pki: Pki) -> None:
    """A second look takes the earlier verdict and says of what time it is."""
    page = page_of(trusting)
    page.narrowing.skip.setChecked(True)
    page.accept_paths([package(tmp_path / "Входящие", pki, 1)])
    settled(trusting, page, 3)
    page._presenter.select([])
    page._presenter.again()
    settled(trusting, page, 3)
    lines = page._presenter.tree()
    assert sum("от " in line.reason and "проверк" in line.reason for line in lines) == 2
