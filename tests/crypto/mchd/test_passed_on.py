"""Powers that were passed on (передоверие), enclosed in their signatures, of principals of all kinds."""

import base64
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from packages_lab import open_packages
from signing_files import sign
from stand_ins import mchd_made as made
from stand_ins.mchd_made import Mchd, first_power, passed_on
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.structure import Form
from app.crypto.mchd import beside
from app.crypto.mchd.reading import read_mchd
from app.crypto.model import MchdPair, VerifyRequest
from app.crypto.verdict.mchd_facts import PrincipalKind
from app.crypto.verdict.report import Answer, AuthorityKind, FileReport, Indication, MchdAnswer
from app.crypto.verifying import tasks as verifying_tasks
from app.texts.package_words import mchd_told

PASSED, UNSURE, FAILED = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
)
SECOND = made.GUID.replace("4f", "5f")
THIRD = made.GUID.replace("4f", "6f")
Signed = Sequence[tuple[Mchd, bytes]]


class Desk:
    """A document of the clerk, and powers of attorney beside it."""

    def __init__(self, pki: Pki, folder: Path) -> None:
        self.pki = pki
        self.trust = pki.trust(folder / "trust")
        self.place = folder / "Входящие"
        self.place.mkdir()
        self.document = self.place / "Акт.docx"
        self.document.write_bytes(b"act")
        self.signature = sign(self.document, made.holder(pki, made.clerk_name()))

    def lay(self, powers: Signed, *, attached: bool = False) -> list[Path]:
        """Lay powers of attorney, each signed by whoever bears this name."""
        found = []
        for mchd, name in powers:
            xml = mchd.write(self.place, f"ON_EMCHD_{len(list(self.place.iterdir()))}.xml")
            found.append(sign(xml, made.holder(self.pki, name), attached=attached))
            if attached:
                xml.unlink()
        return found

    def report(self) -> FileReport:
        """Verify the document; its own signature is never hurt by what lies beside it."""
        request = VerifyRequest(path=self.signature, trust=self.trust, at=NOW)
        report = verifying_tasks.verify(request, NoProgress()).report
        assert report.verdict is PASSED
        return report

    def answer(self) -> MchdAnswer:
        """Return what the powers of attorney give."""
        found = self.report().signatures[0].authority
        assert found.kind is AuthorityKind.MCHD
        assert found.mchd is not None
        return found.mchd


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk of a firm with keys of GOST."""
    return Desk(pki_of(KeyAlgorithm.GOST_256), tmp_path)


HEAD, GIVER, CLERK = made.head_name(), made.giver_name(), made.clerk_name()


def test_passed_on_once(desk: Desk) -> None:
    """The one behind it lies there and allows it: the clerk acts on behalf of the first principal."""
    desk.lay([(first_power(), HEAD), (passed_on(), GIVER)])
    answer = desk.answer()
    assert (answer.indication, answer.problems) == (PASSED, ())
    assert (answer.principal, answer.principal_inn) == (made.ORGANISATION, made.ORG_INN)
    assert (answer.number, answer.passed_on_from) == (made.GUID, (made.FIRST,))
    told = mchd_told(desk.report().signatures[0].authority)
    assert told is not None
    assert any(made.FIRST in each for each in told.sentences)


def test_passed_on_twice(desk: Desk) -> None:
    """Three links hold where the first allows to pass on further, and every one names the first."""
    middle = {"number": SECOND, "clerk_inn": "990022233304", "clerk_snils": "99002223344"}
    second = passed_on(**middle, delegation="2")
    third = passed_on(
        parent=SECOND, first=made.FIRST, giver_inn="990022233304", giver_snils="99002223344"
    )
    signer = made.clerk_name("990022233304", "99002223344")
    desk.lay([(first_power(delegation="3"), HEAD), (second, GIVER), (third, signer)])
    answer = desk.answer()
    assert (answer.indication, answer.problems) == (PASSED, ())
    assert answer.passed_on_from == (SECOND, made.FIRST)


POWERS = (("02.114", "Подписание накладных и актов"), ("01.001", "Заключение договоров"))
BOUND = (
    '<ОгрСвПолн ИдОгр="1" КодОгр="S" НаимОгр="Сумма"><ТексЗначОгр>1000</ТексЗначОгр></ОгрСвПолн>'
)
BAD: dict[str, tuple[Signed, Indication, list[str]]] = {
    "nothing behind it": ([(passed_on(), GIVER)], UNSURE, ["mchd_delegated"]),
    "not to be passed on": (
        [(first_power(delegation="1"), HEAD), (passed_on(), GIVER)],
        FAILED,
        ["mchd_passing_on_forbidden"],
    ),
    "whether is not said": (
        [(first_power(delegation=""), HEAD), (passed_on(), GIVER)],
        UNSURE,
        ["mchd_passing_on_unknown"],
    ),
    "longer": (
        [(first_power(until="2026-12-31"), HEAD), (passed_on(until="2027-01-14"), GIVER)],
        UNSURE,
        ["mchd_passed_on_term"],
    ),
    "earlier": (
        [(first_power(), HEAD), (passed_on(issued="2026-01-14"), GIVER)],
        UNSURE,
        ["mchd_passed_on_term"],
    ),
    "more powers": (
        [(first_power(), HEAD), (passed_on(powers=POWERS), GIVER)],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "fewer bounds": (
        [(first_power(limits=BOUND), HEAD), (passed_on(), GIVER)],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "other words under the same code": (
        [(first_power(), HEAD), (passed_on(powers=(("02.114", "Любые сделки"),)), GIVER)],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "words behind what is kept": (
        [
            (first_power(powers=(("02.114", "а" * 1000),)), HEAD),
            (passed_on(powers=(("02.114", "а" * 1000 + " и любые сделки"),)), GIVER),
        ],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "powers behind what is kept": (
        [
            (first_power(), HEAD),
            (passed_on(powers=(POWERS[0],) * 500 + (POWERS[1],)), GIVER),
        ],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "bounds behind what is kept": (
        [
            (first_power(limits=BOUND.replace("1000", "б" * 260)), HEAD),
            (passed_on(limits=BOUND.replace("1000", "б" * 259)), GIVER),
        ],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "the same name of another bound": (
        [
            (first_power(limits=BOUND.replace("КодОгр", 'НаимЗначОгр="До тысячи" КодОгр')), HEAD),
            (
                passed_on(
                    limits=BOUND.replace("КодОгр", 'НаимЗначОгр="До тысячи" КодОгр').replace(
                        "1000", "100000"
                    )
                ),
                GIVER,
            ),
        ],
        UNSURE,
        ["mchd_passed_on_powers"],
    ),
    "by somebody else": (
        [(first_power(clerk_inn="990022233304", clerk_snils=""), HEAD), (passed_on(), GIVER)],
        FAILED,
        ["mchd_parent_refused"],
    ),
    "over behind it": (
        [(first_power(until="2026-02-01"), HEAD), (passed_on(until="2026-02-01"), GIVER)],
        FAILED,
        ["mchd_expired_at_signing", "mchd_parent_refused"],
    ),
    "the first by an employee": (
        [(first_power(), CLERK), (passed_on(), GIVER)],
        UNSURE,
        ["mchd_parent_undetermined"],
    ),
    "signed by the principal, not by the giver": (
        [(first_power(), HEAD), (passed_on(), HEAD)],
        FAILED,
        ["mchd_principal_mismatch", "mchd_parent_refused"],
    ),
    "in a circle": (
        [
            (
                passed_on(
                    number=SECOND,
                    parent=made.GUID,
                    clerk_inn=made.GIVER_INN,
                    clerk_snils="",
                    delegation="3",
                ),
                GIVER,
            ),
            (passed_on(parent=SECOND), GIVER),
        ],
        UNSURE,
        ["mchd_passed_on_in_circle"],
    ),
    "of itself": (
        [(passed_on(parent=made.GUID), GIVER)],
        UNSURE,
        ["mchd_passed_on_in_circle"],
    ),
    "two of one number": (
        [
            (first_power(), HEAD),
            (first_power(inn="9909765437", ogrn="1249900000029"), HEAD),
            (passed_on(), GIVER),
        ],
        UNSURE,
        ["mchd_parent_ambiguous"],
    ),
    "another first": (
        [
            (first_power(), HEAD),
            (replace(passed_on(), first=THIRD), GIVER),
        ],
        UNSURE,
        ["mchd_first_differs"],
    ),
    "once, but twice": (
        [
            (first_power(), HEAD),
            (passed_on(number=SECOND, clerk_inn=made.GIVER_INN, clerk_snils="", delegation="2"), GIVER),
            (passed_on(parent=SECOND, first=made.FIRST), GIVER),
        ],
        FAILED,
        ["mchd_passing_on_forbidden"],
    ),
    "several representatives": (
        [(replace(first_power(), delegation="1", number=SECOND, clerk_inn=made.CLERK_INN, clerk_snils="",
          takers='<СвУпПред ТипПред="1"><Пред><СведФизЛ ИННФЛ="990022233304"/></Пред></СвУпПред>'), HEAD)],
        UNSURE,
        ["mchd_several"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_badly_passed_on(desk: Desk, name: str) -> None:
    """What does not follow from the one behind it gives no confirmed authority, and it is said why."""
    powers, indication, codes = BAD[name]
    desk.lay(powers)
    authority = desk.report().signatures[0].authority
    assert authority.mchd is not None
    # The clerk may stand in several of them: the best is told, and none of them is good.
    told = [] if authority.kind is not AuthorityKind.MCHD else authority.mchd.problems
    assert authority.mchd.indication is indication
    assert list(dict.fromkeys(one.code for one in told)) == codes
    words = mchd_told(authority)
    assert words is not None
    assert all("{" not in each for each in words.sentences)


def test_reading_one_passed_on(tmp_path: Path) -> None:
    """Its own number, term, giver and taker come out, not those of the one behind it."""
    mchd = passed_on(issued="2026-02-01", until="2026-12-01", first=THIRD, limits=BOUND)
    found = read_mchd(mchd.write(tmp_path))
    assert found is not None
    assert (found.number, found.parent_number, found.first_number) == (
        made.GUID,
        made.FIRST,
        THIRD,
    )
    assert (str(found.issued), str(found.valid_until)) == ("2026-02-01", "2026-12-01")
    assert found.principal.kind is PrincipalKind.PERSON
    assert (found.principal.inn, found.principal.snils) == (made.GIVER_INN, made.GIVER_SNILS)
    assert [one.inn for one in found.representatives] == [made.CLERK_INN]
    assert found.powers[0].limits == ("Сумма: 1000",)
    assert found.problems == ()


@pytest.mark.parametrize("form", [Form.BINARY, Form.PEM, Form.BASE64])
def test_enclosed(desk: Desk, form: Form) -> None:
    """A power of attorney inside its signature counts as one beside it; any form of the file."""
    (path,) = desk.lay([(Mchd(), HEAD)], attached=True)
    _rewrite(path, form)
    answer = desk.answer()
    assert (answer.indication, answer.problems, answer.number) == (PASSED, (), made.GUID)


def test_enclosed_in_a_package(desk: Desk, tmp_path: Path) -> None:
    """In a package too it is a power of attorney, and its own signature is told."""
    desk.lay([(first_power(), HEAD), (passed_on(), GIVER)], attached=True)
    door = open_packages(tmp_path / "profile", desk.trust)
    try:
        found = door.verify(door.open([desk.place]))
    finally:
        door.close()
    assert [branch.mchd for branch in found.tree] == [False, True, True]
    (act,) = (one for one in found.checked.report.files if one.path == str(desk.signature))
    answer = act.signatures[0].authority.mchd
    assert answer is not None
    assert (answer.indication, answer.passed_on_from) == (PASSED, (made.FIRST,))


@pytest.mark.parametrize("change", ["content", "signature"])
def test_enclosed_and_changed(desk: Desk, change: str) -> None:
    """One octet of it changed gives nothing."""
    (path,) = desk.lay([(Mchd(), HEAD)], attached=True)
    data = path.read_bytes()
    if change == "content":
        path.write_bytes(data.replace("Кладовщик".encode(), "Продавщик".encode()))
    else:
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    answer = desk.answer()
    assert (answer.indication, [one.code for one in answer.problems]) == (
        FAILED,
        ["mchd_signature_broken"],
    )


def test_enclosed_power_vouches_for_no_other_xml(desk: Desk) -> None:
    """A good signature with another power inside makes nothing of the XML beside it."""
    (good,) = desk.lay([(Mchd(clerk_inn="990022233304", clerk_snils=""), HEAD)], attached=True)
    xml = Mchd().write(desk.place, "ON_EMCHD_z.xml")
    shutil.move(good, xml.with_name(xml.name + ".sig"))
    assert desk.answer().indication is not PASSED


def test_unqualified_principal(tmp_path: Path) -> None:
    """A certificate that is no qualified one gives no confirmed authority, as the law asks for it."""
    other = Desk(pki_of(KeyAlgorithm.RSA), tmp_path)
    other.lay([(Mchd(), HEAD)])
    answer = other.answer()
    assert (answer.indication, answer.qualified_certificate) == (UNSURE, Answer.NO)
    assert [one.code for one in answer.problems] == ["mchd_principal_not_qualified"]


@pytest.mark.parametrize("attached", [False, True])
def test_changed_between_two_looks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, attached: bool
) -> None:
    """What was read must be what was signed, though the file is another one a moment later."""
    (signature,) = desk.lay(
        [(Mchd(clerk_inn="990022233304", clerk_snils=""), HEAD)], attached=attached
    )
    target = signature if attached else signature.with_suffix("")
    real = target.read_bytes()
    forged = real.replace(b"990022233304", made.CLERK_INN.encode())
    read = beside._read

    def switching(pair: MchdPair) -> object:
        target.write_bytes(forged)
        try:
            return read(pair)
        finally:
            target.write_bytes(real)

    monkeypatch.setattr(beside, "_read", switching)
    answer = desk.answer()
    assert answer.indication is UNSURE
    assert [one.code for one in answer.problems] == ["mchd_signature_missing"]


def _rewrite(path: Path, form: Form) -> None:
    """Write a signature file in another form."""
    data = path.read_bytes()
    text = base64.encodebytes(data)
    whole = {
        Form.BINARY: data,
        Form.PEM: b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n",
        Form.BASE64: text,
    }
    path.write_bytes(whole[form])
