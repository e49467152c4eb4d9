"""Trust bundles: made and read strictly; whatever a writer of ours would not make is refused."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from signing_files import sign
from stand_ins.contract import make_contract
from stand_ins.pki import make_pki, pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.composition import build
from app.crypto.model import TrustMaterial
from app.crypto.trust import bundle_reading
from app.crypto.trust.bundle_reading import read_bundle
from app.crypto.trust.bundles import SIGNATURE
from app.crypto.trust.folders import StoreName
from app.crypto.trust.model import BundleRequest
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.services import Services
from app.tokens.pin import Secret

PKI = pki_of(KeyAlgorithm.ECDSA_P256)
ROOT = hashlib.sha256(PKI.root).hexdigest()
PASSWORD = b"pass word 1"


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Return a profile that trusts something."""
    folder = tmp_path_factory.mktemp("maker")
    lists = folder / "lists"
    lists.mkdir()
    for number, crl in enumerate(PKI.crls):
        (lists / f"{number}.crl").write_bytes(crl)
    with build(Places.under(folder / "profile"), jobs=1) as services:
        services.trust.add(
            [services.certificates.show(der) for der in (PKI.root, PKI.ca)],
            confirmed=[ROOT],
            lists=services.trust.look([lists]).lists,
        )
        yield services


@pytest.fixture(scope="module")
def taking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Return a profile whose workers serve all tests of this file."""
    with build(Places.under(tmp_path_factory.mktemp("taker")), jobs=1) as services:
        yield services


@pytest.fixture
def taker(taking: Services) -> Services:
    """Return that profile, empty."""
    shutil.rmtree(taking.places.trust, ignore_errors=True)
    return taking


@pytest.fixture
def bundle(maker: Services, tmp_path: Path) -> Path:
    """Return a bundle of the maker's."""
    path = tmp_path / "b.roscherk-trust"
    digest = maker.bundles.make(path, maker="ООО «Ромашка»")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    return path


def refusal(path: Path) -> RoscherkError:
    """Return why a bundle is not read."""
    with pytest.raises(RoscherkError) as caught:
        read_bundle(BundleRequest(path=path, trust=TrustMaterial()))
    return caught.value


def test_shown_before_anything_changes(bundle: Path, taker: Services) -> None:
    """The preview names roots, authorities and lists; nothing is stored by it."""
    view = taker.bundles.show(bundle)
    assert [each.der for each in view.roots] == [PKI.root]
    assert [each.der for each in view.authorities] == [PKI.ca]
    assert len(view.lists) == 2
    assert all(one.signed for one in view.lists)
    assert view.bundle.maker == "ООО «Ромашка»"
    assert view.signature is None
    assert taker.trust.items() == ()


def test_a_root_only_with_consent(bundle: Path, taker: Services) -> None:
    """Without a word the root stays outside; with it all is one change, undone as one."""
    done = taker.bundles.take(bundle)
    assert [each.der for each in done.refused] == [PKI.root]
    assert not list(taker.stores.files(StoreName.ANCHORS))
    assert len(list(taker.stores.files(StoreName.CRLS))) == 2
    taker.trust.undo()
    done = taker.bundles.take(bundle, confirmed=[ROOT.upper()])
    assert done.change is not None
    assert done.change.source == str(bundle)
    assert len(done.change.added) == 4
    again = taker.bundles.take(bundle, confirmed=[ROOT])
    assert again.change is None
    assert again.view.known == 4
    taker.trust.undo()
    assert taker.trust.items() == ()


def test_older_lists_never_replace_newer(bundle: Path, taker: Services, tmp_path: Path) -> None:
    """A newer list that is here stays; an older one gives way and can come back."""
    taker.trust.add([taker.certificates.show(PKI.ca)])
    newer = tmp_path / "newer.crl"
    later = datetime.now(UTC) - timedelta(hours=1)
    newer.write_bytes(PKI.ca_issuer.crl(this_update=later, number=7))
    taker.trust.add_lists(taker.trust.look([newer]).lists)
    done = taker.bundles.take(bundle)
    assert [one.number for one in done.view.older] == ["1"]
    assert newer.read_bytes() in [p.read_bytes() for p in taker.stores.files(StoreName.CRLS)]
    older = tmp_path / "older.crl"
    older.write_bytes(PKI.crls[1])
    taken = taker.trust.add_lists(taker.trust.look([older]).lists)
    assert taken.change is None
    assert len(taken.older) == 1


def test_signed_by_the_maker(maker: Services, taker: Services, tmp_path: Path) -> None:
    """The list of parts carries a signature of the maker's own key; a changed list is refused."""
    firm = make_pki(KeyAlgorithm.RSA)
    key = tmp_path / "key.pfx"
    key.write_bytes(firm.pfx(PASSWORD))
    path = tmp_path / "signed.roscherk-trust"
    with Secret(bytearray(PASSWORD)) as secret:
        container = maker.keyring.find(f"pfx:{key}", secret).container
        maker.bundles.make(path, signer=container, secret=secret)
    view = taker.bundles.show(path)
    assert view.signature is not None
    (signature,) = view.signature.signatures
    assert signature.signer is not None
    changed = rewritten(path, manifest=lambda it: {**it, "maker": "другой"})
    with pytest.raises(RoscherkError) as caught:
        taker.bundles.show(changed)
    assert caught.value.code is ErrorCode.BUNDLE_NOT_SIGNED_WELL


