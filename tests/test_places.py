"""Files of the profile: put in place in one step, and what killed programs left of that."""

import os
import subprocess
import sys
import time
from pathlib import Path

from app.composition import build
from app.places import LEFTOVER_AGE, Places, sweep, write_private

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
