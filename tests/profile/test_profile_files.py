"""Which files make up a profile, while others work in it; what a hostile backup may not name."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import ErrorCode, RoscherkError
from app.journal import Action, Journal
from app.places import Places, write_private
from app.profile import archive
from app.profile.archive import Checksum, Head, Source
from app.profile.changing import Change
from app.profile.files import JOURNAL, JOURNAL_HEAD, ProfileFiles, demand_name
from app.profile.locking import Hold
from app.profile.opening import opened


def test_one_vanished_file_hides_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program saves its settings between the listing of a folder and the look at it."""
    places = Places.under(tmp_path)
    for name in (".settings.toml.abcd1234", "containers", "gone", "journal.sqlite3"):
        write_private(places.data / name, b"1")
    lstat = Path.lstat

    def look(path: Path) -> object:
        if path.name in {".settings.toml.abcd1234", "gone"}:
            raise FileNotFoundError(path)
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", look)
    files = ProfileFiles(places)
    assert files.names() == ("data/containers", "data/journal.sqlite3")
    assert files.size() == 2


def backup_of(tmp_path: Path, *names: str, form: int = 1) -> io.BytesIO:
    """Return a backup without a password that holds these names."""
    (tmp_path / "source").write_bytes(b"1")
    with (tmp_path / "backup").open("wb+") as file:
        head = Head(made="", program="", form=form, seal=archive.PLAIN)
        archive.write(file, head, Checksum(), [Source(each, tmp_path / "source") for each in names])
        file.seek(0)
        return io.BytesIO(file.read())


@pytest.mark.parametrize("folder", ["data/a", "data/\u00dfa", "data/\u0130a"])
def test_no_file_is_a_folder_too(tmp_path: Path, folder: str) -> None:
    """Letters that are longer when capitals and small ones are made alike change nothing."""
    file = backup_of(tmp_path, folder, f"{folder}/x")
    head = archive.read_head(file)
    with pytest.raises(RoscherkError) as caught:
        archive.read_files(file, head, Checksum(), lambda _: None, archive.nowhere)
    assert caught.value.code is ErrorCode.BACKUP_DAMAGED


def test_no_profile_has_a_form_below_zero(tmp_path: Path) -> None:
    """Put in place it would lock the profile for ever."""
    with pytest.raises(RoscherkError) as caught:
        archive.read_head(backup_of(tmp_path, "data/a", form=-1))
    assert caught.value.code is ErrorCode.BACKUP_DAMAGED


def test_no_backup_reaches_the_copies() -> None:
    """However their folder is spelt: Windows does not tell capitals from small letters."""
    with pytest.raises(ValueError, match="not a name"):
        demand_name("data/Backups/form-1-x.roscherk")


def write_rows(places: Places, count: int, word: str) -> None:
    """Write a journal."""
    journal = Journal(places.journal, places.journal_head)
    for number in range(count):
        journal.append(Action.SIGN, f"{word * 200}{number}", "done")


def begin_in_vain(journal: Path) -> None:
    """Begin to write to a journal and be killed before the end: SQLite has to undo it."""
    code = (
        "import os, sqlite3, sys; base = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "base.execute('PRAGMA cache_size = 10'); base.execute('BEGIN IMMEDIATE');"
        "[base.execute('INSERT INTO journal (record, hash) VALUES (?, ?)', ('z' * 500, b'')) "
        "for _ in range(1000)]; base.execute('SELECT count(*) FROM journal').fetchone();"
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, journal], check=False).returncode
    assert journal.with_name(f"{journal.name}-journal").stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="kills itself")
