"""The signer's chain as it is seen for one moment: dates and states of its links. Pure functions.

For the control time the data at hand must speak of that time. For a moment in the past that a
time-stamp proves, everything that became known since counts as well (EN 319 102-1 §5.6): a later
suspension, a later revocation because the key was in wrong hands.
"""

from datetime import datetime, timedelta

from app.crypto.verdict.facts import (
    MILD_REASONS,
    ChainFacts,
    LinkFacts,
    RevocationFacts,
    RevocationStatus,
    SignatureFacts,
)
from app.values import dataclass

SKEW = timedelta(minutes=5)
"""How far two clocks may be apart (rules R-06, T-07)."""
_OCSP_FRESH = timedelta(hours=24)
"""For how long an answer counts that does not say it itself (rule R-09)."""


@dataclass(frozen=True)
class State:
    """The state of one certificate at a moment."""

    status: RevocationStatus
    problem: str | None = None
    """Why it is unknown."""
    later: bool = False
    """It was revoked after the moment, in a way that leaves what the key did before as it is."""
    outdated: bool = False
    """There are data, but none that speak of the moment."""


def chain_at(facts: SignatureFacts, moment: datetime) -> ChainFacts | None:
    """Return the chain built for a moment; where none was, the one for the control time."""
    for one in (facts.chain, *facts.further_chains):
        if one is not None and one.at == moment:
            return one
    return facts.chain


def state_at(link: LinkFacts, at: datetime) -> State:
    """Return the state of a certificate by the data at hand, for a moment up to which they speak.

    Data are kept with the facts and may be judged for another moment than they were gathered for:
    those out of date by then prove nothing any more.
    """
    found = link.revocation
    if found.status is RevocationStatus.REVOKED:
        return (
            State(RevocationStatus.GOOD, later=True) if spared(found, at) else State(found.status)
        )
    if found.status is RevocationStatus.GOOD and found.held_later is not None:
        # Suspended since: nobody knows yet since when the key is in wrong hands (rule R-02).
        return State(RevocationStatus.ON_HOLD)
    if found.status is RevocationStatus.GOOD:
        problem = _out_of_date(link, at)
        if problem is not None:
            return State(RevocationStatus.UNKNOWN, problem, outdated=True)
    outdated = (found.problem or "").endswith(("_expired", "_too_late"))
    return State(found.status, found.problem, outdated=outdated)


def spared(found: RevocationFacts, moment: datetime) -> bool:
    """Tell whether a revocation leaves what was done by a moment as it is (rules R-03, R-04).

    It came later, for a reason that says nothing against the key, and nothing dates the harm back.
    """
    back = found.invalid_since
    return (
        found.revoked_at is not None
        and found.revoked_at > moment
        and found.reason in MILD_REASONS
        and (back is None or back > moment)
    )


def _out_of_date(link: LinkFacts, at: datetime) -> str | None:
    """Say why data that found nothing against a certificate do not speak of this moment."""
    found = link.revocation
    made, until = found.this_update, found.next_update
    source = found.source or "crl"
    if made is None:
        return None
    if made > at:
        # Expired certificates drop out of lists: silence after their end proves nothing.
        late = made > link.certificate.not_after and not found.archived
        return f"{source}_too_late" if late else None
    if until is None and source == "ocsp":
        until = made + _OCSP_FRESH
    # A list that does not name its end ends at once (RFC 5280 §5.1.2.5 demands the name).
    return f"{source}_expired" if until is None or at - until > SKEW else None


def state_then(
    link: LinkFacts, known_now: LinkFacts | None, moment: datetime, slack: timedelta
) -> State:
    """Return the state at a proved moment, with all that is known today (rules R-03, R-10).

    ``slack``: how old the newest data may have been at that moment, where there are none from
    after it.
    """
    for one in (link, known_now):
        if one is None:
            continue
        found = one.revocation
        if found.status is RevocationStatus.REVOKED and not spared(found, moment):
            return State(RevocationStatus.REVOKED)
        if found.status is RevocationStatus.ON_HOLD or found.held_later is not None:
            return State(RevocationStatus.ON_HOLD)
    state = state_at(link, moment)
    if state.status is not RevocationStatus.GOOD or state.later:
        return state
    made = link.revocation.this_update
    confirmed = link.revocation.confirmed_at or made
    if confirmed is not None and moment - confirmed > slack and not link.certificate.practice:
        return State(RevocationStatus.UNKNOWN, "revocation_data_before", outdated=True)
    later = known_now is not None and known_now.revocation.status is RevocationStatus.REVOKED
    return State(RevocationStatus.GOOD, later=later)
