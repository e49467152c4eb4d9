"""Powers of attorney: recognised, read, held against the signature of the document."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from signing_files import sign
from stand_ins import mchd_made as made
from stand_ins.contract import make_contract
from stand_ins.mchd_made import Mchd
from stand_ins.pki import NOW, Pki, make_pki, pki_of
from stand_ins.signed_pdf import SIGNED_AT, NoProgress, sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.mchd.reading import read_mchd
from app.crypto.model import VerifyRequest
from app.crypto.verdict.mchd_facts import Delegation, PrincipalKind
from app.crypto.verdict.report import Authority, AuthorityKind, FileReport, Indication, Integrity
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import ErrorCode, RoscherkError

PASSED, UNSURE, FAILED = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
)


@pytest.fixture(
    params=[KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512], ids=["256", "512"], scope="module"
)
def pki(request: pytest.FixtureRequest) -> Pki:
    """Return an infrastructure of each kind."""
    return pki_of(request.param)


GOOD = Mchd()
OLD = datetime(2024, 8, 1, tzinfo=UTC)
"""When an employee could still have a certificate of the firm."""
Check = Callable[..., FileReport]


@pytest.fixture
def package(pki: Pki, tmp_path: Path) -> Check:
    """Return a function that lays a document with a МЧД beside it, and verifies it."""
    trust = pki.trust(tmp_path / "trust")
    place = tmp_path / "Входящие"
    place.mkdir()

    def lay(
        mchd: Mchd | None = GOOD,
        *,
        head: bytes | None = None,
        head_changes: dict[str, Any] | None = None,
        clerk: bytes | None = None,
        clerk_changes: dict[str, Any] | None = None,
        mchd_signed: bool = True,
        spoil: bool = False,
        at: datetime = SIGNED_AT,
        now: datetime = NOW,
        encoding: str = "UTF-8",
    ) -> FileReport:
        document = place / "Акт.docx"
        document.write_bytes(b"act")
        signature = sign(
            document, made.holder(pki, clerk or made.clerk_name(), **(clerk_changes or {})), at
        )
        if mchd is not None:
            xml = mchd.write(place, encoding=encoding)
            if mchd_signed:
                sign(xml, made.holder(pki, head or made.head_name(), **(head_changes or {})), at)
            if spoil:
                xml.write_bytes(
                    xml.read_bytes().replace("Вымышленная".encode(), "Вымышлянная".encode())
                )
        request = VerifyRequest(path=signature, trust=trust, at=now)
        return verifying_tasks.verify(request, NoProgress()).report

    return lay


def authority(report: FileReport) -> Authority:
    """Return the authority of the only signature."""
    return report.signatures[0].authority


def codes(report: FileReport) -> list[str]:
    """Return the problems of the МЧД."""
    answer = authority(report).mchd
    assert answer is not None
    return [one.code for one in answer.problems]


@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251"])
def test_good_mchd(package: Check, encoding: str) -> None:
    """An employee with a good МЧД acts by it; the register was not asked; powers are told."""
    report = package(encoding=encoding)
    found = authority(report)
    assert (report.verdict, found.kind, found.register_asked) == (PASSED, AuthorityKind.MCHD, False)
    assert found.mchd is not None
    assert (found.mchd.indication, found.mchd.problems) == (PASSED, ())
    assert found.mchd.number == made.GUID
    assert found.mchd.principal == made.ORGANISATION
    assert [(one.code, one.name) for one in found.mchd.powers] == list(Mchd().powers)
    assert found.mchd.valid_until == datetime(2027, 1, 14, 20, 59, 59, tzinfo=UTC)


def test_without_mchd(package: Check) -> None:
    """Without one the answer is: a person only."""
    assert authority(package(None)) == Authority(AuthorityKind.PERSON_ONLY)


@pytest.mark.parametrize(
    ("mchd", "changes", "indication", "code"),
    [
        (Mchd(clerk_inn="990011111107", clerk_snils="99001111141"), {}, FAILED, "mchd_representative_mismatch"),
        (Mchd(clerk_snils="99001111141"), {}, FAILED, "mchd_snils_mismatch"),
        (Mchd(until="2026-02-01"), {}, FAILED, "mchd_expired_at_signing"),
        (Mchd(issued="2026-12-01"), {}, FAILED, "mchd_not_yet_in_force"),
        (Mchd(issued="2026-08-01", until="2026-07-01"), {}, FAILED, "mchd_term_reversed"),
        (Mchd(), {"head": made.head_name(inn_le="9909000006")}, FAILED, "mchd_principal_mismatch"),
        (Mchd(), {"head": made.head_name(ogrn="1249900000029")}, FAILED, "mchd_principal_mismatch"),
        (Mchd(), {"head": made.clerk_name()}, UNSURE, "mchd_principal_not_compared"),
        (Mchd(), {"head": made.firm_name()}, UNSURE, "mchd_principal_not_head"),
        (Mchd(), {"head_changes": {"not_before": OLD}}, UNSURE, "mchd_principal_not_head"),
        (Mchd(), {"spoil": True}, FAILED, "mchd_signature_broken"),
        (Mchd(), {"mchd_signed": False}, UNSURE, "mchd_signature_missing"),
        (Mchd(version="EMCHD_9"), {}, UNSURE, "mchd_format_version"),
        (Mchd(number="17"), {}, UNSURE, "mchd_number_missing"),
        (Mchd(until=""), {}, UNSURE, "mchd_term_missing"),
        (Mchd(inn=""), {}, UNSURE, "mchd_principal_missing"),
        (Mchd(powers=()), {}, UNSURE, "mchd_powers_missing"),
        (Mchd(body="Передов"), {}, UNSURE, "mchd_delegated"),
        (Mchd(), {"now": datetime(2027, 6, 1, tzinfo=UTC)}, UNSURE, "mchd_expired_now"),
    ],
)  # fmt: skip
def test_bad_mchd(
    package: Check, mchd: Mchd, changes: dict[str, Any], indication: Indication, code: str
) -> None:
    """A bad МЧД is told by its trouble, gives no green authority, and never spoils the signature."""
    report = package(mchd, **changes)
    assert codes(report) == [code]
    found = authority(report).mchd
    assert found is not None
    assert found.indication is indication
    assert report.signatures[0].integrity is Integrity.INTACT
    assert report.verdict is PASSED
    other = code == "mchd_representative_mismatch"
    assert authority(report).kind is (AuthorityKind.PERSON_ONLY if other else AuthorityKind.MCHD)


def test_unknown_issuer_of_mchd(pki: Pki, package: Check, tmp_path: Path) -> None:
    """A МЧД whose signer nobody vouches for is undetermined, like any such signature."""
    stranger = make_pki(KeyAlgorithm.GOST_256)
    report = package(None)
    place = Path(report.path).parent
    sign(Mchd().write(place), made.holder(stranger, made.head_name()))
    request = VerifyRequest(path=Path(report.path), trust=pki.trust(tmp_path / "trust"), at=NOW)
    again = verifying_tasks.verify(request, NoProgress()).report
    assert codes(again) == ["mchd_signature_undetermined"]
    assert again.verdict is PASSED


def test_head_needs_none(package: Check) -> None:
    """A head acts by the certificate; a МЧД that lies there changes nothing."""
    since = {"not_before": datetime(2025, 1, 1, tzinfo=UTC)}
    report = package(clerk=made.head_name(), clerk_changes=since)
    assert authority(report) == Authority(AuthorityKind.HEAD)


def test_best_of_several(package: Check) -> None:
    """Among several the one that gives the authority is told."""
    report = package(Mchd())
    place = Path(report.path).parent
    Mchd(clerk_inn="990011111107", clerk_snils="", number=made.GUID.replace("4", "5")).write(place)
    Mchd(until="2026-01-20", number=made.GUID.replace("4", "6")).write(place)
    assert authority(package(Mchd())).mchd == authority(report).mchd


def test_reading(tmp_path: Path) -> None:
    """All fields come out; the name of the file plays no part."""
    path = Mchd(delegation="2", joint="2").write(tmp_path, "какой-то.xml", "windows-1251")
    found = read_mchd(path)
    assert found is not None
    assert (found.issued, found.valid_until) == (date(2026, 1, 15), date(2027, 1, 14))
    assert (found.delegation, found.joint, found.delegated) == (Delegation.ONCE, True, False)
    assert found.principal.kind is PrincipalKind.ORGANISATION
    assert (found.principal.inn, found.principal.ogrn) == (made.ORG_INN, made.ORG_OGRN)
    (one,) = found.representatives
    assert (one.inn, one.snils, one.position) == (made.CLERK_INN, made.CLERK_SNILS, "Кладовщик")
    assert one.name == "Вымышленная Анна Ивановна"
    assert found.register_address == f"https://reestr.example/check?guid={made.GUID}"
    assert found.problems == ()


def test_other_xml_is_none(tmp_path: Path) -> None:
    """Another root or namespace is another document, under whatever name."""
    for mchd in (Mchd(root="Файл"), Mchd(namespace="urn://other")):
        assert read_mchd(mchd.write(tmp_path)) is None
    path = tmp_path / "upd.xml"
    path.write_bytes(made.upd())
    assert read_mchd(path) is None


NS = 'xmlns="urn://x-artefacts/EMCHD_1"'
HOSTILE = {
    "doctype": '<!DOCTYPE r SYSTEM "file:///etc/passwd"><Доверенность/>',
    "doctype utf-16": '<!DOCTYPE r [<!ENTITY a "b">]><Доверенность/>',
    "entity": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><Доверенность>&a;</Доверенность>',
    "laughs": '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 9))
    + "]><Доверенность>&a8;</Доверенность>",
    "parameter": '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><r/>',
    "deep": "<a>" * 300 + "</a>" * 300,
    "very deep": "<a>" * 100_000,
    "unknown entity": "<a>&nbsp;</a>",
    "broken": "<Доверенность",
    "two roots": "<a/><b/>",
    "no root": "   ",
    "bad character": "<a>\x01</a>",
    "duplicate attribute": '<a b="1" b="2"/>',
    "unbound prefix": "<x:a/>",
    "attribute entity": '<!DOCTYPE r [<!ENTITY e "v">]><a b="&e;"/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml(tmp_path: Path, name: str) -> None:
    """Bombs, entities, outside references, broken text: an error of ours, quickly, nothing else."""
    path = tmp_path / "ON_EMCHD_x.xml"
    path.write_bytes(HOSTILE[name].encode("utf-16" if "utf-16" in name else "utf-8"))
    with pytest.raises(RoscherkError) as caught:
        read_mchd(path)
    assert caught.value.code in {
        ErrorCode.FORMAT_DAMAGED,
        ErrorCode.FORMAT_TOO_COMPLEX,
        ErrorCode.XML_UNSAFE,
    }


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe<\x00a",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"\x00\x00\x00<\x00",
        b"<" * 100_000,
        b"<a>" + b"\xc3\x28" + b"</a>",
        b"\xef\xbb\xbf",
    ],
)
def test_hostile_bytes(tmp_path: Path, data: bytes) -> None:
    """Odd encodings do no more."""
    path = tmp_path / "ON_EMCHD_x.xml"
    path.write_bytes(data)
    with pytest.raises(RoscherkError):
        read_mchd(path)


def test_too_large(tmp_path: Path) -> None:
    """A МЧД of many megabytes is none."""
    path = tmp_path / "ON_EMCHD_x.xml"
    path.write_bytes(b"<a>" + b" " * (5 << 20) + b"</a>")
    with pytest.raises(RoscherkError) as caught:
        read_mchd(path)
    assert caught.value.code is ErrorCode.FORMAT_TOO_COMPLEX


def test_unread_mchd_spoils_nothing(package: Check) -> None:
    """A hostile МЧД beside a document leaves its signature as it is."""
    report = package(None)
    hostile = Path(report.path).with_name("ON_EMCHD_x.xml")
    hostile.write_text(f'<!DOCTYPE r [<!ENTITY a "b">]><Доверенность {NS}/>', "utf-8")
    again = package(None)
    assert again.verdict is PASSED
    assert authority(again) == Authority(AuthorityKind.PERSON_ONLY)


def test_facts_replay(pki: Pki, package: Check, tmp_path: Path) -> None:
    """The same facts give the same authority again, without the files."""
    from app.crypto.verdict.judge import Terms, judge_file  # noqa: PLC0415
    from app.crypto.verdict.policy import load_policy  # noqa: PLC0415

    report = package()
    request = VerifyRequest(path=Path(report.path), trust=pki.trust(tmp_path / "trust"), at=NOW)
    facts = verifying_tasks.verify(request, NoProgress()).facts
    again = judge_file(facts, load_policy("default"), Terms(at=NOW))
    assert again == report
    late = judge_file(facts, load_policy("default"), Terms(at=datetime(2030, 1, 1, tzinfo=UTC)))
    assert authority(late).mchd != authority(report).mchd
    assert authority(
        judge_file(replace(facts, mchd=()), load_policy("default"), Terms(at=NOW))
    ) == (Authority(AuthorityKind.PERSON_ONLY))


def test_mutants_give_no_authority(package: Check, pki: Pki, tmp_path: Path) -> None:
    """No spoilt МЧД, nor one whose signature is spoilt, ever gives authority or breaks anything."""
    report = package()
    place = Path(report.path).parent
    (xml,) = place.glob("ON_*.xml")
    signature = xml.with_name(xml.name + ".sig")
    request = VerifyRequest(path=Path(report.path), trust=pki.trust(tmp_path / "trust"), at=NOW)
    chance = random.Random(5)
    for target in (xml, signature):
        whole = target.read_bytes()
        for _ in range(30):
            at = chance.randrange(len(whole))
            spoilt = chance.choice(
                (
                    whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :],
                    whole[:at],
                    whole[:at] + whole[at : at + 40] + whole[at:],
                )
            )
            if spoilt == whole:
                continue
            target.write_bytes(spoilt)
            found = verifying_tasks.verify(request, NoProgress()).report
            assert found.verdict is PASSED
            answer = authority(found).mchd
            # The signature covers all of the XML; parts of a CMS that nobody signs may differ.
            assert target is signature or answer is None or answer.indication is not PASSED
        target.write_bytes(whole)
    assert authority(verifying_tasks.verify(request, NoProgress()).report) == authority(report)


def test_other_document_signed_by_the_head(pki: Pki, tmp_path: Path) -> None:
    """A PDF that the head once signed, put where the МЧД's signature belongs, vouches for no МЧД."""
    place = tmp_path / "Входящие"
    place.mkdir()
    document = place / "Акт.docx"
    document.write_bytes(b"act")
    signature = sign(document, made.holder(pki, made.clerk_name()))
    xml = Mchd().write(place)
    head = replace(pki, leaf=pki.issue(subject=made.head_name()))
    letter = sign_pdf(make_contract(tmp_path / "Письмо.pdf"), head).target
    shutil.copyfile(letter, xml.with_name(xml.name + ".sig"))
    request = VerifyRequest(path=signature, trust=pki.trust(tmp_path / "trust"), at=NOW)
    report = verifying_tasks.verify(request, NoProgress()).report
    assert report.verdict is PASSED
    assert codes(report) == ["mchd_signature_missing"]
