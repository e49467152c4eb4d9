"""Everyday cases with the verdicts written beforehand: real files, judged by the worker's tasks.

Ordinary documents of ordinary people must not drown in yellow, and what only grew old stands apart
from problems.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from stand_ins.contract import make_contract
from stand_ins.everyday import DAY, HOUR, NOW, Case, Office, as_base64, stranger

from app.crypto.model import SigningAct, Verification
from app.crypto.verdict.facts import Level
from app.crypto.verdict.report import (
    AuthorityKind,
    Indication,
    Integrity,
    Standing,
    SubIndication,
)
from app.texts.catalogue import set_language
from app.texts.verdicts import file_heading, warnings

PASSED, UNSURE, FAILED, NONE = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
    Indication.NO_SIGNATURE,
)
S = SubIndication
MONTH, YEAR = 30 * DAY, 365 * DAY


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is to be said of a file."""

    verdict: Indication
    standing: Standing
    heading: str
    sub: SubIndication | None = None
    told: tuple[str, ...] = ()
    """Codes of the warnings, all of them save remarks on the form of the certificate."""
    integrity: Integrity = Integrity.INTACT


GREEN = Expected(verdict=PASSED, standing=Standing.PASSED, heading="Подпись действительна")
OLD = "Документ не изменён; время подписания не доказано"
OPEN = "Статус подписи не определён"


def fresh(office: Office) -> Verification:
    """Try this: signed an hour ago, the list of revoked ones is six hours old."""
    path = office.sign(office.document(), office.person(NOW - 100 * DAY), NOW - HOUR)
    return office.verify(path, office.list_of(NOW - 6 * HOUR))


def offline(office: Office) -> Verification:
    """Try this: without the network, by a list of three days ago that is still in force."""
    path = office.sign(office.document(), office.person(NOW - 100 * DAY), NOW - HOUR)
    return office.verify(path, office.list_of(NOW - 3 * DAY))


def last_year(office: Office) -> Verification:
    """Try this: last year's act: the certificate has ended, nobody stamped the time."""
    begun = NOW - 2 * YEAR
    path = office.sign(office.document(), office.person(begun), begun + 200 * DAY)
    return office.verify(path, office.list_of(NOW - HOUR))


def last_year_with_old_list(office: Office) -> Verification:
    """Try this: the same, with a list of the last day of the certificate at hand."""
    begun = NOW - 2 * YEAR
    path = office.sign(office.document(), office.person(begun), begun + 200 * DAY)
    return office.verify(path, office.list_of(begun + YEAR - HOUR))


def stamped(office: Office) -> Verification:
    """Try this: last year's act with a time-stamp, and the list of the day after."""
    begun = NOW - 2 * YEAR
    at = begun + 200 * DAY
    path = office.sign(office.document(), office.person(begun), at)
    office.stamped(path, office.authority_of_time(begun), at)
    return office.verify(path, office.list_of(NOW - HOUR), office.list_of(at + DAY))


def stamped_without_lists(office: Office) -> Verification:
    """Try this: last year's act with a time-stamp, and nothing that tells of revocations then."""
    begun = NOW - 2 * YEAR
    at = begun + 200 * DAY
    path = office.sign(office.document(), office.person(begun), at)
    office.stamped(path, office.authority_of_time(begun), at)
    return office.verify(path, office.list_of(NOW - HOUR))


def revoked_after(office: Office) -> Verification:
    """Try this: signed and stamped, and the certificate replaced half a year later."""
    return _revoked(office, 100, "superseded")


def compromised_after(office: Office) -> Verification:
    """Try this: signed and stamped, and half a year later the key was found in wrong hands."""
    return _revoked(office, 100, "keyCompromise")


def revoked_before(office: Office) -> Verification:
    """Try this: signed with a certificate that had been revoked a month before, by its own word and a stamp."""
    return _revoked(office, -30, "cessationOfOperation")


def _revoked(office: Office, days: int, reason: str) -> Verification:
    begun = NOW - 300 * DAY
    at, own = begun + 100 * DAY, office.person(begun)
    path = office.stamped(
        office.sign(office.document(), own, at), office.authority_of_time(begun), at + HOUR
    )
    entry = office.entry(own, at + days * DAY, reason)
    return office.verify(path, office.list_of(NOW - HOUR, entry))


def revoked_no_stamp(office: Office) -> Verification:
    """Try this: revoked a week ago; when it was signed nobody proves."""
    own = office.person(NOW - 100 * DAY)
    path = office.sign(office.document(), own, NOW - 50 * DAY)
    entry = office.entry(own, NOW - 7 * DAY, "superseded")
    return office.verify(path, office.list_of(NOW - HOUR, entry))


def suspended(office: Office) -> Verification:
    """Try this: the certificate is suspended."""
    own = office.person(NOW - 100 * DAY)
    path = office.sign(office.document(), own, NOW - 50 * DAY)
    entry = office.entry(own, NOW - 7 * DAY, "certificateHold")
    return office.verify(path, office.list_of(NOW - HOUR, entry))


