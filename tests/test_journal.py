"""The journal: what was written stays, and whatever was changed is seen."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import journal as journal_module
from app.errors import ErrorCode, RoscherkError
from app.journal import Action, Journal, Query
from app.texts.journal_words import check_words
from app.texts.verdicts import Tone

AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the journal lies."""
    return tmp_path / "data" / "journal.sqlite3"


@pytest.fixture
def journal(file: Path) -> Journal:
    """Return a journal of five rows."""
    journal = Journal(file)
    for number in range(5):
        journal.append(Action.SIGN, Path(f"/договоры/Акт {number}.pdf"), "ok", at=AT, number=number)
    return journal


def tamper(file: Path, *statements: str) -> None:
    """Change the file as somebody would who has the tools."""
    base = sqlite3.connect(file)
    base.executescript("DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_cut;")
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()


def test_rows_come_back_newest_first(journal: Journal):
    """Everything that was told is there, in order, page by page."""
    first, second = journal.entries(limit=2)
    assert (first.number, second.number) == (5, 4)
    assert first.action == Action.SIGN
    assert first.target == "/договоры/Акт 4.pdf"
    assert first.outcome == "ok"
    assert first.time == AT
    assert first.facts == {"number": 4}
    assert [entry.number for entry in journal.entries(before=4)] == [3, 2, 1]


def test_whole_chain_holds(journal: Journal):
    """An untouched journal is sound, and its last hash can be noted."""
    check = journal.verify()
    assert check.sound
    assert check.rows == 5
    assert len(check.last_hash) == 64


def test_empty_journal_is_sound_and_makes_no_file(file: Path):
    """Reading writes nothing."""
    journal = Journal(file)
    assert journal.entries() == ()
    assert journal.verify().sound
    assert not file.exists()
    file.parent.mkdir()
    file.touch()
    assert journal.verify().sound


def test_file_is_private(file: Path):
    """Nobody else on this computer reads what was signed."""
    Journal(file).append(Action.SIGN, None, "ok")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET record = '{}'", "DELETE FROM journal WHERE number = 5"],
)
def test_rows_refuse_to_be_changed(journal: Journal, file: Path, statement: str):
    """The file itself refuses; the row stays."""
    base = sqlite3.connect(file)
    with pytest.raises(sqlite3.IntegrityError):
        base.execute(statement)
    base.close()
    assert journal.verify().sound


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE journal SET record = replace(record, 'ok', 'no') WHERE number = 3", 3),
        ("UPDATE journal SET hash = zeroblob(32) WHERE number = 2", 2),
        ("UPDATE journal SET record = CAST(X'FFFE' AS TEXT) WHERE number = 4", 4),
        ("DELETE FROM journal WHERE number = 1", 1),
        ("DELETE FROM journal WHERE number = 3", 3),
        ("UPDATE journal SET number = 9 WHERE number = 5", 5),
        ("INSERT INTO journal (record, hash) VALUES ('{}', zeroblob(32))", 6),
    ],
)
def test_first_broken_row_is_told(journal: Journal, file: Path, statement: str, broken: int):
    """A change by force is found at its place."""
    tamper(file, statement)
    check = journal.verify()
    assert not check.sound
    assert check.first_broken == broken


def test_cut_tail_shows_against_a_noted_hash(journal: Journal, file: Path):
    """Only a hash noted before shows that the end is missing, as the journal says of itself."""
    noted = journal.verify().last_hash
    tamper(file, "DELETE FROM journal WHERE number = 5")
    check = journal.verify()
    assert check.sound
    assert check.last_hash != noted


def test_any_path_is_kept(file: Path):
    """A name that is not UTF-8, or holds line breaks, is written and read back."""
    path = Path(os.fsdecode(b"/srv/\xff\n\xd0\x90.pdf"))
    journal = Journal(file)
    journal.append(Action.VERIFY, path, "total_passed")
    assert journal.entries()[0].target == str(path)
    assert journal.verify().sound


@pytest.mark.parametrize("value", [b"1234", bytearray(b"1234"), None, 1.5])
def test_only_plain_facts_are_taken(file: Path, value: object):
    """Bytes could be a document or a PIN."""
    with pytest.raises(TypeError):
        Journal(file).append(Action.SIGN, None, "ok", something=value)
    assert not file.exists()


