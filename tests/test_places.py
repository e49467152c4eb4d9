"""Files of the profile: put in place in one step, and what killed programs left of that."""

import errno
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.composition import build
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.places import LEFTOVER_AGE, Places, sweep, write_private
from app.settings import THEME
from app.tokens.bindings import Bindings
from app.tokens.pin import Secret

ROOT = Path(__file__).resolve().parents[1]
_KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app import places
os.fsync = lambda _descriptor: os.kill(os.getpid(), 9)
places.write_private(Path(sys.argv[2]), b"half")
"""


def _kill_while_writing(file: Path) -> Path:
    done = subprocess.run([sys.executable, "-c", _KILLED, ROOT, file], check=False)
    assert done.returncode == -9
    (left,) = file.parent.glob(f".{file.name}.*")
    return left


def test_leftovers_are_swept_at_the_next_start(tmp_path: Path) -> None:
    """Whatever file was being written: after an hour the next start removes the half of it."""
    places = Places.under(tmp_path)
    files = [
        places.config / "settings.toml",
        places.config / "journal_head.json",
        places.data / "trust" / "crls" / f"{'0' * 64}.crl",
        places.data / "requests" / "a.csr",
        places.cache / "network" / f"{'1' * 64}.answer",
    ]
    left = [_kill_while_writing(file) for file in files]
    fresh = left.pop()
    long_ago = time.time() - LEFTOVER_AGE - 1
    for path in left:
        os.utime(path, (long_ago, long_ago))
    build(places).close()
    assert not any(path.exists() for path in left)
    assert fresh.exists()  # somebody may still be writing to it


def _failing(error: int) -> Callable[..., NoReturn]:
    def call(*_: object, **__: object) -> NoReturn:
        raise OSError(error, os.strerror(error))

    return call


@pytest.mark.parametrize(
    ("error", "code"),
    [(errno.EROFS, ErrorCode.TARGET_UNWRITABLE), (errno.ENOSPC, ErrorCode.DISK_FULL)],
)
def test_profile_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, code: ErrorCode
) -> None:
    """A key, a note, a request: whichever folder cannot be made, the disk is told as what it is."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    with build(Places.under(tmp_path)) as services, Secret.of_text("x") as secret:
        bindings = Bindings(services.places.bindings, services.workers)
        monkeypatch.setattr(Path, "mkdir", _failing(error))
        monkeypatch.setattr(tempfile, "mkstemp", _failing(error))
        for work in (
            lambda: services.store.create("a", KeyAlgorithm.ECDSA_P256, secret),
            lambda: services.store.import_pfx("a", tmp_path / "a.pfx", secret, secret),
            lambda: bindings.keep(pki.leaf),
            lambda: services.settings.set(THEME, "dark"),
            lambda: services.journal.append(Action.VERIFY, None, "done"),
        ):
            with pytest.raises(RoscherkError) as caught:
                work()
            assert caught.value.code is code


def test_folders_that_cannot_be_forced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that knows of no such thing is written to all the same; one that fails is told."""
    real = os.fsync

    def fsync(error: int) -> Callable[[int], None]:
        def call(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(error, os.strerror(error))
            real(descriptor)

        return call

    monkeypatch.setattr(os, "fsync", fsync(errno.EINVAL))
    write_private(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"
    monkeypatch.setattr(os, "fsync", fsync(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_private(tmp_path / "a", b"y")


def test_only_leftovers_are_swept(tmp_path: Path) -> None:
    """Files with other names, links and folders stay, however old."""
    places = Places.under(tmp_path)
    write_private(places.config / "settings.toml", b"")
    kept = [places.config / name for name in ("settings.toml", ".hidden", ".lock", "a.b.abcdefgh")]
    for path in kept[1:]:
        path.write_bytes(b"x")
    link, folder = places.config / ".link.abcdefgh", places.config / ".folder.abcdefgh"
    link.symlink_to(kept[0])
    folder.mkdir()
    long_ago = time.time() - LEFTOVER_AGE - 1
    for path in (*kept, folder):
        os.utime(path, (long_ago, long_ago))
    os.utime(link, (long_ago, long_ago), follow_symlinks=False)
    assert sweep(places) == 0
    assert all(path.exists() for path in (*kept, link, folder))
    assert sweep(Places.under(tmp_path / "none")) == 0
