"""The journal in the window: long, searched, checked, taken out, done again."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opened import Opened
from probe import LoopProbe
from PySide6.QtWidgets import QApplication, QFileDialog

from app.journal import Action, Entry
from app.ui.forms import Told
from app.ui.journal.page import JournalPage
from app.ui.journal.repeating import Again, Desk, again
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog

ROWS = 100_000


def page_of(it: Opened) -> JournalPage:
    """Bring the page of the journal to the front."""
    it.desk.window.go_to(4)
    page = it.desk.window.page(4)
    assert isinstance(page, JournalPage)
    it.until(page.isVisible)
    return page


def fill(file: Path, count: int) -> None:
    """Write many rows with a sound chain, quicker than one by one."""
    base = sqlite3.connect(file)
    number, last = base.execute("SELECT number, hash FROM journal ORDER BY number DESC").fetchone()
    rows = []
    for _each in range(count):
        number += 1
        at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        record = json.dumps(
            {
                "action": "verify",
                "facts": {},
                "outcome": "TOTAL_PASSED",
                "target": f"/d/Акт {number}.pdf",
                "time": at.isoformat(),
            },
            sort_keys=True,
            separators=(",", ":"),
        )
        last = hashlib.sha256(last + record.encode()).digest()
        rows.append((record, last))
    base.executemany("INSERT INTO journal (record, hash) VALUES (?, ?)", rows)
    base.commit()
    base.close()


def top(it: Opened, kind: type[Dialog] = Dialog) -> Dialog:
    """Wait for a dialog."""

    def there() -> list[Dialog]:
        return [each for each in QApplication.topLevelWidgets() if type(each) is kind]

    it.until(lambda: any(each.isVisible() for each in there()))
    return next(each for each in there() if each.isVisible())


def test_hundred_thousand_rows_never_stop_the_window(window: Opened, probe: LoopProbe) -> None:
    """Opened, scrolled to both ends and searched; the chain is checked meanwhile."""
    journal = window.services.journal
    journal.append(Action.SIGN, "/d/Первый договор.pdf", "done", source="/d/Первый договор.pdf")
    fill(window.services.places.journal, ROWS)
    page = page_of(window)
    with probe:
        window.until(lambda: page.rows.rowCount() == ROWS + 1)
        bar = page.list.verticalScrollBar()
        window.until(lambda: bar.maximum() > 50 * ROWS)
        for share in (1, 2, 3, 4):
            bar.setValue(bar.maximum() * share // 4)
            window.settle(0.05)
        last = page.rows.index(ROWS)
        window.until(lambda: "Первый договор" in page.rows.data(last))
        page.narrowing.words.setText("первый подпис")
        window.until(lambda: page.rows.rowCount() == 1)
        window.until(page.card.again.isVisible)
        page.check.click()
        window.until(page.told.isVisible)
        page.narrowing.clear()
        window.until(lambda: page.rows.rowCount() == ROWS + 1)
    probe.check()
    assert "100" in page.count.text()
    page.narrowing.period.setCurrentIndex(1)
    window.until(lambda: page.rows.rowCount() == 1)
    page.narrowing.kind.setCurrentIndex(2)
    window.until(page.none.isVisible)


def test_tampering_is_told_over_every_page_and_mended(window: Opened) -> None:
    """The warning stands while work goes on; a new journal is begun and the old one is kept."""
    it = window
    for number in range(3):
        it.services.journal.append(Action.SIGN, f"/d/{number}.pdf", "done")
    assert not it.desk.window.trouble.isVisible()
    base = sqlite3.connect(it.services.places.journal)
    base.executescript("DROP TRIGGER journal_is_not_cut; DELETE FROM journal WHERE number = 3;")
    base.close()
    it.desk.health.examine()
    it.until(it.desk.window.trouble.isVisible)
    it.desk.notes.note(Action.VERIFY, "/d/later.pdf", "TOTAL_PASSED")
    it.desk.window.trouble.asked.emit()
    page = it.desk.window.page(4)
    assert isinstance(page, JournalPage)
    it.until(lambda: page.rows.rowCount() == 3)
    it.until(page.told.isVisible)
    page.told.asked.emit()
    top(it).accept()
    told = top(it, ToldDialog)
    assert "Прежний сохранён как" in told.words.text()
    told.close()
    it.until(lambda: page.rows.rowCount() == 1 and not it.desk.window.trouble.isVisible())
    assert len(list(it.services.places.data.glob("journal.aside-*.sqlite3"))) == 1


def test_journal_that_is_none_stops_nothing(window: Opened) -> None:
    """A file of another kind in its place: said once over the page, and no dialog at each step."""
    it = window
    it.services.places.data.mkdir(parents=True, exist_ok=True)
    it.services.places.journal.write_bytes(b"not a journal" * 100)
    for _each in range(3):
        it.desk.notes.note(Action.VERIFY, "/d/a.pdf", "TOTAL_PASSED")
    it.until(it.desk.window.trouble.isVisible)
    assert not any(isinstance(each, Dialog) for each in QApplication.topLevelWidgets())
    page = page_of(it)
    it.until(page.told.isVisible)
    assert page.told.action.isVisible()


def test_rows_that_are_shown_are_saved(
    window: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was narrowed is what is written."""
    it = window
    for name in ("Акт", "Договор"):
        it.services.journal.append(Action.SIGN, f"/d/{name}.pdf", "done")
    page = page_of(it)
    it.until(lambda: page.rows.rowCount() == 2)
    page.narrowing.words.setText("акт")
    it.until(lambda: page.rows.rowCount() == 1)
    shown: list[str] = []
    monkeypatch.setattr(it.desk.dialogs, "show_in_folder", shown.append)
    page.save.click()
    it.until(lambda: any(isinstance(e, QFileDialog) for e in QApplication.topLevelWidgets()))
    dialog = next(e for e in QApplication.topLevelWidgets() if isinstance(e, QFileDialog))
    dialog.fileSelected.emit(str(tmp_path / "Журнал.json"))
    dialog.close()
    told = top(it, ToldDialog)
    assert isinstance(told, ToldDialog)
    assert isinstance(told.told, Told)
    told.told.steps[0].act()
    told.close()
    assert shown == [str(tmp_path / "Журнал.json")]
    rows = json.loads((tmp_path / "Журнал.json").read_text("utf-8"))["rows"]
    assert [row["target"] for row in rows] == ["/d/Акт.pdf"]


