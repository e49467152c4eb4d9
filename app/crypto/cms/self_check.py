"""The demand that a signature we made is beyond doubt, before it may be saved (decision 6).

And that no earlier one has lost anything by it.
"""

import hashlib
from collections.abc import Container, Sequence

from app.crypto.cms.locating import identity, locate
from app.crypto.cms.structure import SignedData
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


def demand_kept(
    before: SignedData,
    before_facts: Sequence[SignatureFacts],
    after: SignedData,
    after_facts: Sequence[SignatureFacts],
    *,
    left_out: Container[int] = (),
) -> None:
    """Raise SELF_CHECK_FAILED unless every earlier signature is there and is no worse than before.

    A signature is known by all its octets but the unsigned attributes. ``left_out``: the indices of
    those that were to go.
    """
    now: dict[bytes, list[SignatureFacts]] = {}
    for place in locate(after.layout.signers):
        now.setdefault(identity(place.raw), []).append(after_facts[place.index])
    for place in locate(before.layout.signers):
        if place.index in left_out:
            continue
        old = before_facts[place.index]
        if not any(_no_worse(new, old) for new in now.get(identity(place.raw), ())):
            raise RoscherkError(
                ErrorCode.SELF_CHECK_FAILED, step="earlier_signature", index=place.index
            )


def _no_worse(new: SignatureFacts, old: SignatureFacts) -> bool:
    """Tell whether nothing that could be said for a signature is lost, nor anything new against it."""
    told = (
        (new.signature_verifies, old.signature_verifies),
        (new.digest_matches, old.digest_matches),
    )
    good = all(after or not before for after, before in told)
    same_signer = old.signer is None or new.signer == old.signer
    return good and same_signer and _stamps_kept(new, old) and _problems(new) <= _problems(old)


def _stamps_kept(new: SignatureFacts, old: SignatureFacts) -> bool:
    """Tell whether every time-stamp is still there, and over what it was over."""
    now = {stamp.sha256: stamp.imprint_matches for stamp in new.time_stamps}
    return all(
        stamp.sha256 in now and (now[stamp.sha256] or not stamp.imprint_matches)
        for stamp in old.time_stamps
    )


def _problems(facts: SignatureFacts) -> set[str]:
    stamps = (notice for stamp in facts.time_stamps for notice in stamp.problems)
    found = (*facts.format_problems, *facts.constraint_problems, *facts.unsupported, *stamps)
    return {str(notice.code) for notice in found}
