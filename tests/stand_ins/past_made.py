"""Facts of signatures that have grown old, with and without time-stamps, to be spoiled in tests."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from stand_ins.facts_made import NOW, ca, certificate, chain, link, not_checked, signature

from app.crypto.verdict.facts import (
    ChainFacts,
    LinkFacts,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
    TimeStampFacts,
    TimeStampKind,
)

DAY = timedelta(days=1)
STAMPED = NOW - 200 * DAY
ENDED = NOW - 100 * DAY
BEGUN = ENDED - 365 * DAY
MISSING = RevocationFacts(status=RevocationStatus.UNKNOWN, problem="crl_missing")
HOLD = RevocationFacts(status=RevocationStatus.ON_HOLD, source="crl", this_update=NOW - DAY)
ROOT = link(
    certificate=ca(sha256="0f" * 32, not_before=NOW - 5000 * DAY, not_after=NOW + 5000 * DAY),
    anchor=True,
    revocation=not_checked(),
)


def good(at: datetime, **changes: Any) -> RevocationFacts:
    """Return that a list of this moment found nothing, for a day."""
    found = RevocationFacts(
        status=RevocationStatus.GOOD, source="crl", this_update=at, next_update=at + DAY
    )
    return replace(found, **changes)


def revoked(at: datetime, reason: str | None = "superseded", **changes: Any) -> RevocationFacts:
    """Return a revocation of this moment."""
    found = RevocationFacts(
        status=RevocationStatus.REVOKED,
        source="crl",
        revoked_at=at,
        reason=reason,
        this_update=NOW - DAY / 2,
        next_update=NOW + DAY,
    )
    return replace(found, **changes)


def authority_link(revocation: RevocationFacts | None = None, **changes: Any) -> LinkFacts:
    """Return the issuing authority, in force for ten years."""
    fields: dict[str, Any] = {
        "sha256": "1e" * 32,
        "not_before": NOW - 3000 * DAY,
        "not_after": NOW + 600 * DAY,
    }
    return link(revocation or good(NOW - DAY / 4), certificate=ca(**(fields | changes)))


def stamp(
    at: datetime = STAMPED,
    kind: TimeStampKind = TimeStampKind.SIGNATURE,
    *,
    now: RevocationFacts | None = None,
    ends: datetime = NOW + 900 * DAY,
    more: tuple[ChainFacts, ...] = (),
    **changes: Any,
) -> TimeStampFacts:
    """Return a sound time-stamp, its authority's chain at its moment and at the control time.

    ``now``: the state of the authority's certificate at the control time; ``ends``: its end.
    """
    own = certificate(
        sha256=f"{abs(hash((at, kind))) % (1 << 64):064x}",
        not_before=at - 300 * DAY,
        not_after=ends,
    )
    then = chain(link(good(at), certificate=own), ROOT, at=at)
    today = chain(link(now or good(NOW - DAY / 4), certificate=own), ROOT, at=NOW)
    made = signature(signer=own, chain=then, further_chains=(today, *more), claimed_time=None)
    fields: dict[str, Any] = {
        "kind": kind,
        "time": at,
        "imprint_digest": "streebog256",
        "imprint_matches": True,
        "signature": made,
        "sha256": own.sha256,
    }
    return TimeStampFacts(**(fields | changes))


def aged(
    *stamps: TimeStampFacts,
    then: RevocationFacts | None = None,
    now: RevocationFacts | None = None,
    above: LinkFacts | None = None,
    **changes: Any,
) -> SignatureFacts:
    """Return a signature whose certificate ended 100 days ago, claimed 201 days ago.

    ``then``: the state of the signer's certificate at the moment of the stamp, 200 days ago;
    ``now``: at the control time. ``changes``: of the signature, or of the certificate by name.
    """
    of_certificate = {
        key: changes.pop(key)
        for key in ("not_before", "not_after", "key_algorithm", "key_size", "signature_oid")
        if key in changes
    }
    own = certificate(**({"not_before": BEGUN, "not_after": ENDED} | of_certificate))
    issuer = above or authority_link()
    past = [
        chain(link(then or good(one.time + DAY / 2), certificate=own), issuer, ROOT, at=one.time)
        for one in stamps
        if one.time is not None
    ]
    today = chain(link(now or MISSING, certificate=own), issuer, ROOT, at=NOW)
    made = signature(
        signer=own,
        claimed_time=STAMPED - DAY,
        chain=today,
        further_chains=tuple(past),
        time_stamps=stamps,
    )
    return replace(made, **changes)
