"""Which algorithms and keys of a signature prove nothing at the control time: pure, by policy."""

from collections.abc import Iterator
from datetime import date, datetime

from app.algorithms import names
from app.crypto.verdict.answers import below_anchor
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, SignatureFacts
from app.crypto.verdict.policy import DigestLimit, KeyLimit, Policy
from app.values import dataclass


@dataclass(frozen=True)
class Weakness:
    """One algorithm that is too weak. It may have been sound on the day the signature claims."""

    code: str
    sound_when_claimed: bool = False


def weaknesses(
    facts: SignatureFacts, policy: Policy, at: datetime, chain: ChainFacts | None
) -> Iterator[Weakness]:
    """Look at the signature's own algorithms, at the signer's key and at the path below the root."""
    claimed = None if facts.claimed_time is None else facts.claimed_time.date()
    digest = facts.algorithms.digest
    limit = None if digest is None else policy.digest_limit(digest)
    yield from _limited(limit, "digest_weak", at.date(), claimed)
    certificates = [link.certificate for link in below_anchor(chain)]
    if not certificates and facts.signer is not None:
        certificates.append(facts.signer)
    for certificate in certificates:
        key = policy.key_limit(certificate.key_algorithm, certificate.key_size)
        yield from _limited(key, "key_weak", at.date(), claimed)
        yield from _limited(_digest_limit(certificate, policy), "chain_weak", at.date(), claimed)
    for named in facts.algorithms.weak:
        if not _ruled(named, policy):
            yield Weakness("algorithm_weak")


def _limited(
    limit: DigestLimit | KeyLimit | None, code: str, today: date, claimed: date | None
) -> Iterator[Weakness]:
    """Hold one limit against the control time and against the claimed day."""
    if limit is None or (limit.until is not None and today <= limit.until):
        return
    sound = limit.until is not None and claimed is not None and claimed <= limit.until
    yield Weakness(code, sound_when_claimed=sound)


def _digest_limit(certificate: CertificateFacts, policy: Policy) -> DigestLimit | None:
    """Return the limit of the digest under which a certificate was signed."""
    for algorithm in names.SIGNATURES:
        if algorithm.oid == certificate.signature_oid and algorithm.digest is not None:
            return policy.digest_limit(algorithm.digest)
    return None


def _ruled(named: str, policy: Policy) -> bool:
    """Tell whether the policy has a dated rule for what was noted as weak: ``sha1``, ``rsa-1024``."""
    family, _, size = named.rpartition("-")
    key = policy.key_limit(family, int(size)) if size.isdigit() else policy.key_limit(named, None)
    return key is not None or policy.digest_limit(named) is not None
