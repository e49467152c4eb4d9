"""Past validation by tables: what a time-stamp cures, and what nothing cures."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from stand_ins.facts_made import (
    NOW,
    TERMS,
    certificate,
    chain,
    document_stamp,
    file,
    link,
    signature,
)
from stand_ins.past_made import (
    DAY,
    ENDED,
    HOLD,
    MISSING,
    ROOT,
    STAMPED,
    aged,
    authority_link,
    good,
    revoked,
    stamp,
)

from app.crypto.verdict.facts import (
    Notice,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    TimeStampKind,
)
from app.crypto.verdict.judge import Terms, judge_file, judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import (
    ControlTimeSource,
    Indication,
    Integrity,
    MomentSource,
    SignatureReport,
    Standing,
    SubIndication,
)

POLICY = load_policy()
PASSED, UNSURE, FAILED = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
)
S, Kind = SubIndication, TimeStampKind


def judged(facts: SignatureFacts, terms: Terms = TERMS, policy: str = "default") -> SignatureReport:
    """Judge one signature."""
    return judge_signature(facts, (), load_policy(policy), terms)


def codes(report: SignatureReport) -> set[str]:
    """Return the codes of the warnings."""
    return {one.code for one in report.warnings}


def test_expired_since_passes() -> None:
    """In force and not revoked at the proved moment: that the certificate ended since is no matter."""
    report = judged(aged(stamp()))
    assert (report.verdict, report.sub_indication, report.reasons) == (PASSED, None, ())
    assert report.control_time_source is ControlTimeSource.TIMESTAMP
    assert report.signing_time.rfc3161 == STAMPED
    signing, now = report.moments
    assert (signing.at, signing.source) == (STAMPED, MomentSource.RFC3161)
    assert (signing.certificate_state, signing.indication) == ("in_force", PASSED)
    assert (now.at, now.source, now.certificate_state) == (NOW, MomentSource.NOW, "expired")
    assert (now.indication, now.sub_indication) == (UNSURE, S.OUT_OF_BOUNDS_NO_POE)
    assert [one.name for one in report.blocks] == [
        "format",
        "identification",
        "context",
        "certificates",
        "cryptography",
        "acceptance",
        "time_stamps",
        "past",
    ]
    assert report.models is not None
    assert (report.models.shell, report.models.chain) == ("expired", "ok")


def test_without_a_stamp_it_does_not() -> None:
    """The same signature with nothing but its own word for the time."""
    report = judged(aged(now=good(ENDED - DAY)))
    assert (report.verdict, report.sub_indication) == (UNSURE, S.OUT_OF_BOUNDS_NOT_REVOKED)
    signing, _now = report.moments
    assert (signing.source, signing.certificate_state) == (MomentSource.CLAIMED, "in_force")
    assert (signing.indication, signing.reasons) == (UNSURE, ("time_only_claimed",))


CURED: dict[str, SignatureFacts] = {
    "revoked later, superseded": aged(
        stamp(), then=revoked(STAMPED + DAY), now=revoked(STAMPED + DAY)
    ),
    "revoked later, ceased": aged(
        stamp(),
        then=revoked(STAMPED + DAY, "cessationOfOperation"),
        now=revoked(STAMPED + DAY, "cessationOfOperation"),
    ),
    "revoked later, harm later too": aged(
        stamp(), then=revoked(STAMPED + 9 * DAY, invalid_since=STAMPED + 5 * DAY)
    ),
    "list of the hour before": aged(stamp(), then=good(STAMPED - DAY / 24)),
    "old list, confirmed later": aged(
        stamp(), then=good(STAMPED - 3 * DAY, next_update=STAMPED + DAY, confirmed_at=STAMPED)
    ),
    "authority revoked later": aged(
        stamp(), above=authority_link(revoked(STAMPED + DAY, "superseded"))
    ),
    "authority expired": aged(
        stamp(), above=authority_link(good(NOW - 2 * DAY), not_after=NOW - DAY)
    ),
    "list missing now only": aged(stamp(), not_after=NOW + DAY),
    "weak today": aged(
        stamp(datetime(2015, 6, 1, tzinfo=UTC), ends=NOW + DAY),
        claimed_time=datetime(2015, 6, 1, tzinfo=UTC),
        not_before=datetime(2015, 1, 1, tzinfo=UTC),
        not_after=datetime(2016, 1, 1, tzinfo=UTC),
        key_algorithm="gost2001",
        above=authority_link(not_before=datetime(2010, 1, 1, tzinfo=UTC)),
    ),
    "authority of time retired in order": aged(
        stamp(now=revoked(STAMPED + DAY, "cessationOfOperation"))
    ),
}


def _with_root_of_then(facts: SignatureFacts) -> SignatureFacts:
    """Let the root be as old as needed."""
    old = replace(
        ROOT, certificate=replace(ROOT.certificate, not_before=datetime(2005, 1, 1, tzinfo=UTC))
    )

    def fixed(path: Any) -> Any:
        return replace(path, links=(*path.links[:-1], old))

    stamps = tuple(
        replace(
            one,
            signature=replace(
                one.signature,
                chain=fixed(one.signature.chain),
                further_chains=tuple(map(fixed, one.signature.further_chains)),
            ),
        )
        for one in facts.time_stamps
    )
    further = tuple(map(fixed, facts.further_chains))
    return replace(facts, chain=fixed(facts.chain), further_chains=further, time_stamps=stamps)


CURED["weak today"] = _with_root_of_then(CURED["weak today"])


@pytest.mark.parametrize("name", CURED)
def test_cured(name: str) -> None:
    """A proved moment cures what came after it, and nothing of it passes without the proof."""
    report = judged(CURED[name])
    assert (report.verdict, report.reasons) == (PASSED, ())
    bare = judged(replace(CURED[name], time_stamps=()))
    assert bare.verdict is UNSURE


def test_later_revocation_is_told() -> None:
    """R-03: passed, with the word that the certificate was revoked since."""
    assert "revoked_later" in codes(judged(CURED["revoked later, superseded"]))
    assert "revoked_later" in codes(judged(CURED["authority revoked later"]))


HOPELESS: dict[str, tuple[SignatureFacts, SubIndication, str]] = {
    "key in wrong hands": (aged(stamp(), then=revoked(STAMPED + DAY, "keyCompromise")), S.REVOKED_NO_POE, "revoked"),
    "revoked for no reason told": (aged(stamp(), then=revoked(STAMPED + DAY, None)), S.REVOKED_NO_POE, "revoked"),
    "known today only": (aged(stamp(), now=revoked(STAMPED + DAY, "keyCompromise")), S.REVOKED_NO_POE, "revoked"),
    "harm dated back": (aged(stamp(), then=revoked(STAMPED + DAY, invalid_since=STAMPED - DAY)), S.REVOKED_NO_POE, "revoked"),
    "revoked before": (aged(stamp(), then=revoked(STAMPED - DAY / 2)), S.REVOKED_NO_POE, "revoked"),
    "revoked, nobody says when": (aged(stamp(), then=revoked(STAMPED, revoked_at=None)), S.REVOKED_NO_POE, "revoked"),
    "authority harmed": (aged(stamp(), above=authority_link(revoked(STAMPED + DAY, "cACompromise"))), S.REVOKED_CA_NO_POE, "ca_revoked"),
    "authority revoked before": (aged(stamp(), above=authority_link(revoked(STAMPED - DAY))), S.REVOKED_CA_NO_POE, "ca_revoked"),
    "suspended now": (aged(stamp(), now=HOLD), S.OUT_OF_BOUNDS_NO_POE, "expired"),
    "suspended then": (aged(stamp(), then=HOLD), S.TRY_LATER, "on_hold"),
    "suspended since": (aged(stamp(), then=good(STAMPED + DAY, held_later=STAMPED + 2 * DAY)), S.TRY_LATER, "on_hold"),
    "no data at all": (aged(stamp(), then=MISSING), S.NO_POE, "revocation_unknown"),
    "data from long before": (aged(stamp(), then=good(STAMPED - 3 * DAY, next_update=STAMPED + DAY)), S.REVOCATION_OUT_OF_BOUNDS_NO_POE, "revocation_unknown"),
    "data from after the end": (aged(stamp(), then=RevocationFacts(status=RevocationStatus.UNKNOWN, problem="crl_too_late", this_update=NOW)), S.REVOCATION_OUT_OF_BOUNDS_NO_POE, "revocation_unknown"),
    "stamped after the end": (aged(stamp(ENDED + DAY)), S.OUT_OF_BOUNDS_NO_POE, "expired"),
    "no root then": (aged(stamp(), chain=chain(link(certificate=certificate()), anchored=False, break_code="root_not_trusted", at=NOW)), S.NO_CERTIFICATE_CHAIN_FOUND, "root_not_trusted"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOPELESS)
def test_hopeless(name: str) -> None:
    """No proof of time cures this."""
    facts, sub, reason = HOPELESS[name]
    report = judged(facts)
    assert (report.verdict, report.sub_indication) == (UNSURE, sub)
    assert reason in report.reasons
    assert report.integrity is Integrity.INTACT


BROKEN: dict[str, tuple[SignatureFacts, SubIndication]] = {
    "changed": (aged(stamp(), digest_matches=False), S.HASH_FAILURE),
    "forged": (aged(stamp(), signature_verifies=False), S.SIG_CRYPTO_FAILURE),
    "lying": (aged(stamp(), format_problems=(Notice("trailing_data"),)), S.FORMAT_FAILURE),
    "there before its certificate": (
        aged(stamp(), not_before=STAMPED + DAY, claimed_time=STAMPED + 2 * DAY),
        S.NOT_YET_VALID,
    ),
    "made after the revocation, by its own word": (
        aged(stamp(), now=revoked(STAMPED - 3 * DAY), then=revoked(STAMPED - 3 * DAY)),
        S.REVOKED,
    ),
    "made after the revocation, by a stamp on the content": (
        aged(
            stamp(STAMPED - 2 * DAY, Kind.CONTENT),
            now=revoked(STAMPED - 3 * DAY, "keyCompromise"),
            claimed_time=None,
        ),
        S.REVOKED,
    ),
    "made after the end, by its own word": (
        aged(stamp(ENDED + 3 * DAY), claimed_time=ENDED + 2 * DAY),
        S.EXPIRED,
    ),
    "made after the end, by a stamp on the content": (
        aged(stamp(ENDED + DAY, Kind.CONTENT), claimed_time=None),
        S.EXPIRED,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    """What is proved to be wrong is wrong for good."""
    facts, sub = BROKEN[name]
    report = judged(facts)
    assert (report.verdict, report.sub_indication) == (FAILED, sub)


def test_own_word_alone_proves_nothing_against_him() -> None:
    """Without a time-stamp a claim after the end leaves the matter open, as it makes nothing pass."""
    report = judged(aged(claimed_time=ENDED + DAY))
    assert report.verdict is UNSURE
    assert "claimed_time_outside_certificate" in codes(report)


@pytest.mark.parametrize(
    ("one", "warning"),
    [
        (stamp(ends=NOW - DAY), "level_stamp_authority_ended"),
        (stamp(accuracy=3600.0), "level_stamp_vague"),
        (stamp(now=MISSING), "level_stamp_revocation_unknown"),
        (stamp(now=HOLD), "level_stamp_untrusted"),
        (stamp(now=revoked(STAMPED + DAY, "keyCompromise")), "level_stamp_untrusted"),
        (stamp(now=revoked(STAMPED + DAY, None)), "level_stamp_untrusted"),
        (stamp(now=good(NOW - 9 * DAY)), "level_stamp_revocation_unknown"),
        (stamp(imprint_digest="sha1"), "level_stamp_authority_ended"),
        (stamp(NOW + DAY), "level_stamp_untrusted"),
    ],
)
def test_authority_of_time_must_stand_today(one: Any, warning: str) -> None:
    """T-05: expired, unknown, suspended or harmed, it proves no time without a later stamp."""
    report = judged(aged(one))
    assert report.verdict is UNSURE
    assert report.signing_time.rfc3161 is None
    assert warning in codes(report)


def archived(later: Any, **changes: Any) -> SignatureFacts:
    """Return a signature whose stamp's authority has ended, under a further time-stamp."""
    of_then = chain(
        link(good(later.time), certificate=stamp(ends=NOW - DAY).signature.signer),
        ROOT,
        at=later.time,
    )
    first = stamp(ends=NOW - DAY, more=(of_then,))
    return aged(first, later, **changes)


