"""What time-stamps prove, by tables: never more than the user's trust, and nothing when broken."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stand_ins.facts_made import GOOD, NOW, TERMS, ca, certificate, chain, link, signature

from app.crypto.verdict.facts import (
    FileFacts,
    FileFormat,
    Notice,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.judge import judge_file, judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Indication, Integrity, SignatureReport, SubIndication

POLICY = load_policy()
STAMPED = NOW - timedelta(days=2)
ROOT = link(certificate=ca(), anchor=True)


def authority(revocation: RevocationFacts = GOOD, **changes: Any) -> SignatureFacts:
    """Return the signature of an authority inside its token."""
    own = link(revocation, certificate=certificate())
    return replace(signature(chain=chain(own, ROOT)), **changes)


def stamp(**changes: Any) -> TimeStampFacts:
    """Return a sound time-stamp over a signature."""
    fields: dict[str, Any] = {
        "kind": TimeStampKind.SIGNATURE,
        "time": STAMPED,
        "imprint_digest": "sha256",
        "imprint_matches": True,
        "signature": authority(),
    }
    return TimeStampFacts(**(fields | changes))


def judged(*stamps: TimeStampFacts, **changes: Any) -> SignatureReport:
    """Judge a good signature with these time-stamps."""
    facts = replace(signature(), time_stamps=stamps, **changes)
    return judge_signature(facts, (), POLICY, TERMS)


def revoked(days: int, reason: str | None) -> RevocationFacts:
    """Return a revocation so many days after the stamping."""
    return RevocationFacts(
        status=RevocationStatus.REVOKED,
        source="crl",
        revoked_at=STAMPED + timedelta(days=days),
        reason=reason,
        this_update=NOW,
        next_update=NOW + timedelta(days=1),
    )


def test_sound_and_trusted() -> None:
    """The earliest one counts; control time and verdict stay what they were."""
    report = judged(stamp(), stamp(time=STAMPED - timedelta(hours=1)))
    assert report.signing_time.rfc3161 == STAMPED - timedelta(hours=1)
    bare = judged()
    assert (report.verdict, report.control_time_source) == (
        bare.verdict,
        bare.control_time_source,
    )


WORTHLESS = {
    "problem": stamp(problems=(Notice("tsp_imprint"),)),
    "other octets": stamp(imprint_matches=False),
    "octets unknown": stamp(imprint_matches=None),
    "no time": stamp(time=None),
    "unreadable": stamp(signature=None),
    "signature wrong": stamp(signature=authority(signature_verifies=False)),
    "damaged": stamp(signature=authority(format_problems=(Notice("trailing_data"),))),
    "content": stamp(kind=TimeStampKind.CONTENT),
    "no chain": stamp(signature=authority(chain=None)),
    "untrusted root": stamp(
        signature=authority(chain=chain(link(), anchored=False, break_code="root_not_trusted"))
    ),
    "bad link": stamp(signature=authority(chain=chain(link(problems=(Notice("expired"),)), ROOT))),
    "revoked before": stamp(signature=authority(revoked(-1, "superseded"))),
    "compromised later": stamp(signature=authority(revoked(1, "keyCompromise"))),
    "revoked later, no reason": stamp(signature=authority(revoked(1, None))),
    "on hold": stamp(
        signature=authority(RevocationFacts(status=RevocationStatus.ON_HOLD, this_update=NOW))
    ),
    "practice": stamp(signature=authority(signer=certificate(practice=True))),
}


@pytest.mark.parametrize("name", WORTHLESS)
def test_worthless(name: str) -> None:
    """It proves no time and improves nothing."""
    report, bare = judged(WORTHLESS[name]), judged()
    assert report.signing_time.rfc3161 is None
    assert (report.verdict, report.sub_indication, report.reasons) == (
        bare.verdict,
        bare.sub_indication,
        bare.reasons,
    )


@pytest.mark.parametrize("name", WORTHLESS)
def test_worthless_beside_a_good_one(name: str) -> None:
    """It takes nothing from another one either."""
    assert judged(WORTHLESS[name], stamp()).signing_time.rfc3161 == STAMPED


@pytest.mark.parametrize("reason", ["superseded", "cessationOfOperation", "affiliationChanged"])
def test_revoked_later_without_harm(reason: str) -> None:
    """An authority that ended in good order leaves its time-stamps good (RFC 3161 §4)."""
    assert judged(stamp(signature=authority(revoked(1, reason)))).signing_time.rfc3161 == STAMPED


def test_state_unknown_is_told() -> None:
    """Nothing is proved; that the authority's state is unknown is told, with the time."""
    unknown = RevocationFacts(status=RevocationStatus.UNKNOWN, problem="crl_missing")
    report = judged(stamp(signature=authority(unknown)))
    assert report.signing_time.rfc3161 is None
    told = {one.code: one.facts for one in report.warnings}
    assert told["level_stamp_revocation_unknown"] == {"at": "2026-11-23T12:00:00Z"}


def document(*stamps: TimeStampFacts) -> SignatureReport:
    """Judge a document time-stamp."""
    return judged(*stamps, kind=SignatureKind.DOCUMENT_TIMESTAMP)


def test_document_time_stamp() -> None:
    """A sound one passes and names its time; a broken one fails or stays open."""
    own = stamp(kind=TimeStampKind.DOCUMENT)
    good = document(own)
    assert (good.verdict, good.signing_time.rfc3161) == (Indication.TOTAL_PASSED, STAMPED)
    wrong = document(replace(own, imprint_matches=False))
    assert (wrong.verdict, wrong.sub_indication) == (
        Indication.TOTAL_FAILED,
        SubIndication.HASH_FAILURE,
    )
    assert wrong.integrity is Integrity.BROKEN
    odd = document(replace(own, problems=(Notice("tsp_purpose"),)))
    assert (odd.verdict, odd.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.SIG_CONSTRAINTS_FAILURE,
    )
    assert "tsp_purpose" in odd.reasons
    assert document().verdict is Indication.TOTAL_FAILED


def test_document_time_stamp_alone_is_no_signature() -> None:
    """A file that only an authority of time has stamped holds no signature of anybody."""
    own = stamp(kind=TimeStampKind.DOCUMENT)
    found = replace(signature(), kind=SignatureKind.DOCUMENT_TIMESTAMP, time_stamps=(own,))
    facts = FileFacts(path=Path("a.pdf"), format=FileFormat.PDF, signatures=(found,))
    report = judge_file(facts, POLICY, TERMS)
    assert report.signatures[0].verdict is Indication.TOTAL_PASSED
    assert report.verdict is Indication.NO_SIGNATURE
    broken = replace(found, time_stamps=(replace(own, imprint_matches=False),))
    report = judge_file(replace(facts, signatures=(broken,)), POLICY, TERMS)
    assert report.verdict is Indication.TOTAL_FAILED
    report = judge_file(replace(facts, signatures=(signature(), found)), POLICY, TERMS)
    assert report.verdict is Indication.TOTAL_PASSED
