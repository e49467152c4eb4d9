"""Where the evidence for one piece of work comes from: authorities, the network, the user's trust."""

from collections.abc import Sequence
from datetime import datetime

from app.crypto.certificates import evidence
from app.crypto.certificates.chain import build_chain
from app.crypto.model import EvidenceOrder
from app.crypto.network.fetching import Network
from app.crypto.network.policy import NetworkUse
from app.crypto.pdf.appending import DigestOf
from app.crypto.pdf.security_store import Material
from app.crypto.timestamps.client import StampedToken, TimeStamping
from app.crypto.trust.stores import load
from app.crypto.verdict.facts import ChainFacts, TimeStampKind


class Sources:
    """Asks for time-stamps and evidence as one order says, and keeps the record of it."""

    def __init__(self, order: EvidenceOrder) -> None:
        """Read the trust of the order; nothing is asked of the network yet."""
        self.trust = load(order.trust)
        self._network = Network(order.network)
        self._stamping = TimeStamping(self._network, order.servers, self._chain)

    @property
    def uses(self) -> tuple[NetworkUse, ...]:
        """What was asked of the network so far."""
        return self._network.uses

    def stamp(self, digest_of: DigestOf, preferred: str, kind: TimeStampKind) -> StampedToken:
        """Return a checked time-stamp token; raises TIME_STAMP_* and NETWORK_* errors."""
        return self._stamping.stamp(digest_of, preferred, kind)

    def evidence(self, leaf: bytes, material: Material, at: datetime) -> evidence.Evidence:
        """Return what proves a certificate at a moment, from material at hand and the network."""
        return evidence.collect(
            leaf,
            pool=material.certificates,
            crls=material.crls,
            ocsp=material.ocsp,
            trust=self.trust,
            at=at,
            network=self._network,
        )

    def _chain(
        self,
        leaf: bytes,
        pool: Sequence[bytes],
        crls: Sequence[bytes],
        ocsp: Sequence[bytes],
        at: datetime,
    ) -> ChainFacts:
        return build_chain(leaf, pool=pool, crls=crls, ocsp=ocsp, trust=self.trust, at=at)