@pytest.mark.parametrize("raw", [b"not a base" * 100, b"SQLite format 3\0" + bytes(4000)])
def test_damaged_file_is_our_error(file: Path, raw: bytes):
    """A file that is no journal is not written over."""
    file.parent.mkdir()
    file.write_bytes(raw)
    journal = Journal(file)
    for call in (
        journal.entries,
        journal.verify,
        lambda: journal.append(Action.SIGN, None, "ok"),
    ):
        with pytest.raises(RoscherkError) as caught:
            call()
        assert caught.value.code is ErrorCode.JOURNAL_DAMAGED
    assert file.read_bytes() == raw


def test_another_base_is_not_ours(file: Path):
    """A row that is no record of ours is told with its number."""
    journal = Journal(file)
    journal.append(Action.SIGN, None, "ok")
    tamper(file, "UPDATE journal SET record = '[]'")
    with pytest.raises(RoscherkError) as caught:
        journal.entries()
    assert caught.value.code is ErrorCode.JOURNAL_DAMAGED
    assert caught.value.facts == {"row": 1}


def test_locked_base_is_said_to_be_busy(
    journal: Journal, file: Path, monkeypatch: pytest.MonkeyPatch
):
    """Another program that holds the file for long gets its own error."""
    monkeypatch.setattr("app.journal._WAIT_SECONDS", 0.05)
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RoscherkError) as caught:
        journal.append(Action.SIGN, None, "ok")
    base.close()
    assert caught.value.code is ErrorCode.JOURNAL_BUSY


def test_place_that_cannot_be_written_is_our_error(tmp_path: Path):
    """A file in the way of the folder is said plainly."""
    (tmp_path / "taken").write_bytes(b"")
    journal = Journal(tmp_path / "taken" / "journal.sqlite3")
    for call in (journal.entries, lambda: journal.append(Action.SIGN, None, "ok")):
        with pytest.raises(RoscherkError) as caught:
            call()
        assert caught.value.code is ErrorCode.TARGET_UNWRITABLE