LATER = STAMPED + 50 * DAY
FIRST = stamp(ends=NOW - DAY).sha256


@pytest.mark.parametrize(
    ("later", "passes"),
    [
        (stamp(LATER, Kind.ARCHIVE_V3, protects=(FIRST,)), True),
        (stamp(LATER, Kind.ARCHIVE), True),
        (stamp(LATER, Kind.DOCUMENT), True),
        (stamp(LATER, Kind.REFERENCES), True),
        (stamp(LATER, Kind.ARCHIVE_V3, protects=("00" * 32,)), False),
        (stamp(LATER, Kind.ARCHIVE_V3), False),
        (stamp(LATER, Kind.CONTENT), False),
        (stamp(LATER, Kind.ARCHIVE, ends=NOW - DAY), False),
        (stamp(LATER, Kind.ARCHIVE, now=MISSING), False),
        (stamp(LATER, Kind.ARCHIVE, imprint_matches=False), False),
    ],
)
def test_later_stamps_protect_earlier_ones(later: Any, passes: bool) -> None:
    """An archive time-stamp keeps up an authority that has ended since, if it stands itself."""
    report = judged(archived(later))
    assert (report.signing_time.rfc3161 == STAMPED) is passes
    if passes:
        assert report.verdict is PASSED
    stands = later.kind is not Kind.CONTENT and judged(aged(later)).verdict is PASSED
    # Where it does not keep up the other, it still proves its own moment, which is later.
    assert (report.verdict is PASSED) is stands


