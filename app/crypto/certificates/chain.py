"""The chain of a certificate: the best way up to a root the user trusts, and where it breaks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.findings import Finding, Material, Subject
from app.crypto.certificates.ocsp_check import OcspAnswers
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.path_checks import TIME_CODES, problems_of_path
from app.crypto.certificates.path_search import Path, PathSearch
from app.crypto.certificates.revocation import RevocationCheck, Sources
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


@dataclass(frozen=True)
class ProvedChain:
    """A chain, and of each of its links the data by which its state is known."""

    chain: ChainFacts
    proofs: tuple[Material, ...]


def build_chain(
    leaf: bytes,
    *,
    pool: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
    ocsp: Iterable[bytes] = (),
    trust: LoadedTrust,
    at: datetime,
    now: datetime | None = None,
) -> ChainFacts:
    """Return the best chain of ``leaf`` at the moment ``at``, whole or broken.

    ``pool``, ``crls`` and ``ocsp`` (OCSPResponse or BasicOCSPResponse in DER) are what came with
    the signature: material for the path, never anchors. ``now``: the real time, by which answers
    from the future are known; the clock's, if none is given.
    Raises ``CERTIFICATE_DAMAGED`` if ``leaf`` itself is no certificate.
    """
    return prove_chain(leaf, pool=pool, crls=crls, ocsp=ocsp, trust=trust, at=at, now=now).chain


def prove_chain(
    leaf: bytes,
    *,
    pool: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
    ocsp: Iterable[bytes] = (),
    trust: LoadedTrust,
    at: datetime,
    now: datetime | None = None,
) -> ProvedChain:
    """Do the same, and return for each link what its state rests on."""
    start = Outline.read(leaf)
    given = CertificateIndex(outlines(list(pool)[:MAX_POOL]))
    lists = (trust.crls, RevocationLists(crls))
    builder = _Builder(trust, given, at)
    builder.look_after_revocation(lists, OcspAnswers(ocsp), now or datetime.now(UTC))
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

    def __init__(self, trust: LoadedTrust, pool: CertificateIndex, at: datetime) -> None:
        self._search = PathSearch(trust, pool, _readable)
        self._trust = trust
        self._pool = pool
        self._at = at

    def look_after_revocation(
        self, lists: tuple[RevocationLists, ...], answers: OcspAnswers, now: datetime
    ) -> None:
        """Take the data on revocation."""
        certificates = (self._trust.anchors, self._trust.intermediates, self._pool)
        sources = Sources(lists=lists, answers=answers, certificates=certificates)
        self._revocation = RevocationCheck(sources, self._at, now, self._way_up)

    def chain(self, start: Outline) -> ProvedChain:
        """Return the chain with the state of each certificate."""
        best = self._best(start)
        findings = [self._finding(best, place) for place in range(len(best.facts))]
        links = tuple(
            LinkFacts(
                certificate=facts,
                anchor=best.anchored and place == len(best.facts) - 1,
                problems=best.problems[place],
                revocation=findings[place].facts,
            )
            for place, facts in enumerate(best.facts)
        )
        broken_at, code = _break(best)
        chain = ChainFacts(
            links=links,
            anchored=best.anchored,
            broken_at=broken_at,
            break_code=code,
            at=self._at,
        )
        return ProvedChain(chain, tuple(one.used for one in findings))

    def _best(self, start: Outline) -> _Judged:
        """Return the first path without a problem, or the one with the least."""
        found = []
        for judged in self._judged(start):
            if judged.sound:
                return judged
            found.append(judged)
        return min(found, key=lambda judged: judged.rank)

    def _judged(self, start: Outline) -> Iterator[_Judged]:
        describe_outline(start)
        for same_bytes in (True, False):
            self._search.begin(same_bytes=same_bytes)
            for path in self._search.paths(start):
                facts = tuple(describe_outline(one) for one in path.certificates)
                problems = problems_of_path(
                    path.certificates, facts, self._at, anchored=path.end is None
                )
                yield _Judged(path, facts, problems)

    def _finding(self, judged: _Judged, place: int) -> Finding:
        """Ask for the state of one link; the word of an anchor is the user's."""
        if judged.anchored and place == len(judged.facts) - 1:
            return Finding(RevocationFacts(status=RevocationStatus.NOT_CHECKED))
        above = judged.path.certificates[place:]
        return self._revocation.state(Subject(above, judged.anchored))

    def _way_up(self, other: Outline) -> Subject | None:
        """Return the sound path of a certificate to a root of the user's."""
        judged = self._best(other)
        return Subject(judged.path.certificates, anchored=True) if judged.sound else None


def _readable(outline: Outline) -> bool:
    try:
        describe_outline(outline)
    except RoscherkError:
        return False
    return True


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
