"""Accreditation on the day of issue (63-ФЗ art. 11 p. 1; rules RU-15, RU-17, RU-18): fifty cases."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from app.crypto.accreditation import moscow
from app.crypto.accreditation.on_day import accredited_on_issue, lapsed
from app.crypto.accreditation.rules import load_rules
from app.crypto.verdict.accreditation_facts import AccreditationFacts, StatusPeriod
from app.crypto.verdict.acts import act
from app.crypto.verdict.report import Answer

ON, OFF, GONE, HELD = "Действует", "Прекращена", "Аннулирована", "Приостановлена"
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
CEASED = date(2022, 1, 1)

ONE = [(ON, "2020-03-10T00:00:00")]
ENDED = [(ON, "2015-03-10T00:00:00"), (OFF, "2020-06-30T00:00:00")]
AGAIN = [*ENDED, (ON, "2021-04-01T00:00:00")]
HOLD = [(ON, "2018-01-15T00:00:00"), (HELD, "2019-02-01T00:00:00"), (ON, "2019-05-01T00:00:00")]
VOID = [(ON, "2018-01-15T00:00:00"), (GONE, "2018-09-01T00:00:00")]
BY_HOUR = [(ON, "2020-03-10T15:30:00+03:00"), (OFF, "2023-05-05T11:00:00+03:00")]
SAME_DAY = [(ON, "2020-01-01"), (OFF, "2021-07-01T09:00:00"), (ON, "2021-07-01T18:00:00")]
OFF_LAST = [(ON, "2020-01-01"), (ON, "2021-07-01T09:00:00"), (OFF, "2021-07-01T18:00:00")]
TIE_LAST = [(OFF, "2020-01-01"), (OFF, "2021-07-01"), (ON, "2021-07-01")]
TIE_INSIDE = [(ON, "2021-07-01"), (OFF, "2021-07-01"), (ON, "2024-01-01")]
FOUR = [(ON, "2012-11-01T00:00:00"), (OFF, "2013-06-01T00:00:00")]
ODD = [(ON, "2018-01-01"), ("Переоформляется", "2019-01-01"), ("ДЕЙСТВУЕТ ", "2020-01-01")]

CASES = [
    (ONE, "2020-03-09T12:00:00Z", NO),
    (ONE, "2020-03-09T20:59:59Z", NO),
    (ONE, "2020-03-09T21:00:00Z", YES),
    (ONE, "2020-03-10T00:00:00Z", YES),
    (ONE, "2020-03-10T20:59:59Z", YES),
    (ONE, "2021-12-31T20:59:59Z", YES),
    (ONE, "2026-05-20T06:00:00Z", YES),
    (ONE, "2026-05-20T20:59:59Z", YES),
    (ONE, "2026-05-20T21:00:00Z", UNKNOWN),
    (ONE, "2026-06-01T00:00:00Z", UNKNOWN),
    (ENDED, "2015-03-09T20:59:00Z", NO),
    (ENDED, "2015-03-09T21:00:00Z", YES),
    (ENDED, "2018-01-01T00:00:00Z", YES),
    (ENDED, "2020-06-29T20:59:59Z", YES),
    (ENDED, "2020-06-29T21:00:00Z", NO),
    (ENDED, "2020-06-30T12:00:00Z", NO),
    (ENDED, "2024-01-01T00:00:00Z", NO),
    (AGAIN, "2020-06-29T12:00:00Z", YES),
    (AGAIN, "2020-12-31T12:00:00Z", NO),
    (AGAIN, "2021-03-31T20:59:59Z", NO),
    (AGAIN, "2021-03-31T21:00:00Z", YES),
    (AGAIN, "2025-01-01T00:00:00Z", YES),
    (HOLD, "2019-01-31T12:00:00Z", YES),
    (HOLD, "2019-01-31T21:00:00Z", NO),
    (HOLD, "2019-03-15T12:00:00Z", NO),
    (HOLD, "2019-04-30T20:59:59Z", NO),
    (HOLD, "2019-04-30T21:00:00Z", YES),
    (VOID, "2018-08-31T12:00:00Z", YES),
    (VOID, "2018-09-01T12:00:00Z", NO),
    (VOID, "2026-01-01T12:00:00Z", NO),
    (BY_HOUR, "2020-03-10T06:00:00Z", YES),
    (BY_HOUR, "2020-03-09T20:00:00Z", NO),
    (BY_HOUR, "2023-05-04T20:59:00Z", YES),
    (BY_HOUR, "2023-05-05T06:00:00Z", NO),
    (SAME_DAY, "2021-06-30T12:00:00Z", YES),
    (SAME_DAY, "2021-07-01T12:00:00Z", YES),
    (OFF_LAST, "2021-06-30T12:00:00Z", YES),
    (OFF_LAST, "2021-07-01T05:00:00Z", NO),
    (TIE_LAST, "2021-06-30T12:00:00Z", NO),
    (TIE_LAST, "2021-07-01T12:00:00Z", YES),
    (TIE_INSIDE, "2022-01-01T12:00:00Z", UNKNOWN),
    (TIE_INSIDE, "2024-02-01T12:00:00Z", YES),
    (FOUR, "2012-10-31T19:59:59Z", NO),
    (FOUR, "2012-10-31T20:00:00Z", YES),
    (FOUR, "2013-05-31T19:59:59Z", YES),
    (FOUR, "2013-05-31T20:00:00Z", NO),
    (ODD, "2018-06-01T12:00:00Z", YES),
    (ODD, "2019-06-01T12:00:00Z", NO),
    (ODD, "2020-06-01T12:00:00Z", YES),
    ([], "2020-06-01T12:00:00Z", UNKNOWN),
]


def facts_of(history: list[tuple[str, str]], **changes: object) -> AccreditationFacts:
    """Return what a list of 20.05.2026 tells of an authority with this history."""
    read = [(text, moscow.moment_of(since)) for text, since in history]
    statuses = [
        StatusPeriod(text=text, since=since, until=following[1])
        for (text, since), following in pairwise(read)
    ]
    statuses += [StatusPeriod(text=text, since=since) for text, since in read[-1:]]
    values: dict[str, object] = {
        "list_version": 100,
        "list_date": datetime(2026, 5, 20, 7, tzinfo=UTC),
        "list_sha256": "00" * 32,
        "list_signature_checked": True,
        "ca_name": "УЦ",
        "statuses": tuple(statuses),
        **changes,
    }
    return AccreditationFacts(**values)  # type: ignore[arg-type]


def test_there_are_fifty_cases():
    """All three answers are among them."""
    assert len(CASES) == 50
    assert {answer for *_, answer in CASES} == {YES, NO, UNKNOWN}


@pytest.mark.parametrize(("history", "issued", "answer"), CASES)
def test_day_of_issue(history: list[tuple[str, str]], issued: str, answer: Answer):
    """The status of the day of issue decides, by Moscow's days; an answer but yes has a reason."""
    said, reason = accredited_on_issue(facts_of(history), datetime.fromisoformat(issued))
    assert said is answer
    assert (reason is None) is (said is YES)


