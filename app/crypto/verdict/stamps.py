"""What a time-stamp proves: pure functions from facts, for levels and for the judge."""

from datetime import datetime

from app.crypto.verdict.facts import SignatureFacts, TimeStampFacts, TimeStampKind


def is_sound(stamp: TimeStampFacts) -> bool:
    """Tell whether nothing is wrong with a time-stamp in itself; trust is another question."""
    return (
        not stamp.problems
        and stamp.imprint_matches is True
        and stamp.time is not None
        and stamp.signature is not None
        and holds(stamp.signature)
    )


def first_time(signature: SignatureFacts) -> datetime | None:
    """Return the earliest moment that a sound time-stamp over the signature names."""
    times = [
        stamp.time
        for stamp in signature.time_stamps
        if stamp.kind is not TimeStampKind.CONTENT and stamp.time is not None and is_sound(stamp)
    ]
    return min(times, default=None)


def holds(signature: SignatureFacts) -> bool:
    """Tell whether a signature is intact and its signer known."""
    flawed = signature.format_problems or signature.constraint_problems or signature.unsupported
    return (
        not flawed
        and signature.digest_matches is True
        and signature.signature_verifies is True
        and signature.signer is not None
    )