@pytest.mark.parametrize("kind", [Kind.ARCHIVE, Kind.ARCHIVE_V3])
def test_archive_stamps_of_one_moment_do_not_keep_each_other_up(kind: Kind) -> None:
    """The older form leaves out of its imprint whatever archive time-stamp is not older."""
    ended = stamp(kind=kind, ends=NOW - DAY)
    report = judged(aged(ended, stamp(kind=Kind.ARCHIVE)))
    assert "level_stamp_authority_ended" in codes(report)


def test_a_second_stamp_on_the_signature_proves_its_own_time_only() -> None:
    """It is over the signature, not over the first time-stamp."""
    report = judged(archived(stamp(LATER)))
    assert (report.verdict, report.signing_time.rfc3161) == (PASSED, LATER)


@pytest.mark.parametrize(
    "stamps",
    [
        (stamp(STAMPED, Kind.SIGNATURE), stamp(STAMPED - DAY, Kind.REFERENCES)),
        (stamp(STAMPED, Kind.SIGNATURE), stamp(STAMPED - DAY, Kind.ARCHIVE)),
        (stamp(STAMPED + DAY, Kind.CONTENT), stamp(STAMPED, Kind.SIGNATURE)),
        (stamp(STAMPED, Kind.DOCUMENT), stamp(STAMPED - DAY, Kind.DOCUMENT)),
    ],
)
def test_order(stamps: Any) -> None:
    """T-05: time-stamps that contradict each other leave the signature undetermined, also a fresh one."""
    own = certificate(not_before=STAMPED - 300 * DAY)
    links = (link(good(NOW), certificate=own), authority_link(), ROOT)
    fresh = signature(signer=own, chain=chain(*links, at=NOW), time_stamps=stamps)
    for facts in (aged(*stamps), fresh):
        report = judged(facts)
        assert report.verdict is UNSURE
        assert "time_stamps_disorder" in report.reasons
    assert report.sub_indication is S.TIMESTAMP_ORDER_FAILURE


