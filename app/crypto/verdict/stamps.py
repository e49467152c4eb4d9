"""What a time-stamp proves: pure functions from facts, for levels and for the judge."""

from app.crypto.verdict.facts import SignatureFacts, TimeStampFacts


def is_sound(stamp: TimeStampFacts) -> bool:
    """Tell whether nothing is wrong with a time-stamp in itself; trust is another question."""
    return (
        not stamp.problems
        and stamp.imprint_matches is True
        and stamp.time is not None
        and stamp.signature is not None
        and holds(stamp.signature)
    )


def holds(signature: SignatureFacts) -> bool:
    """Tell whether a signature is intact and its signer known."""
    flawed = signature.format_problems or signature.constraint_problems or signature.unsupported
    return (
        not flawed
        and signature.digest_matches is True
        and signature.signature_verifies is True
        and signature.signer is not None
    )
