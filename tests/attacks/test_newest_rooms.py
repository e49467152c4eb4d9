"""Hostile files against the newest rooms: powers of attorney, packages, lists of authorities, XML.

Each is something a stranger could send. None of them gives authority, passes, or is told as another's.
"""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attacks.subjects_of_xml import _List
from attacks.xml_forgeries import PASSED, UNSURE, sign
from attacks.xml_forgeries import honest as honest_list
from crypto.packages_lab import open_packages
from stand_ins import mchd_made as made
from stand_ins.mchd_made import Mchd, first_power, passed_on
from stand_ins.pki import NOW, Pki, make_pki, pki_of
from stand_ins.signed_pdf import SIGNED_AT, NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.model import FinishRequest, SignatureFormat, SigningAct, SignRequest, VerifyRequest
from app.crypto.packages.door import Packages
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verdict.report import Authority, AuthorityKind, FileReport, Indication
from app.crypto.verifying import tasks as verifying_tasks

GOST = KeyAlgorithm.GOST_256
MINE = made.head_name(inn_le="9909765437", ogrn="1249900000029")
MINE_INN = {"inn": "9909765437", "ogrn": "1249900000029"}


@pytest.fixture
def pki() -> Pki:
    """Return an infrastructure whose certificates may be qualified ones."""
    return pki_of(GOST)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the folder of what came in."""
    folder = tmp_path / "Входящие"
    folder.mkdir()
    return folder


def act(pki: Pki, place: Path) -> Path:
    """Lay a document of the clerk; return its signature."""
    document = place / "Акт.docx"
    document.write_bytes(b"act")
    return sign(document, pki, made.clerk_name(), SIGNED_AT)


def signed_more(path: Path, source: Path, pki: Pki, name: bytes, how: SigningAct) -> Path:
    """Co-sign or counter-sign a file as somebody."""
    key = made.holder(pki, name)
    request = SignRequest(
        source=path,
        content=source,
        container=key.container,
        format=SignatureFormat.CADES,
        signing_time=SIGNED_AT,
        act=how,
        countersigned=1 if how is SigningAct.COUNTER_SIGN else None,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    value = key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=value, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


def authority(pki: Pki, signature: Path) -> Authority:
    """Verify the document; its own signature is never hurt."""
    trust = pki.trust(signature.parent.parent / "trust")
    request = VerifyRequest(path=signature, trust=trust, at=NOW, now=NOW)
    report = verifying_tasks.verify(request, NoProgress()).report
    assert report.verdict is PASSED
    return report.signatures[0].authority


# powers of attorney


def test_name_of_another_firm_beside_ones_own_numbers(pki: Pki, place: Path) -> None:
    """It is told on behalf of whom the authority certified, not of whom the XML names."""
    signature = act(pki, place)
    mine = made.build.encode_name(
        [
            made.NamePart(made.names.COUNTRY, "RU"),
            made.NamePart(made.names.ORGANIZATION, "ООО «Рога»"),
            made.NamePart(made.names.SURNAME, "Рогов"),
            made.NamePart(made.names.GIVEN_NAME, "Рог"),
            made.NamePart(made.names.COMMON_NAME, "ООО «Рога»"),
            made.NamePart(made.names.INN, made.HEAD_INN),
            made.NamePart(made.names.INN_LE, MINE_INN["inn"]),
            made.NamePart(made.names.OGRN, MINE_INN["ogrn"]),
            made.NamePart(made.names.SNILS, made.HEAD_SNILS),
        ]
    )
    sign(Mchd(**MINE_INN).write(place), pki, mine, SIGNED_AT)
    found = authority(pki, signature).mchd
    assert found is not None
    assert (found.principal, found.principal_inn) == ("ООО «Рога»", MINE_INN["inn"])


def test_power_of_two_signers(pki: Pki, place: Path) -> None:
    """A stranger's signature beside the head's leaves it unconfirmed: who signed what is not clear."""
    signature = act(pki, place)
    xml = Mchd().write(place)
    path = sign(xml, pki, made.head_name(), SIGNED_AT)
    other = signed_more(path, xml, make_pki(GOST), made.clerk_name(), SigningAct.CO_SIGN)
    other.replace(path)
    found = authority(pki, signature).mchd
    assert found is not None
    assert found.indication is UNSURE


def test_power_by_employees_of_the_firm(pki: Pki, place: Path) -> None:
    """Two good signatures of employees are not one of the head."""
    signature = act(pki, place)
    xml = Mchd().write(place)
    path = sign(xml, pki, made.clerk_name(), SIGNED_AT)
    signed_more(path, xml, pki, made.giver_name(), SigningAct.CO_SIGN).replace(path)
    found = authority(pki, signature).mchd
    assert found is not None
    assert found.indication is not PASSED


def test_power_that_the_head_only_countersigned(pki: Pki, place: Path) -> None:
    """A head's counter-signature on an employee's signature is no power of the firm."""
    signature = act(pki, place)
    xml = Mchd().write(place)
    path = sign(xml, pki, made.clerk_name(), SIGNED_AT)
    signed_more(path, xml, pki, made.head_name(), SigningAct.COUNTER_SIGN).replace(path)
    found = authority(pki, signature).mchd
    assert found is not None
    assert found.indication is not PASSED


def test_power_behind_it_under_the_number_of_another(pki: Pki, place: Path) -> None:
    """One's own first power under the victim's number: it is on one's own behalf, or on nobody's."""
    signature = act(pki, place)
    sign(first_power(**MINE_INN).write(place, "ON_EMCHD_1.xml"), pki, MINE, SIGNED_AT)
    sign(passed_on().write(place, "ON_EMCHD_2.xml"), pki, made.giver_name(), SIGNED_AT)
    own = authority(pki, signature).mchd
    assert own is not None
    assert own.principal_inn == MINE_INN["inn"]
    sign(first_power().write(place, "ON_EMCHD_3.xml"), pki, made.head_name(), SIGNED_AT)
    both = authority(pki, signature).mchd
    assert both is not None
    assert both.indication is UNSURE


def test_power_for_nobody_in_particular(pki: Pki, place: Path) -> None:
    """A representative without numbers is not whoever lacks them as well."""
    name = made.build.encode_name(
        [
            made.NamePart(made.names.COUNTRY, "RU"),
            made.NamePart(made.names.SURNAME, "Вымышленная"),
            made.NamePart(made.names.GIVEN_NAME, "Анна Ивановна"),
            made.NamePart(made.names.COMMON_NAME, "Вымышленная Анна Ивановна"),
        ]
    )
    document = place / "Акт.docx"
    document.write_bytes(b"act")
    signature = sign(document, pki, name, SIGNED_AT)
    sign(Mchd(clerk_inn="", clerk_snils="").write(place), pki, made.head_name(), SIGNED_AT)
    found = authority(pki, signature)
    assert found.kind is AuthorityKind.PERSON_ONLY
    assert found.mchd is None or found.mchd.indication is not PASSED


def test_enclosed_power_with_another_behind_the_signature(pki: Pki, place: Path) -> None:
    """A second content, or more octets behind the structure, are never read as the power."""
    signature = act(pki, place)
    xml = Mchd(clerk_inn="990022233304", clerk_snils="").write(place)
    key = made.holder(pki, made.head_name())
    request = SignRequest(
        source=xml,
        container=key.container,
        format=SignatureFormat.CADES,
        signing_time=SIGNED_AT,
        attached=True,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    value = key.sign_digest(prepared.digest_name, prepared.digest, None)
    path = signing_tasks.finish(
        FinishRequest(prepared=prepared, signature=value, created_with="test"), NoProgress()
    ).target
    xml.unlink()
    good = path.read_bytes()
    mine = tlv.encode(tlv.OCTET_STRING, Mchd().xml())
    swapped = good.replace(b"990022233304", made.CLERK_INN.encode())
    for data in (good + mine, good + Mchd().xml(), mine + good, swapped):
        path.write_bytes(data)
        found = authority(pki, signature).mchd
        assert found is None or found.indication is not PASSED


# packages


@pytest.fixture
def packages(pki: Pki, tmp_path: Path) -> Iterator[Packages]:
    """Return the door under the trust of the infrastructure."""
    door = open_packages(tmp_path / "profile", pki.trust(tmp_path / "trust-of-packages"))
    yield door
    door.close()


def test_signed_document_hidden_behind_a_false_one(
    packages: Packages, pki: Pki, place: Path
) -> None:
    """The false one has the right name and no verdict: the signature goes with what it is over."""
    document = place / "Договор.docx"
    document.write_bytes(b"100 RUB")
    sign(document, pki, made.head_name(), SIGNED_AT)
    (place / "thumbs").mkdir()
    document.rename(place / "thumbs" / "a.bin")
    document.write_bytes(b"900 RUB")
    found = packages.verify(packages.open([place]))
    verdicts = {
        branch.shown.name: [found.checked.report.files[n].verdict for n in branch.files]
        for branch in found.tree
    }
    assert verdicts == {"a.bin": [PASSED], "Договор.docx": [Indication.NO_SIGNATURE]}
    assert "package_pair_discarded" in {one.code for one in found.package.notices}


def test_archive_that_shows_another_name(packages: Packages, pki: Pki, place: Path) -> None:
    """A local head that names another file than the directory: nothing of it is taken as signed."""
    document = place / "Договор.docx"
    document.write_bytes(b"900 RUB")
    honest = place / "real"
    honest.write_bytes(b"100 RUB")
    signature = sign(honest, pki, made.head_name(), SIGNED_AT).read_bytes()
    archive = place.parent / "Пакет.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("dogovor1.txt", b"900 RUB")
        out.writestr("dogovor1.txt.sig", signature)
    data = bytearray(archive.read_bytes())
    at = data.index(b"dogovor1.txt")
    data[at : at + 12] = b"dogovor2.txt"
    archive.write_bytes(bytes(data))
    found = packages.verify(packages.open([archive]))
    assert all(one.verdict is not PASSED for one in found.checked.report.files)


def test_earlier_verdict_with_another_enclosed_power(
    packages: Packages, pki: Pki, place: Path
) -> None:
    """A verdict that was kept goes with the very power of attorney that it rested on."""
    signature = act(pki, place)
    xml = Mchd().write(place)
    power = sign(xml, pki, made.head_name(), SIGNED_AT)
    first = packages.verify(packages.open([place]), skip_checked=True)
    assert _answer(_report(first.checked.report.files, signature)) is PASSED
    other = Mchd(until="2026-02-01").write(place.parent)
    power.write_bytes(sign(other, pki, made.head_name(), SIGNED_AT).read_bytes())
    xml.write_bytes(other.read_bytes())
    second = packages.verify(packages.open([place]), skip_checked=True)
    assert _answer(_report(second.checked.report.files, signature)) is not PASSED


def _report(files: tuple[FileReport, ...], signature: Path) -> FileReport:
    return next(one for one in files if one.path == str(signature))


def _answer(report: FileReport) -> Indication | None:
    found = report.signatures[0].authority.mchd
    return None if found is None else found.indication


# lists of authorities, and XML


def _between(data: bytes, word: str, what: bytes) -> bytes:
    """Put something into the middle of a text."""
    octets = word.encode()
    at = data.index(octets) + len(octets) // 2
    at -= data[at] & 0xC0 == 0x80  # never into the middle of a letter
    return data[:at] + what + data[at:]


SPLIT: dict[str, Callable[[bytes], bytes]] = {
    "comment in a status": lambda data: _between(data, "Прекращена", b"<!-- -->"),
    "comment in a name": lambda data: _between(data, "Первый", b"<!-- -->"),
    "comment in a number": lambda data: _between(data, "<Версия>100", b"<!-- -->"),
    "comment before the root": lambda data: data.replace(b"?>", b"?><!-- -->", 1),
    "instruction in a status": lambda data: _between(data, "Прекращена", b"<?x y?>"),
    "section in a status": lambda data: data.replace(
        "Прекращена".encode(), "<![CDATA[Прекращена]]>".encode(), 1
    ),
    "reference in a status": lambda data: data.replace("Прекращена".encode(), "&#x41F;рекращена".encode(), 1),
    "element in a status": lambda data: _between(data, "Прекращена", b"<x/>"),
    "prefix that means another": lambda data: data.replace(
        "<Версия>".encode(), '<Версия xmlns="urn:x">'.encode(), 1
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPLIT)
def test_list_with_something_in_its_texts(name: str, tmp_path: Path) -> None:
    """What canonical form leaves out is left out of what is told too: the very list, or none."""
    data = honest_list(GOST)
    changed = SPLIT[name](data)
    assert changed != data
    right = _List(tmp_path / "right.xml", None).read(data)
    assert right is not None
    found = _List(tmp_path / "list.xml", right).read(changed)
    assert found is None or found == right
