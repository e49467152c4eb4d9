"""Past validation (EN 319 102-1 §5.6): what holds at the moment that a time-stamp proves.

Without such a moment nothing is different. A claimed time makes nothing pass; together with a proof
it may speak against its author, who says himself that he signed when he was not to.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.crypto.verdict import answers
from app.crypto.verdict.facts import RevocationStatus, SignatureFacts
from app.crypto.verdict.proved_time import Proof
from app.crypto.verdict.report import SubIndication
from app.crypto.verdict.terms import Finding, failed

_CURABLE = frozenset(
    {
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
        SubIndication.REVOKED_NO_POE,
        SubIndication.REVOKED_CA_NO_POE,
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.TRY_LATER,
    }
)
"""What time alone brings about. Whatever else is wrong is wrong at every moment and found again."""
_HELD = frozenset({"on_hold", "ca_on_hold"})


def curable(findings: Sequence[Finding]) -> bool:
    """Tell whether all that holds against a signature today came with time.

    A suspension did not: nobody knows yet since when the key is in wrong hands (rule R-02).
    """
    return all(one.sub in _CURABLE and not _HELD & set(one.reasons) for one in findings)


def impossible(facts: SignatureFacts, proof: Proof) -> Iterator[Finding]:
    """Find that the signature was made when its certificate could not serve (EN 319 102-1 §5.1.3).

    A time-stamp says by when the signature was there: that it came too late for the certificate
    follows only if its beginning is known too, by a time-stamp over the content or by the signer's
    own word against himself.
    """
    certificate = facts.signer
    if certificate is None:
        return
    if proof.at is not None and proof.at < certificate.not_before:
        yield failed(SubIndication.NOT_YET_VALID, "signed_before_certificate")
    earliest = _earliest(facts, proof)
    if earliest is None:
        return
    for link in answers.below_anchor(facts.chain)[:1]:
        found = link.revocation
        revoked = found.status is RevocationStatus.REVOKED
        if revoked and found.revoked_at is not None and found.revoked_at <= earliest:
            yield failed(SubIndication.REVOKED, "signed_after_revocation")
    if earliest > certificate.not_after:
        yield failed(SubIndication.EXPIRED, "signed_after_expiry")


def _earliest(facts: SignatureFacts, proof: Proof) -> datetime | None:
    """Return since when the signature can have been there at the earliest, if anything tells."""
    claimed = facts.claimed_time if proof.at is not None else None
    if claimed is not None and proof.at is not None and claimed > proof.at:
        claimed = None  # a clock that is wrong says nothing
    return max((one for one in (proof.after, claimed) if one is not None), default=None)
