"""How long work that asks the network may take: the clock of the worker's parent must allow it."""

from app.crypto.model import EvidenceOrder, SignatureLevel
from app.crypto.network.budget import (
    CRL_SECONDS,
    DOCUMENT_SECONDS,
    TIME_STAMP_SECONDS,
)

PAUSES = (2.0, 5.0, 15.0)
"""Seconds before each further attempt (rule T-04)."""
MAX_SERVERS = 5

_STAMPS = {
    SignatureLevel.B: 0,
    SignatureLevel.T: 1,
    SignatureLevel.XL1: 2,
    SignatureLevel.LT: 1,
    SignatureLevel.LTA: 2,
}
_WITH_EVIDENCE = frozenset({SignatureLevel.XL1, SignatureLevel.LT, SignatureLevel.LTA})


def longest_wait(order: EvidenceOrder, level: SignatureLevel, signatures: int = 1) -> float:
    """Return the seconds that raising so many signatures may spend waiting for servers.

    A server that failed is not asked again, so failing costs each server once; then come the
    time-stamps themselves, and evidence for each signature and each authority.
    """
    if not order.network.online or level is SignatureLevel.B:
        return 0.0
    attempts = len(PAUSES) + 1
    servers = min(len(order.servers), MAX_SERVERS)
    failing = servers * (attempts * TIME_STAMP_SECONDS + sum(PAUSES))
    stamps = _STAMPS[level] * signatures * TIME_STAMP_SECONDS
    evidence = signatures * (DOCUMENT_SECONDS + CRL_SECONDS) if level in _WITH_EVIDENCE else 0.0
    return failing + stamps + evidence
