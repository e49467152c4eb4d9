"""Stored facts judged again: the same bytes under the same terms, an honest answer under others."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from stand_ins import facts_made as made
from stand_ins.everyday import DAY, HOUR, NOW, Office
from stand_ins.past_made import aged, stamp
from stand_ins.signed_pdf import NoProgress

from app.crypto.model import Verification
from app.crypto.verdict.facts import FileFacts, Notice
from app.crypto.verdict.facts_json import SCHEMA, StoredFacts, from_json, to_json
from app.crypto.verdict.report import Indication, Report, SubIndication
from app.crypto.verdict.report_json import to_json as report_to_json
from app.crypto.verifying.door import VerifyOptions, checked_of
from app.crypto.verifying.replay_door import save_facts, stored_facts
from app.crypto.verifying.replay_model import ReplayRequest
from app.crypto.verifying.replaying import replay
from app.errors import ErrorCode, RoscherkError

UNSURE = Indication.INDETERMINATE


def stored(*files: FileFacts, **changes: Any) -> StoredFacts:
    """Return stored facts of these files."""
    fields: dict[str, Any] = {
        "checked_at": made.NOW,
        "control_time": made.NOW,
        "engine": {"roscherk": "0"},
        "files": files,
    }
    return StoredFacts(**(fields | changes))


def judged_again(path: Path, **changes: Any) -> Report:
    """Replay a file of facts."""
    return replay(ReplayRequest(path=path, **changes), NoProgress()).report  # type: ignore[arg-type]


@pytest.fixture
def checked_files(tmp_path: Path) -> tuple[Verification, ...]:
    """Return the checks of a fresh document, an old stamped one, and one of an unknown root."""
    office = Office(tmp_path / "office")
    begun = NOW - 700 * DAY
    fresh = office.sign(office.document(), office.person(NOW - 100 * DAY), NOW - HOUR)
    old = office.sign(office.document(), office.person(begun), begun + 200 * DAY)
    office.stamped(old, office.authority_of_time(begun), begun + 200 * DAY)
    lists = (office.list_of(NOW - HOUR), office.list_of(begun + 201 * DAY))
    return (
        office.verify(fresh, *lists),
        office.verify(old, *lists),
        office.verify(fresh, *lists, roots=[], authorities=[]),
    )


def test_same_bytes(checked_files: tuple[Verification, ...], tmp_path: Path) -> None:
    """V-01, G23: the same facts, policy and moment give a report of the same bytes."""
    options = VerifyOptions()
    checked = checked_of(checked_files, options, NOW)
    path = save_facts(checked, options, tmp_path / "facts.json")
    report = judged_again(path)
    assert report_to_json(report) == report_to_json(checked.report)
    assert [one.verdict for one in report.files] == [
        Indication.TOTAL_PASSED,
        Indication.TOTAL_PASSED,
        UNSURE,
    ]
    assert stored_facts(checked, options) == path.read_bytes()


def test_nothing_is_overwritten(checked_files: tuple[Verification, ...], tmp_path: Path) -> None:
    """A taken name is an error, and the file stays."""
    checked = checked_of(checked_files, VerifyOptions(), NOW)
    path = tmp_path / "facts.json"
    path.write_bytes(b"mine")
    with pytest.raises(RoscherkError) as caught:
        save_facts(checked, VerifyOptions(), path)
    assert caught.value.code is ErrorCode.TARGET_EXISTS
    assert path.read_bytes() == b"mine"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["facts.json"]


def test_all_facts_come_back() -> None:
    """Whatever facts there can be, they are read as they were written, also nested ones."""
    facts = made.file(
        aged(stamp()),
        made.document_stamp(1),
        made.counter_signature(2, 0),
        warnings=(Notice("remark", {"count": 3, "path": "ё", "told": True}),),
        errors=(Notice("file_not_found", {"path": "x"}),),
    )
    facts = replace(facts, mchd_signatures=(made.file(made.signature()),))
    assert from_json(to_json(stored(facts))) == stored(facts)


def test_other_policy(tmp_path: Path) -> None:
    """A strict policy says more of the same facts; the stored one stays the usual one."""
    remark = Notice("attributes_not_der", {"over": "der"})
    bare = Notice("no_signed_attributes")
    path = tmp_path / "facts.json"
    path.write_bytes(
        to_json(
            stored(
                made.file(made.signature(warnings=(remark,))),
                made.file(made.signature(warnings=(bare,))),
            )
        )
    )
    assert [one.verdict for one in judged_again(path).files] == [Indication.TOTAL_PASSED] * 2
    strict = judged_again(path, policy="strict")
    assert [one.verdict for one in strict.files] == [Indication.TOTAL_FAILED, UNSURE]
    assert strict.files[0].signatures[0].sub_indication is SubIndication.FORMAT_FAILURE
    with pytest.raises(RoscherkError) as caught:
        judged_again(path, policy="none-such")
    assert caught.value.code is ErrorCode.USAGE


def test_other_moment_is_conditional(tmp_path: Path) -> None:
    """A moment that is named later is the user's word; data that were fresh then prove nothing."""
    path = tmp_path / "facts.json"
    good = replace(made.GOOD, next_update=made.NOW + DAY)
    links = (made.link(good), made.link(certificate=made.ca(), anchor=True))
    facts = made.file(made.signature(chain=made.chain(*links)))
    path.write_bytes(to_json(stored(facts)))
    assert judged_again(path).files[0].verdict is Indication.TOTAL_PASSED
    soon = judged_again(path, at=made.NOW + HOUR).files[0].signatures[0]
    assert (soon.verdict, soon.reasons) == (UNSURE, ("conditional_time",))
    later = judged_again(path, at=made.NOW + 5 * DAY).files[0].signatures[0]
    assert (later.verdict, later.sub_indication) == (UNSURE, SubIndication.TRY_LATER)
    assert "crl_expired" in later.reasons
    much_later = judged_again(path, at=made.NOW + 900 * DAY).files[0].signatures[0]
    assert "expired" in much_later.reasons


