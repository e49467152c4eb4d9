"""Trust that was read stays for the next file, and never outlives a change of what was brought."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import TrustMaterial
from app.crypto.trust import stores
from app.crypto.trust.stores import load
from app.errors import RoscherkError

SETTLED = 0.05


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_SETTLED", int(SETTLED * 1e9))
    stores.forget()


@pytest.fixture
def material(tmp_path: Path) -> TrustMaterial:
    """Return trust whose files have been at rest for a while."""
    found = pki_of(KeyAlgorithm.ECDSA_P256).trust(tmp_path)
    time.sleep(2 * SETTLED)  # the time of the last change cannot be set back
    return found


def test_taken_again(material: TrustMaterial) -> None:
    """The same state of the same files is the same trust, without reading."""
    first = load(material)
    assert load(material) is first
    assert len(first.anchors) == 1


def test_young_files_are_read_each_time(tmp_path: Path) -> None:
    """A file that may still be touched in the same tick of the clock is not relied upon."""
    material = pki_of(KeyAlgorithm.ECDSA_P256).trust(tmp_path)
    assert load(material) is not load(material)


def _add(anchors: Path) -> None:
    (anchors / "1.der").write_bytes(pki_of(KeyAlgorithm.RSA).root)


def _remove(anchors: Path) -> None:
    (anchors / "0.der").unlink()


def _replace_keeping_the_time(anchors: Path) -> None:
    """Put another root of the same size and time of change under the same name."""
    path = anchors / "0.der"
    status = path.stat()
    other = bytearray(path.read_bytes())
    other[-1] ^= 1
    path.write_bytes(bytes(other))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("change", [_add, _remove, _replace_keeping_the_time])
def test_any_change_is_seen(material: TrustMaterial, change: Callable[[Path], None]) -> None:
    """A root added, taken away or replaced counts from the next file on."""
    before = load(material)
    assert load(material) is before
    change(material.anchors[0])
    after = load(material)
    assert after.anchor_digests != before.anchor_digests


def test_other_trust_is_other(material: TrustMaterial) -> None:
    """What was read for one request is not given to another."""
    load(material)
    assert not load(TrustMaterial()).anchor_digests
    assert load(material).anchor_digests


def test_a_vanished_folder_is_an_error_again(material: TrustMaterial) -> None:
    """What was named and is gone is told, though it was read before."""
    load(material)
    for path in material.crls[0].iterdir():
        path.unlink()
    material.crls[0].rmdir()
    with pytest.raises(RoscherkError):
        load(material)
