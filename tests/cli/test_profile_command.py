"""`profile`: a backup of everything and back, refused when it is hostile, and the gate in words."""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from roscherk_run import Roscherk

from app.cli.main import main as cli_main
from app.composition import build
from app.crypto.backups import tasks
from app.crypto.backups.sealing import PasswordSeal
from app.errors import ErrorCode, RoscherkError
from app.journal import Action, Journal
from app.places import Places
from app.profile import archive
from app.profile.archive import Checksum, Head, Kept, Manifest
from app.profile.changing import Change
from app.profile.files import NUMBER, ProfileFiles
from app.profile.locking import Hold
from app.profile.migrations import FORM
from app.profile.opening import numbered
from app.services import Services

Typed = Callable[[bytes], None]
PASSWORD = b"\xd0\x9f\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c 1\n"
RELEASES = Path(__file__).resolve().parents[1] / "profile"
HEAD = Head(made="2026-11-27T00:00:00+00:00", program="0.1.0", form=FORM, seal=archive.PLAIN)


@pytest.fixture
def used(places: Places, profile: Path) -> Places:
    """Return a profile with a key, a setting and rows of the journal."""
    shutil.unpack_archive(RELEASES / "0.1.0.tar.xz", profile, filter="data")
    ProfileFiles(places).number.write_bytes(numbered(FORM))
    return places


@pytest.fixture(scope="session")
def made() -> list[bytes]:
    """Return the backup that was made for the first test, for all that come after."""
    return []


@pytest.fixture
def backup(
    roscherk: Roscherk, used: Places, typed: Typed, tmp_path: Path, made: list[bytes]
) -> Path:
    """Return a backup of that profile."""
    assert used.data.is_dir()
    target = tmp_path / "Копии бухгалтера" / "профиль.roscherk"
    target.parent.mkdir()
    if made:
        target.write_bytes(made[0])
        return target
    typed(PASSWORD)
    done = roscherk("profile", "backup", target.with_suffix(""), "--password-stdin")
    assert done.code == 0, done.err
    assert "Резервная копия" in done.out
    assert list(target.parent.iterdir()) == [target]
    made.append(target.read_bytes())
    return target


def files_of(places: Places) -> dict[str, bytes]:
    """Return what a profile holds, but for the journal, which goes on."""
    files = ProfileFiles(places)
    names = [each for each in files.names() if "journal" not in each]
    return {name: files.path(name).read_bytes() for name in names}


def test_there_and_back(
    roscherk: Roscherk, backup: Path, used: Places, typed: Typed, profile: Path
) -> None:
    """Everything comes back; what was there meanwhile is kept in a copy, which can be restored too."""
    before = files_of(used)
    assert b"settings.toml" not in backup.read_bytes()
    (used.data / "containers" / "Иванова.container").unlink()
    (used.data / "later").mkdir()
    (used.data / "later" / "Новое.json").write_bytes(b"{}")
    changed = files_of(used)
    typed(PASSWORD)
    done = roscherk("profile", "restore", backup, "--yes", "--password-stdin", "--json")
    assert done.code == 0, done.err
    assert (done.json["keys"], done.json["whole"], done.json["closed"]) == (2, True, True)
    assert files_of(used) == before
    assert not (used.data / "later").exists()
    assert Journal(used.journal, used.journal_head).verify().sound
    assert Journal(used.journal).entries(limit=1)[0].action == Action.PROFILE_RESTORE
    names = [each["label"] for each in roscherk("containers", "--json").json["containers"]]
    assert "Иванова" in names
    done = roscherk("profile", "restore", done.json["kept"], "--yes")
    assert done.code == 0, done.err
    assert files_of(used) == changed
    assert not list(profile.rglob(".arriving"))


