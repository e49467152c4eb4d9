"""Changes of the stores: whole or not at all, on the record, undone in order, two instances in turn."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from stand_ins.pki import pki_of

from app import turns
from app.algorithms.names import KeyAlgorithm
from app.crypto.trust import changes as changes_module
from app.crypto.trust.changes import TrustChanges, sha256_of
from app.crypto.trust.folders import StoreName, Stores
from app.errors import ErrorCode, RoscherkError
from app.places import Places

PKI = pki_of(KeyAlgorithm.ECDSA_P256)
ROOT, CA, CRL = (
    (StoreName.ANCHORS, PKI.root),
    (StoreName.INTERMEDIATES, PKI.ca),
    (StoreName.CRLS, PKI.crls[1]),
)


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """Return the stores of an empty profile."""
    return Stores(Places.under(tmp_path))


@pytest.fixture
def changes(stores: Stores, tmp_path: Path) -> TrustChanges:
    """Return what changes them."""
    return TrustChanges(stores, tmp_path / "data" / "trust" / "changes")


def held(stores: Stores) -> dict[StoreName, list[bytes]]:
    """Return what lies in the stores that are not empty."""
    found = {each: [path.read_bytes() for path in stores.files(each)] for each in StoreName}
    return {store: files for store, files in found.items() if files}


def test_lists_bear_the_suffix_of_lists(changes: TrustChanges, stores: Stores) -> None:
    """A list that was put in is found again, so it is put in once and can be undone."""
    change = changes.apply([CRL], reason="lists")
    assert change is not None
    assert changes.apply([CRL], reason="lists") is None
    assert [path.suffix for path in stores.files(StoreName.CRLS)] == [".crl"]
    changes.undo(change.name)
    assert held(stores) == {}


def test_the_record_says_who_what_when_and_how(changes: TrustChanges) -> None:
    """User, act, source, names; an undone change stays on the record."""
    digest = sha256_of(PKI.root)
    changes.apply([ROOT], reason="trust", source="/from/root.cer", titles={digest: "Корень"})
    changes.undo()
    (change,) = changes.history().changes
    assert (change.reason, change.source) == ("trust", "/from/root.cer")
    assert change.by == changes_module.user_name()
    assert change.by
    (stored,) = change.added
    assert (stored.sha256, stored.title) == (digest, "Корень")
    assert change.undone is not None
    assert changes.changes() == ()


def test_undone_in_order_everything_comes_back(changes: TrustChanges, stores: Stores) -> None:
    """Any number of changes, undone newest first, leads through every earlier state."""
    states = [held(stores)]
    steps = [([ROOT], []), ([CA, CRL], []), ([], [ROOT]), ([ROOT], [CA])]
    for added, removed in steps:
        gone = [(store, stores.folder(store) / f"{sha256_of(der)}.cer") for store, der in removed]
        assert changes.apply(added, gone, reason="add") is not None
        states.append(held(stores))
    while len(states) > 1:
        assert held(stores) == states.pop()
        changes.undo()
    assert held(stores) == states[0] == {}
    assert len(changes.history().changes) == len(steps)


def test_what_a_later_change_touched_is_undone_after_it(changes: TrustChanges) -> None:
    """Out of order only what nothing later rests on."""
    first = changes.apply([ROOT], reason="trust")
    other = changes.apply([CA], reason="add")
    path = changes._stores.folder(StoreName.ANCHORS) / f"{sha256_of(PKI.root)}.cer"
    later = changes.apply([], [(StoreName.ANCHORS, path)], reason="remove")
    assert first is not None
    assert other is not None
    assert later is not None
    with pytest.raises(RoscherkError) as caught:
        changes.undo(first.name)
    assert caught.value.code is ErrorCode.CHANGE_LATER
    assert caught.value.facts["later"] == later.name
    changes.undo(other.name)  # nothing later rests on it
    changes.undo(later.name)
    changes.undo(first.name)
    with pytest.raises(RoscherkError) as caught:
        changes.undo(first.name)
    assert caught.value.code is ErrorCode.CHANGE_NOT_FOUND


def test_a_full_disk_changes_nothing(
    changes: TrustChanges, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second file does not fit: the first goes out again, and the record says nothing."""
    before = held(stores)
    real = stores.add

    def add(store: StoreName, encoded: bytes) -> Path:
        if store is StoreName.INTERMEDIATES:
            raise OSError(errno.ENOSPC, "full")
        return real(store, encoded)

    monkeypatch.setattr(stores, "add", add)
    with pytest.raises(RoscherkError) as caught:
        changes.apply([ROOT, CA], reason="add")
    assert caught.value.code is ErrorCode.DISK_FULL
    assert held(stores) == before
    assert changes.history().changes == ()


def test_a_damaged_note_is_told_and_loses_nothing(changes: TrustChanges, stores: Stores) -> None:
    """The stores are what their files say, whatever became of the record."""
    changes.apply([ROOT], reason="trust")
    changes.apply([CA], reason="add")
    note = min(changes._folder.glob("*.json"))
    note.write_bytes(b'{"name": 5')
    history = changes.history()
    assert (len(history.changes), history.damaged) == (1, 1)
    assert len(held(stores)) == 2
    for path in changes._folder.glob("*.json"):
        path.unlink()
    assert len(held(stores)) == 2  # the record is gone, the trust is not


def test_a_note_leads_nowhere_outside(changes: TrustChanges, tmp_path: Path) -> None:
    """A forged note cannot move files of others."""
    changes.apply([ROOT], reason="trust")
    (note,) = changes._folder.glob("*.json")
    victim = tmp_path / "victim"
    victim.write_text("mine")
    note.write_bytes(note.read_bytes().replace(sha256_of(PKI.root).encode(), b"../../../../victim"))
    with pytest.raises(RoscherkError):
        changes.undo(note.stem)
    assert victim.read_text() == "mine"


def test_two_instances_take_turns(
    changes: TrustChanges, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While another process changes the stores this one waits, and says so if it takes too long."""
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    folder = changes._folder
    code = (
        "import sys; from pathlib import Path; from app.crypto.trust.locking import alone\n"
        "with alone(Path(sys.argv[1])):\n print('held', flush=True); sys.stdin.read(1)"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "HOME": str(tmp_path)},
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RoscherkError) as caught:
            changes.apply([ROOT], reason="trust")
        assert caught.value.code is ErrorCode.TRUST_BUSY
        other.stdin.write(b".")
        other.stdin.close()
        other.wait(10)
    assert changes.apply([ROOT], reason="trust") is not None


def test_many_threads_lose_nothing(changes: TrustChanges, stores: Stores) -> None:
    """Eight changes at once are eight notes and eight files."""
    made = [PKI.issue(serial=1000 + number) for number in range(8)]
    threads = [
        threading.Thread(
            target=changes.apply, args=([(StoreName.OTHERS, one)],), kwargs={"reason": "add"}
        )
        for one in made
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(changes.changes()) == len(held(stores)[StoreName.OTHERS]) == len(made)
