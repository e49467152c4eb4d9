"""Saving: whole or not at all, never over another file, nothing left behind."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import saving
from app.crypto.model import SignatureFormat
from app.crypto.saving import AtomicFile, free_name, numbered, remove_leftovers, usual_target
from app.errors import ErrorCode, RoscherkError

ROOT = Path(__file__).resolve().parents[2]


def save(target: Path, data: bytes, *, numbers: bool = False) -> Path:
    """Save in the usual way."""
    with AtomicFile.create(target.parent) as file:
        file.write(data)
        return file.publish(target, numbers=numbers)


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_saves_and_leaves_nothing(tmp_path: Path):
    """The file is there whole, readable as the user's umask says, and alone."""
    old = os.umask(0o027)
    try:
        target = save(tmp_path / "a.sig", b"signature")
    finally:
        os.umask(old)
    assert target.read_bytes() == b"signature"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.sig"]


def test_temporary_file_is_private(tmp_path: Path):
    """Until it has its name nobody else can read it."""
    with AtomicFile.create(tmp_path) as file:
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert names(tmp_path) == []


def test_rights_of_a_secret_original(tmp_path: Path):
    """A file with the content inside is not more open than the original."""
    source = tmp_path / "secret"
    source.write_bytes(b"x")
    source.chmod(0o600)
    with AtomicFile.create(tmp_path) as file:
        target = file.publish(tmp_path / "secret.sig", numbers=False, like=source)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_never_over_another_file(tmp_path: Path):
    """A taken name is an error, and the other file stays as it is."""
    target = tmp_path / "a.sig"
    for other in ("file", "link", "folder"):
        if other == "file":
            target.write_bytes(b"other")
        elif other == "link":
            target.symlink_to(tmp_path / "nowhere")
        else:
            target.mkdir()
        with pytest.raises(RoscherkError) as caught:
            save(target, b"new")
        assert caught.value.code is ErrorCode.TARGET_EXISTS
        assert names(tmp_path) == ["a.sig"]
        target.rmdir() if other == "folder" else target.unlink()


def test_taken_names_get_numbers(tmp_path: Path):
    """Without a name of the user's choice the next free one is taken."""
    target = tmp_path / "договор.docx.sig"
    saved = [save(target, b"%d" % i, numbers=True).name for i in range(3)]
    assert saved == ["договор.docx.sig", "договор.docx (1).sig", "договор.docx (2).sig"]
    assert free_name(target).name == "договор.docx (3).sig"


def test_two_at_once_get_two_names(tmp_path: Path):
    """A name taken between choosing and saving is not overwritten."""
    target = tmp_path / "a.sig"
    with AtomicFile.create(tmp_path) as file:
        file.write(b"mine")
        chosen = free_name(target)
        chosen.write_bytes(b"theirs")
        assert file.publish(target, numbers=True).name == "a (1).sig"
    assert chosen.read_bytes() == b"theirs"


@pytest.mark.parametrize(
    ("source", "format_", "practice", "expected"),
    [
        ("договор.docx", SignatureFormat.CADES, False, "договор.docx.sig"),
        ("договор.docx", SignatureFormat.CADES, True, "договор.docx.УЧЕБНАЯ.sig"),
        ("договор.pdf", SignatureFormat.PADES, False, "договор_signed.pdf"),
        ("договор.pdf", SignatureFormat.PADES, True, "договор.УЧЕБНАЯ.pdf"),
        ("договор_signed.pdf", SignatureFormat.PADES, False, "договор_signed.pdf"),
        ("договор.УЧЕБНАЯ.pdf", SignatureFormat.PADES, True, "договор.УЧЕБНАЯ.pdf"),
        ("a.pdf", SignatureFormat.CADES, False, "a.pdf.sig"),
        ("A.PDF", SignatureFormat.PADES, False, "A_signed.PDF"),
        ("noext", SignatureFormat.PADES, False, "noext_signed.pdf"),
        ("archive.tar.gz", SignatureFormat.CADES, False, "archive.tar.gz.sig"),
        (".hidden", SignatureFormat.CADES, False, ".hidden.sig"),
    ],
)
def test_usual_names(source: str, format_: SignatureFormat, practice: bool, expected: str):
    """Names are those people expect; practice says so in the name."""
    found = usual_target(Path("folder") / source, format_, practice=practice)
    assert found == Path("folder") / expected


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=40))
def test_numbers_keep_the_ending(name: str):
    """A number stands before the last ending, whatever the name is."""
    if name in {".", ".."}:
        return
    target = Path("/folder") / name
    _, first, second = (path for path, _ in zip(numbered(target), range(3), strict=False))
    assert first.suffix == target.suffix or not target.suffix
    assert first.name.startswith(target.stem)
    assert " (1)" in first.name
    assert " (2)" in second.name


def test_names_that_are_not_utf8(tmp_path: Path):
    """A name that is not UTF-8 is saved under like any other."""
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.doc"))
    target = usual_target(source, SignatureFormat.CADES, practice=True)
    assert save(target, b"x").read_bytes() == b"x"
    with pytest.raises(RoscherkError) as caught:
        save(target, b"x")
    assert str(caught.value.facts["path"]).isprintable()


