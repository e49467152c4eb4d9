"""Where the time-stamps and proofs of higher levels come from: authorities, the stores, the file.

Runs in a worker. Whatever the network gives was checked in full before it is returned from here.
"""

from collections.abc import Callable
from datetime import datetime

from app.crypto.certificates.chain import prove_chain
from app.crypto.certificates.evidence import Evidence, collect
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.growing import Proof, Token
from app.crypto.cms.levels.references import Values
from app.crypto.cms.levels.tokens import Material
from app.crypto.evidence.terms import chains_under
from app.crypto.model import EvidenceOrder
from app.crypto.network.fetching import Network
from app.crypto.timestamps.client import StampedToken, TimeStamping
from app.crypto.trust.stores import load
from app.errors import ErrorCode, RoscherkError


class NetworkSupplies:
    """Time-stamps and proofs for one piece of work, all through one record of the network."""

    def __init__(self, order: EvidenceOrder, network: Network | None = None) -> None:
        """Take the order; read the user's trust. Raises as `app.crypto.trust.stores.load` does."""
        self.network = network or Network(order.network)
        self.trust: LoadedTrust = load(order.trust)
        self._stamping = TimeStamping(self.network, order.servers, chains_under(self.trust))

    def stamp(self, digest_of: Callable[[str], bytes], preferred: str) -> Token:
        """Ask the authorities in their order for one time-stamp."""
        return token_of(self.stamped(digest_of, preferred))

    def stamped(self, digest_of: Callable[[str], bytes], preferred: str) -> StampedToken:
        """Ask likewise; return the time-stamp with all that is known of it."""
        return self._stamping.stamp(digest_of, preferred)

    def prove(self, leaf: bytes, at: datetime, known: Material) -> Proof:
        """Gather what proves a certificate at a moment; raise EVIDENCE_INCOMPLETE if it lacks."""
        found = collect(
            leaf,
            pool=known.certificates,
            crls=known.crls,
            ocsp=known.ocsp,
            trust=self.trust,
            at=at,
            network=self.network,
        )
        if not found.complete:
            raise _incomplete(found)
        proved = prove_chain(
            leaf,
            pool=(*found.certificates, *found.further),
            crls=found.crls,
            ocsp=found.ocsp,
            trust=self.trust,
            at=at,
        )
        return Proof(
            certificates=found.certificates,
            proofs=tuple(Values(one.crls, one.ocsp) for one in proved.proofs),
            others=found.further,
        )


def token_of(stamped: StampedToken) -> Token:
    """Return what a signature needs of a time-stamp; raise TIME_STAMP_WRONG for a hollow one."""
    facts = stamped.facts
    signer = None if facts.signature is None else facts.signature.signer
    if facts.time is None or facts.imprint_digest is None or signer is None:
        raise RoscherkError(ErrorCode.TIME_STAMP_WRONG)
    return Token(stamped.encoded, facts.time, facts.imprint_digest, signer.der)


def _incomplete(found: Evidence) -> RoscherkError:
    """Return the error with the first thing that lacks."""
    first = found.problems[0] if found.problems else None
    subject = found.chain.links[0].certificate.subject.text if found.chain.links else ""
    facts = {"subject": subject} | ({} if first is None else dict(first.facts))
    problem = "" if first is None else first.code
    return RoscherkError(ErrorCode.EVIDENCE_INCOMPLETE, **(facts | {"problem": problem}))
