"""Whole packages: any names, archives, powers of attorney, spoilt files among good ones."""

import random
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from packages_lab import open_packages
from signing_files import sign
from stand_ins import mchd_made as made
from stand_ins.contract import make_contract
from stand_ins.mchd_made import Mchd
from stand_ins.pki import Pki, pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.packages.door import CheckedPackage, Packages
from app.crypto.packages.model import Role
from app.crypto.verdict.report import AuthorityKind, Indication
from app.crypto.verifying.door import VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel

PASSED, UNSURE, FAILED, NONE = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
    Indication.NO_SIGNATURE,
)


@pytest.fixture(
    params=[KeyAlgorithm.GOST_256, KeyAlgorithm.RSA], ids=["gost", "rsa"], scope="module"
)
def pki(request: pytest.FixtureRequest) -> Pki:
    """Return an infrastructure of each kind."""
    return pki_of(request.param)


@pytest.fixture
def packages(pki: Pki, tmp_path: Path) -> Iterator[Packages]:
    """Return the door under the trust of the infrastructure."""
    door = open_packages(tmp_path / "profile", pki.trust(tmp_path / "trust"))
    yield door
    door.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the folder of what came in."""
    folder = tmp_path / "Входящие"
    folder.mkdir()
    return folder


def check(packages: Packages, *paths: Path, **options: object) -> CheckedPackage:
    """Open and verify."""
    package = packages.open(paths)
    return packages.verify(package, VerifyOptions(**options))  # type: ignore[arg-type]


def outline(found: CheckedPackage) -> dict[str, list[Indication]]:
    """Return the verdicts under each document's name."""
    files = found.checked.report.files
    return {one.shown.name: [files[index].verdict for index in one.files] for one in found.tree}


def typical(place: Path, pki: Pki) -> None:
    """Lay what a firm sends: an act signed by an employee, the МЧД, a contract, an unsigned file."""
    act = place / "Акт № 5.xml"
    act.write_bytes(made.upd())
    sign(act, made.holder(pki, made.clerk_name()))
    sign(Mchd(until="2043-12-31").write(place), made.holder(pki, made.head_name()))
    sign_pdf(make_contract(place / "Договор.pdf"), pki, output=place / "Договор подписан.pdf")
    (place / "Договор.pdf").unlink()
    (place / "Сопроводительное письмо.docx").write_bytes(b"letter")


def test_folder(packages: Packages, place: Path, pki: Pki) -> None:
    """One drop of a folder gives the whole tree: document, signer, authority, verdict."""
    typical(place, pki)
    found = check(packages, place)
    assert outline(found) == {
        "Акт № 5.xml": [PASSED],
        "Договор подписан.pdf": [PASSED],
        "Сопроводительное письмо.docx": [NONE],
        f"ON_EMCHD_20260115_{made.GUID}.xml": [PASSED],
    }
    (act,) = [one for one in found.tree if one.shown.name == "Акт № 5.xml"]
    report = found.checked.report.files[act.files[0]]
    assert report.signatures[0].authority.kind is AuthorityKind.MCHD
    assert act.card is not None
    assert (act.card.number, act.card.day, act.card.total) == (
        "УПД-42",
        date(2026, 5, 25),
        "1220.50",
    )
    assert (act.card.seller.inn, act.card.buyer.inn) == (made.ORG_INN, "990055500107")
    assert act.card.buyer.name == "Покупаев Пал"
    assert found.tree[-1].mchd
    assert found.package.notices == ()


def test_zip_is_as_the_folder(packages: Packages, place: Path, pki: Pki, tmp_path: Path) -> None:
    """The same in an archive: the same verdicts, told by names inside it; nothing stays behind."""
    typical(place, pki)
    folder = check(packages, place)
    archive = tmp_path / "От контрагента.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(place.iterdir()):
            out.write(path, f"Май/{path.name}")
    found = check(packages, archive)
    assert outline(found) == outline(folder)
    assert all(each.path.startswith(f"{archive}/Май/") for each in found.checked.report.files)
    assert str(tmp_path / "profile") not in repr(found.checked.report)
    assert str(tmp_path / "profile") not in repr([one.facts for one in found.checked.verifications])
    private = tmp_path / "profile" / "unpacked"
    kept = [each for each in private.rglob("*") if each.is_file() and each.suffix != ".lock"]
    assert len(kept) == 6
    assert all(each.stat().st_mode & 0o077 == 0 for each in kept)
    assert all(packages.is_private(each) for each in kept)
    packages.close()
    assert [*private.iterdir()] == []


def test_killed_program_leaves_nothing_for_long(
    packages: Packages, tmp_path: Path, pki: Pki
) -> None:
    """What a killed program left is removed when the next one unpacks; a living one's stays."""
    root = tmp_path / "profile" / "unpacked"
    left = root / "deadbeefdeadbeef"
    left.mkdir(parents=True)
    (left / "secret.docx").write_bytes(b"x")
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("a.txt", "a")
    packages.open([archive])
    assert not left.exists()
    other = open_packages(tmp_path / "profile", pki.trust(tmp_path / "trust"))
    other.open([archive])
    assert len([each for each in root.iterdir() if each.is_dir()]) == 2
    other.close()
    packages.close()
    assert [*root.iterdir()] == []


def test_a_hundred_in_random_names(packages: Packages, place: Path) -> None:
    """Fifty documents and their signatures under names that say nothing are all paired rightly."""
    quick = pki_of(KeyAlgorithm.ECDSA_P256)
    chance = random.Random(7)
    names = [f"{chance.getrandbits(64):016x}" for _ in range(100)]
    true = {}
    for number in range(50):
        document = place / names[2 * number]
        document.write_bytes(b"document %d" % number)
        signature = sign(document, quick.key)
        true[signature.rename(place / f"{names[2 * number + 1]}.bin")] = document
    package = packages.open([place])
    assert {pair.signature: pair.document for pair in package.pairs} == true
    assert all(pair.by_digest for pair in package.pairs)
    assert package.notices == ()


