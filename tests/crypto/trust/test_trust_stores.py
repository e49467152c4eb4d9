"""Trust is what lies in the files and folders that the user brought."""

import base64
import os
from pathlib import Path

import pytest
from stand_ins.pki import NOW, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.outline import Outline
from app.crypto.model import TrustMaterial
from app.crypto.trust.folders import StoreName, Stores
from app.crypto.trust.stores import load
from app.errors import ErrorCode, RoscherkError
from app.places import Places

PKI = pki_of(KeyAlgorithm.ECDSA_P256)


def test_folders_of_der_files(tmp_path: Path):
    """The stores as they lie on the disk make a whole chain with its lists."""
    trust = load(PKI.trust(tmp_path))
    chain = build_chain(PKI.leaf, trust=trust, at=NOW)
    assert chain.break_code is None
    assert trust.is_anchor(Outline.read(PKI.root))
    assert not trust.is_anchor(Outline.read(PKI.ca))
    assert trust.practice_anchor_digests == frozenset()
    assert trust.notices == ()


def test_single_files_in_any_wrapping(tmp_path: Path):
    """A file may be PEM, and one file may hold all."""
    both = tmp_path / "both.pem"
    both.write_bytes(
        b"".join(
            b"-----BEGIN CERTIFICATE-----\n"
            + base64.encodebytes(der)
            + b"-----END CERTIFICATE-----\n"
            for der in (PKI.root, PKI.ca)
        )
    )
    trust = load(TrustMaterial(anchors=(both,)))
    assert len(trust.anchors) == 2
    assert build_chain(PKI.leaf, trust=trust, at=NOW).anchored


def test_odd_files_are_passed_over_with_a_notice(tmp_path: Path):
    """One bad file in a folder hides no other; hidden files and folders are not looked at."""
    material = PKI.trust(tmp_path)
    folder = tmp_path / "anchors"
    (folder / "notes.txt").write_text("my roots")
    (folder / "empty.cer").touch()
    (folder / ".hidden").write_bytes(b"x")
    (folder / "old").mkdir()
    trust = load(material)
    assert len(trust.anchors) == 1
    assert [Path(str(one.facts["path"])).name for one in trust.notices] == [
        "empty.cer",
        "notes.txt",
    ]
    assert {one.code for one in trust.notices} == {"trust_file_skipped"}


def test_fifo_does_not_hold_us(tmp_path: Path):
    """Only regular files are read."""
    material = PKI.trust(tmp_path)
    os.mkfifo(tmp_path / "anchors" / "pipe")
    assert [one.facts["cause"] for one in load(material).notices] == ["file_not_regular"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, ErrorCode.FILE_NOT_FOUND),
        (b"", ErrorCode.FORMAT_UNKNOWN),
        (b"x", ErrorCode.FORMAT_UNKNOWN),
    ],
)
def test_file_the_user_named_must_be_good(content: bytes | None, code: ErrorCode, tmp_path: Path):
    """What was named one by one is not passed over."""
    path = tmp_path / "root.cer"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RoscherkError) as caught:
        load(TrustMaterial(anchors=(path,)))
    assert caught.value.code is code
    assert caught.value.facts["path"] == str(path)


def test_practice_root_is_known_as_such(tmp_path: Path):
    """Anchors of the practice folder are trusted, and marked."""
    PKI.trust(tmp_path)
    trust = load(TrustMaterial(practice=tmp_path))
    root = Outline.read(PKI.root)
    assert trust.is_anchor(root)
    assert trust.practice_anchor_digests == {root.digest}
    assert build_chain(PKI.leaf, trust=trust, at=NOW).break_code is None


def test_practice_folder_may_be_incomplete(tmp_path: Path):
    """What is not there is not trusted."""
    assert len(load(TrustMaterial(practice=tmp_path / "none")).anchors) == 0


def test_stores_of_a_profile(tmp_path: Path):
    """What is added is found again, named by its digest; nothing exists before that."""
    places = Places.under(tmp_path / "profile")
    stores = Stores(places)
    assert stores.material() == TrustMaterial()
    assert list(stores.files(StoreName.ANCHORS)) == []
    added = stores.add(StoreName.ANCHORS, PKI.root)
    stores.add(StoreName.ANCHORS, PKI.root)
    stores.add(StoreName.CRLS, PKI.crls[0])
    assert list(stores.files(StoreName.ANCHORS)) == [added]
    assert added.read_bytes() == PKI.root
    assert added.stat().st_mode & 0o077 == 0
    trust = load(stores.material())
    assert len(trust.anchors) == 1
    assert trust.crls.of_issuer(Outline.read(PKI.root).subject_key)
