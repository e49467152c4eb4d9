"""Properties: taking evidence away never makes anything pass; order changes nothing."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations

import pytest
from stand_ins.facts_made import NOW, TERMS, counter_signature, file, signature
from stand_ins.past_made import (
    DAY,
    HOLD,
    MISSING,
    STAMPED,
    aged,
    authority_link,
    good,
    revoked,
    stamp,
)

from app.crypto.verdict.facts import (
    ChainFacts,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.judge import judge_file, judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Indication, Standing

PASSED = Indication.TOTAL_PASSED
GREEN = {Standing.PASSED, Standing.PASSED_AS_OF}
STATES = (
    good(STAMPED + DAY),
    good(STAMPED - 5 * DAY, next_update=STAMPED + DAY),
    MISSING,
    HOLD,
    revoked(STAMPED - DAY),
    revoked(STAMPED + DAY),
    revoked(STAMPED + DAY, "keyCompromise"),
    revoked(STAMPED + DAY, None),
)
NOTHING = RevocationFacts(status=RevocationStatus.NOT_CHECKED)


def stamps(dice: random.Random) -> tuple[TimeStampFacts, ...]:
    """Return some time-stamps, in an order that can be."""
    found = []
    at = STAMPED
    for kind in (TimeStampKind.SIGNATURE, TimeStampKind.REFERENCES, TimeStampKind.ARCHIVE):
        if dice.random() < 0.6:
            now = dice.choice([*(None,) * 6, MISSING, HOLD, revoked(NOW - DAY)])
            ends = dice.choice([*(NOW + 900 * DAY,) * 3, NOW - DAY])
            found.append(stamp(at, kind, now=now, ends=ends))
            at += 10 * DAY
    return tuple(found)


def signatures(count: int) -> Iterator[SignatureFacts]:
    """Return signatures of all sorts, the same each time."""
    dice = random.Random(20261127)
    for _ in range(count):
        yield aged(
            *stamps(dice),
            then=dice.choice([*(good(STAMPED + DAY),) * 12, *STATES]),
            now=dice.choice([*(MISSING,) * 12, *STATES]),
            above=authority_link(dice.choice([*(None,) * 24, *STATES])),
            not_after=dice.choice([NOW - 100 * DAY, NOW + DAY]),
            claimed_time=dice.choice([None, STAMPED - DAY, NOW]),
        )


def judged(facts: SignatureFacts) -> tuple[Indication, Standing]:
    """Return verdict and standing."""
    report = judge_file(file(facts), load_policy(), TERMS)
    return report.verdict, report.standing


def without_data(chain: ChainFacts | None, place: int) -> ChainFacts | None:
    """Return a chain in which nothing is known of one certificate's state."""
    if chain is None or place >= len(chain.links):
        return chain
    links = list(chain.links)
    links[place] = replace(links[place], revocation=NOTHING)
    return replace(chain, links=tuple(links))


def lesser(facts: SignatureFacts) -> Iterator[SignatureFacts]:
    """Return the same signature with some evidence taken away."""
    for place in range(2):
        yield replace(
            facts,
            chain=without_data(facts.chain, place),
            further_chains=tuple(
                one
                for one in (without_data(each, place) for each in facts.further_chains)
                if one is not None
            ),
        )
    for count in range(len(facts.time_stamps)):
        for some in combinations(facts.time_stamps, count):
            yield replace(facts, time_stamps=some)
    for number, one in enumerate(facts.time_stamps):
        if one.signature is not None:
            blind = replace(one.signature, chain=without_data(one.signature.chain, 0))
            further = tuple(without_data(each, 0) for each in one.signature.further_chains)
            blind = replace(blind, further_chains=further)  # type: ignore[arg-type]
            some = list(facts.time_stamps)
            some[number] = replace(one, signature=blind)
            yield replace(facts, time_stamps=tuple(some))


def test_less_evidence_never_makes_anything_pass() -> None:
    """Removing revocation data or time-stamps never improves a verdict or a standing to green.

    It may turn a proved failure into an open question: what proved it is gone.
    """
    passed = 0
    for facts in signatures(250):
        verdict, standing = judged(facts)
        passed += verdict is PASSED
        for less in lesser(facts):
            other, other_standing = judged(less)
            if verdict is not PASSED:
                assert other is not PASSED
                assert other_standing not in GREEN
            assert (other is PASSED) == (other_standing in GREEN)
        assert (verdict is PASSED) == (standing in GREEN)
    assert passed > 20


def test_an_unknown_state_never_passes() -> None:
    """Where nothing is known of a state at any moment, nothing passes."""
    for facts in signatures(100):
        bare = replace(
            facts,
            chain=without_data(facts.chain, 0),
            further_chains=tuple(
                one
                for one in (without_data(each, 0) for each in facts.further_chains)
                if one is not None
            ),
        )
        assert judged(bare)[0] is not PASSED


def test_order_of_signatures_does_not_matter() -> None:
    """Each signature is judged for itself, and the file by the worst."""
    members = (signature(index=0), aged(index=1), signature(index=2, digest_matches=False))
    reports = [judge_file(file(*some), load_policy(), TERMS) for some in permutations(members)]
    assert {one.verdict for one in reports} == {Indication.TOTAL_FAILED}
    assert {one.standing for one in reports} == {Standing.BROKEN}
    by_index = [{each.index: each for each in one.signatures} for one in reports]
    assert all(one == by_index[0] for one in by_index)


@pytest.mark.parametrize("policy", ["default", "strict"])
def test_strict_passes_nothing_that_default_does_not(policy: str) -> None:
    """The strict policy only takes away."""
    for facts in signatures(100):
        strict = judge_signature(facts, (), load_policy("strict"), TERMS).verdict
        other = judge_signature(facts, (), load_policy(policy), TERMS).verdict
        assert not (strict is PASSED and other is not PASSED)


def test_counter_signature_does_not_heal() -> None:
    """A good counter-signature makes no bad signature better."""
    bad = signature(digest_matches=False)
    report = judge_file(file(bad, counter_signature(1, 0)), load_policy(), TERMS)
    assert report.verdict is Indication.TOTAL_FAILED
