"""What revocation lists say of one certificate at one moment (RFC 5280 §6.3, rules R-01, R-02)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from app.crypto.certificates.distribution_points import ALL_REASONS, Point, Scope, points_of
from app.crypto.certificates.findings import (
    Finding,
    Material,
    Moment,
    Subject,
    gravest,
    unknown,
    with_later_word,
)
from app.crypto.certificates.names import NameKey
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.revocation_lists import Entry, RevocationList, RevocationLists
from app.crypto.verdict.facts import CertificateFacts, RevocationFacts, RevocationStatus
from app.values import dataclass

HOLD = "certificateHold"
_SKEW = timedelta(minutes=5)
"""How far two clocks may be apart (rule T-07)."""
_RESUMED = "removeFromCRL"


@dataclass(frozen=True)
class CrlSigner:
    """A certificate whose key may have signed the lists of one name."""

    outline: Outline
    key_usage: tuple[str, ...] | None
    unrevoked: bool = True
    """It is known not to be revoked; otherwise its silence proves nothing."""
    used: Material = field(default_factory=Material)
    """What its own standing rests on, itself included where it is not in the path."""

    def signed(self, crl: RevocationList) -> bool:
        """Tell whether this one signed the list, and may."""
        allowed = self.key_usage is None or "cRLSign" in self.key_usage
        return allowed and crl.signed_by(self.outline.public_key)


class Signers:
    """Signers by name, found one after another only as far as a list needs it: that is dear."""

    def __init__(self, candidates: Callable[[NameKey], Iterator[CrlSigner]]) -> None:
        """``candidates``: who may have signed the lists of a name, likely ones first."""
        self._candidates = candidates
        self._known: dict[NameKey, list[CrlSigner]] = {}
        self._further: dict[NameKey, Iterator[CrlSigner]] = {}

    def who_signed(self, crl: RevocationList) -> CrlSigner | None:
        """Return the one that signed a list."""
        name = crl.issuer_key
        known = self._known.setdefault(name, [])
        for signer in known:
            if signer.signed(crl):
                return signer
        if name not in self._further:
            self._further[name] = self._candidates(name)
        for signer in self._further[name]:
            known.append(signer)
            if signer.signed(crl):
                return signer
        return None


@dataclass(frozen=True)
class _Signed:
    """A list that speaks of the certificate, by whom it is signed, for which reasons it speaks."""

    crl: RevocationList
    signer: CrlSigner
    reasons: frozenset[str]


def check_lists(
    subject: Subject,
    facts: CertificateFacts,
    signers: Signers,
    sources: Sequence[RevocationLists],
    moment: Moment,
) -> Finding:
    """Say whether the certificate was revoked at a moment, by lists that ``signers`` signed.

    A revocation for good counts in whatever list it stands. Otherwise the newest list in force
    decides; lists for some reasons only prove something together, when all reasons are covered.
    """
    outline = subject.certificate
    if outline.serial[:1] >= b"\x80":
        # Rule X-04: such numbers are met in old certificates; the parser of lists has none.
        return unknown("serial_negative")
    usable, problem = [], "crl_missing"
    for crl, points in _candidates(outline, sources):
        unfit, reasons = _fitness(crl, points, facts)
        if unfit is not None:
            problem = unfit
        elif (signer := signers.who_signed(crl)) is not None:
            usable.append(_Signed(crl, signer, reasons))
        else:
            problem = "crl_signature"
    full = [one for one in usable if one.crl.delta_of is None]
    if not full:
        return unknown("crl_delta" if usable else problem)
    preferred = _preferred(full, moment.at)
    return _conclude([_told(one, usable, facts, outline, moment) for one in preferred])


def _candidates(
    outline: Outline, sources: Sequence[RevocationLists]
) -> Iterator[tuple[RevocationList, Sequence[Point]]]:
    """Yield the lists that may speak of a certificate, with the points that lead to each."""
    points = points_of(outline)
    names = [outline.issuer_key, *(name for point in points for name in point.issuers)]
    for name in dict.fromkeys(names):
        for source in sources:
            for crl in source.of_issuer(name):
                yield crl, [one for one in points if _leads_to(one, crl, outline.issuer_key)]


def _leads_to(point: Point, crl: RevocationList, issuer: NameKey) -> bool:
    """Tell whether a point is about lists of this issuer (RFC 5280 §6.3.3 (b)(1))."""
    if point.issuers:
        return crl.indirect and crl.issuer_key in point.issuers
    return crl.issuer_key == issuer


def _fitness(
    crl: RevocationList, points: Sequence[Point], certificate: CertificateFacts
) -> tuple[str | None, frozenset[str]]:
    """Say why a list does not speak of this certificate; or for which reasons of revocation it does."""
    if crl.unknown_critical:
        return "crl_unknown_critical", frozenset()
    scope = crl.scope or Scope()
    others_only = scope.users_only if certificate.is_ca else scope.authorities_only
    if others_only or scope.attributes_only:
        return "crl_scope", frozenset()
    covered: frozenset[str] = frozenset()
    for point in points:
        if scope.names is None or scope.names & point.places:
            covered |= point.reasons & scope.reasons
    return (None if covered else "crl_scope"), covered


def _preferred(full: Iterable[_Signed], at: datetime) -> list[_Signed]:
    """Order lists: in force at the moment and newest; then later ones, earliest first; then old."""
    return sorted(full, key=lambda one: _preference(one.crl, at))


def _preference(crl: RevocationList, at: datetime) -> tuple[int, float]:
    moment = crl.this_update.timestamp()
    if crl.this_update > at:
        return 1, moment
    if crl.next_update is not None and crl.next_update >= at:
        return 0, -moment
    return 2, -moment


def _continues(delta: RevocationList, full: RevocationList, at: datetime) -> bool:
    """Tell whether a delta list brings a full one up to date (RFC 5280 §5.2.4, rule R-01)."""
    return (
        delta.delta_of is not None
        and full.number is not None
        and delta.number is not None
        and delta.delta_of <= full.number < delta.number
        and delta.scope == full.scope
        and delta.issuer_key == full.issuer_key
        and delta.this_update <= at
    )


@dataclass(frozen=True)
class _Told:
    """What one list says, with its changes."""

    finding: Finding
    reasons: frozenset[str]
    crl: RevocationList

    @property
    def group(self) -> tuple[NameKey, Scope | None] | None:
        """Lists that say the same of the same; None: those that speak for all reasons."""
        whole = self.reasons == ALL_REASONS
        return None if whole else (self.crl.issuer_key, self.crl.scope)


def _told(
    signed: _Signed,
    usable: Sequence[_Signed],
    certificate: CertificateFacts,
    outline: Outline,
    moment: Moment,
) -> _Told:
    """Read one list, and what continues it, as far as the dates go."""
    crl = signed.crl
    deltas = [one for one in usable if _continues(one.crl, crl, moment.at)]
    used = signed.signer.used + Material(crls=(crl.encoded, *(one.crl.encoded for one in deltas)))
    serial = int.from_bytes(outline.serial)
    try:
        entry = crl.entry(serial, outline.issuer_key)
        for delta in sorted(deltas, key=lambda one: one.crl.number or 0):
            change = delta.crl.entry(serial, outline.issuer_key)
            # Whose own state is unknown may accuse, but not acquit.
            if change is not None and (change.reason != _RESUMED or delta.signer.unrevoked):
                entry = change
    except ValueError:
        # signed by its issuer, and still no list
        return _Told(unknown("crl_damaged"), signed.reasons, crl)
    problem = None
    if entry is None or entry.reason == _RESUMED:
        problem = _silence_proves_nothing(crl, certificate, moment)
        if problem is None and not signed.signer.unrevoked:
            problem = "crl_signer_unchecked"
        status = RevocationStatus.GOOD if problem is None else RevocationStatus.UNKNOWN
        entry = None
    elif entry.reason == HOLD:
        status = RevocationStatus.ON_HOLD
    else:
        status = RevocationStatus.REVOKED
    found = Finding(_facts(crl, status, entry, problem), used)
    return _Told(found, signed.reasons, crl)


def _conclude(told: Sequence[_Told]) -> Finding:
    """Put together what the lists say; they come in the order of preference."""
    revoked = [one.finding for one in told if one.finding.status is RevocationStatus.REVOKED]
    if revoked:
        return gravest(revoked)
    firsts: dict[object, _Told] = {}
    for one in sorted(told, key=lambda one: one.finding.status is RevocationStatus.UNKNOWN):
        firsts.setdefault(one.group, one)  # what proves nothing takes no other's place
    proving = [one for one in firsts.values() if one.finding.status is RevocationStatus.GOOD]
    whole = next((one for one in proving if one.group is None), None)
    for one in firsts.values():
        newer = whole is None or whole.crl.this_update < one.crl.this_update
        if one.finding.status is RevocationStatus.ON_HOLD and newer:
            return one.finding
    if whole is not None:
        statements = [one.finding for one in told if one.group is None or one not in proving]
        return with_later_word(whole.finding, statements)
    if frozenset().union(*(one.reasons for one in proving)) == ALL_REASONS:
        oldest = min(proving, key=lambda one: one.crl.this_update).finding
        for one in proving:
            oldest = oldest.resting_on(one.finding.used)
        return oldest
    silent = [one.finding for one in firsts.values() if one not in proving]
    return silent[0] if silent else unknown("crl_reasons")


def _silence_proves_nothing(
    crl: RevocationList, certificate: CertificateFacts, moment: Moment
) -> str | None:
    """Say why a list without the certificate does not prove that it was good.

    A list made after the moment proves it as well as one made before, so long as the certificate
    had not expired meanwhile: expired ones drop out of lists.
    """
    if crl.this_update - moment.now > _SKEW:
        return "crl_future"
    if crl.this_update > moment.at:
        return "crl_too_late" if crl.this_update > certificate.not_after else None
    if crl.next_update is None or crl.next_update < moment.at:
        return "crl_expired"
    return None


def _facts(
    crl: RevocationList, status: RevocationStatus, entry: Entry | None, problem: str | None
) -> RevocationFacts:
    return RevocationFacts(
        status=status,
        source="crl",
        revoked_at=None if entry is None else entry.at,
        reason=None if entry is None else entry.reason,
        invalid_since=None if entry is None else entry.invalid_since,
        this_update=crl.this_update,
        next_update=crl.next_update,
        problem=problem,
    )
