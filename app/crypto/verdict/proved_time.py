"""The moment that time-stamps prove: only sound ones of authorities whom the user trusts count.

An authority is looked at twice (rule T-05): at the moment it names, and again where its word is
used. That is the control time, so long as the authority's certificate is in force; after its end it
is the moment of a later time-stamp over this one, which counts by the same rule. So an authority
that has expired or is revoked, or whose state is unknown, proves nothing by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from app.crypto.verdict import answers, strength
from app.crypto.verdict.acts import TIME_STAMPS, act
from app.crypto.verdict.facts import (
    Notice,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.seen import SKEW, chain_at, spared, state_at
from app.crypto.verdict.stamps import is_sound
from app.crypto.verdict.terms import Terms, text_of
from app.values import dataclass

_ARCHIVES = frozenset({TimeStampKind.ARCHIVE, TimeStampKind.ARCHIVE_V3, TimeStampKind.DOCUMENT})
_ORDER = (
    (TimeStampKind.CONTENT,),
    (TimeStampKind.SIGNATURE,),
    (TimeStampKind.REFERENCES,),
    tuple(_ARCHIVES),
)

UNTRUSTED = "level_stamp_untrusted"
STATE_UNKNOWN = "level_stamp_revocation_unknown"
ENDED = "level_stamp_authority_ended"
VAGUE = "level_stamp_vague"
"""Its authority vouches for no moment that is any use: terms begin and end between the bounds."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the time-stamps of one signature prove."""

    at: datetime | None = None
    """The signature was there at this moment at the latest."""
    by_law: datetime | None = None
    """The same by an authority that was accredited: доверенное время of 63-ФЗ (rule T-06)."""
    after: datetime | None = None
    """It was made after this moment: a time-stamp over the content stands inside what is signed."""
    in_order: bool = True
    """Time-stamps that count do not contradict each other (T-05)."""
    troubles: tuple[tuple[TimeStampFacts, str], ...] = ()
    """Time-stamps that are sound in themselves and still prove nothing, and why."""


def proof_of(
    facts: SignatureFacts, policy: Policy, terms: Terms, later: Sequence[TimeStampFacts] = ()
) -> Proof:
    """Weigh the time-stamps of a signature. ``later``: further ones over all of it."""
    stamps = (*facts.time_stamps, *later)
    verdicts = _weigh(stamps, policy, terms)
    trusted = [stamp for place, stamp in enumerate(stamps) if verdicts.get(place, "") is None]
    over = [_time(one) for one in trusted if _is_over(one, facts) and one not in later]
    legal = [_time(one) for one in trusted if _is_over(one, facts) and by_accredited(one)]
    content = [_time(one) for one in trusted if one.kind is TimeStampKind.CONTENT]
    troubles = [(stamps[place], code) for place, code in verdicts.items() if code is not None]
    return Proof(
        at=min(over, default=None),
        by_law=min(legal, default=None),
        after=max(content, default=None),
        in_order=_in_order(trusted),
        troubles=tuple(one for one in troubles if one[0] not in later),
    )


def stamp_warnings(proof: Proof) -> Iterator[Notice]:
    """Tell of time-stamps that are sound and still prove nothing."""
    for stamp, code in proof.troubles:
        if stamp.kind is not TimeStampKind.CONTENT and stamp.time is not None:
            yield Notice(code, {"at": text_of(stamp.time)})


def by_accredited(stamp: TimeStampFacts) -> bool:
    """Tell whether a time-stamp is a «метка доверенного времени»: by an accredited authority (T-06).

    The act says so of time-stamps made while it is in force; what comes after it nobody knows yet.
    """
    known = None if stamp.signature is None else stamp.signature.accreditation
    if known is None or known.ca_name is None or not known.list_signature_checked:
        return False
    time = _time(stamp)
    if not act(TIME_STAMPS).in_force(time):
        return False
    return any(
        period.text.strip().casefold() == "действует"
        and period.since <= time
        and (period.until is None or time < period.until)
        for period in known.statuses
    )


def _weigh(
    stamps: Sequence[TimeStampFacts], policy: Policy, terms: Terms
) -> Mapping[int, str | None]:
    """Say of each sound time-stamp why it does not count, by its place; None: it counts."""
    sound = [(place, one) for place, one in enumerate(stamps) if is_sound(one)]
    found: dict[int, str | None] = {}
    # The newest first: an older one may need it. Of the same second, what stands later in the file.
    for place, stamp in sorted(sound, key=lambda one: (_time(one[1]), one[0]), reverse=True):
        trouble = _then(stamp, policy, terms)
        if trouble is None:
            trouble = _holds_at(stamp, terms.at, policy)
            above = (
                other
                for at, other in enumerate(stamps)
                if found.get(at, "") is None and _protects(at, other, place, stamp)
            )
            if trouble is not None and any(
                _holds_at(stamp, _time(other), policy) is None for other in above
            ):
                trouble = None
        found[place] = trouble
    return dict(sorted(found.items()))