def test_wrong_pair_by_name(packages: Packages, place: Path, pki: Pki) -> None:
    """A signature that lies by the wrong document by name goes to its own, and that is told."""
    first, second = place / "Первый.docx", place / "Второй.docx"
    first.write_bytes(b"first")
    second.write_bytes(b"second")
    signature = sign(first, pki.key)
    signature.rename(place / "Второй.docx.sig")
    found = check(packages, place)
    assert outline(found) == {"Первый.docx": [PASSED], "Второй.docx": [NONE]}
    (notice,) = found.package.notices
    assert notice.code == "package_pair_discarded"
    assert [one.notices for one in found.tree if one.shown == first] == [(notice,)]


def test_changed_document(packages: Packages, place: Path, pki: Pki) -> None:
    """A document that was changed is broken; its signature is not told to be without one."""
    document = place / "Счёт.docx"
    document.write_bytes(b"100")
    sign(document, pki.key)
    document.write_bytes(b"900")
    found = check(packages, place)
    assert outline(found) == {"Счёт.docx": [FAILED]}


def test_missing_document(packages: Packages, place: Path, pki: Pki) -> None:
    """A signature alone is undetermined, and the tree says that its document is missing."""
    document = place / "Счёт.docx"
    document.write_bytes(b"100")
    sign(document, pki.key)
    document.unlink()
    found = check(packages, place)
    assert outline(found) == {"Счёт.docx.sig": [UNSURE]}
    assert found.tree[0].document is None
    assert [one.code for one in found.package.notices] == ["package_document_missing"]


def test_missing_document_of_a_loose_signature(packages: Packages, place: Path, pki: Pki) -> None:
    """A signature that was given by itself is told of as such; its document beside it is taken."""
    document = place / "Счёт.docx"
    document.write_bytes(b"100")
    signature = sign(document, pki.key)
    elsewhere = document.rename(place.parent / "Счёт.docx")
    alone = check(packages, signature)
    assert outline(alone) == {"Счёт.docx.sig": [UNSURE]}
    assert [one.code for one in alone.package.notices] == ["loose_document_missing"]
    elsewhere.rename(place / "переименован.docx")
    found = check(packages, signature)
    assert outline(found) == {"переименован.docx": [PASSED]}
    assert found.package.notices == ()


def test_spoilt_files_stop_nothing(packages: Packages, place: Path, pki: Pki) -> None:
    """Files that kill workers, lie about themselves or are cut off do not hurt the others."""
    good = place / "Хороший.docx"
    good.write_bytes(b"good")
    signature = sign(good, pki.key)
    (place / "killer.sig").write_bytes(b"0killer")
    (place / "cut.sig").write_bytes(signature.read_bytes()[:200])
    (place / "bomb.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "utf-8")
    (place / "broken.pdf").write_bytes(b"%PDF-1.7 /ByteRange [0 1 2 3]")
    (place / "empty.sig").write_bytes(b"")
    found = check(packages, place)
    told = outline(found)
    assert told["Хороший.docx"] == [PASSED]
    assert told["killer.sig"] == [FAILED]
    assert told["cut.sig"] == [FAILED]
    assert told["broken.pdf"] == [FAILED]
    assert all(PASSED not in told[name] for name in ("bomb.xml", "empty.sig"))


def test_several_files_and_twice(packages: Packages, place: Path, pki: Pki, tmp_path: Path) -> None:
    """Loose files from several folders are paired too; given twice they count once."""
    document = place / "Акт.docx"
    document.write_bytes(b"act")
    signature = sign(document, pki.key).rename(tmp_path / "подпись")
    found = check(packages, signature, document, signature, place)
    assert outline(found) == {"Акт.docx": [PASSED]}


def test_attached_container(packages: Packages, place: Path, pki: Pki) -> None:
    """An attached container is a document of its own, whatever its name."""
    document = place / "Акт.docx"
    document.write_bytes(b"act")
    sign(document, pki.key, attached=True).rename(place / "что-то.dat")
    found = check(packages, place)
    assert outline(found) == {"Акт.docx": [NONE], "что-то.dat": [PASSED]}
    roles = {each.shown.name: each.role for each in found.package.members}
    assert roles["что-то.dat"] is Role.SIGNED


def test_mchd_cannot_vouch_for_itself(packages: Packages, place: Path, pki: Pki) -> None:
    """A МЧД that the representative himself signed gives his own signature under it no authority."""
    sign(Mchd(until="2043-12-31").write(place), made.holder(pki, made.clerk_name()))
    found = check(packages, place)
    (report,) = found.checked.report.files
    assert report.signatures[0].authority.kind is AuthorityKind.PERSON_ONLY


def test_cancel(packages: Packages, place: Path, pki: Pki) -> None:
    """Work that was called off ends with that code."""
    typical(place, pki)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(RoscherkError) as caught:
        packages.open([place], cancel=cancel)
    assert caught.value.code is ErrorCode.CANCELLED


def test_signed_archive(packages: Packages, place: Path, pki: Pki) -> None:
    """An archive that is signed as a whole is a document; what it holds is looked at besides."""
    archive = place / "Проект.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("внутри.docx", b"inside")
    sign(archive, pki.key)
    found = check(packages, place)
    assert outline(found) == {"Проект.zip": [PASSED], "внутри.docx": [NONE]}
    archive.write_bytes(archive.read_bytes().replace(b"inside", b"outsid"))
    assert outline(check(packages, archive, place / "Проект.zip.sig"))["Проект.zip"] == [FAILED]