def extract(office: Office) -> Verification:
    """Try this: an extract of the tax service: a PDF with a bare signature."""
    path = office.extract(office.folder / "sample.pdf")
    return office.verify(path, office.list_of(NOW - HOUR))


def pdf(office: Office) -> Verification:
    """Try this: a PDF of a contractor."""
    path = office.pdf(office.folder / "sample.pdf")
    return office.verify(path, office.list_of(NOW - HOUR))


def unknown_root(office: Office) -> Verification:
    """Try this: the issuer is not known here."""
    path = office.sign(office.document(), office.person(NOW - 100 * DAY), NOW - HOUR)
    return office.verify(path, office.list_of(NOW - HOUR), roots=[stranger().root], authorities=[])


def renewed(office: Office) -> Verification:
    """Try this: the authority's certificate in the file has ended; the renewed one is at hand."""
    former = office.former_authority(NOW - 10 * DAY)
    path = office.sign(
        office.document(), office.person(NOW - 100 * DAY), NOW - HOUR, chain=(former,)
    )
    return office.verify(path, office.list_of(NOW - HOUR), authorities=[office.renewed_authority()])


def employee(office: Office) -> Verification:
    """Try this: an employee signed, and no power of attorney lies beside."""
    path = office.sign(office.document(), office.employee(NOW - 100 * DAY), NOW - HOUR)
    return office.verify(path, office.list_of(NOW - HOUR))


def co_signed(office: Office) -> Verification:
    """Try this: two parties signed."""
    source = office.document()
    path = office.sign(source, office.person(NOW - 100 * DAY), NOW - DAY)
    other = office.person(NOW - 90 * DAY)
    path = office.act(SigningAct.CO_SIGN, path, source, other, NOW - HOUR)
    return office.verify(path, office.list_of(NOW - HOUR), content=source)


def counter_signed(office: Office) -> Verification:
    """Try this: the chief certified the signature of an employee."""
    source = office.document()
    path = office.sign(source, office.employee(NOW - 100 * DAY), NOW - DAY)
    other = office.person(NOW - 90 * DAY)
    path = office.act(SigningAct.COUNTER_SIGN, path, source, other, NOW - HOUR)
    return office.verify(path, office.list_of(NOW - HOUR), content=source)


def old_and_new(office: Office) -> Verification:
    """Try this: one of two signatures has grown old."""
    source = office.document()
    begun = NOW - 2 * YEAR
    path = office.sign(source, office.person(begun), begun + 100 * DAY)
    other = office.person(NOW - 90 * DAY)
    path = office.act(SigningAct.CO_SIGN, path, source, other, NOW - HOUR)
    return office.verify(path, office.list_of(NOW - HOUR), content=source)


def no_original(office: Office) -> Verification:
    """Try this: the signature came without its document."""
    source = office.document()
    path = office.sign(source, office.person(NOW - 100 * DAY), NOW - HOUR)
    source.unlink()
    return office.verify(path, office.list_of(NOW - HOUR))


def changed(office: Office) -> Verification:
    """Try this: a space was added to the document."""
    source = office.document()
    path = office.sign(source, office.person(NOW - 100 * DAY), NOW - HOUR)
    source.write_bytes(source.read_bytes() + b" ")
    return office.verify(path, office.list_of(NOW - HOUR))


def no_list(office: Office) -> Verification:
    """Try this: nobody fetched a list of revoked certificates."""
    path = office.sign(office.document(), office.person(NOW - 100 * DAY), NOW - HOUR)
    return office.verify(path)


def from_portal(office: Office) -> Verification:
    """Try this: attached, in bare base64, named as portals name it."""
    source = office.document()
    path = office.sign(source, office.person(NOW - 100 * DAY), NOW - HOUR, attached=True)
    source.unlink()
    return office.verify(as_base64(path), office.list_of(NOW - HOUR))


def unsigned(office: Office) -> Verification:
    """Try this: a document that nobody signed."""
    return office.verify(office.document(), office.list_of(NOW - HOUR))


def list_of_tomorrow(office: Office) -> Verification:
    """Try this: the only list says it was made tomorrow."""
    path = office.sign(office.document(), office.person(NOW - 100 * DAY), NOW - HOUR)
    return office.verify(path, office.list_of(NOW + DAY))


