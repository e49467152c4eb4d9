"""What revocation lists say of one certificate at one moment (RFC 5280 §6.3, rules R-01, R-02)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.crypto.certificates.outline import Outline
from app.crypto.certificates.revocation_lists import Entry, RevocationList, RevocationLists
from app.crypto.verdict.facts import CertificateFacts, RevocationFacts, RevocationStatus

_HOLD = "certificateHold"
_RESUMED = "removeFromCRL"


@dataclass(frozen=True)
class CrlSigner:
    """A certificate whose key may have signed the issuer's lists."""

    outline: Outline
    key_usage: tuple[str, ...] | None

    def signed(self, crl: RevocationList) -> bool:
        """Tell whether this one signed the list, and may."""
        allowed = self.key_usage is None or "cRLSign" in self.key_usage
        return allowed and crl.signed_by(self.outline.public_key)


def check(
    certificate: CertificateFacts,
    outline: Outline,
    signers: Iterable[CrlSigner],
    sources: Sequence[RevocationLists],
    at: datetime,
) -> RevocationFacts:
    """Say whether the certificate was revoked at ``at``, by lists that ``signers`` signed.

    The issuer of the certificate comes first among the signers; the rest is looked at only for a
    list that the first did not sign. A problem says why nothing could be established.
    """
    if outline.serial[:1] >= b"\x80":
        # Rule X-04: such numbers are met in old certificates; the parser of lists has none.
        return _unknown("serial_negative")
    named = [crl for source in sources for crl in source.of_issuer(outline.issuer_key)]
    usable, problem = [], "crl_missing"
    for crl in named:
        unfit = _unfit(crl, certificate)
        if unfit is None:
            usable.append(crl)
        else:
            problem = unfit
    signed, asked = [], _Signers(signers)
    for crl in usable:
        if asked.signed(crl):
            signed.append(crl)
        else:
            problem = "crl_signature"
    full = [crl for crl in signed if crl.delta_of is None]
    if not full:
        return _unknown("crl_delta" if signed else problem)
    chosen = min(full, key=lambda crl: _preference(crl, at))
    try:
        return _told(
            chosen, [crl for crl in signed if _continues(crl, chosen, at)], certificate, outline, at
        )
    except ValueError:
        return _unknown("crl_damaged")  # signed by its issuer, and still no list


class _Signers:
    """Signers, found one after another only as far as a list needs it: finding one is dear."""

    def __init__(self, signers: Iterable[CrlSigner]) -> None:
        self._further = iter(signers)
        self._known: list[CrlSigner] = []

    def signed(self, crl: RevocationList) -> bool:
        if any(signer.signed(crl) for signer in self._known):
            return True
        for signer in self._further:
            self._known.append(signer)
            if signer.signed(crl):
                return True
        return False


def _unfit(crl: RevocationList, certificate: CertificateFacts) -> str | None:
    """Say why a list does not speak of this certificate, or not in a way we understand."""
    if crl.unknown_critical:
        return "crl_unknown_critical"
    scope = crl.scope
    if scope is None:
        return None
    others_only = scope.users_only if certificate.is_ca else scope.authorities_only
    elsewhere = scope.urls is not None and not scope.urls & set(certificate.crl_urls)
    return "crl_scope" if scope.unusual or others_only or elsewhere else None


def _continues(delta: RevocationList, full: RevocationList, at: datetime) -> bool:
    """Tell whether a delta list brings a full one up to date (RFC 5280 §5.2.4, rule R-01)."""
    return (
        delta.delta_of is not None
        and full.number is not None
        and delta.number is not None
        and delta.delta_of <= full.number < delta.number
        and delta.scope == full.scope
        and delta.this_update <= at
    )


def _preference(crl: RevocationList, at: datetime) -> tuple[int, float]:
    """Order lists: in force at the moment and newest; then later ones, earliest first; then old."""
    moment = crl.this_update.timestamp()
    if crl.this_update > at:
        return 1, moment
    if crl.next_update is not None and crl.next_update >= at:
        return 0, -moment
    return 2, -moment


def _told(
    crl: RevocationList,
    deltas: Sequence[RevocationList],
    certificate: CertificateFacts,
    outline: Outline,
    at: datetime,
) -> RevocationFacts:
    """Read one list, and what continues it, as far as the dates go."""
    serial = int.from_bytes(outline.serial)
    entry = crl.entry(serial)
    for delta in sorted(deltas, key=lambda one: one.number or 0):
        entry = delta.entry(serial) or entry
    problem = None
    if entry is None or entry.reason == _RESUMED:
        problem = _silence_proves_nothing(crl, certificate, at)
        status = RevocationStatus.GOOD if problem is None else RevocationStatus.UNKNOWN
        entry = None
    elif entry.reason == _HOLD:
        status = RevocationStatus.ON_HOLD
    else:
        status = RevocationStatus.REVOKED
    return _facts(crl, status, entry, problem)


def _silence_proves_nothing(
    crl: RevocationList, certificate: CertificateFacts, at: datetime
) -> str | None:
    """Say why a list without the certificate does not prove that it was good.

    A list made after the moment proves it as well as one made before, so long as the certificate
    had not expired meanwhile: expired ones drop out of lists.
    """
    if crl.this_update > at:
        return "crl_too_late" if crl.this_update > certificate.not_after else None
    if crl.next_update is None or crl.next_update < at:
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
        this_update=crl.this_update,
        next_update=crl.next_update,
        problem=problem,
    )


def _unknown(problem: str) -> RevocationFacts:
    return RevocationFacts(status=RevocationStatus.UNKNOWN, problem=problem)