def test_names_that_are_too_long(tmp_path: Path):
    """A name longer than the file system takes is told as such, before and after."""
    target = tmp_path / ("д" * 130)
    for attempt in (lambda: free_name(target), lambda: save(target, b"x")):
        with pytest.raises(RoscherkError) as caught:
            attempt()
        assert caught.value.code is ErrorCode.TARGET_NAME_TOO_LONG
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_folders_that_are_none(tmp_path: Path, kind: str):
    """A folder that is missing, or is a file, is told."""
    folder = tmp_path / "folder"
    if kind == "file":
        folder.write_bytes(b"")
    with pytest.raises(RoscherkError) as caught:
        save(folder / "a.sig", b"x")
    assert caught.value.code is ErrorCode.TARGET_UNWRITABLE


def failing(error: int) -> Callable[..., NoReturn]:
    """Return a system call that fails with ``error``."""

    def call(*_arguments: object, **_options: object) -> NoReturn:
        raise OSError(error, os.strerror(error))

    return call


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        ("open", errno.ENOSPC, ErrorCode.DISK_FULL),
        ("open", errno.EACCES, ErrorCode.TARGET_UNWRITABLE),
        ("open", errno.EROFS, ErrorCode.TARGET_UNWRITABLE),
        ("fsync", errno.ENOSPC, ErrorCode.DISK_FULL),
        ("fsync", errno.EIO, ErrorCode.TARGET_UNWRITABLE),
        ("fsync", errno.EDQUOT, ErrorCode.DISK_FULL),
        ("link", errno.EACCES, ErrorCode.TARGET_UNWRITABLE),
        ("link", errno.ENOSPC, ErrorCode.DISK_FULL),
        ("fchmod", errno.EPERM, ErrorCode.TARGET_UNWRITABLE),
    ],
)
def test_errors_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int, code: ErrorCode
):
    """Whatever step fails, the error is told and nothing is left behind."""
    monkeypatch.setattr(saving.os, call, failing(error))
    with pytest.raises(RoscherkError) as caught:
        save(tmp_path / "a.sig", b"x")
    assert caught.value.code is code
    assert ".tmp" not in str(caught.value.facts["path"])  # no name that nobody gave
    monkeypatch.undo()
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is of Linux")
def test_libraries_that_write_meet_our_errors(tmp_path: Path):
    """An archive or a PDF is written through the file itself: a full disk is told there too."""
    with AtomicFile.create(tmp_path) as file:
        os.dup2(full := os.open("/dev/full", os.O_RDWR), file.file.fileno())
        os.close(full)

        def pack() -> None:
            with zipfile.ZipFile(file.file, "w") as archive:
                archive.writestr("a", b"x")

        for write in (
            pack,
            lambda: file.file.write(b"x"),
            lambda: file.write(b"x"),
        ):
            with pytest.raises(RoscherkError) as caught:
                write()
            assert caught.value.code is ErrorCode.DISK_FULL
    assert names(tmp_path) == []


