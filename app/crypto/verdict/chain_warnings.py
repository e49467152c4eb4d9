"""What a chain makes worth telling without changing the verdict: numbers, and the chain model."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from app.crypto.verdict.facts import ChainFacts, Notice

LONGEST_SERIAL = 20
"""Octets (RFC 5280 §4.1.2.2, rule X-04)."""


def chain_warnings(chain: ChainFacts | None, at: datetime) -> Iterator[Notice]:
    """Yield what is odd about the links of a chain.

    All certificates have to be in force at the control time (the shell model). Where an authority's
    is not, it is told apart whether it was when the next one was issued (the chain model, rule
    X-08): old documents under renewed roots fail for the first reason only.
    """
    for link in () if chain is None else chain.links:
        if len(link.certificate.serial) > 2 * LONGEST_SERIAL:
            yield Notice("serial_too_long", {"subject": link.certificate.subject.text})
    for below, above in pairwise(() if chain is None else chain.links):
        issuer, issued = above.certificate, below.certificate.not_before
        if not issuer.not_before <= at <= issuer.not_after:
            then = issuer.not_before <= issued <= issuer.not_after
            code = "issuer_in_force_then" if then else "issuer_not_in_force_then"
            yield Notice(code, {"subject": issuer.subject.text})
