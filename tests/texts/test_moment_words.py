"""Two dates, steps of the check, models and headings of a batch: every value has its words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from stand_ins.facts_made import NOW, TERMS, document_stamp, file, signature
from stand_ins.past_made import HOLD, aged, revoked, stamp

from app.crypto.verdict.judge import judge_file, judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import (
    Block,
    ChainModels,
    Indication,
    Moment,
    MomentSource,
    SignatureReport,
    Standing,
)
from app.texts.catalogue import set_language
from app.texts.moments import blocks_told, models_told, two_dates
from app.texts.standings import ORDER, grouped, standing_heading, standing_hint, standing_tone
from app.texts.verdicts import file_heading


@pytest.fixture(params=["ru", "en"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run each test in both languages."""
    set_language(request.param)
    yield request.param
    set_language("en")


STATES = {
    "in_force",
    "expired",
    "not_yet_valid",
    "revoked",
    "on_hold",
    "revocation_unknown",
    "no_certificate",
}


@pytest.mark.parametrize("source", MomentSource)
@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_is_a_sentence(
    report: SignatureReport, source: MomentSource, state: str
) -> None:
    """Evidence and state, of the past and of now."""
    moment = Moment(
        at=NOW,
        source=source,
        certificate_state=state,
        indication=Indication.INDETERMINATE,
        sub_indication=None,
    )
    (told,) = two_dates(replace(report, moments=(moment,)))
    assert told.label
    assert told.sentence.endswith(".")
    assert "2026" in told.sentence


def test_states_of_the_judge_are_those() -> None:
    """Every state that the judge names is among those that have words."""
    bad = revoked(NOW - timedelta(days=300))
    samples = (
        signature(),
        signature(signer=None, chain=None),
        signature(chain=None),
        aged(),
        aged(stamp(), then=HOLD),
        aged(stamp(), now=bad, then=bad),
        aged(stamp(), not_before=NOW - timedelta(days=150)),
    )
    found = {
        one.certificate_state
        for facts in samples
        for one in judge_signature(facts, (), load_policy(), TERMS).moments
    }
    assert found == STATES


def test_blocks_and_models() -> None:
    """Every step of the check and both models are told in words, not in codes."""
    report = judge_signature(aged(stamp()), (), load_policy(), TERMS)
    told = "; ".join(blocks_told(report.blocks))
    assert told.count(",") == len(report.blocks) - 2
    assert "_" not in told
    assert report.models is not None
    assert all("_" not in one for one in models_told(report.models))
    for code in ("ok", "expired", "not_yet_valid", "ca_expired", "ca_not_yet_valid"):
        assert models_told(ChainModels(shell=code, chain="issuer_not_in_force_then"))
    both = blocks_told(
        (
            Block(name="format", indication=Indication.TOTAL_PASSED),
            Block(name="past", indication=Indication.TOTAL_FAILED),
        )
    )
    assert len(both) == 2


def test_a_document_time_stamp_has_one_date() -> None:
    """Its moment is one of its answers."""
    report = judge_signature(document_stamp(0), (), load_policy(), TERMS)
    assert two_dates(report) == ()


def test_headings_of_a_batch() -> None:
    """Every standing has a heading of its own; the worst comes first, old ones apart from problems."""
    assert set(ORDER) == set(Standing)
    assert len({standing_heading(one) for one in Standing}) == len(Standing)
    assert standing_hint(Standing.TIME_NOT_PROVED)
    assert not standing_hint(Standing.PASSED)
    assert {standing_tone(one) for one in Standing}
    files = [
        judge_file(file(one), load_policy(), TERMS)
        for one in (signature(), aged(), signature(digest_matches=False), aged(), signature())
    ]
    groups = grouped(files)
    assert [(one, len(some)) for one, some in groups] == [
        (Standing.BROKEN, 1),
        (Standing.TIME_NOT_PROVED, 2),
        (Standing.PASSED, 2),
    ]


def test_unchanged_is_said_first(language: str) -> None:
    """An old document, or one of an unknown issuer, is called unchanged before anything else."""
    report = judge_file(file(aged()), load_policy(), TERMS)
    first = {"ru": "Документ не изменён", "en": "The document is unchanged"}[language]
    assert file_heading(report).startswith(first)