@pytest.mark.parametrize(
    ("issued", "answer"), [("2026-05-20T20:00:00Z", NO), ("2026-05-21T00:00:00Z", UNKNOWN)]
)
def test_who_is_not_in_the_list(issued: str, answer: Answer):
    """A list older than the certificate cannot say that its issuer is not in it."""
    facts = facts_of([], ca_name=None)
    assert accredited_on_issue(facts, datetime.fromisoformat(issued))[0] is answer


@pytest.mark.parametrize(
    ("history", "issued", "at", "gone"),
    [
        (ENDED, "2019-01-01T00:00:00Z", "2021-12-31T20:59:59Z", False),
        (ENDED, "2019-01-01T00:00:00Z", "2021-12-31T21:00:00Z", True),
        (AGAIN, "2019-01-01T00:00:00Z", "2023-01-01T00:00:00Z", False),
        (ONE, "2021-12-31T20:59:59Z", "2023-01-01T00:00:00Z", False),
        ([(ON, "2015-01-01"), (OFF, "2024-01-01")], "2021-01-01T00:00:00Z", "2025-01-01T00:00:00Z", False),
        ([(ON, "2015-01-01"), (OFF, "2021-12-31")], "2021-01-01T00:00:00Z", "2025-01-01T00:00:00Z", True),
        ([(ON, "2015-01-01"), (OFF, "2022-01-01")], "2021-01-01T00:00:00Z", "2025-01-01T00:00:00Z", True),
        ([(ON, "2022-01-01")], "2021-12-31T21:00:00Z", "2025-01-01T00:00:00Z", False),
    ],
)  # fmt: skip
def test_certificates_that_ceased_in_2022(
    history: list[tuple[str, str]], issued: str, at: str, *, gone: bool
):
    """RU-18: whose authority was not accredited on 1.01.2022 is qualified no longer since."""
    moments = datetime.fromisoformat(issued), datetime.fromisoformat(at)
    assert lapsed(facts_of(history), *moments, CEASED) is gone


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-01", "2019-12-31T21:00:00+00:00"),
        ("2020-01-01T00:00:00", "2019-12-31T21:00:00+00:00"),
        ("2012-01-01", "2011-12-31T20:00:00+00:00"),
        ("2014-10-26", "2014-10-25T20:00:00+00:00"),
        ("2014-10-27", "2014-10-26T21:00:00+00:00"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+00:00"),
        ("2020-01-01T03:00:00.1234567+03:00", "2020-01-01T00:00:00.123456+00:00"),
    ],
)
def test_moments_of_the_register(text: str, moment: str):
    """Without an offset a moment is Moscow's, which was four hours ahead from 2011 to 2014."""
    assert moscow.moment_of(text).isoformat() == moment


@pytest.mark.parametrize("text", ["", "1.01.2020", "0001-01-01", "9999-12-31", "2020-13-01"])
def test_no_moment(text: str):
    """What is no moment of a register is refused."""
    with pytest.raises(ValueError):
        moscow.moment_of(text)


def test_rules_are_dated_data():
    """RU-27: each rule names its act or its source, and the day on which it was looked at."""
    rules = load_rules()
    assert act(rules.renewal.act).code == "476-fz"
    assert act(rules.entity_inn.act).until == date(2027, 9, 1)
    assert rules.checked_on >= date(2026, 11, 27)
    assert all(one.source for one in rules.signers)
    assert rules.renewal.ceased_on == CEASED