def _protects(at: int, later: TimeStampFacts, place: int, stamp: TimeStampFacts) -> bool:
    """Tell whether one time-stamp is over another, so that it proves it was there."""
    if at == place or _time(later) < _time(stamp):
        return False
    if stamp.kind is TimeStampKind.CONTENT:
        return later.kind is not TimeStampKind.CONTENT  # it stands inside what is signed
    if later.kind is TimeStampKind.DOCUMENT:
        return stamp.kind is not TimeStampKind.DOCUMENT or at > place
    if later.kind is TimeStampKind.ARCHIVE_V3:
        return stamp.sha256 in later.protects and bool(stamp.sha256)
    if later.kind is TimeStampKind.ARCHIVE:
        # Its imprint is over all unsigned attributes but those of later archive time-stamps.
        return stamp.kind not in _ARCHIVES or _time(later) > _time(stamp)
    return later.kind is TimeStampKind.REFERENCES and stamp.kind is TimeStampKind.SIGNATURE


def _then(stamp: TimeStampFacts, policy: Policy, terms: Terms) -> str | None:
    """Say why the authority was not to be trusted at the moment that the time-stamp names."""
    signature, time = stamp.signature, _time(stamp)
    if signature is None or signature.chain is None:
        return UNTRUSTED
    chain = signature.chain
    barred = (
        time - terms.at > SKEW
        or (answers.is_practice(signature) and not terms.allow_practice)
        or not chain.anchored
        or any(link.problems for link in chain.links)
        or _is_taken_back(signature, time)
        or any(strength.weaknesses(signature, policy, time, chain))
    )
    if barred:
        return UNTRUSTED
    return VAGUE if (stamp.accuracy or 0.0) > policy.clock.skew_minutes * 60 else None


def _is_taken_back(signature: SignatureFacts, time: datetime) -> bool:
    """Tell whether a revocation takes the word from a time-stamp of that moment (RFC 3161 §4)."""
    for chain in (signature.chain, *signature.further_chains):
        for link in answers.below_anchor(chain):
            found = link.revocation
            if found.status is RevocationStatus.ON_HOLD or found.held_later is not None:
                return True  # nobody knows yet since when the key is in wrong hands
            if found.status is RevocationStatus.REVOKED and not spared(found, time):
                return True
    return False


def _holds_at(stamp: TimeStampFacts, moment: datetime, policy: Policy) -> str | None:
    """Say why the word of the authority is worth nothing at a moment; None: it is good."""
    signature = stamp.signature
    chain = None if signature is None else chain_at(signature, moment)
    if signature is None or chain is None or not chain.anchored:
        return UNTRUSTED
    if any(one.code not in answers.TIME_CODES for link in chain.links for one in link.problems):
        return UNTRUSTED
    in_force = all(
        link.certificate.not_before <= moment <= link.certificate.not_after for link in chain.links
    )
    imprint = None if stamp.imprint_digest is None else policy.digest_limit(stamp.imprint_digest)
    weak = imprint is not None and (imprint.until is None or moment.date() > imprint.until)
    if not in_force or weak or any(strength.weaknesses(signature, policy, moment, chain)):
        return ENDED
    known = all(
        state_at(link, moment).status is RevocationStatus.GOOD
        or (
            link.revocation.status is RevocationStatus.REVOKED
            and spared(link.revocation, _time(stamp))
        )
        for link in answers.below_anchor(chain)
    )
    return None if known else STATE_UNKNOWN


def _in_order(trusted: Sequence[TimeStampFacts]) -> bool:
    """Tell whether each time-stamp is as old as what it must have come after, or younger."""
    latest: datetime | None = None
    for kinds in _ORDER:
        times = [_time(one) for one in trusted if one.kind in kinds]
        if latest is not None and times and latest - min(times) > SKEW:
            return False
        if times:
            # Of several signature time-stamps the first bounds what follows.
            latest = max(times) if TimeStampKind.CONTENT in kinds else min(times)
    documents = [_time(one) for one in trusted if one.kind is TimeStampKind.DOCUMENT]
    return all(first - second <= SKEW for first, second in pairwise(documents))


def _is_over(stamp: TimeStampFacts, facts: SignatureFacts) -> bool:
    """Tell whether a time-stamp is over the signature itself; one on the content is not."""
    own = facts.kind is SignatureKind.DOCUMENT_TIMESTAMP
    return own or stamp.kind is not TimeStampKind.CONTENT


def _time(stamp: TimeStampFacts) -> datetime:
    """Return the moment that a sound time-stamp names."""
    if stamp.time is None:
        raise ValueError(stamp.kind)
    return stamp.time
