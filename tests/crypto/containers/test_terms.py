"""When a key ends, what is told of it, and which key takes its place: pure functions."""

from datetime import UTC, datetime, timedelta

import pytest
from stand_ins.facts_made import certificate, person

from app.crypto.containers.model import ContainerFacts, SigningWay, WayKind
from app.crypto.containers.terms import OVER, EndOf, ending_of, reminders, same_owner, successor
from app.reports.calendar_file import calendar_of
from app.texts.catalogue import language, set_language
from app.tokens.model import Container, ContainerState, KeyPlaceKind

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def row(uri: str = "container:a", *, days: float = 400, since: float = 300, **more: object):
    """Return a key whose certificate ends in ``days`` and began ``since`` days ago."""
    facts = certificate(
        subject=more.pop("subject", person()),
        sha256=f"{abs(hash(uri)):064x}"[:64],
        not_before=NOW - timedelta(days=since),
        not_after=NOW + timedelta(days=days),
    )
    container = Container(
        uri=uri, place=KeyPlaceKind.STORE, label=uri, algorithm=None, certificate=b"\x30\x00"
    )
    given = {
        "container": container,
        "certificate": facts,
        "state": ContainerState.OK,
        "way": SigningWay(WayKind.PROGRAM),
    }
    return ContainerFacts(**{**given, **more})


@pytest.mark.parametrize(
    ("days", "threshold"),
    [
        (61.1, None),
        (60.9, 60),
        (31.5, 60),
        (30.5, 30),
        (14.9, 14),
        (8, 14),
        (7.2, 7),
        (2, 7),
        (1.9, 1),
        (0.1, 1),
        (-0.1, OVER),
        (-300, OVER),
    ],
)
def test_thresholds(days: float, threshold: int | None) -> None:
    """60, 30, 14, 7 and 1 whole days before the end, and after it."""
    assert ending_of(row(days=days), NOW).threshold == threshold


def test_the_key_may_end_before_its_certificate() -> None:
    """The term of the private key counts, where it is the shorter one."""
    found = ending_of(row(days=300, key_not_after=NOW + timedelta(days=10)), NOW)
    assert (found.of, found.days, found.threshold) == (EndOf.KEY, 10, 14)
    assert ending_of(row(days=10, key_not_after=NOW + timedelta(days=300)), NOW).of is (
        EndOf.CERTIFICATE
    )


def test_a_renewed_key_needs_no_reminder() -> None:
    """The newest certificate of the same owner takes the place; of another one it does not."""
    old = row("container:old", days=5, since=360)
    new = row("container:new", days=360, since=5)
    newest = row("container:newest", days=365, since=1)
    stranger = row("container:b", days=360, since=5, subject=person(snils="00000000001"))
    assert successor(old, [old, new, newest, stranger], NOW) is newest
    assert successor(old, [old, stranger], NOW) is None
    assert reminders([old, new], NOW) == ()
    assert [each.row for each in reminders([old, stranger], NOW)] == [old]
    cannot = row("container:c", days=360, since=5, way=SigningWay(WayKind.CANNOT, "no_key"))
    future = row("container:f", days=700, since=-3)
    assert successor(old, [old, cannot, future], NOW) is None
    assert successor(new, [old, new], NOW) is None


def test_same_owner_is_told_by_numbers() -> None:
    """СНИЛС and organization; names alone say nothing."""
    one = person(snils="11223344595", ogrn="1027700132195")
    assert same_owner(one, person(snils="11223344595", ogrn="1027700132195", surname="Другая"))
    assert not same_owner(one, person(snils="11223344595", ogrn="1037739877295"))
    assert not same_owner(one, person(snils="11223344596", ogrn="1027700132195"))
    bare = {"snils": None, "inn": None, "ogrn": None, "inn_le": None, "ogrnip": None}
    assert not same_owner(person(**bare), person(**bare))
    firm = {**bare, "ogrn": "1027700132195"}
    assert same_owner(person(**firm), person(**firm))
    assert not same_owner(person(**firm), person(**{**firm, "snils": "11223344595"}))


def test_calendar_is_one_of_rfc_5545() -> None:
    """Days to come only, lines folded at 75 octets, nothing of what was renewed."""
    before = language()
    set_language("ru")
    try:
        text = calendar_of([row(days=10.5)], NOW)
    finally:
        set_language(before)
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in "".join(lines)
    whole = text.replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 3
    days = sorted(part[:8] for part in whole.split("DTSTART;VALUE=DATE:")[1:])
    assert days == ["20261201", "20261207", "20261208"]
    assert "SUMMARY:Сертификат истекает через 7 дней" in whole
    assert len(set(whole.split("UID:")[1:])) == 3
    renewed = [row("a", days=10, since=360), row("b", days=360, since=1)]
    assert "через 7 дней" not in calendar_of(renewed, NOW)[:2000]
