"""Verifying in the real window and in real processes: one paper, twenty, thousands; a protocol."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from opened import Opened, opened
from probe import STALL, LoopProbe
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QWidget
from stand_ins.incoming import Mail

from app.crypto.verdict.report import Standing
from app.ui.files import Document, State
from app.ui.verify.page import VerifyPage
from app.ui.versions.dialog import VersionsDialog
from app.ui.widgets.answers_panel import VerdictHead
from app.ui.widgets.timeline import Timeline

TIMES = 3
"""How often a stall is measured: the least is the work itself, not what shares the cores."""


@pytest.fixture
def mail(tmp_path: Path) -> Mail:
    """Return what came in."""
    return Mail(tmp_path / "Почта")


@pytest.fixture
def desk(qapp: object, tmp_path: Path, mail: Mail) -> Iterator[Opened]:  # noqa: ARG001  # one QApplication
    """Open the window of a user who trusts two authorities."""
    mail.trust(tmp_path / "profile" / "data" / "trust")
    with opened(tmp_path / "profile") as it:
        yield it


def page_of(it: Opened) -> VerifyPage:
    """Open the page of verification. Nobody drops a file before it is on the screen."""
    it.desk.window.go_to(3)
    it.settle(0.1)
    page = it.desk.window.page(3)
    assert isinstance(page, VerifyPage)
    return page


def quiet(it: Opened, page: VerifyPage) -> None:
    """Wait until nothing is done any more, and all is shown."""
    it.settle(0.05)
    it.until(lambda: not (page.busy.isVisibleTo(page) or page._soon.isActive()), 60)
    it.settle(0.1)


def take(it: Opened, page: VerifyPage, *paths: Path) -> None:
    """Drop files and wait for the verdicts."""
    page.accept_paths(list(paths))
    quiet(it, page)


def said(widget: QWidget) -> list[str]:
    """Return the words that are seen."""
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]


def buttons(widget: QWidget) -> dict[str, QAbstractButton]:
    """Return the buttons that are seen, by their words."""
    found = widget.findChildren(QAbstractButton)
    return {each.text(): each for each in found if each.isVisibleTo(widget)}


def head(page: VerifyPage) -> str:
    """Return what is said first."""
    return page.details.findChildren(VerdictHead)[-1].accessibleName()


def standings(page: VerifyPage) -> dict[str, Standing]:
    """Return how each file stands."""
    documents = page._presenter._documents.values()
    return {
        one.name: one.checked.report.files[0].standing
        for one in documents
        if one.checked is not None
    }


def test_a_card_comes_without_a_stall(desk: Opened, mail: Mail, probe: LoopProbe) -> None:
    """The longest card there is, from the choice to the last line."""
    page = page_of(desk)
    paper = mail.two_parties()
    take(desk, page, paper, mail.no_signature())
    costs = []
    for _attempt in range(TIMES + 1):
        page.list.choose([page.list.rows.key_at(1)])
        desk.settle(0.1)
        with probe:
            page.list.choose([str(paper)])
            desk.settle(0.3)
        costs.append(probe.busy)
    assert min(costs) < STALL, costs


def test_one_paper_of_each_kind(desk: Opened, mail: Mail) -> None:
    """The first sentence says whether the document is unchanged, who signed, on whose behalf."""
    page = page_of(desk)
    sound = "Документ не изменён. Подпись действительна."
    clerk = "Вымышленная Анна Ивановна, от имени ООО «Северный причал»"
    firm = "Подписал: Тестов Тест Тестович, от имени ООО «Тест, проверка»"
    for paper, words, standing in (
        (mail.passed(), f"{sound} {firm}", Standing.PASSED),
        (mail.grown_old(), "Документ не изменён; время подписания", Standing.TIME_NOT_PROVED),
        (mail.broken(), "Подпись недействительна. Договор", Standing.BROKEN),
        (mail.unknown_issuer(), "Документ не изменён; издатель", Standing.UNKNOWN),
        (mail.by_attorney(), f"{sound} Подписал: {clerk}", Standing.PASSED),
        (mail.no_signature(), "Подписи нет", Standing.NO_SIGNATURE),
    ):  # fmt: skip
        take(desk, page, paper)
        assert head(page).startswith(words), head(page)
        assert standings(page)[paper.name] is standing
        told = said(page.details)
        assert len(told) == len(set(told)), sorted(told)
        assert not any("roscherk " in text for text in told)


def test_signed_version_and_dates(desk: Opened, mail: Mail) -> None:
    """A PDF shows its signed version; a revoked certificate is a point of the line."""
    page = page_of(desk)
    take(desk, page, mail.problem())
    (line,) = [each for each in page.details.findChildren(Timeline) if each.isVisible()]
    assert any("сертификат отозван" in text for text in said(line))
    take(desk, page, mail.pdf())
    buttons(page.details)["Посмотреть подписанную версию…"].click()
    dialogs = desk.desk.window.findChildren(VersionsDialog)
    assert [each.isVisible() for each in dialogs] == [True]
    dialogs[0].close()


def test_twenty(desk: Opened, mail: Mail, probe: LoopProbe, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """ZIP, XML with an МЧД, ``.sgn``, one broken: groups, problems first, a second run at once."""
    page = page_of(desk)
    folder = mail.twenty()
    page.narrowing.skip.setChecked(True)
    with probe:
        take(desk, page, folder)
    probe.check()
    found = standings(page)
    assert len(found) == 20
    assert [name for name, one in found.items() if one is Standing.BROKEN] == [
        "Договор аренды.docx.sig"
    ]
    assert [each.rpartition(" · ")[2] for each in page.tree.headings()] == [
        "1", "1", "2", "1", "14", "1",
    ]  # fmt: skip
    assert head(page).startswith("Подпись недействительна")
    assert page.subtitle.text() == "Проверено: 20 из 20 · 2 требуют внимания"
    good = next(key for key, one in page._presenter._documents.items() if "Счёт" in one.name)
    page.choose([good])
    assert [each.key for each in page._presenter.chosen()] == [good]
    page.narrowing.problems.click()
    assert page.tree.shown_titles() == ["Договор аренды.docx", "Доп. соглашение 2.docx"]
    assert ["Договор аренды.docx" in each.name for each in page._presenter.chosen()] == [True]
    page.narrowing.words.setText("нет такого")
    desk.until(page.bare.isVisible)
    assert page._presenter.chosen() == []
    page.narrowing.words.clear()
    desk.until(lambda: not page.bare.isVisible())
    page.narrowing.problems.click()
    page._presenter.select([])
    page.again.click()
    quiet(desk, page)
    wholes = [one.whole for one in page._presenter._documents.values()]
    assert sum(bool(one.earlier) for one in wholes if one is not None) >= 16
    target = tmp_path / "Протокол.pdf"
    monkeypatch.setattr(
        desk.desk.dialogs, "choose_target", lambda _title, _name, _filters, to: to(target)
    )
    monkeypatch.setattr(desk.desk.dialogs, "tell", lambda _told: None)
    page._presenter.select([])
    page.report.click()
    desk.until(target.exists)
    assert target.read_bytes().startswith(b"%PDF")


def test_what_a_user_does_before_the_check_begins_counts(
    desk: Opened, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the lines and the check is a turn: called off is called off, chosen stays chosen."""
    page = page_of(desk)
    page.narrowing.skip.setChecked(True)
    put_off: list[Callable[[], None]] = []
    with monkeypatch.context() as patch:
        patch.setattr(desk.desk.tasks, "post", put_off.append)
        page.accept_paths([mail.twenty()])
        desk.until(lambda: bool(put_off))
        keys = list(page._presenter._documents)
        page._view().choose(keys[3:4])
        page.busy.cancel_asked.emit()
        put_off.pop()()
    desk.settle(0.1)
    assert [each.key for each in page._presenter.chosen()] == page._view().chosen_keys()
    assert page._presenter._chosen == keys[3:4]
    assert not page._presenter._checking.running
    assert not page.busy.isVisible()
    assert standings(page) == {}
    page._presenter.select([])
    page.again.click()
    quiet(desk, page)
    assert len(standings(page)) == 20


