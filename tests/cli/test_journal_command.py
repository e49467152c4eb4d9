"""`journal`: found, checked, and taken out into files."""

import csv
import io
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from roscherk_run import Roscherk

from app.journal import Action, Journal
from app.places import Places


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Return a journal of three rows in the profile of the tests."""
    places = Places.under(tmp_path / "profile")
    journal = Journal(places.journal, places.journal_head)
    for day, action, target, outcome in (
        (1, Action.SIGN, "/d/=Договор.pdf", "done"),
        (2, Action.VERIFY, "/d/Акт.pdf.sig", "TOTAL_FAILED"),
        (3, Action.PIN_CHANGE, "pkcs11:serial=1", "pin_wrong"),
    ):
        at = datetime(2026, 5, day, 9, tzinfo=UTC)
        journal.append(action, target, outcome, at=at, practice=False)
    return journal


def test_rows_are_shown_and_found(roscherk: Roscherk, journal: Journal) -> None:
    """The newest first, in words; a search looks into the words of the face too."""
    del journal
    done = roscherk("journal")
    assert done.code == 0, done.err
    assert done.out.index("Сменён PIN") < done.out.index("Акт.pdf.sig") < done.out.index("Договор")
    found = json.loads(roscherk("journal", "--search", "недействительна акт", "--json").out)
    assert [(row["number"], row["action"]) for row in found["rows"]] == [(2, "verify")]
    late = json.loads(roscherk("journal", "--since", "2026-05-02", "--json").out)
    assert [row["number"] for row in late["rows"]] == [3, 2]
    early = json.loads(roscherk("journal", "--until", "2026-05-02", "--json").out)
    assert [row["number"] for row in early["rows"]] == [2, 1]
    pins = json.loads(roscherk("journal", "--kind", "pins", "--json").out)
    assert [row["number"] for row in pins["rows"]] == [3]
    one = roscherk("journal", "--limit", "1")
    assert "Ещё 2 строки старше" in one.out
    assert roscherk("journal", "--since", "вчера").code == 2


def test_tampering_is_told(roscherk: Roscherk, journal: Journal, tmp_path: Path) -> None:
    """``--verify`` ends with 20 when a row is not as it was written."""
    del journal
    assert roscherk("journal", "--verify").code == 0
    base = sqlite3.connect(Places.under(tmp_path / "profile").journal)
    base.executescript("DROP TRIGGER journal_is_not_cut; DELETE FROM journal WHERE number = 3;")
    base.close()
    done = roscherk("journal", "--verify", "--json")
    assert done.code == 20
    told = json.loads(done.out)
    assert (told["whole"], told["missing_from"]) == (False, 3)
    assert "Строк, начиная с номера 3, больше нет" in roscherk("journal", "--verify").out


def test_rows_go_into_files(roscherk: Roscherk, journal: Journal, tmp_path: Path) -> None:
    """CSV no spreadsheet takes for formulas, JSON with the last hash, paper; nothing is overwritten."""
    last = journal.verify().last_hash
    target = tmp_path / "Журнал.csv"
    assert roscherk("journal", "--export", target).code == 0
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["3", "2", "1"]
    assert rows[3][4] == "/d/=Договор.pdf"
    assert rows[0][1] == "Время"
    again = roscherk("journal", "--export", target)
    assert again.code == 1
    as_json = tmp_path / "Журнал.json"
    assert roscherk("journal", "--export", as_json, "--search", "договор").code == 0
    told = json.loads(as_json.read_text("utf-8"))
    assert told["last_hash"] == last
    assert [row["target"] for row in told["rows"]] == ["/d/=Договор.pdf"]
    paper = tmp_path / "Журнал.html"
    assert roscherk("journal", "--export", paper).code == 0
    page = paper.read_text("utf-8")
    assert "Выписка из журнала" in page
    assert last in page
    assert roscherk("journal", "--export", tmp_path / "Журнал.pdf").code == 0
    assert (tmp_path / "Журнал.pdf").read_bytes().startswith(b"%PDF")
    assert roscherk("journal", "--export", tmp_path / "Журнал.exe").code == 2