def test_what_was_begun_in_the_old_journal_is_not_undone_in_the_new_one(tmp_path: Path) -> None:
    """A restore waits for the next start, and the window is killed while it writes a row."""
    old, other = Places.under(tmp_path / "old"), Places.under(tmp_path / "other")
    with opened(old):
        write_rows(old, 200, "a")
    write_rows(other, 40, "b")
    change = Change(old)
    change.write(JOURNAL, other.journal.read_bytes())
    change.write(JOURNAL_HEAD, other.journal_head.read_bytes())
    change.commit(restores=True)
    begin_in_vain(old.journal)
    with opened(old) as found:
        assert found.restored
    check = Journal(old.journal, old.journal_head).verify()
    assert (check.rows, check.sound) == (40, True)


def test_a_finished_migration_is_no_restore(tmp_path: Path) -> None:
    """Whoever was killed on the way to a new form has put no backup in place."""
    places = Places.under(tmp_path)
    with opened(places):
        pass
    change = Change(places)
    change.write("data/notes", b"1")
    change.commit()
    with opened(places) as found:
        assert not found.restored
    assert (places.data / "notes").read_bytes() == b"1"


@pytest.mark.parametrize("name", ["data/folder", "data/file/x"])
def test_what_cannot_be_put_in_place_is_not_begun(tmp_path: Path, name: str) -> None:
    """A change that is decided and cannot end would lock the profile for ever."""
    places = Places.under(tmp_path)
    write_private(places.data / "folder" / ".lock", b"")
    write_private(places.data / "file", b"1")
    change = Change(places)
    change.write(name, b"2")
    with pytest.raises(RoscherkError) as caught:
        change.commit()
    assert caught.value.code is ErrorCode.PROFILE_UNSUITABLE
    change.drop()
    with opened(places) as found:
        assert not found.restored


def test_a_killed_backup_leaves_no_copy_of_keys(tmp_path: Path) -> None:
    """The next start removes it, unless somebody is at work there."""
    places = Places.under(tmp_path)
    with opened(places):
        pass
    backups = ProfileFiles(places).backups
    write_private(backups / ".roscherk-backup-0123456789abcdef", b"keys")
    write_private(backups / ".roscherk-backup-x" / "journal", b"rows")
    with Hold(places.data) as other:
        other.take(alone=False)
        with opened(places):
            assert len(list(backups.iterdir())) == 2
    with opened(places):
        assert list(backups.iterdir()) == []


class Seen:
    """What the system says of a file, told differently."""

    def __init__(self, told: os.stat_result, **other: int) -> None:
        self._told = told
        self.__dict__ |= other

    def __getattr__(self, name: str) -> object:
        return getattr(self._told, name)


def seen(monkeypatch: pytest.MonkeyPatch, name: str, **other: int) -> None:
    """Let the system tell other things of the files of a name."""
    lstat = Path.lstat

    def look(path: Path) -> object:
        told = lstat(path)
        return Seen(told, **other) if path.name == name else told

    monkeypatch.setattr(Path, "lstat", look)


def test_a_disk_that_nobody_knows_is_no_other_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows may know the disk of a folder and not that of a file in it; Wine never does."""
    places = Places.under(tmp_path)
    write_private(places.data / "containers" / "key.container", b"1")
    seen(monkeypatch, "key.container", st_dev=0)
    assert ProfileFiles(places).names() == ("data/containers/key.container",)


@pytest.mark.parametrize(
    ("told", "reason"),
    [({"st_dev": 99_999}, "disk"), ({"st_dev": 0, "st_reparse_tag": 0xA0000003}, "kind")],
    ids=["another disk", "a junction of Windows"],
)
def test_what_leads_elsewhere_is_no_part_of_a_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, int], reason: str
) -> None:
    """Nothing could be put in place there in one step. A junction looks like a folder."""
    places = Places.under(tmp_path)
    write_private(places.data / "containers" / "key.container", b"1")
    seen(monkeypatch, "containers", **told)
    with pytest.raises(RoscherkError) as caught:
        ProfileFiles(places).names()
    assert caught.value.code is ErrorCode.PROFILE_UNSUITABLE
    assert caught.value.facts["reason"] == reason