CASES: dict[Case, Expected] = {
    fresh: GREEN,
    offline: Expected(
        verdict=PASSED,
        standing=Standing.PASSED_AS_OF,
        heading="Подпись действительна",
        told=("revocation_data_old",),
    ),
    last_year: Expected(
        verdict=UNSURE,
        standing=Standing.TIME_NOT_PROVED,
        heading=OLD,
        sub=S.OUT_OF_BOUNDS_NO_POE,
    ),
    last_year_with_old_list: Expected(
        verdict=UNSURE,
        standing=Standing.TIME_NOT_PROVED,
        heading=OLD,
        sub=S.OUT_OF_BOUNDS_NO_POE,
        told=("revocation_data_old",),
    ),
    stamped: GREEN,
    stamped_without_lists: Expected(
        verdict=UNSURE,
        standing=Standing.TIME_NOT_PROVED,
        heading=OLD,
        sub=S.REVOCATION_OUT_OF_BOUNDS_NO_POE,
    ),
    revoked_after: Expected(
        verdict=PASSED,
        standing=Standing.PASSED,
        heading="Подпись действительна",
        told=("revoked_later",),
    ),
    compromised_after: Expected(
        verdict=UNSURE,
        standing=Standing.PROBLEM,
        heading=OPEN,
        sub=S.REVOKED_NO_POE,
        told=("revoked_later",),
    ),
    revoked_before: Expected(
        verdict=FAILED, standing=Standing.BROKEN, heading="Подпись недействительна", sub=S.REVOKED
    ),
    revoked_no_stamp: Expected(
        verdict=UNSURE, standing=Standing.PROBLEM, heading=OPEN, sub=S.REVOKED_NO_POE
    ),
    suspended: Expected(verdict=UNSURE, standing=Standing.PROBLEM, heading=OPEN, sub=S.TRY_LATER),
    extract: Expected(
        verdict=PASSED,
        standing=Standing.PASSED,
        heading="Подпись действительна",
        told=("no_signed_attributes",),
    ),
    pdf: GREEN,
    unknown_root: Expected(
        verdict=UNSURE,
        standing=Standing.UNKNOWN,
        heading="Документ не изменён; издатель сертификата здесь не известен",
        sub=S.NO_CERTIFICATE_CHAIN_FOUND,
    ),
    renewed: GREEN,
    employee: GREEN,
    co_signed: Expected(
        verdict=PASSED, standing=Standing.PASSED, heading="Все подписи действительны (2)"
    ),
    counter_signed: Expected(
        verdict=PASSED, standing=Standing.PASSED, heading="Все подписи действительны (2)"
    ),
    old_and_new: Expected(
        verdict=UNSURE,
        standing=Standing.TIME_NOT_PROVED,
        heading="Подписей: 2, из них с неопределённым статусом: 1",
        sub=S.OUT_OF_BOUNDS_NO_POE,
    ),
    no_original: Expected(
        verdict=UNSURE,
        standing=Standing.UNKNOWN,
        heading=OPEN,
        sub=S.SIGNED_DATA_NOT_FOUND,
        integrity=Integrity.UNKNOWN,
    ),
    changed: Expected(
        verdict=FAILED,
        standing=Standing.BROKEN,
        heading="Подпись недействительна",
        sub=S.HASH_FAILURE,
        integrity=Integrity.BROKEN,
    ),
    no_list: Expected(verdict=UNSURE, standing=Standing.UNKNOWN, heading=OPEN, sub=S.TRY_LATER),
    from_portal: GREEN,
    unsigned: Expected(verdict=NONE, standing=Standing.NO_SIGNATURE, heading="Подписи нет"),
    list_of_tomorrow: Expected(
        verdict=UNSURE, standing=Standing.UNKNOWN, heading=OPEN, sub=S.TRY_LATER
    ),
}
FORM = frozenset({"number_doubtful", "requisite_missing"})
"""Remarks on the numbers of the people of the tests, which nobody has."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office with a PDF to sign, in Russian."""
    make_contract(tmp_path / "sample.pdf")
    set_language("ru")
    yield Office(tmp_path)
    set_language("en")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_everyday(case: Case, office: Office) -> None:
    """Verdict, standing, words and warnings are as written beforehand."""
    expected = CASES[case]
    report = case(office).report
    assert (report.verdict, report.standing) == (expected.verdict, expected.standing)
    assert file_heading(report) == expected.heading
    if not report.signatures:
        return
    worst = next(one for one in report.signatures if one.verdict is expected.verdict)
    assert worst.sub_indication is expected.sub
    assert worst.integrity is expected.integrity
    told = {one.code for one in worst.warnings} - FORM
    assert {one for one in told if not one.startswith("content_")} == set(expected.told)
    assert len(warnings(worst)) <= 6


def test_there_are_twenty() -> None:
    """And a few more."""
    assert len(CASES) >= 20


def test_most_are_not_yellow() -> None:
    """Of what ordinary people get, most is green; what is not says why in its own group."""
    yellow = [one for one in CASES.values() if one.standing is Standing.PROBLEM]
    green = [one for one in CASES.values() if one.verdict is PASSED]
    assert len(green) > 2 * len(yellow)


def test_suspended_is_not_called_revoked(office: Office) -> None:
    """R-02: приостановлен, never отозван."""
    (report,) = suspended(office).report.signatures
    assert report.reasons == ("on_hold",)


def test_employee_speaks_for_himself(office: Office) -> None:
    """No power of attorney: a valid signature of a person, and nobody else's."""
    (report,) = employee(office).report.signatures
    assert report.authority.kind is AuthorityKind.PERSON_ONLY


def test_extract_has_its_proper_name(office: Office) -> None:
    """The tax service's bare signature is neither PAdES nor nothing."""
    (report,) = extract(office).report.signatures
    assert report.level is Level.PDF_LEGACY
