"""The program's own store when its worker is killed at any moment: the old file, or the new."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.processes.pool import Pool
from app.tokens.container_names import SUFFIX, file_of
from app.tokens.model import ContainerState
from app.tokens.pin import Secret
from app.tokens.store import Store

ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 8
_WORK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.places import move_new
from app.processes.serving import Context
from app.tokens import file_methods as methods, filekeys
folder, certificates = Path(sys.argv[2]), [Path(each).read_bytes() for each in sys.argv[3:]]
a, b, c = (folder / f"{name}.container" for name in "abc")
print("ready", flush=True)
while True:
    for certificate in certificates:
        here = a if a.exists() else b
        request = methods.StoreInstallRequest(path=here, certificate=certificate)
        filekeys.install(request, Context(None, None))
        there = b if here == a else a
        there.unlink(missing_ok=True)
        move_new(here, there)
        c.unlink(missing_ok=True)
        filekeys.copy(methods.StoreCopyRequest(source=there, path=c), Context(None, None))
"""


def test_killed_at_any_moment_the_store_is_whole(workers: Pool, tmp_path: Path) -> None:
    """Installed, renamed and copied without end: after each kill every container opens."""
    folder = tmp_path / "containers"
    store = Store(folder, workers)
    made = store.create("a", KeyAlgorithm.ECDSA_P256, Secret.of_text("x"))
    files = []
    for number in range(2):
        files.append(tmp_path / f"{number}.cer")
        files[-1].write_bytes(pki_of(KeyAlgorithm.ECDSA_P256).issue(made.public_key))
    chance = random.Random(20260727)
    for _ in range(_ROUNDS):
        command = [sys.executable, "-c", _WORK, ROOT, folder, *files]
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.08))
        child.kill()
        child.wait()
        child.stdout.close()
        found = store.containers()
        assert {each.public_key for each in found} == {made.public_key}, found
        assert {each.state for each in found} <= {ContainerState.OK, ContainerState.NO_CERTIFICATE}
    kept = next(each for each in found if each.label in "ab")
    assert store.open(kept).sign_digest("sha256", bytes(32), Secret.of_text("x"))
    store.delete(kept)
    stem = file_of(folder, kept.label).name
    assert not [path for path in folder.iterdir() if path.name.startswith((stem, f".{stem}"))]
    assert all(path.name.endswith(SUFFIX) or path.name.startswith(".") for path in folder.iterdir())


def test_leftovers_of_killed_programs_are_swept(workers: Pool, tmp_path: Path) -> None:
    """After an hour nobody writes to them any more; a fresh one may still be written to."""
    folder = tmp_path / "containers"
    store = Store(folder, workers)
    made = store.create("a", KeyAlgorithm.ECDSA_P256, Secret.of_text("x"))
    old, fresh, notes = folder / ".a.container.1", folder / ".a.container.2", folder / ".notes"
    for path in (old, fresh, notes):
        path.write_bytes(b"half")
    hour_ago = time.time() - 3700
    for path in (old, notes):
        os.utime(path, (hour_ago, hour_ago))
    assert store.containers() == (made,)
    assert {path.name for path in folder.iterdir()} == {"a.container", fresh.name, notes.name}
