"""Acts as dated data: what is in force when, and who looks for what follows (rule RU-27, G24)."""

import importlib.util
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from stand_ins.facts_made import TERMS, certificate, chain, link, signature
from stand_ins.past_made import DAY, ROOT, aged, good, stamp

from app.crypto.verdict.accreditation_facts import AccreditationFacts, StatusPeriod
from app.crypto.verdict.acts import CERTIFICATES, TIME_STAMPS, act, acts, ending
from app.crypto.verdict.facts import SignatureFacts
from app.crypto.verdict.judge import Terms, judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.proved_time import by_accredited
from app.crypto.verdict.report import AuthorityKind, Indication, SubIndication

ROOT_FOLDER = Path(__file__).resolve().parents[3]
POLICY = load_policy()
S = SubIndication


def release_check() -> ModuleType:
    """Load the release check, which is a script."""
    spec = importlib.util.spec_from_file_location("release_acts", ROOT_FOLDER / "installer/acts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def midnight(day: str) -> datetime:
    """Return the first moment of a day in Moscow."""
    return datetime.fromisoformat(f"{day}T00:00:00+03:00").astimezone(UTC)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("code", "day"), [(TIME_STAMPS, "2027-01-01"), (CERTIFICATES, "2027-09-01")]
)
def test_acts_end_by_the_clock_of_moscow(code: str, day: str) -> None:
    """The last second of the day before belongs to the act; midnight does not."""
    end = midnight(day)
    assert act(code).in_force(end - SECOND)
    assert not act(code).ended(end - SECOND)
    assert not act(code).in_force(end)
    assert act(code).ended(end)


@pytest.mark.parametrize(("code", "day"), [(CERTIFICATES, "2021-09-01"), ("476-fz", "2020-07-01")])
def test_acts_begin(code: str, day: str) -> None:
    """Before its first day an act says nothing."""
    begin = midnight(day)
    assert act(code).in_force(begin)
    assert not act(code).in_force(begin - SECOND)
    assert not act(code).ended(begin - SECOND)


def test_every_act_is_dated() -> None:
    """Each row has a name, a day on which somebody read it, and an end after its beginning."""
    assert len({one.code for one in acts()}) == len(acts())
    for one in acts():
        assert one.title
        assert one.about
        assert date(2026, 1, 1) <= one.checked_on
        if one.from_ is not None and one.until is not None:
            assert one.from_ < one.until
    with pytest.raises(KeyError):
        act("none")


def accredited(at: datetime, text: str = "Действует", *, checked: bool = True) -> Any:
    """Return a time-stamp of an authority that the list names."""
    made = stamp(at)
    assert made.signature is not None
    listed = AccreditationFacts(
        list_version=1,
        list_date=at,
        list_sha256="00" * 32,
        list_signature_checked=checked,
        ca_name="УЦ",
        statuses=(StatusPeriod(text=text, since=at - DAY),),
    )
    return replace(made, signature=replace(made.signature, accreditation=listed))


END = midnight("2027-01-01")


@pytest.mark.parametrize(
    ("one", "trusted"),
    [
        (accredited(END - SECOND), True),
        (accredited(END), False),
        (accredited(END - SECOND, "Прекращена"), False),
        (accredited(END - SECOND, checked=False), False),
        (stamp(END - SECOND), False),
    ],
)
def test_trusted_time_of_the_law(one: Any, trusted: bool) -> None:
    """T-06: by an accredited authority, told by a list that is signed, while the order is in force."""
    assert by_accredited(one) is trusted


def test_after_the_order_the_stamp_still_proves() -> None:
    """An ended act is named and changes no verdict."""
    verdicts = {}
    for at in (END - SECOND, END):
        now = END + DAY
        own = certificate(not_before=END - 300 * DAY, not_after=END + DAY / 2)
        made = accredited(at)
        issuer = link(good(now), certificate=certificate(sha256="1e" * 32, not_after=now + DAY))
        paths = [chain(link(good(at), certificate=own), issuer, ROOT, at=one) for one in (now, at)]
        assert made.signature is not None
        today = replace(made.signature.further_chains[0], at=now)
        fresh = replace(
            today, links=(replace(today.links[0], revocation=good(now)), *today.links[1:])
        )
        made = replace(made, signature=replace(made.signature, further_chains=(fresh,)))
        facts = signature(
            signer=own,
            chain=paths[0],
            further_chains=(paths[1],),
            claimed_time=None,
            time_stamps=(made,),
        )
        report = judge_signature(facts, (), POLICY, Terms(at=now))
        verdicts[at] = report.verdict
        assert (report.signing_time.mdv_63fz == at) is (at < END)
        told = [one.facts for one in report.warnings if one.code == "time_act_ended"]
        assert bool(told) is (at >= END)
    assert set(verdicts.values()) == {Indication.TOTAL_PASSED}


