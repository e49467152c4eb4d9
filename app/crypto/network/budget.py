"""How much one document may ask of the network (policy of §2.3): requests, and seconds of waiting.

Revocation lists, and the list of accredited authorities, wait on clocks of their own, for they are large. Time-stamps are few and are
asked for with pauses in between, so each request has its own seconds; only their number is held.
"""

from typing import Self

from app.crypto.network.policy import Purpose
from app.values import dataclass

MAX_REQUESTS = 10
"""All requests of one document but those for time-stamps; each redirect is one."""
MAX_TIME_STAMP_REQUESTS = 40
DOCUMENT_SECONDS = 30.0
CRL_SECONDS = 120.0
ACCREDITATION_SECONDS = 300.0
"""Of the list of accredited authorities: tens of megabytes from one slow server."""
TIME_STAMP_SECONDS = 20.0
"""Of one request (rule T-04)."""
PROCESSOR_SECONDS = 4.0
"""Of taking apart what servers send, for one document. A hundred megabytes over TLS cost half a
second; a server that sends one octet a time, or heads without end, wants to have us killed."""


class ExhaustedError(Exception):
    """Nothing is left. ``reason`` is a code: ``too_many_requests`` or ``timeout``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Budget:
    """What is left for one document."""

    requests: int = MAX_REQUESTS
    time_stamp_requests: int = MAX_TIME_STAMP_REQUESTS
    seconds: float = DOCUMENT_SECONDS
    crl_seconds: float = CRL_SECONDS
    accreditation_seconds: float = ACCREDITATION_SECONDS
    processor_seconds: float = PROCESSOR_SECONDS

    @classmethod
    def of(cls, signatures: int) -> Self:
        """Return what a document with so many signatures may ask, each for its own proofs."""
        count = max(1, signatures)
        return cls(
            requests=count * MAX_REQUESTS,
            time_stamp_requests=count * MAX_TIME_STAMP_REQUESTS,
            seconds=count * DOCUMENT_SECONDS,
            crl_seconds=count * CRL_SECONDS,
        )

    def begin(self, purpose: Purpose) -> float:
        """Count one request; return the seconds it may take. Raises `ExhaustedError`."""
        if purpose is Purpose.TIME_STAMP:
            self.time_stamp_requests -= 1
            left, seconds = self.time_stamp_requests, TIME_STAMP_SECONDS
        else:
            self.requests -= 1
            left = self.requests
            seconds = {
                Purpose.CRL: self.crl_seconds,
                Purpose.ACCREDITATION: self.accreditation_seconds,
            }.get(purpose, self.seconds)
        if left < 0:
            raise ExhaustedError("too_many_requests")
        if min(seconds, self.processor_seconds) <= 0:
            raise ExhaustedError("timeout")
        return seconds

    def spend(self, purpose: Purpose, seconds: float, processor: float = 0.0) -> None:
        """Take away the time that a request took, by the clock and of the processor."""
        self.processor_seconds -= processor
        if purpose is Purpose.CRL:
            self.crl_seconds -= seconds
        elif purpose is Purpose.ACCREDITATION:
            self.accreditation_seconds -= seconds
        elif purpose is not Purpose.TIME_STAMP:
            self.seconds -= seconds
