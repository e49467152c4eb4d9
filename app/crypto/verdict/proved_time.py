"""The moment that time-stamps prove: only sound ones of authorities whom the user trusts count.

What is done with it here: it is shown, as the time that is proved by RFC 3161. Certificates are
still judged for the control time; judging them for the proved moment is past validation
(EN 319 102-1 §5.6), which this version does not do. So a time-stamp makes nothing pass that would
not pass without it.
"""

from collections.abc import Iterator
from datetime import datetime

from app.crypto.verdict import answers, strength
from app.crypto.verdict.facts import (
    MILD_REASONS,
    LinkFacts,
    Notice,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.stamps import is_sound

_UNKNOWN = frozenset({RevocationStatus.UNKNOWN, RevocationStatus.NOT_CHECKED})


def proved_time(
    facts: SignatureFacts, policy: Policy, at: datetime, *, allow_practice: bool
) -> datetime | None:
    """Return the earliest moment at which the signature is proved to have been there."""
    times = [
        stamp.time
        for stamp in _of_signature(facts)
        if stamp.time is not None
        and is_sound(stamp)
        and is_trusted(stamp, policy, at, allow_practice=allow_practice)
    ]
    return min(times, default=None)


def is_trusted(
    stamp: TimeStampFacts, policy: Policy, at: datetime, *, allow_practice: bool
) -> bool:
    """Tell whether the user trusts the authority of a time-stamp, at the moment it names."""
    signature = stamp.signature
    if signature is None or signature.chain is None or stamp.time is None:
        return False
    if answers.is_practice(signature) and not allow_practice:
        return False
    if not signature.chain.anchored or any(link.problems for link in signature.chain.links):
        return False
    if any(_is_revoked(link, stamp.time) for link in answers.below_anchor(signature.chain)):
        return False
    return not any(strength.weaknesses(signature, policy, at))


def stamp_warnings(
    facts: SignatureFacts, policy: Policy, at: datetime, *, allow_practice: bool
) -> Iterator[Notice]:
    """Tell of time-stamps that are sound and still prove nothing, or less than they might."""
    for stamp in _of_signature(facts):
        if not is_sound(stamp):
            continue
        if not is_trusted(stamp, policy, at, allow_practice=allow_practice):
            yield Notice("level_stamp_untrusted")
            continue
        chain = None if stamp.signature is None else stamp.signature.chain
        states = {link.revocation.status for link in answers.below_anchor(chain)}
        if states & _UNKNOWN:
            yield Notice("level_stamp_revocation_unknown")


def _of_signature(facts: SignatureFacts) -> Iterator[TimeStampFacts]:
    """Yield the time-stamps that are over the signature itself; one on the content is not."""
    for stamp in facts.time_stamps:
        own = facts.kind is SignatureKind.DOCUMENT_TIMESTAMP
        if own or stamp.kind is not TimeStampKind.CONTENT:
            yield stamp


def _is_revoked(link: LinkFacts, moment: datetime) -> bool:
    """Tell whether a revocation takes the word from a time-stamp of that moment."""
    found = link.revocation
    if found.status is RevocationStatus.ON_HOLD or found.held_later is not None:
        return True  # nobody knows yet since when the key is in wrong hands
    if found.status is not RevocationStatus.REVOKED:
        return False
    early = found.revoked_at is not None and found.revoked_at > moment
    return not (early and found.reason in MILD_REASONS)
