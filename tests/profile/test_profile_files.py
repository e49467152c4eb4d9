"""Which files make up a profile, while others work in it; what a hostile backup may not name."""

import io
from pathlib import Path

import pytest

from app.errors import ErrorCode, RoscherkError
from app.places import Places, write_private
from app.profile import archive
from app.profile.archive import Checksum, Head, Source
from app.profile.files import ProfileFiles, demand_name


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
    opened = archive.read_head(file)
    with pytest.raises(RoscherkError) as caught:
        archive.read_files(file, opened, Checksum(), lambda _: None, archive.nowhere)
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