def test_separate_drops_find_each_other(desk: Opened, mail: Mail, tmp_path: Path) -> None:
    """A signature that comes after its document, or before it, is one line with it."""
    page = page_of(desk)
    for number, first in enumerate(("Акт.docx", "Письмо.docx.sig")):
        signature = mail.passed(first.removesuffix(".sig"))
        apart = tmp_path / f"отдельно {number}"
        apart.mkdir()
        document = signature.with_suffix("").rename(apart / "скан.docx")
        order = [document, signature] if number == 0 else [signature, document]
        take(desk, page, order[0])
        assert standings(page)[order[0].name] in {Standing.NO_SIGNATURE, Standing.UNKNOWN}
        take(desk, page, order[1])
        assert len(page._presenter._documents) == number + 1
        assert standings(page)[signature.name] is Standing.PASSED


def many(page: VerifyPage, count: int) -> list[Document]:
    """Return so many documents with a verdict."""
    (one,) = page._presenter._documents.values()
    folder = one.path.parent
    checked = one.checked
    assert checked is not None
    made = []
    for number in range(count):
        file = replace(checked.report.files[0], content=f"Акт {number:04}.docx")
        found = replace(checked, report=replace(checked.report, files=(file,)))
        path = folder / f"Акт {number:04}.docx.sig"
        made.append(replace(one, path=path, checked=found, whole=None))
    return made


def look_through(desk: Opened, view: QAbstractItemView) -> None:
    """Scroll to the end and choose everything."""
    view.clearSelection()
    for tenth in range(10):
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() * tenth // 10)
        desk.settle(0.02)
    view.selectAll()
    desk.settle(0.1)


def test_two_thousand(desk: Opened, mail: Mail, probe: LoopProbe) -> None:
    """List and table scroll, are chosen and narrowed without a stall; there is one card."""
    page = page_of(desk)
    take(desk, page, mail.passed())
    presenter = page._presenter
    documents = {one.key: one for one in many(page, 2000)}
    for one in documents.values():
        presenter._lines.told(one)  # as the threads of the check do
    presenter.select([])
    presenter._documents = documents
    with probe:
        presenter.show_all()
        desk.settle(0.3)
    probe.check()
    widgets = len(page.details.findChildren(QWidget))
    for table in (True, False):
        page.narrowing.as_tree.setChecked(table)
        desk.settle(0.1)
        costs = []
        for _attempt in range(TIMES):
            with probe:
                look_through(desk, page._view())
            costs.append(probe.busy)
        assert min(costs) < STALL, costs
        assert len(presenter._chosen) == 2000
    with probe:
        page.narrowing.words.setText("акт 1999")
        desk.settle(0.4)
    probe.check()
    assert sum(not row.header for row in page.list.rows.shown) == 1
    page.list.choose_first()
    desk.settle(0.3)
    assert len(page.details.findChildren(QWidget)) < widgets + 100
    assert presenter._documents[page.list.chosen_keys()[0]].state is State.CHECKED