def test_two_programs_write_one_chain(file: Path):
    """Rows of several processes at once make one sound chain."""
    code = (
        "import sys; from pathlib import Path; from app.journal import Action, Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for number in range(15): journal.append(Action.VERIFY, None, 'ok', number=number)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT) for _ in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    check = Journal(file).verify()
    assert check.sound
    assert check.rows == 45


@pytest.fixture
def noted(tmp_path: Path) -> Journal:
    """Return a journal of five rows whose newest one is noted apart."""
    journal = Journal(tmp_path / "data" / "journal.sqlite3", tmp_path / "config" / "head.json")
    for number in range(5):
        journal.append(Action.SIGN, f"/договоры/Акт {number}.pdf", "done", at=AT, number=number)
    return journal


def test_cut_tail_is_told_where_the_newest_row_was_noted(noted: Journal, tmp_path: Path):
    """Rows that are gone from the end, and a file that is gone, are told."""
    file = tmp_path / "data" / "journal.sqlite3"
    assert noted.verify().sound
    tamper(file, "DELETE FROM journal WHERE number > 3")
    check = noted.verify()
    assert (check.sound, check.first_broken, check.missing_from) == (False, None, 4)
    file.unlink()
    assert noted.verify().missing_from == 1


def test_chain_written_anew_is_told_by_the_note(noted: Journal, tmp_path: Path):
    """A whole journal in place of another is sound in itself and is found all the same."""
    file = tmp_path / "data" / "journal.sqlite3"
    file.unlink()
    forged = Journal(file)
    for number in range(6):
        forged.append(Action.VERIFY, None, "done", at=AT, number=number)
    assert forged.verify().sound
    assert noted.verify().first_broken == 5


def test_note_that_cannot_be_read_or_written_stops_nothing(noted: Journal, tmp_path: Path):
    """The note is a help: the journal itself goes on."""
    head = tmp_path / "config" / "head.json"
    head.write_text("{", encoding="utf-8")
    assert noted.verify().sound
    head.unlink()
    head.mkdir()
    assert noted.append(Action.SIGN, None, "done") == 6
    assert noted.verify().sound


@pytest.mark.parametrize("spoil", [Path.unlink, lambda head: head.write_bytes(b"{")])
def test_end_that_nothing_vouches_for_is_told(
    noted: Journal, tmp_path: Path, spoil: Callable[[Path], object]
):
    """Whoever cuts the journal may spoil the note as well: that nobody can tell is said."""
    head = tmp_path / "config" / "head.json"
    assert not noted.verify().end_unknown
    spoil(head)
    tamper(tmp_path / "data" / "journal.sqlite3", "DELETE FROM journal WHERE number > 3")
    check = noted.verify()
    assert (check.rows, check.sound, check.end_unknown) == (3, True, True)
    words, tone = check_words(check)
    assert tone is Tone.UNSURE
    assert "3" in words.explanation
    noted.append(Action.SIGN, None, "done")
    assert not noted.verify().end_unknown


def test_new_journal_has_no_end_to_doubt(tmp_path: Path):
    """Before the first row there is no note, and nothing is missing."""
    assert not Journal(tmp_path / "journal.sqlite3", tmp_path / "head.json").verify().end_unknown


def test_damaged_journal_is_set_aside(noted: Journal, tmp_path: Path):
    """The old file is kept beside, and the new one says that it was begun in its place."""
    file = tmp_path / "data" / "journal.sqlite3"
    file.write_bytes(b"no journal" * 500)
    kept = noted.set_aside()
    assert kept is not None
    assert kept.read_bytes().startswith(b"no journal")
    assert [(each.action, each.target) for each in noted.entries()] == [
        (Action.JOURNAL_BEGIN, kept.name)
    ]
    assert noted.verify().sound


def test_rows_are_found(file: Path):
    """Words in any case, of the row or of the face; a period; kinds; the newest first."""
    journal = Journal(file)
    days = [datetime(2026, 5, day, 9, tzinfo=UTC) for day in (1, 2, 3)]
    journal.append(Action.SIGN, "/d/Договор ПОСТАВКИ.pdf", "done", at=days[0], key="container:А")
    journal.append(Action.VERIFY, "/d/Акт.pdf.sig", "total_failed", at=days[1], practice=True)
    journal.append(Action.PIN_CHANGE, "pkcs11:serial=1", "pin_wrong", at=days[2])
    said = {("pin_change", "pin_wrong"): "Сменён PIN-код. Неверный PIN-код"}

    def find(**wanted: object) -> tuple[int, ...]:
        return journal.find(
            Query(**wanted), lambda action, outcome: said.get((action, outcome), "")
        )

    assert find() == (3, 2, 1)
    assert find(words=("поставки",)) == (1,)
    assert find(words=("АКТ", "sig")) == (2,)
    assert find(words=("неверный",)) == (3,)
    assert find(words=("container:а",)) == (1,)
    assert find(words=("нет такого",)) == ()
    assert find(since=days[1]) == (3, 2)
    assert find(until=days[1]) == (1,)
    assert find(since=days[1], until=days[2]) == (2,)
    assert find(actions=frozenset({"sign", "verify"})) == (2, 1)
    assert [each.number for each in journal.rows((3, 9, 1))] == [3, 1]
    assert Journal(file.with_name("none")).find(Query()) == ()


def test_hundred_thousand_rows_are_searched_in_time(file: Path):
    """Whoever types does not wait: several times the usual time of the processor is allowed here."""
    journal = Journal(file)
    journal.append(Action.SIGN, "/d/Первый.pdf", "done")
    base = sqlite3.connect(file)
    record = base.execute("SELECT record FROM journal").fetchone()[0]
    base.executemany(
        "INSERT INTO journal (record, hash) VALUES (?, ?)",
        ((record.replace("sign", "verify"), bytes(32)) for _ in range(100_000)),
    )
    base.commit()
    base.close()
    begun = time.thread_time()
    assert journal.find(Query(words=("первый",), actions=frozenset({"sign"}))) == (1,)
    assert len(journal.find(Query(words=("первый",)))) == 100_001
    assert time.thread_time() - begun < 5


def test_form_has_a_number(file: Path):
    """A journal of before the forms had numbers is taken over; a newer one is left alone."""
    journal = Journal(file)
    journal.append(Action.SIGN, None, "done")
    base = sqlite3.connect(file)
    assert base.execute("PRAGMA user_version").fetchone() == (1,)
    base.execute("PRAGMA user_version = 0")
    base.commit()
    assert len(journal.entries()) == 1
    assert journal.append(Action.SIGN, None, "done") == 2
    assert base.execute("PRAGMA user_version").fetchone() == (1,)
    base.execute("PRAGMA user_version = 99")
    base.commit()
    base.close()
    before = file.read_bytes()
    for call in (journal.entries, journal.verify, lambda: journal.append(Action.SIGN, None, "ok")):
        with pytest.raises(RoscherkError) as caught:
            call()
        assert caught.value.code is ErrorCode.JOURNAL_NEWER
    assert file.read_bytes() == before


def test_next_form_is_reached_step_by_step(file: Path, monkeypatch: pytest.MonkeyPatch):
    """A journal of the first form gets what the second has, and its chain stays."""
    Journal(file).append(Action.SIGN, None, "done")
    further = ("CREATE INDEX journal_by_hash ON journal (hash)",)
    monkeypatch.setattr(journal_module, "_MIGRATIONS", (*journal_module._MIGRATIONS, further))
    journal = Journal(file)
    journal.append(Action.SIGN, None, "done")
    base = sqlite3.connect(file)
    assert base.execute("PRAGMA user_version").fetchone() == (2,)
    assert base.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall() == [
        ("journal_by_hash",)
    ]
    base.close()
    assert journal.verify().sound


class _FailingDisk:
    """A connection whose statements fail as on a disk that was pulled out."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self._real = real

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Fail at the journal's own table."""
        if "FROM journal" in statement:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
            raise error
        return self._real.execute(statement, *values)

    def close(self) -> None:
        """Close."""
        self._real.close()


_KILLED = """
import os, sqlite3, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.journal import Action, Journal
class Dying(sqlite3.Connection):
    def execute(self, statement, *values):
        if statement == "COMMIT":
            super().execute("PRAGMA cache_spill = 1")
            super().execute("PRAGMA cache_size = 1")
            super().execute("CREATE TABLE filling AS SELECT randomblob(2000) FROM "
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 200) "
                "SELECT i FROM n)")
            os.kill(os.getpid(), 9)
        return super().execute(statement, *values)
real = sqlite3.connect
sqlite3.connect = lambda *a, **more: real(*a, factory=Dying, **more)
Journal(Path(sys.argv[2])).append(Action.SIGN, None, "done")
"""


def test_killed_at_the_first_row_is_an_empty_journal(file: Path):
    """Half of a new journal is on the disk: it is neither damaged nor in the way of the next row."""
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", _KILLED, root, file], check=False)
    assert done.returncode == -9
    assert file.stat().st_size > 0
    assert file.with_name(file.name + "-journal").stat().st_size > 0
    journal = Journal(file)
    assert journal.verify().rows == 0
    assert journal.verify().sound
    assert journal.entries() == journal.find(Query()) == journal.rows((1,)) == ()
    assert journal.append(Action.SIGN, None, "done") == 1
    assert journal.verify().rows == 1


def test_disk_that_fails_is_no_damage(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    """Nobody is told that rows were changed, or offered a new journal, for a disk that fails."""
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **more: _FailingDisk(real(*a, **more)))
    with pytest.raises(RoscherkError) as caught:
        journal.append(Action.SIGN, None, "done")
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE
    for call in (journal.entries, journal.verify):
        with pytest.raises(RoscherkError) as caught:
            call()
        assert caught.value.code is ErrorCode.FILE_UNREADABLE
    monkeypatch.undo()
    assert journal.verify().rows == 5


def test_file_that_cannot_be_written_is_told(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    """What is there can still be read."""
    real = sqlite3.connect

    def read_only(path: Path, **more: object) -> sqlite3.Connection:
        return real(f"file:{path}?mode=ro", uri=True, **more)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(RoscherkError) as caught:
        journal.append(Action.SIGN, None, "done")
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE
    assert len(journal.entries()) == 5