def test_disk_limit(tmp_path: Path):
    """A file that may not grow any further is a full disk; nothing stays."""
    code = (
        "import resource, sys, pathlib\n"
        "from app.crypto.saving import AtomicFile\n"
        "from app.errors import RoscherkError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "try:\n"
        "    with AtomicFile.create(folder) as file:\n"
        "        file.write(bytes(3 << 20))\n"
        "        file.publish(folder / 'a.sig', numbers=True)\n"
        "except RoscherkError as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == ErrorCode.DISK_FULL
    assert names(tmp_path) == []


def test_full_disk(tmp_path: Path):
    """A really full file system gives the same clear error."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        # Not a skip: without the right to mount, the test above covers the same branch.
        return
    try:
        with pytest.raises(RoscherkError) as caught:
            save(disk / "a.sig", bytes(1 << 20))
        assert caught.value.code is ErrorCode.DISK_FULL
        assert names(disk) == []
        assert save(disk / "a.sig", b"small").read_bytes() == b"small"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP])
@pytest.mark.parametrize("renames", [True, False])
def test_file_systems_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, renames: bool
):
    """FAT and some shares have no hard links, some not even other ways: the name is reserved then."""
    monkeypatch.setattr(saving.os, "link", failing(error))
    if not renames:
        monkeypatch.setattr(saving, "rename_new", lambda *_: False)
    target = tmp_path / "a.sig"
    assert save(target, b"one", numbers=True) == target
    assert save(target, b"two", numbers=True).name == "a (1).sig"
    assert target.read_bytes() == b"one"
    with pytest.raises(RoscherkError) as caught:
        save(target, b"three")
    assert caught.value.code is ErrorCode.TARGET_EXISTS
    if renames:
        monkeypatch.setattr(saving, "rename_new", failing(errno.EIO))
    monkeypatch.setattr(saving.os, "replace", failing(errno.EIO))
    with pytest.raises(RoscherkError):
        save(tmp_path / "b.sig", b"x")
    assert names(tmp_path) == ["a (1).sig", "a.sig"]


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is of Linux")
def test_without_links_no_empty_file_is_ever_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On a flash drive too a name is taken in one step: killed before it, nothing is there."""
    monkeypatch.setattr(saving.os, "link", failing(errno.EPERM))
    monkeypatch.setattr(saving, "_reserve_and_replace", failing(errno.EIO))
    assert save(tmp_path / "a.sig", b"one").read_bytes() == b"one"
    with pytest.raises(RoscherkError) as caught:
        save(tmp_path / "a.sig", b"two")
    assert caught.value.code is ErrorCode.TARGET_EXISTS
    assert names(tmp_path) == ["a.sig"]


def test_keep_and_reopen(tmp_path: Path):
    """A temporary file outlives its task when kept, and is taken up again by name."""
    with AtomicFile.create(tmp_path, saving.new_job()) as file:
        file.write(b"head....")
        file.write_at(0, b"HEAD")
        kept = file.keep()
    with AtomicFile.reopen(kept) as file:
        assert file.file.read() == b"HEAD...."
        target = file.publish(tmp_path / "a", numbers=False)
    assert target.read_bytes() == b"HEAD...."
    assert names(tmp_path) == ["a"]


def test_reopen_takes_our_files_only(tmp_path: Path):
    """Only a temporary file of ours can be taken up, and it must be there."""
    other = tmp_path / "document.docx"
    other.write_bytes(b"x")
    with pytest.raises(ValueError, match="not a temporary file"):
        AtomicFile.reopen(other)
    with pytest.raises(RoscherkError):
        AtomicFile.reopen(saving.temporary_path(tmp_path, saving.new_job()))
    with pytest.raises(ValueError, match="job"):
        saving.temporary_path(tmp_path, "../../etc/passwd")


def test_a_taken_name_is_told_and_its_other_name_swept(tmp_path: Path):
    """Killed between giving a name and dropping the old one, a program leaves both to the next run."""
    target = tmp_path / "request.p10"
    target.write_bytes(b"whole")
    other = saving.temporary_path(tmp_path, saving.new_job())
    other.hardlink_to(target)
    old = time.time() - saving.LEFTOVER_AGE - 10
    os.utime(target, (old, old))
    with pytest.raises(RoscherkError) as caught:
        saving.demand_free(target)
    assert caught.value.code is ErrorCode.TARGET_EXISTS
    assert [each.name for each in tmp_path.iterdir()] == [target.name]
    assert target.read_bytes() == b"whole"


def test_leftovers_are_swept(tmp_path: Path):
    """Old temporary files of ours go; young ones and everything else stay."""
    old = time.time() - saving.LEFTOVER_AGE - 10
    ours = [saving.temporary_path(tmp_path, saving.new_job(), part) for part in range(2)]
    young = saving.temporary_path(tmp_path, saving.new_job())
    others = [
        tmp_path / ".roscherk-nothex.tmp",
        tmp_path / "x.roscherk-0123456789abcdef.tmp",
        tmp_path / ".roscherk-0123456789abcdef.tmp.docx",
    ]
    folder = saving.temporary_path(tmp_path, saving.new_job())
    folder.mkdir()
    link = saving.temporary_path(tmp_path, saving.new_job())
    link.symlink_to(others[0])
    for path in (*ours, young, *others):
        path.write_bytes(b"x")
        if path is not young:
            os.utime(path, (old, old))
    os.utime(folder, (old, old))
    save(tmp_path / "a.sig", b"x")
    assert {path for path in ours if path.exists()} == set()
    assert all(path.exists() for path in (young, *others, folder))
    assert link.is_symlink()


def test_sweeping_a_folder_that_is_gone(tmp_path: Path):
    """Sweeping never fails."""
    assert remove_leftovers(tmp_path / "none") == 0


def test_remove_job(tmp_path: Path):
    """The door can remove what a killed worker left."""
    job = saving.new_job()
    for part in range(2):
        with AtomicFile.create(tmp_path, job, part) as file:
            file.keep()
    saving.remove_job(tmp_path, job)
    assert names(tmp_path) == []
    saving.remove_job(tmp_path, job)


def test_killed_at_random_moments(tmp_path: Path):
    """Killed at any moment, the target is absent or whole; at most a temporary file is left."""
    code = (
        "import sys, pathlib\n"
        "from app.crypto.saving import AtomicFile\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "for _ in range(1000000):\n"
        "    with AtomicFile.create(folder) as file:\n"
        "        for _ in range(4):\n"
        "            file.write(bytes(5000))\n"
        "        file.publish(folder / 'a.sig', numbers=False)\n"
        "    (folder / 'a.sig').unlink()\n"
    )
    for moment in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.01 + moment * 0.007)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        for path in tmp_path.iterdir():
            if path.name == "a.sig":
                assert path.stat().st_size == 20_000
            else:
                assert saving._TEMPORARY.fullmatch(path.name)
            path.unlink()