def test_row_is_done_again(window: Opened, tmp_path: Path) -> None:
    """The page of documents gets the file and the form; a file that is gone is said to be gone."""
    it = window
    source = tmp_path / "Письмо.txt"
    source.write_text("Здравствуйте", encoding="utf-8")
    facts = {"source": str(source), "attached": True, "encoding": "base64"}
    it.services.journal.append(Action.SIGN, f"{source}.sig", "done", **facts)
    page = page_of(it)
    it.until(page.card.again.isVisible)
    page.card.again.click()
    it.until(lambda: it.desk.window.sidebar.navigation.currentRow() == 0)
    presenter = it.desk._documents
    assert presenter is not None
    it.until(lambda: presenter.document(str(source)) is not None)
    assert presenter.options.attached
    assert presenter.options.encoding.value == "base64"
    source.unlink()
    page_of(it)
    page.card.again.click()
    it.until(lambda: any(isinstance(e, Dialog) for e in QApplication.topLevelWidgets()))


@pytest.mark.parametrize(
    ("action", "target", "plan"),
    [
        (Action.VERIFY, "/d/a.sig", Again(desk=Desk.VERIFICATION, file=Path("/d/a.sig"))),
        (Action.PIN_CHANGE, "pkcs11:serial=1", Again(desk=Desk.KEYS, key="pkcs11:serial=1")),
        (Action.TRUST_ADD, "Корень", Again(desk=Desk.CERTIFICATES, key="Корень")),
        (Action.CONTAINER_DELETE, "container:a", None),
        (Action.PRACTICE_ENTER, "/p", None),
        (Action.SIGN, None, None),
    ],
)
def test_what_again_means(action: Action, target: str | None, plan: Again | None) -> None:
    """Each kind of row leads to its page; what is gone is not done again."""
    entry = Entry(
        number=1, time=datetime.now(UTC), action=action, target=target, outcome="done", facts={}
    )
    assert again(entry) == plan
