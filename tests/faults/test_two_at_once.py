"""Two programs on one profile that write at the same time: nothing of either is lost."""

import subprocess
import sys
from pathlib import Path

from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.trust.changes import TrustChanges
from app.crypto.trust.folders import StoreName, Stores
from app.journal import Journal
from app.places import Places
from app.settings import MODULES, SEEN_REMINDERS, Settings

ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 25
_WORK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.crypto.trust.changes import TrustChanges
from app.crypto.trust.folders import StoreName, Stores
from app.journal import Action, Journal
from app.places import Places
from app.settings import MODULES, SEEN_REMINDERS, Settings

places, mine = Places.under(Path(sys.argv[2])), sys.argv[3]
settings = Settings.of(places)
journal = Journal(places.journal, places.journal_head)
changes = TrustChanges(Stores(places), places.trust / "changes")
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[4])):
    journal.append(Action.VERIFY, f"/{mine}/{number}", "done")
    settings.set({"a": MODULES, "b": SEEN_REMINDERS}[mine], (f"/{number}",))
    changes.apply([(StoreName.OTHERS, f"{mine} {number}".encode())], reason="add")
"""


def test_two_programs_at_once(tmp_path: Path) -> None:
    """Journal, settings and stores: every row, every setting, every change of both is there."""
    places = Places.under(tmp_path)
    root = (StoreName.ANCHORS, pki_of(KeyAlgorithm.ECDSA_P256).root)
    changes = TrustChanges(Stores(places), places.trust / "changes")
    changes.apply([root], reason="add")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _WORK, ROOT, tmp_path, name, str(_ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in ("a", "b")
    ]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == b"ready\n"
    for each in both:
        each.communicate(b"\n")
    assert [each.returncode for each in both] == [0, 0]

    journal = Journal(places.journal, places.journal_head)
    check = journal.verify()
    assert check.sound
    assert check.rows == 2 * _ROUNDS
    for name in ("a", "b"):
        rows = [row.target for row in reversed(journal.entries(limit=1000))]
        own = [target for target in rows if target is not None and target.startswith(f"/{name}/")]
        assert own == [f"/{name}/{number}" for number in range(_ROUNDS)]
    settings = Settings.of(places)
    assert not settings.problems
    assert settings.get(MODULES) == settings.get(SEEN_REMINDERS) == (f"/{_ROUNDS - 1}",)
    history = changes.history()
    assert not history.damaged
    assert sum(len(each.added) for each in history.changes) == 2 * _ROUNDS + 1
    assert len(list(Stores(places).files(StoreName.ANCHORS))) == 1
    assert len(list(Stores(places).files(StoreName.OTHERS))) == 2 * _ROUNDS