def test_worthless_stamps_contradict_nothing() -> None:
    """Anybody can add a time-stamp of his own authority."""
    false = replace(stamp(STAMPED - DAY, Kind.ARCHIVE), imprint_matches=False)
    assert judged(aged(stamp(), false)).verdict is PASSED


def test_document_stamp_does_not_vouch_for_itself() -> None:
    """An expired authority's document time-stamp passes only under a later one."""
    own = stamp(ends=NOW - DAY, kind=Kind.DOCUMENT)
    assert own.signature is not None
    later_own = stamp(LATER, Kind.DOCUMENT)
    of_then = chain(link(good(LATER), certificate=own.signature.signer), ROOT, at=LATER)
    own = replace(
        own,
        signature=replace(own.signature, further_chains=(*own.signature.further_chains, of_then)),
    )
    today, at_stamp = own.signature.further_chains[0], own.signature.chain
    facts = document_stamp(
        0,
        signer=own.signature.signer,
        chain=today,
        further_chains=(at_stamp,),
        time_stamps=(own,),
    )
    later = document_stamp(
        1,
        signer=later_own.signature.signer,
        chain=later_own.signature.further_chains[0],
        time_stamps=(later_own,),
    )
    alone = judge_file(file(facts), POLICY, TERMS).signatures[0]
    assert (alone.verdict, alone.sub_indication) == (UNSURE, S.OUT_OF_BOUNDS_NO_POE)
    under = judge_file(file(facts, later), POLICY, TERMS).signatures
    assert [one.verdict for one in under] == [PASSED, PASSED]


