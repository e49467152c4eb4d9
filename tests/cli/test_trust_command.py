"""``trust``: stores, record, missing certificates and bundles from the command line."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from roscherk_run import Firm, Roscherk
from stand_ins.pki import Pki, pki_of

from app.algorithms.names import KeyAlgorithm

PKI = pki_of(KeyAlgorithm.GOST_256)
ROOT = hashlib.sha256(PKI.root).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with what an authority gives out."""
    place = tmp_path / "от УЦ"
    place.mkdir()
    for name, data in (("root.cer", PKI.root), ("ca.cer", PKI.ca), ("ca.crl", PKI.crls[1])):
        (place / name).write_bytes(data)
    return place


def stores(roscherk: Roscherk) -> dict[str, int]:
    """Count what is in the stores."""
    counts: dict[str, int] = {}
    for item in roscherk("trust", "list", "--json").json["items"]:
        counts[item["store"]] = counts.get(item["store"], 0) + 1
    return counts


def test_an_empty_profile_says_what_to_do(roscherk: Roscherk) -> None:
    """Nothing is trusted, and the next step is named."""
    done = roscherk("trust", "list")
    assert done.code == 0
    assert "roscherk trust add" in done.out


def test_a_root_wants_its_fingerprint(roscherk: Roscherk, folder: Path) -> None:
    """Without it nothing at all is added, and it is shown whom one would trust."""
    done = roscherk("trust", "add", folder)
    assert done.code == 1
    assert "Программа не знает этого корня" in done.out
    assert f"--yes-root {ROOT}" in done.err
    assert stores(roscherk) == {}
    done = roscherk("trust", "add", folder, "--yes-root", ROOT.upper())
    assert done.code == 0
    assert stores(roscherk) == {"anchors": 1, "intermediates": 1, "crls": 1}


def test_record_removal_and_undo(roscherk: Roscherk, folder: Path) -> None:
    """Whatever was done can be taken back in order; the record keeps all of it."""
    roscherk("trust", "add", folder, "--yes-root", ROOT)
    assert roscherk("trust", "remove", ROOT[:12]).code == 0
    assert stores(roscherk) == {"intermediates": 1, "crls": 1}
    assert roscherk("trust", "undo").code == 0
    assert stores(roscherk) == {"anchors": 1, "intermediates": 1, "crls": 1}
    assert roscherk("trust", "undo").code == 0
    assert stores(roscherk) == {}
    assert roscherk("trust", "undo").code == 1
    changes = roscherk("trust", "history", "--json").json["changes"]
    assert [each["reason"] for each in changes] == ["remove", "trust"]
    assert all(each["undone"] for each in changes)
    assert changes[1]["source"] == str(folder)
    assert changes[1]["by"]
    assert "Доверие корню" in roscherk("trust", "history").out


@pytest.mark.parametrize("name", ["", "abc", "0" * 64])
def test_what_is_removed_must_be_there(roscherk: Roscherk, folder: Path, name: str) -> None:
    """Half a fingerprint takes nothing out by mistake."""
    roscherk("trust", "add", folder, "--yes-root", ROOT)
    assert roscherk("trust", "remove", name).code == 2
    assert stores(roscherk)["anchors"] == 1


def test_show_changes_nothing(roscherk: Roscherk, folder: Path) -> None:
    """A look before the leap: names, fingerprints, ages."""
    done = roscherk("trust", "show", folder, "--json")
    (root,) = [each for each in done.json["certificates"] if each["root"]]
    assert root["sha256"] == ROOT
    assert root["standing"] == "unknown"
    assert done.json["lists"][0]["signed"] is True
    assert "выпущен" in roscherk("trust", "show", folder).out
    assert stores(roscherk) == {}


