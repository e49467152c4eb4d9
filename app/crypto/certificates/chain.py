"""The chain of a certificate: the best way up to a root the user trusts, and where it breaks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.crypto.certificates import revocation
from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.path_checks import TIME_CODES, problems_of_path
from app.crypto.certificates.path_search import Path, PathSearch
from app.crypto.certificates.revocation import CrlSigner
from app.crypto.certificates.revocation_lists import RevocationLists
from app.crypto.certificates.trusted import CertificateIndex, LoadedTrust, outlines
from app.crypto.verdict.facts import (
    CertificateFacts,
    ChainFacts,
    LinkFacts,
    Notice,
    RevocationFacts,
    RevocationStatus,
)
from app.errors import RoscherkError

MAX_POOL = 1000
"""How many certificates out of one signature are looked at."""


def build_chain(
    leaf: bytes,
    *,
    pool: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
    trust: LoadedTrust,
    at: datetime,
) -> ChainFacts:
    """Return the best chain of ``leaf`` at the moment ``at``, whole or broken.

    ``pool`` and ``crls`` are what came with the signature: material for the path, never anchors.
    Raises ``CERTIFICATE_DAMAGED`` if ``leaf`` itself is no certificate.
    """
    start = Outline.read(leaf)
    given = CertificateIndex(outlines(list(pool)[:MAX_POOL]))
    builder = _Builder(trust, given, (trust.crls, RevocationLists(crls)), at)
    return builder.chain(start)


@dataclass(frozen=True)
class _Judged:
    """A path with its facts and problems."""

    path: Path
    facts: tuple[CertificateFacts, ...]
    problems: tuple[tuple[Notice, ...], ...]

    @property
    def anchored(self) -> bool:
        return self.path.end is None

    @property
    def rank(self) -> tuple[bool, int, int, bool, int]:
        """Order: the less, the better."""
        codes = [notice.code for problems in self.problems for notice in problems]
        grave = [code for code in codes if code not in TIME_CODES]
        # Of ways that end nowhere, the one that reaches a root tells the most.
        return (
            not self.anchored,
            len(grave),
            len(codes) - len(grave),
            self.path.end not in {None, "root_not_trusted"},
            -len(self.facts) if not self.anchored else len(self.facts),
        )

    @property
    def sound(self) -> bool:
        return self.anchored and not any(self.problems)


class _Builder:
    """One build: what is known, and what was found out already."""

    def __init__(
        self,
        trust: LoadedTrust,
        pool: CertificateIndex,
        crls: tuple[RevocationLists, ...],
        at: datetime,
    ) -> None:
        self._search = PathSearch(trust, pool, self._readable)
        self._trust = trust
        self._pool = pool
        self._crls = crls
        self._at = at
        self._facts: dict[bytes, CertificateFacts] = {}

    def chain(self, start: Outline) -> ChainFacts:
        """Return the chain with the state of each certificate."""
        best = self._best(start)
        links = tuple(
            LinkFacts(
                certificate=facts,
                anchor=best.anchored and place == len(best.facts) - 1,
                problems=problems,
                revocation=self._revocation(best, place),
            )
            for place, (facts, problems) in enumerate(zip(best.facts, best.problems, strict=True))
        )
        broken_at, code = _break(best)
        return ChainFacts(
            links=links,
            anchored=best.anchored,
            broken_at=broken_at,
            break_code=code,
            at=self._at,
        )

    def _best(self, start: Outline) -> _Judged:
        """Return the first path without a problem, or the one with the least."""
        found = []
        for judged in self._judged(start):
            if judged.sound:
                return judged
            found.append(judged)
        return min(found, key=lambda judged: judged.rank)

    def _judged(self, start: Outline) -> Iterator[_Judged]:
        self._describe(start)
        for same_bytes in (True, False):
            self._search.begin(same_bytes=same_bytes)
            for path in self._search.paths(start):
                facts = tuple(self._describe(one) for one in path.certificates)
                problems = problems_of_path(
                    path.certificates, facts, self._at, anchored=path.end is None
                )
                yield _Judged(path, facts, problems)

    def _readable(self, outline: Outline) -> bool:
        try:
            self._describe(outline)
        except RoscherkError:
            return False
        return True

    def _describe(self, outline: Outline) -> CertificateFacts:
        if outline.digest not in self._facts:
            self._facts[outline.digest] = describe_outline(outline)
        return self._facts[outline.digest]

    def _revocation(self, judged: _Judged, place: int) -> RevocationFacts:
        """Ask the lists about one link; the word of an anchor is the user's."""
        certificates = judged.path.certificates
        if judged.anchored and place == len(certificates) - 1:
            return LinkFacts(certificate=judged.facts[place]).revocation
        return revocation.check(
            judged.facts[place],
            certificates[place],
            self._crl_signers(judged, place),
            self._crls,
            self._at,
        )

    def _crl_signers(self, judged: _Judged, place: int) -> Iterator[CrlSigner]:
        """Yield who may have signed the lists of a link's issuer.

        First the issuer as it stands in the path; then others of the same name that have a sound
        path of their own: an authority may keep a key for its lists alone (rule X-09).
        """
        child = judged.path.certificates[place]
        above = judged.path.certificates[place + 1 : place + 2]
        for issuer in above:
            yield CrlSigner(issuer, self._describe(issuer).key_usage)
        if not judged.anchored:
            return
        for index in (self._trust.anchors, self._trust.intermediates, self._pool):
            for other in index.named(child.issuer_key):
                if other not in above and self._readable(other) and self._may_vouch(other):
                    yield CrlSigner(other, self._describe(other).key_usage)

    def _may_vouch(self, other: Outline) -> bool:
        """Tell whether a certificate has a sound path and was not revoked by its issuer."""
        judged = self._best(other)
        if not judged.sound:
            return False
        issuers = [CrlSigner(*pair) for pair in _with_usage(judged)[1:2]]
        state = revocation.check(judged.facts[0], other, issuers, self._crls, self._at)
        return state.status not in {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}


def _with_usage(judged: _Judged) -> list[tuple[Outline, tuple[str, ...] | None]]:
    usages = [facts.key_usage for facts in judged.facts]
    return list(zip(judged.path.certificates, usages, strict=True))


def _break(judged: _Judged) -> tuple[int | None, str | None]:
    """Say at which link the chain breaks, and why; the gravest reason counts."""
    if judged.path.end is not None:
        return len(judged.facts) - 1, judged.path.end
    for of_time in (False, True):
        for place, problems in enumerate(judged.problems):
            for notice in problems:
                if (notice.code in TIME_CODES) is of_time:
                    return place, notice.code
    return None, None
