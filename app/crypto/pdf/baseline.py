"""How much evidence a PAdES signature has: B-B, B-T, B-LT, B-LTA, by what is really there.

EN 319 142-1 §6.3. A level is a matter of the document alone, not of whom the reader trusts: where
a chain ends in a root that the document brings, its evidence is complete, and it is still for the
verdict to say what that root is worth.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from itertools import islice

from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.signed import signature_failure
from app.crypto.certificates.trusted import LoadedTrust, outlines
from app.crypto.cms.levels.tokens import Material
from app.crypto.pdf.security_store import read_store
from app.crypto.verdict.facts import (
    Coverage,
    Level,
    RevocationStatus,
    SignatureFacts,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.stamps import is_sound
from app.errors import RoscherkError
from app.values import dataclass

_ROOTS = 64
"""How many certificates of a document may say that they are roots."""
_KNOWN = frozenset({RevocationStatus.GOOD, RevocationStatus.REVOKED, RevocationStatus.ON_HOLD})


@dataclass(frozen=True)
class Stamped:
    """A time-stamp that holds, and for a document time-stamp where it stands."""

    facts: TimeStampFacts
    material: Material
    revision: int = -1
    end: int = -1
    """Of what it covers; -1 for a time-stamp inside a signature."""


def stamp_of(facts: SignatureFacts, material: Material, end: int) -> Stamped | None:
    """Return the document time-stamp that these facts tell of, if it holds."""
    broken = facts.format_problems or facts.unsupported or facts.coverage is Coverage.PARTIAL
    for stamp in facts.time_stamps:
        if stamp.kind is TimeStampKind.DOCUMENT and is_sound(stamp) and not broken:
            return Stamped(stamp, material, facts.revision or 0, end)
    return None


@dataclass
class Baseline:
    """The levels of the signatures of one document."""

    reader: PdfFileReader
    documents: Sequence[Stamped]
    """Its document time-stamps, in the order of their making."""
    anchors: Sequence[bytes] = ()
    """Roots that the reader brought: they need not be in the document."""
    _stores: dict[int, Material] = field(init=False, default_factory=dict)

    def level(self, facts: SignatureFacts, own: Material, end: int) -> Level:
        """Return the level of a signature that covers the file up to ``end``.

        ``own`` is the material inside the signature and its time-stamps.
        """
        if facts.level is not Level.PADES_B_B or facts.signer is None:
            return facts.level
        later = [one for one in self.documents if one.end > end]
        inside = [one for one in facts.time_stamps if is_sound(one)]
        stamps = [*(Stamped(one, own) for one in inside), *later]
        if not stamps:
            return Level.PADES_B_B
        for cover in later:
            if self._complete(facts, own, stamps[0], self._store(cover.revision), cover):
                return Level.PADES_B_LTA
        last = int(self.reader.xrefs.total_revisions) - 1
        if self._complete(facts, own, stamps[0], self._store(last), None):
            return Level.PADES_B_LT
        return Level.PADES_B_T

    def _store(self, revision: int) -> Material:
        if revision not in self._stores:
            self._stores[revision] = read_store(self.reader.get_historical_root(revision))
        return self._stores[revision]

    def _complete(
        self,
        facts: SignatureFacts,
        own: Material,
        first: Stamped,
        store: Material,
        cover: Stamped | None,
    ) -> bool:
        """Tell whether chain and revocation of signer and time-stamp follow from the material.

        A document time-stamp that itself closes the document cannot have its own authority's
        evidence before it.
        """
        signer, time = facts.signer, first.facts.time
        if signer is None or time is None or not (store.crls or store.ocsp):
            return False
        material = store + own
        if not self.proves(signer.der, material, time):
            return False
        authority = None if first.facts.signature is None else first.facts.signature.signer
        if first is cover or authority is None:
            return authority is not None
        return self.proves(authority.der, material + first.material, time)

    def proves(self, leaf: bytes, material: Material, at: datetime) -> bool:
        """Tell whether a chain to some root and the state of each link follow from the material."""
        said = islice((one for one in outlines(material.certificates) if one.self_issued), _ROOTS)
        roots = [one.encoded for one in said if signature_failure(one, one) is None]
        try:
            chain = build_chain(
                leaf,
                pool=material.certificates,
                crls=material.crls,
                ocsp=material.ocsp,
                trust=LoadedTrust.of(anchors=[*self.anchors, *roots]),
                at=at,
            )
        except RoscherkError:
            return False
        return chain.anchored and all(
            link.anchor or link.revocation.status in _KNOWN for link in chain.links
        )