def test_from_a_signature_to_its_chain(
    roscherk: Roscherk, firm: Firm, signature: Path, tmp_path: Path
) -> None:
    """The chain is drawn with its gap; found in a folder; the root by its fingerprint; verified."""
    folder = tmp_path / "trust"
    root = hashlib.sha256(firm.pki.root).hexdigest()
    assert roscherk("verify", signature).code == 10
    done = roscherk("trust", "missing", signature)
    assert done.code == 10
    assert "Тестовый УЦ" in done.out
    done = roscherk("trust", "missing", signature, "--from", folder / "anchors")
    assert done.code == 10
    assert f"--yes-root {root}" in done.out
    assert "anchors" not in stores(roscherk)
    done = roscherk("trust", "missing", signature, "--from", folder / "anchors", "--yes-root", root)
    assert done.code == 0
    assert stores(roscherk)["anchors"] == 1
    roscherk("trust", "add", folder / "crls")
    (chain,) = roscherk("trust", "missing", signature, "--json").json["chains"]
    assert (chain["before"], chain["offers"]) == (None, [])


def test_dry_run_installs_nothing(
    roscherk: Roscherk, firm: Firm, signature: Path, tmp_path: Path
) -> None:
    """What would be installed is told as JSON, and nothing is."""
    root = hashlib.sha256(firm.pki.root).hexdigest()
    done = roscherk(
        "trust", "missing", signature, "--from", tmp_path / "trust" / "anchors",
        "--yes-root", root, "--dry-run", "--json",
    )  # fmt: skip
    (chain,) = done.json["chains"]
    assert chain["anchored_after"] is True
    assert [each["origin"] for each in chain["offers"]] == ["document", "file"]
    assert chain["change"] is None
    assert stores(roscherk) == {}


def test_bundle_from_profile_to_profile(roscherk: Roscherk, folder: Path, tmp_path: Path) -> None:
    """Made, looked at, imported: the root by its fingerprint only."""
    roscherk("trust", "add", folder, "--yes-root", ROOT)
    bundle = tmp_path / "b.roscherk-trust"
    made = roscherk("trust", "bundle", "make", bundle, "--json").json
    assert made["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert roscherk("trust", "bundle", "make", bundle).code == 1  # nothing is overwritten
    other = ("--profile", str(tmp_path / "другой"))
    shown = roscherk(*other, "trust", "bundle", "show", bundle, "--json", own_profile=False).json
    assert shown["roots"] == [ROOT]
    done = roscherk(*other, "trust", "bundle", "import", bundle, own_profile=False)
    assert done.code == 10
    assert f"--yes-root {ROOT}" in done.out
    done = roscherk(
        *other, "trust", "bundle", "import", bundle, "--yes-root", ROOT, own_profile=False
    )
    assert done.code == 0
    assert "roscherk trust undo" in done.out


def test_signed_bundle(
    roscherk: Roscherk, firm: Firm, folder: Path, tmp_path: Path, typed: Callable[[bytes], None]
) -> None:
    """The maker's own key signs the list of parts."""
    roscherk("trust", "add", folder, "--yes-root", ROOT)
    bundle = tmp_path / "b.roscherk-trust"
    typed(b"pass word 1\n")
    done = roscherk("trust", "bundle", "make", bundle, "--key", firm.key, "--password-stdin")
    assert done.code == 0, done.err
    assert "Тестов Тест Тестович" in roscherk("trust", "bundle", "show", bundle).out


def newer(pki: Pki) -> bytes:
    """Return a list of the issuing authority made an hour ago."""
    return pki.ca_issuer.crl(this_update=datetime.now(UTC) - timedelta(hours=1), number=5)


def test_a_newer_list_takes_the_place_of_the_older(
    roscherk: Roscherk, folder: Path, tmp_path: Path
) -> None:
    """And never the other way round."""
    roscherk("trust", "add", folder, "--yes-root", ROOT)
    fresh = tmp_path / "fresh.crl"
    fresh.write_bytes(newer(PKI))
    assert roscherk("trust", "add", fresh).code == 0
    assert stores(roscherk)["crls"] == 1
    assert roscherk("trust", "add", folder / "ca.crl").code == 0
    (item,) = roscherk("trust", "list", "--store", "crls", "--json").json["items"]
    assert item["crl"]["number"] == "5"
    roscherk("trust", "undo")
    (item,) = roscherk("trust", "list", "--store", "crls", "--json").json["items"]
    assert item["crl"]["number"] == "1"