@pytest.mark.parametrize("attached", [True, False], ids=["message", "pdf"])
def test_a_signature_over_something_else(bundle: Path, taker: Services, attached: bool) -> None:
    """What somebody signed elsewhere, a PDF or a message of its own, vouches for no bundle."""
    document = make_contract(bundle.with_name("contract.pdf"))
    signed = sign(document, PKI.key, attached=True) if attached else sign_pdf(document, PKI).target
    forged = rewritten(bundle, more=((SIGNATURE, signed.read_bytes()),))
    with pytest.raises(RoscherkError) as caught:
        taker.bundles.show(forged)
    assert caught.value.code is ErrorCode.BUNDLE_NOT_SIGNED_WELL


def test_an_empty_profile_makes_none(taker: Services, tmp_path: Path) -> None:
    """There is nothing to carry."""
    with pytest.raises(RoscherkError) as caught:
        taker.bundles.make(tmp_path / "empty.roscherk-trust")
    assert caught.value.code is ErrorCode.BUNDLE_EMPTY
    assert list(tmp_path.glob("*.roscherk-trust")) == []


def rewritten(
    path: Path,
    *,
    manifest: Callable[[dict[str, Any]], dict[str, Any]] = lambda it: it,
    names: Callable[[str], str] = lambda it: it,
    data: Callable[[str, bytes], bytes] = lambda _name, it: it,
    more: tuple[tuple[str, bytes], ...] = (),
) -> Path:
    """Write a bundle anew with something changed."""
    new = path.with_name("changed.roscherk-trust")
    new.unlink(missing_ok=True)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as made:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "manifest.json":
                content = json.dumps(manifest(json.loads(content))).encode()
            made.writestr(names(info.filename), data(info.filename, content))
        for name, content in more:
            made.writestr(name, content)
    return new


def _longer(name: str, content: bytes) -> bytes:
    return content + b"\0" if name.startswith("parts/") else content


def _other_octets(name: str, content: bytes) -> bytes:
    return bytes(reversed(content)) if name.startswith("parts/") else content


@pytest.mark.parametrize(
    "change",
    [
        {"names": lambda name: name.replace("parts/", "../")},
        {"names": lambda name: name.replace("parts/", "/parts/")},
        {"names": lambda name: name.replace("parts/", "parts\\")},
        {"names": lambda name: name.replace(".cer", ".CER")},
        {"data": _longer},
        {"data": _other_octets},
        {"more": (("parts/" + "0" * 64 + ".cer", b"x"),)},
        {"more": (("readme.txt", b"x"),)},
        {"manifest": lambda it: {**it, "schema": "roscherk.trust-bundle/2"}},
        {"manifest": lambda it: {**it, "further": 1}},
        {"manifest": lambda it: {**it, "parts": it["parts"][1:]}},
        {"manifest": lambda it: {**it, "parts": it["parts"] + it["parts"][:1]}},
        {"manifest": lambda it: {**it, "made_at": "2026-01-01T00:00:00"}},
        {"manifest": lambda it: {**it, "parts": [{**p, "kind": "x"} for p in it["parts"]]}},
        {"manifest": lambda it: {**it, "parts": [{**p, "size": 1} for p in it["parts"]]}},
    ],
)
def test_anything_unusual_is_refused(bundle: Path, change: dict[str, Any]) -> None:
    """Names, sizes, digests, parts too many or too few, an unknown form."""
    assert refusal(rewritten(bundle, **change)).code is ErrorCode.BUNDLE_DAMAGED


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(bundle: Path) -> None:
    """Readers of ZIP differ in which of the two they see."""
    with zipfile.ZipFile(bundle) as archive:
        name = next(each for each in archive.namelist() if each.startswith("parts/"))
    assert refusal(rewritten(bundle, more=((name, b"x"),))).code is ErrorCode.BUNDLE_DAMAGED


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 100])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever bytes there are, the answer is one error."""
    path = tmp_path / "x.roscherk-trust"
    path.write_bytes(content)
    assert refusal(path).code is ErrorCode.BUNDLE_DAMAGED


def test_cut_and_flipped_bundles(bundle: Path) -> None:
    """Cut anywhere or with an octet changed it is refused, or says the same as before."""
    whole = bundle.read_bytes()
    request = BundleRequest(path=bundle, trust=TrustMaterial())
    before = read_bundle(request)
    codes = set()
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        flipped = bytearray(whole)
        flipped[place] ^= 0x41
        for content in (whole[:place], bytes(flipped)):
            bundle.write_bytes(content)
            try:
                after = read_bundle(request)
            except RoscherkError as error:
                codes.add(error.code)
            else:
                assert after.parts == before.parts
                assert after.manifest == before.manifest
    assert codes <= {ErrorCode.BUNDLE_DAMAGED, ErrorCode.FORMAT_TOO_COMPLEX}
    assert ErrorCode.BUNDLE_DAMAGED in codes


def test_a_bomb_is_not_unpacked(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the limit is refused by what the archive says, and a lie about it by what comes."""
    monkeypatch.setattr(bundle_reading, "LARGEST", 1000)
    assert refusal(bundle).code is ErrorCode.FORMAT_TOO_COMPLEX