def test_practice_stays_practice(tmp_path: Path) -> None:
    """Whether practice was allowed is stored with the facts."""
    path = tmp_path / "facts.json"
    own = made.certificate(practice=True)
    links = (made.link(certificate=own), made.link(certificate=made.ca(practice=True), anchor=True))
    facts = made.file(made.signature(signer=own, chain=made.chain(*links)))
    path.write_bytes(to_json(stored(facts)))
    assert judged_again(path).files[0].verdict is UNSURE
    assert judged_again(path, allow_practice=True).files[0].verdict is Indication.TOTAL_PASSED


HOSTILE = [
    b"",
    b"{}",
    b"null",
    b"[" * 100_000,
    b'{"schema": "roscherk.facts/1"}',
    b"\xff\xfe\x00",
    b"MZ" + bytes(1000),
    json.dumps({"schema": SCHEMA, "files": [{}], "engine": {}}).encode(),
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_file(data: bytes, tmp_path: Path) -> None:
    """What is no file of ours ends in one clear error."""
    path = tmp_path / "facts.json"
    path.write_bytes(data)
    with pytest.raises(RoscherkError) as caught:
        judged_again(path)
    assert caught.value.code is ErrorCode.FACTS_DAMAGED
    assert caught.value.facts["path"] == str(path)


def test_other_schema_and_naive_times(tmp_path: Path) -> None:
    """A schema of tomorrow and a time without its place on earth are refused, not guessed."""
    path = tmp_path / "facts.json"
    for facts in (stored(schema="roscherk.facts/2"), stored(control_time=datetime(2026, 1, 1))):  # noqa: DTZ001
        path.write_bytes(to_json(facts))
        with pytest.raises(RoscherkError) as caught:
            judged_again(path)
        assert caught.value.code is ErrorCode.FACTS_DAMAGED


def test_mutants_end_in_a_report_or_an_error(tmp_path: Path) -> None:
    """Whatever is changed in a file of facts: a report or FACTS_DAMAGED, nothing else."""
    whole = json.loads(to_json(stored(made.file(aged(stamp()), made.document_stamp(1)))))
    dice = random.Random(20261127)
    values: list[Any] = [None, -1, "", "x", [], {}, True, 1e308, "2026-01-01T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]  # fmt: skip
    path = tmp_path / "facts.json"
    damaged = 0
    for _ in range(300):
        mutant = json.loads(json.dumps(whole))
        place: Any = mutant
        while isinstance(place, dict | list) and place:
            key = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
            below = place[key]
            if not isinstance(below, dict | list) or not below or dice.random() < 0.1:
                place[key] = dice.choice(values)
                break
            place = below
        path.write_text(json.dumps(mutant))
        answer = _answer(path)
        damaged += answer in {ErrorCode.FACTS_DAMAGED, ErrorCode.USAGE}
        assert isinstance(answer, bytes | ErrorCode)
    assert damaged > 50


def _answer(path: Path) -> bytes | ErrorCode:
    try:
        return report_to_json(judged_again(path))
    except RoscherkError as error:
        return error.code


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is read without end."""
    monkeypatch.setattr("app.crypto.verifying.replaying.LARGEST", 100)
    path = tmp_path / "facts.json"
    path.write_bytes(b" " * 101)
    with pytest.raises(RoscherkError) as caught:
        judged_again(path)
    assert (caught.value.code, caught.value.facts["why"]) == (ErrorCode.FACTS_DAMAGED, "size")


def test_utc(tmp_path: Path) -> None:
    """The moment of the report is UTC, wherever the user named it."""
    path = tmp_path / "facts.json"
    path.write_bytes(to_json(stored(made.file(made.signature()))))
    assert judged_again(path).control_time.utcoffset() == datetime.now(UTC).utcoffset()
