"""The worker's part of the trials."""

import secrets
import time
from datetime import UTC, datetime

from app.algorithms import digests
from app.algorithms.gost import library, selftest
from app.crypto.trials.model import (
    SelfTestAnswer,
    SelfTestRequest,
    StampTryAnswer,
    StampTryRequest,
)
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context

_OCTETS = 32
_DIGEST = "streebog256"
"""What a signer of here prefers; a server that does not know it is asked by another."""


def self_test(_request: SelfTestRequest, _context: Context) -> SelfTestAnswer:
    """Compute the examples of the standards; raise LIBGCRYPT_MISSING, SELF_TEST_FAILED."""
    selftest.ready_to_sign()
    return SelfTestAnswer(version=library.version())


def try_stamp(request: StampTryRequest, _context: Context) -> StampTryAnswer:
    """Ask for one time-stamp over random octets, which are then forgotten (RFC 3161)."""
    from app.crypto.evidence.supplies import NetworkSupplies  # noqa: PLC0415 - it loads the network

    octets = secrets.token_bytes(_OCTETS)

    supplies = NetworkSupplies(request.order)
    before, begun = datetime.now(UTC), time.monotonic()
    stamped = supplies.stamped(lambda name: digests.digest(name, octets), _DIGEST)
    seconds = time.monotonic() - begun
    facts = stamped.facts
    if facts.time is None or facts.signature is None or facts.signature.signer is None:
        raise RoscherkError(ErrorCode.TIME_STAMP_WRONG, url=stamped.server)
    signer = facts.signature.signer.subject
    return StampTryAnswer(
        server=stamped.server,
        authority=signer.common_name or signer.organization or signer.text,
        time=facts.time,
        seconds=seconds,
        skew=round((before - facts.time).total_seconds() + seconds / 2),
        digest=facts.imprint_digest or "",
    )