def of_year(key: str, at: datetime) -> SignatureFacts:
    """Return a signature of this moment with a key of this kind, its certificate in force then."""
    own = certificate(key_algorithm=key, not_before=at - 100 * DAY, not_after=at + 100 * DAY)
    issuer = certificate(sha256="1e" * 32, not_before=at - 999 * DAY, not_after=at + 999 * DAY)
    root = replace(ROOT, certificate=replace(issuer, sha256="0f" * 32))
    links = (link(good(at), certificate=own), link(good(at), certificate=issuer), root)
    return signature(signer=own, claimed_time=at, chain=chain(*links, at=at))


@pytest.mark.parametrize(
    ("at", "sub"),
    [
        (datetime(2019, 12, 31, 12, tzinfo=UTC), None),
        (datetime(2020, 1, 1, 12, tzinfo=UTC), S.CRYPTO_CONSTRAINTS_FAILURE),
    ],
)
def test_gost_2001_ended(at: datetime, sub: SubIndication | None) -> None:
    """GST-08: the old algorithm signs for the last time on 31.12.2019."""
    report = judge_signature(of_year("gost2001", at), (), POLICY, Terms(at=at))
    assert report.sub_indication is sub


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2024-08-31", AuthorityKind.UNKNOWN),
        ("2024-09-01", AuthorityKind.HEAD),
    ],
)
def test_head_since_september_2024(day: str, kind: AuthorityKind) -> None:
    """RU-21: since then employees sign for themselves, with a power of attorney beside."""
    own = certificate(not_before=datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    report = judge_signature(signature(signer=own), (), POLICY, TERMS)
    assert report.authority.kind is kind


@pytest.mark.parametrize("day", ["2019-12-31", "2021-07-01", "2021-09-01", "2022-01-01", "2024-09-01", "2027-01-01", "2027-09-01"])  # fmt: skip
def test_no_day_of_the_calendar_makes_a_signature_good(day: str) -> None:
    """Around every day on which the law changed: what passes the day before passes the day after."""
    end = midnight(day)
    for at in (end - SECOND, end, end + SECOND):
        facts = of_year("gost2012-256", at)
        assert judge_signature(facts, (), POLICY, Terms(at=at)).verdict is Indication.TOTAL_PASSED
        assert judge_signature(aged(), (), POLICY, TERMS).verdict is Indication.INDETERMINATE


def test_release_check_asks_sixty_days_before() -> None:
    """Not a day earlier; then until somebody says in writing that he looks for the successor."""
    check = release_check()
    end = date(2027, 1, 1)
    early, due = end - timedelta(days=61), end - timedelta(days=60)
    assert [one.code for one in ending(early, check.WITHIN)] == []
    assert [one.code for one in check.unattended(due, {})] == [TIME_STAMPS]
    assert [one.code for one in check.unattended(end + timedelta(days=9), {})] == [TIME_STAMPS]
    waiver = check.Waiver(TIME_STAMPS, "N. N.", due, due + timedelta(days=30), "asked the ministry")
    known = {TIME_STAMPS: waiver}
    assert check.unattended(due, known) == []
    assert check.unattended(due + timedelta(days=30), known) == []
    assert len(check.unattended(due + timedelta(days=31), known)) == 1
    for bad in (
        replace(waiver, who=" "),
        replace(waiver, found=""),
        replace(waiver, until=due + timedelta(days=200)),
        replace(waiver, given=due + timedelta(days=1)),
    ):
        assert len(check.unattended(due, {TIME_STAMPS: bad})) == 1


def test_waivers_can_be_read() -> None:
    """The file of waivers has its form, and names acts that there are."""
    for code in release_check().waivers():
        assert act(code).until is not None