def test_into_an_empty_profile(
    roscherk: Roscherk, backup: Path, used: Places, typed: Typed, tmp_path: Path
) -> None:
    """On a new computer."""
    new = tmp_path / "Новый компьютер"
    typed(PASSWORD)
    done = roscherk(
        "--profile", new, "profile", "restore", backup, "--yes", "--password-stdin",
        own_profile=False,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert files_of(Places.under(new)) == files_of(used)


def test_a_backup_is_looked_into(roscherk: Roscherk, backup: Path, typed: Typed) -> None:
    """What it holds, from its first octet to its last; nothing is overwritten by another one."""
    typed(PASSWORD)
    done = roscherk("profile", "check", backup, "--password-stdin")
    assert done.code == 0, done.err
    assert "цела" in done.out
    typed(PASSWORD)
    before = backup.read_bytes()
    done = roscherk("profile", "backup", backup, "--password-stdin", "--json")
    assert (done.code, done.json["code"]) == (1, "target_exists")
    assert backup.read_bytes() == before


def test_the_profile_is_looked_at(roscherk: Roscherk, used: Places) -> None:
    """Its form, its size, its journal."""
    done = roscherk("profile", "check", "--json")
    assert done.code == 0
    assert (done.json["form"], done.json["known"], done.json["waiting"]) == (FORM, FORM, False)
    assert done.json["journal"]["sound"] is True
    assert str(used.data) in roscherk("profile", "check").out


def test_a_wrong_password_costs_nothing(
    roscherk: Roscherk, backup: Path, used: Places, typed: Typed
) -> None:
    """Nothing is written, and the next attempt is as good."""
    before = files_of(used)
    typed(b"another\n")
    done = roscherk("profile", "restore", backup, "--yes", "--password-stdin", "--json")
    assert (done.code, done.json["code"]) == (1, "password_wrong")
    assert files_of(used) == before
    assert not (used.data / "backups").exists() or not list((used.data / "backups").iterdir())


def test_a_backup_without_a_password_is_not_made(
    roscherk: Roscherk, used: Places, typed: Typed, tmp_path: Path
) -> None:
    """An empty one is none."""
    assert used.data.is_dir()
    typed(b"\n")
    done = roscherk("profile", "backup", tmp_path / "b", "--password-stdin", "--json")
    assert (done.code, done.json["code"]) == (1, "password_needed")
    assert not (tmp_path / "b.roscherk").exists()


@pytest.mark.parametrize("target", [".", "/"])
def test_a_folder_is_no_name_for_a_backup(roscherk: Roscherk, target: str) -> None:
    """It is told as a taken name."""
    done = roscherk("profile", "backup", target, "--password-stdin", "--json")
    assert done.json["code"] == "target_exists"


def test_of_no_profile_there_is_no_backup(roscherk: Roscherk, typed: Typed, tmp_path: Path) -> None:
    """A folder that was named wrongly is told; an empty backup would lull its owner."""
    typed(PASSWORD)
    target = tmp_path / "x.roscherk"
    wrong = ("--profile", tmp_path / "nowhere")
    done = roscherk(*wrong, "profile", "backup", target, "--password-stdin", "--json")
    assert done.json["code"] == "file_not_found"
    assert not target.exists()


def test_nobody_has_the_profile_open(
    roscherk: Roscherk, backup: Path, used: Places, typed: Typed
) -> None:
    """A window would go on in what is no longer there."""
    before = files_of(used)
    with Hold(used.data) as other:
        other.take(alone=False)
        typed(PASSWORD)
        done = roscherk("profile", "restore", backup, "--yes", "--password-stdin", "--json")
    assert (done.code, done.json["code"]) == (1, "profile_busy")
    assert files_of(used) == before


def test_every_change_of_a_backup_is_found(roscherk: Roscherk, backup: Path, typed: Typed) -> None:
    """An octet, the end, something behind it: of the beginning by the password, then by the seal."""
    whole = backup.read_bytes()
    with backup.open("rb") as file:
        opened = archive.read_head(file)
    seal = PasswordSeal.of(opened.head, bytearray(PASSWORD.strip()))
    begin = len(opened.prefix) + archive.PROOF
    steps = range(begin, len(whole), len(whole) // 9)
    damaged = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in steps]
    damaged += [whole[:-1], whole[:-40], whole[:begin], whole + b"\0"]
    for data in damaged:
        with pytest.raises(RoscherkError) as caught:
            archive.read_files(BytesIO(data[begin:]), opened, seal, lambda _: None, archive.nowhere)
        assert caught.value.code is ErrorCode.BACKUP_DAMAGED
    for data in (whole[:20] + b"?" + whole[21:], whole[:20], b"", b"PK\3\4" + whole, damaged[0]):
        backup.write_bytes(data)
        typed(PASSWORD)
        done = roscherk("profile", "check", backup, "--password-stdin", "--json")
        assert (done.code, done.json["code"]) == (1, "backup_damaged")


def test_blocks_cannot_change_places() -> None:
    """Of a large file: each knows its number and whether it is the last."""
    content = [bytes([number]) * archive.BLOCK for number in range(3)]
    target = BytesIO()
    whole = hostile(HEAD, one("data/x", 3 * archive.BLOCK), b"".join(content))
    with BytesIO(whole) as file:
        opened = archive.read_head(file)
    begin, size = len(opened.prefix) + archive.PROOF, archive.BLOCK + Checksum.mark
    blocks = [whole[at : at + size] for at in range(begin, len(whole), size)]
    assert len(blocks) == 4
    for order in ((1, 0, 2, 3), (0, 1, 2), (0, 0, 1, 2, 3), (3,)):
        target = BytesIO(b"".join(blocks[number] for number in order))
        with pytest.raises(RoscherkError) as caught:
            archive.read_files(target, opened, Checksum(), lambda _: None, archive.nowhere)
        assert caught.value.facts["reason"] == "seal"


def hostile(head: Head, manifest: object, content: bytes = b"") -> bytes:
    """Return a backup that is sound in form, whatever its list says."""
    target = BytesIO()
    told = msgspec.json.encode(head)
    prefix = archive.MAGIC + b"\0\1" + len(told).to_bytes(4) + told
    seal = Checksum()
    target.write(prefix + seal.proof(prefix))
    blocks = archive._Blocks(target, seal, prefix)
    listed = msgspec.json.encode(manifest)
    blocks.write(len(listed).to_bytes(4) + listed + content)
    blocks.finish()
    return target.getvalue()


def one(name: str, size: int = 0) -> Manifest:
    """Return the list of one file."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    return Manifest(files=(Kept(name=name, size=size, sha256=empty),))


HOSTILE: dict[str, bytes] = {
    **{
        f"name {name!r}": hostile(HEAD, one(name))
        for name in (
            "data/../../evil", "../evil", "/etc/passwd", "data", "data/", "data//x", "data/./x",
            "data/x\0y", "data/x\\..\\y", "C:/x", "data/C:x", "data/nul", "data/com1.txt",
            "data/x.", "data/x ", "config/.arriving/plan.json", "data/.arriving/plan.json",
            "data/backups/x", "cache/x", "data/" + "x" * 500, "data/" + "a/" * 40 + "x",
        )
    },
    "two of one name": hostile(
        HEAD, Manifest(files=(*one("data/x").files, *one("data/X").files))
    ),
    "a file that is a folder": hostile(
        HEAD, Manifest(files=(*one("data/x").files, *one("data/x/y").files))
    ),
    "a size below nothing": hostile(HEAD, one("data/x", -1)),
    "more than there is": hostile(HEAD, one("data/x", 1 << 50)),
    "more than is listed": hostile(HEAD, one("data/x"), b"more"),
    "another digest": hostile(HEAD, one("data/x", 1), b"x"),
    "no list": hostile(HEAD, {"files": "data/x"}),
    "a link": hostile(HEAD, {"files": [{"name": "data/x", "link": "/etc/passwd"}]}),
    "a newer form": hostile(Head(**{**vars(HEAD), "form": FORM + 1}), one("data/x")),
    "an unknown seal": hostile(Head(**{**vars(HEAD), "seal": "rot13"}), one("data/x")),
    "a seal that eats the memory": hostile(
        Head(**{**vars(HEAD), "seal": PasswordSeal.kind, "needs": {
            "salt": "00" * 16, "memory_kib": 1 << 30, "iterations": 1, "lanes": 1}}),
        one("data/x"),
    ),
}  # fmt: skip


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in which nothing may appear but a backup."""
    place = tmp_path / "place"
    place.mkdir()
    yield place
    assert {path.name for path in place.iterdir()} == {"hostile.roscherk"}


def test_hostile_backups_touch_nothing(
    roscherk: Roscherk, used: Places, planted: Path, typed: Typed
) -> None:
    """Ways out of the profile, bombs, links, lies about sizes: nothing is written anywhere."""
    before = files_of(used)
    for why, data in HOSTILE.items():
        (planted / "hostile.roscherk").write_bytes(data)
        typed(PASSWORD)
        done = roscherk(
            "profile",
            "restore",
            planted / "hostile.roscherk",
            "--yes",
            "--password-stdin",
            "--json",
        )
        assert done.code == 1, why
        assert done.json["code"] in {"backup_damaged", "backup_newer"}, why
        assert files_of(used) == before, why
    assert not (used.data / "backups").exists() or not list((used.data / "backups").iterdir())


def test_the_gate_refuses_in_words(roscherk: Roscherk, used: Places, backup: Path) -> None:
    """A newer profile, and one whose number nobody understands; a backup goes in all the same."""
    number = ProfileFiles(used).number
    number.write_text(json.dumps({"form": FORM + 1}), "utf-8")
    done = roscherk("containers")
    assert done.code == 1
    assert "более новой версией" in done.err
    number.write_bytes(b"?")
    done = roscherk("containers", "--json")
    assert (done.code, done.json["code"]) == (1, "profile_damaged")
    assert "roscherk profile restore" in done.err
    assert backup.is_file()


def test_a_damaged_profile_is_replaced(
    roscherk: Roscherk, used: Places, backup: Path, typed: Typed
) -> None:
    """The way out that the refusal names."""
    ProfileFiles(used).number.write_bytes(b"?")
    typed(PASSWORD)
    assert roscherk("profile", "restore", backup, "--yes", "--password-stdin").code == 0
    assert roscherk("containers").code == 0


def test_a_full_disk_leaves_a_lost_change_as_it_was(
    used: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Putting a backup in the place of a plan that nobody can carry out fails: nothing of it stays."""
    arriving = ProfileFiles(used).arriving(NUMBER)
    arriving.mkdir()
    (arriving / "plan.json").write_bytes(b"{")

    def full(*given: Any, **_more: Any) -> None:
        with given[4](SimpleNamespace(name="data/x.json")) as coming:
            coming.write(b"half")
        raise OSError(errno.ENOSPC, "planned")

    monkeypatch.setattr(archive, "read_files", full)
    context: Any = SimpleNamespace(progress=None)
    unused: Any = None
    with pytest.raises(RoscherkError):
        tasks._put_in_place(used, unused, unused, unused, context)
    assert [each.name for each in arriving.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("plan", [b"", b"{", b'{"steps": [{"name": "../x", "arriving": "1"}]}'])
def test_a_change_that_nobody_can_carry_out_is_replaced(
    roscherk: Roscherk, used: Places, backup: Path, typed: Typed, plan: bytes
) -> None:
    """The same way out; whoever cannot open the backup leaves the profile refused as it was."""
    before = files_of(used)
    arriving = ProfileFiles(used).arriving(NUMBER)
    arriving.mkdir()
    (arriving / "plan.json").write_bytes(plan)
    (arriving / "1").write_bytes(b"left")
    typed(b"nonsense\n")
    wrong = roscherk("profile", "restore", backup, "--yes", "--password-stdin", "--json")
    assert (wrong.code, wrong.json["code"]) == (1, "password_wrong")
    assert (arriving / "plan.json").read_bytes() == plan
    assert roscherk("containers", "--json").json["code"] == "profile_damaged"
    typed(PASSWORD)
    done = roscherk("profile", "restore", backup, "--yes", "--password-stdin")
    assert done.code == 0, done.err
    assert files_of(used) == before
    assert not arriving.exists()
    assert roscherk("containers").code == 0


def test_a_restore_that_waits_keeps_no_other_out(
    roscherk: Roscherk, backup: Path, used: Places, typed: Typed
) -> None:
    """What a window made ready is carried out first; what the gate carries out is noted."""
    change = Change(used)
    change.write("data/waits", b"1")
    change.commit(restores=True)
    typed(PASSWORD)
    done = roscherk("profile", "restore", backup, "--yes", "--password-stdin")
    assert done.code == 0, done.err
    assert not (used.data / "waits").exists()
    change = Change(used)
    change.write("data/waits", b"2")
    change.commit(restores=True)
    assert roscherk("journal").code == 0
    assert Journal(used.journal).entries()[0].action == Action.PROFILE_RESTORE


def test_a_damaged_journal_does_not_close_the_gate(roscherk: Roscherk, used: Places) -> None:
    """What was done is told; that it could not be noted is told too."""
    used.journal.write_bytes(b"damaged" * 1000)
    change = Change(used)
    change.write("data/waits", b"1")
    change.commit(restores=True)
    done = roscherk("containers")
    assert done.code == 0, done.err
    assert "журнал" in done.err.lower()


def test_an_older_profile_is_renewed(roscherk: Roscherk, profile: Path) -> None:
    """It is said once, with the copy and its size, and noted."""
    shutil.unpack_archive(RELEASES / "before-0.1.0.tar.xz", profile, filter="data")
    done = roscherk("containers")
    assert done.code == 0, done.err
    assert "Профиль обновлён" in done.err
    assert "КБ" in done.err
    assert Journal(Places.under(profile).journal).entries(limit=1)[0].action == Action.PROFILE_RENEW
    assert "Профиль обновлён" not in roscherk("containers").err


def test_a_renewal_is_told_where_no_window_comes(
    profile: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The next start finds a profile of this form: it could not tell any more."""
    shutil.unpack_archive(RELEASES / "before-0.1.0.tar.xz", profile, filter="data")

    def open_window(*_services: object, **_options: object) -> int:
        raise RoscherkError(ErrorCode.SCREEN_MISSING)

    words = ["--profile", str(profile), "--language", "en"]
    code = cli_main(words, build=build, open_window=open_window)
    assert code == 1
    assert "form 0 → 1" in capfd.readouterr().err
    assert Journal(Places.under(profile).journal).entries(limit=1)[0].action == Action.PROFILE_RENEW


def test_a_window_gets_its_services_once_and_they_are_closed(profile: Path) -> None:
    """It asks in a thread; what it was given ends with it."""
    made: list[Services] = []
    closed: list[Services] = []

    def close(it: Services) -> None:
        closed.append(it)

    def build_counted(places: Places, *, jobs: int = 2) -> Services:
        made.append(build(places, jobs=jobs))
        return made[-1]

    def open_window(services: Callable[[], Services], *_places: object, **_options: object) -> int:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(services).result() is services()
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Services, "close", close)
        assert (
            cli_main(["--profile", str(profile)], build=build_counted, open_window=open_window) == 0
        )
    (services,) = made
    assert closed == [services]
    services.close()