def test_claimed_time_makes_nothing_pass() -> None:
    """Whatever moment is claimed, the verdict is that of no claim, or worse."""
    for facts in (aged(), aged(then=good(STAMPED), now=good(ENDED - DAY, next_update=ENDED))):
        for days in range(0, 400, 20):
            claimed = replace(facts, claimed_time=NOW - days * DAY)
            assert judged(claimed).verdict is UNSURE


def test_moment_of_the_user_is_never_plain() -> None:
    """A named day makes the verdict conditional, whatever passes on it, and says so."""
    facts = aged(now=good(STAMPED + DAY, next_update=STAMPED + 2 * DAY))
    at = Terms(at=STAMPED, at_by_user=True)
    report = judged(facts, at)
    assert (report.verdict, report.sub_indication) == (UNSURE, S.NO_POE)
    assert report.reasons == ("conditional_time",)
    signing, named = report.moments
    assert signing.source is MomentSource.CLAIMED
    assert (named.source, named.indication) == (MomentSource.USER, PASSED)
    assert judge_file(file(facts), POLICY, at).standing is Standing.TIME_NOT_PROVED
    assert judged(replace(facts, digest_matches=False), at).verdict is FAILED


def test_root_expired() -> None:
    """The trusted root itself has ended: no chain today, and no proof of an earlier day."""
    old = replace(ROOT, certificate=replace(ROOT.certificate, not_after=NOW - DAY))
    facts = signature(chain=chain(link(), authority_link(), old, at=NOW))
    report = judged(facts)
    assert (report.verdict, report.sub_indication) == (UNSURE, S.NO_CERTIFICATE_CHAIN_FOUND_NO_POE)
    assert report.reasons == ("root_expired",)


def test_data_from_before_are_told() -> None:
    """R-10: what passes by data from before the signing says so, and stands apart in a batch."""
    report = judge_file(file(CURED["list of the hour before"]), POLICY, TERMS)
    assert (report.verdict, report.standing) == (PASSED, Standing.PASSED_AS_OF)
    assert "revocation_data_before" in codes(report.signatures[0])
    after = judge_file(file(aged(stamp())), POLICY, TERMS)
    assert after.standing is Standing.PASSED
    assert "revocation_data_before" not in codes(after.signatures[0])


def test_strict_policy_takes_no_data_from_before() -> None:
    """R-10 to the letter: by the strict policy only data from after the signing prove."""
    facts = CURED["list of the hour before"]
    report = judged(facts, policy="strict")
    assert (report.verdict, report.sub_indication) == (
        UNSURE,
        S.REVOCATION_OUT_OF_BOUNDS_NO_POE,
    )
