"""The demand that a signature we made is beyond doubt, before it may be saved (decision 6)."""

import hashlib

from app.crypto.verdict.facts import SignatureFacts, SigningCertificateAttribute
from app.errors import ErrorCode, RoscherkError


def demand_good(facts: SignatureFacts, certificate: bytes) -> None:
    """Raise SELF_CHECK_FAILED unless our own reader finds nothing amiss in a new signature."""
    signer = facts.signer
    problems = (*facts.format_problems, *facts.constraint_problems, *facts.unsupported)
    steps = {
        "certificate": signer is not None
        and signer.sha256 == hashlib.sha256(certificate).hexdigest(),
        "signature": facts.signature_verifies is True,
        "digest": facts.digest_matches is True,
        "signing_certificate": facts.signing_certificate is SigningCertificateAttribute.MATCH,
    }
    for step, good in steps.items():
        if not good:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step=step)
    if problems:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step=str(problems[0].code))
