"""The gate of a profile: renewed as one step after a copy, refused in words, never lost."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from releases import RELEASES, add_a_file, content, rename_the_theme, unpacked

from app.errors import ErrorCode, RoscherkError
from app.journal import Journal
from app.places import Places
from app.profile import archive, changing, migrations, opening
from app.profile.files import ProfileFiles
from app.profile.locking import Hold
from app.profile.migrations import FORM, STEPS
from app.settings import LANGUAGE, Settings
from app.texts.errors import describe_error

LATER = (*STEPS, rename_the_theme, add_a_file)


def open_it(places: Places, steps: object = STEPS) -> opening.Opened:
    """Open a profile and let it go."""
    with opening.opened(places, steps, patience=0.2) as found:  # type: ignore[arg-type]
        return found


def refused(places: Places, steps: object = STEPS) -> RoscherkError:
    """Return why a profile is not opened; it is as it was, and there are words."""
    root = places.data.parent
    before = content(root)
    with pytest.raises(RoscherkError) as caught:
        open_it(places, steps)
    assert content(root) == before
    assert str(places.data) in describe_error(caught.value).explanation
    return caught.value


def test_a_new_profile_gets_its_number(tmp_path: Path) -> None:
    """Whoever opens it next knows what it is; nothing is copied."""
    places = Places.under(tmp_path / "Профиль")
    assert open_it(places) == opening.Opened(form=FORM)
    assert json.loads(ProfileFiles(places).number.read_bytes())["form"] == FORM
    assert not ProfileFiles(places).backups.exists()


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_is_opened(tmp_path: Path, release: str) -> None:
    """Settings, journal, keys, trust, requests, routes of an earlier program are there as before."""
    places = unpacked(release, tmp_path)
    before = content(tmp_path)
    found = open_it(places)
    assert found.form == FORM
    after = content(tmp_path)
    changed = {"data/journal.sqlite3", "config/journal_head.json", "data/profile.json"}
    assert {name: after[name] for name in before if name not in changed} == {
        name: data for name, data in before.items() if name not in changed
    }
    assert set(after) - set(before) <= changed
    check = Journal(places.journal, places.journal_head).verify()
    assert check.sound
    assert check.rows >= 5
    assert Settings(places.config / "settings.toml").get(LANGUAGE) == "ru"
    assert open_it(places) == opening.Opened(form=FORM)


def test_the_journal_of_before_gets_its_number(tmp_path: Path) -> None:
    """Step 1: the form, the note of the newest row, after a copy of what was there."""
    places = unpacked("before-0.1.0", tmp_path)
    old = places.journal.read_bytes()
    rows = Journal(places.journal).entries()
    found = open_it(places)
    with closing(sqlite3.connect(places.journal)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (1,)
    assert Journal(places.journal).entries() == rows
    assert json.loads(places.journal_head.read_bytes())["number"] == rows[0].number
    assert found.renewed_from == 0
    assert found.backup is not None
    assert found.backup_size == found.backup.stat().st_size > len(old)
    assert rows[0].outcome.encode() in found.backup.read_bytes()


def test_a_damaged_journal_is_left_as_it_is(tmp_path: Path) -> None:
    """It is told where it is opened; the step goes past it."""
    places = Places.under(tmp_path)
    places.data.mkdir()
    places.journal.write_bytes(b"no base at all" * 100)
    assert open_it(places).form == FORM
    assert places.journal.read_bytes() == b"no base at all" * 100


def test_later_steps_build_on_one_another(tmp_path: Path) -> None:
    """Two steps are one change with one copy before it, which holds all that was there."""
    places = unpacked("0.1.0", tmp_path)
    settings = (places.config / "settings.toml").read_bytes()
    found = open_it(places, LATER)
    assert (found.renewed_from, found.form) == (0, len(LATER))
    assert b"colours" in (places.config / "settings.toml").read_bytes()
    assert "colors" in (places.data / "later" / "Настройки.txt").read_text("utf-8")
    assert not (places.data / "drafts").exists()
    assert found.backup is not None
    with found.backup.open("rb") as file:
        opened = archive.read_head(file)
        kept: dict[str, bytes] = {}
        names = archive.read_files(
            file, opened, archive.Checksum(), lambda _: None, archive.nowhere
        )
        assert opened.head.form == 0
    kept = {each.name: each.sha256.encode() for each in names.files}
    assert "data/containers/Иванова.container" in kept
    assert settings in found.backup.read_bytes()
    assert open_it(places, LATER).renewed_from is None


def test_copies_do_not_pile_up(tmp_path: Path) -> None:
    """Three of them are kept."""
    places = unpacked("0.1.0", tmp_path)
    for count in range(6):
        open_it(places, (*STEPS, *[rename_the_theme] * (count + 1)))
    assert len(list(ProfileFiles(places).backups.iterdir())) == 3


def test_a_newer_profile_is_refused(tmp_path: Path) -> None:
    """An older program touches nothing there."""
    places = unpacked("0.1.0", tmp_path)
    open_it(places, LATER)
    error = refused(places)
    assert error.code is ErrorCode.PROFILE_NEWER
    assert error.facts == {"path": str(places.data), "form": len(LATER), "known": FORM}


@pytest.mark.parametrize(
    "told", [b"", b"{", b"[]", b'{"form": "1"}', b'{"form": -1}', b'{"form": true}', b"\xff"]
)
def test_a_damaged_number_is_told(tmp_path: Path, told: bytes) -> None:
    """Nobody guesses the form of a profile."""
    places = unpacked("0.1.0", tmp_path)
    ProfileFiles(places).number.write_bytes(told)
    with pytest.raises(RoscherkError) as caught:
        open_it(places)
    assert caught.value.code is ErrorCode.PROFILE_DAMAGED
    assert ProfileFiles(places).number.read_bytes() == told


def test_a_profile_in_use_waits(tmp_path: Path) -> None:
    """Nobody renews what another program works in; opened together it may be, once it is renewed."""
    places = unpacked("0.1.0", tmp_path)
    with Hold(places.data) as other:
        other.take(alone=False)
        assert refused(places, LATER).code is ErrorCode.PROFILE_BUSY
    open_it(places, LATER)
    with Hold(places.data) as other:
        other.take(alone=False)
        assert open_it(places, LATER).form == len(LATER)
        other.take(alone=True)
        assert refused(places, LATER).code is ErrorCode.PROFILE_BUSY


def test_a_full_disk_is_told_before_anything_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much room is needed, in megabytes."""
    places = unpacked("0.1.0", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 5 << 20))
    error = refused(places, LATER)
    assert error.code is ErrorCode.PROFILE_NO_ROOM
    assert error.facts["free"] == 5
    assert int(error.facts["megabytes"]) > 16


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_fault_while_writing_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """At every forcing to the disk before the change is made."""
    places = unpacked("0.1.0", tmp_path)
    before = content(tmp_path)
    real = os.fsync
    told = set()
    for at in range(1, 100):
        left = at

        def fail(descriptor: int) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(number, "planned")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fail)
        try:
            open_it(places, LATER)
        except RoscherkError as error:
            told.add(error.code)
        if left > 0:
            break
        assert changing.pending(places) or content(tmp_path) == before
    monkeypatch.undo()
    full = number == errno.ENOSPC
    assert told == {ErrorCode.PROFILE_NO_ROOM if full else ErrorCode.PROFILE_NOT_RENEWED}
    assert at > 5
    assert open_it(places, LATER).form == len(LATER)
    assert b"colours" in (places.config / "settings.toml").read_bytes()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_profile_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """It is as it was."""
    places = unpacked("0.1.0", tmp_path)
    places.data.chmod(0o500)
    try:
        assert refused(places, LATER).code is ErrorCode.PROFILE_NOT_RENEWED
    finally:
        places.data.chmod(0o700)


