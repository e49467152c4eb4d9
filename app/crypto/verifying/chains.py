"""The chains of signers, and of those who made time-stamps, at every moment a verdict may ask for."""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import datetime

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.gaps import has_gap
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.tokens import Material
from app.crypto.verdict.facts import (
    ChainFacts,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.stamps import is_sound
from app.values import dataclass

MOST_MOMENTS = 8
"""In the past, for one certificate; the earliest count, then the latest."""
MOST_CHAINS = 256
"""Further ones for one file. Without one, the chain of the control time has to serve."""


@dataclass
class Chains:
    """Builds the chains of one file."""

    trust: LoadedTrust
    found: Material
    """What the file carries: never anchors."""
    at: datetime
    """The control time."""
    now: datetime | None = None
    """The real time, by which data from the future are known; None: the clock's."""
    fetched: bool = False
    """There is more at hand than when the time-stamps were checked."""
    _known: dict[tuple[str, datetime], ChainFacts] = field(default_factory=dict)
    _left: int = MOST_CHAINS

    def complete(self, signatures: Iterable[SignatureFacts]) -> tuple[SignatureFacts, ...]:
        """Return the signatures with the chain of each signer, at the control time and before."""
        every = tuple(signatures)
        return tuple(self._completed(one, every[place + 1 :]) for place, one in enumerate(every))

    def _completed(
        self, facts: SignatureFacts, after: tuple[SignatureFacts, ...]
    ) -> SignatureFacts:
        stamps = tuple(one for one in facts.time_stamps if is_sound(one))
        if facts.kind is SignatureKind.DOCUMENT_TIMESTAMP:
            later = tuple(
                stamp
                for one in after
                if one.kind is SignatureKind.DOCUMENT_TIMESTAMP
                for stamp in one.time_stamps
                if is_sound(stamp)
            )
        else:
            later = ()
        over = (one for one in (*stamps, *later) if one.kind is not TimeStampKind.CONTENT)
        moments = _few(one.time for one in over)
        if facts.signer is not None:
            chain = self._chain(facts, self.at)
            further = tuple(self._further(facts, moments))
            facts = replace(facts, chain=chain, further_chains=further)
        completed = tuple(
            self._stamp(one, moments) if is_sound(one) else one for one in facts.time_stamps
        )
        return replace(facts, time_stamps=completed)

    def _stamp(self, stamp: TimeStampFacts, moments: tuple[datetime, ...]) -> TimeStampFacts:
        """Return a time-stamp with its authority's chain where its word may be used."""
        signature, time = stamp.signature, stamp.time
        if signature is None or signature.signer is None or time is None:
            return stamp
        if self.fetched and has_gap(signature.chain):
            signature = replace(signature, chain=self._chain(signature, time))
        later = (self.at, *(one for one in moments if one > time))
        further = tuple(self._further(signature, later))
        return replace(stamp, signature=replace(signature, further_chains=further))

    def _further(self, facts: SignatureFacts, moments: Iterable[datetime]) -> Iterator[ChainFacts]:
        has = None if facts.chain is None else facts.chain.at
        for moment in moments:
            if moment == has:
                continue
            chain = self._chain(facts, moment) if self._left > 0 else None
            if chain is not None:
                yield chain

    def _chain(self, facts: SignatureFacts, moment: datetime) -> ChainFacts | None:
        if facts.signer is None:
            return None
        key = (facts.signer.sha256, moment)
        if key not in self._known:
            self._left -= 1
            self._known[key] = build_chain(
                facts.signer.der,
                pool=self.found.certificates,
                crls=self.found.crls,
                ocsp=self.found.ocsp,
                trust=self.trust,
                at=moment,
                now=self.now,
            )
        return self._known[key]


def _few(times: Iterable[datetime | None]) -> tuple[datetime, ...]:
    """Return the moments, each once; of too many the first ones and the last one."""
    every = sorted({one for one in times if one is not None})
    if len(every) <= MOST_MOMENTS:
        return tuple(every)
    return (*every[: MOST_MOMENTS - 1], every[-1])