def test_read_only_but_of_this_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs no change is opened, and that nothing can be written is known."""
    places = unpacked("0.1.0", tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    before = content(tmp_path)
    assert open_it(places) == opening.Opened(form=FORM, read_only=True)
    assert content(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators there")
def test_links_are_told(tmp_path: Path) -> None:
    """Nothing could be put in their place in one step."""
    places = unpacked("0.1.0", tmp_path)
    elsewhere = tmp_path / "elsewhere"
    (places.data / "containers").rename(elsewhere)
    (places.data / "containers").symlink_to(elsewhere)
    error = refused(places, LATER)
    assert (error.code, error.facts["reason"]) == (ErrorCode.PROFILE_UNSUITABLE, "kind")


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signals")
def test_killed_at_any_call_it_is_the_old_profile_or_the_new_one(tmp_path: Path) -> None:
    """At calls that open, rename or remove a file; the next start finds one or the other.

    At each of them with ``ROSCHERK_EVERY_CALL`` (``nox -s kills``), else at every fourth.
    """
    origin = tmp_path / "origin"
    for folder in ("practice", "trust", "requests"):
        shutil.rmtree(unpacked("before-0.1.0", origin).data / folder)
    old = content(origin)
    wanted = tmp_path / "wanted"
    shutil.copytree(origin, wanted)
    open_it(Places.under(wanted), LATER)
    new = _told(wanted)
    seen = set()
    every = 1 if os.environ.get("ROSCHERK_EVERY_CALL") else 4
    for at in range(1, 1000, every):
        root = tmp_path / str(at)
        shutil.copytree(origin, root)
        if not _killed(Places.under(root), at):
            break
        places = Places.under(root)
        made = changing.pending(places) or ProfileFiles(places).number.exists()
        seen.add(made)
        if not made:
            kept = {name: data for name, data in content(root).items() if ".arriving" not in name}
            assert kept == old, at
        open_it(places, LATER)
        assert _told(root) == new, at
        assert not (places.data / ".arriving").exists()
        shutil.rmtree(root)
    assert seen == {False, True}
    assert at > 60


def _told(root: Path) -> dict[str, bytes]:
    """Return the content of a renewed profile; SQLite numbers its changes."""
    found = content(root)
    found["data/journal.sqlite3"] = repr(
        Journal(Places.under(root).journal, Places.under(root).journal_head).verify()
    ).encode()
    return found


def _killed(places: Places, at: int) -> bool:
    """Open the profile in a child that dies at its ``at``-th call; tell whether it did."""
    child = os.fork()
    if child == 0:
        left = at

        def hook(event: str, _arguments: object) -> None:
            nonlocal left
            if event in {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod"}:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            open_it(places, LATER)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_the_table_of_steps_agrees_with_itself() -> None:
    """The number is the count of steps, each with words of its own."""
    assert len(STEPS) == FORM == migrations.FORM
    for number, step in enumerate(STEPS, start=1):
        assert str(step.__doc__).startswith(f"{number}: ")
