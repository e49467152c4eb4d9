"""The chain of a certificate: the best way up to a root the user trusts, and where it breaks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from app.crypto.certificates.fields import describe_outline
from app.crypto.certificates.findings import Finding, Material, Subject
from app.crypto.certificates.ocsp_check import OcspAnswers
from app.crypto.certificates.outline import Outline
from app.crypto.certificates.path_checks import TIME_CODES, problems_of_path
from app.crypto.certificates.path_search import Path, PathSearch
from app.crypto.certificates.policies import NO_DEMANDS, PolicyDemands
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
from app.values import dataclass

MAX_POOL = 1000
"""How many certificates out of one signature are looked at."""


MAX_LISTS = 200
"""How many lists out of one signature are looked at."""
MAX_SOUND_PATHS = 8
"""How many ways are looked at for one on which nothing is revoked or unknown."""


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
    demands: PolicyDemands = NO_DEMANDS,
) -> ChainFacts:
    """Return the best chain of ``leaf`` at the moment ``at``, whole or broken.

    ``pool``, ``crls`` and ``ocsp`` (OCSPResponse or BasicOCSPResponse in DER) are what came with
    the signature: material for the path, never anchors. ``now``: the real time, by which lists
    and answers from the future are known; the clock's or ``at``, if none is given. ``demands``: of policies.
    Raises ``CERTIFICATE_DAMAGED`` if ``leaf`` itself is no certificate.
    """
    return prove_chain(
        leaf, pool=pool, crls=crls, ocsp=ocsp, trust=trust, at=at, now=now, demands=demands
    ).chain


def prove_chain(
    leaf: bytes,
    *,
    pool: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
    ocsp: Iterable[bytes] = (),
    trust: LoadedTrust,
    at: datetime,
    now: datetime | None = None,
    demands: PolicyDemands = NO_DEMANDS,
) -> ProvedChain:
    """Do the same, and return for each link what its state rests on."""
    start = Outline.read(leaf)
    given = CertificateIndex(outlines(list(pool)[:MAX_POOL]))
    lists = (trust.crls, RevocationLists(list(crls)[:MAX_LISTS]))
    builder = _Builder(trust, given, at, demands)
    latest = now or max(at, datetime.now(UTC))
    builder.look_after_revocation(lists, OcspAnswers(ocsp), latest)
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
        self, trust: LoadedTrust, pool: CertificateIndex, at: datetime, demands: PolicyDemands
    ) -> None:
        self._search = PathSearch(trust, pool, _readable)
        self._trust = trust
        self._pool = pool
        self._at = at
        self._demands = demands

    def look_after_revocation(
        self, lists: tuple[RevocationLists, ...], answers: OcspAnswers, now: datetime
    ) -> None:
        """Take the data on revocation."""
        certificates = (self._trust.anchors, self._trust.intermediates, self._pool)
        sources = Sources(lists=lists, answers=answers, certificates=certificates)
        self._revocation = RevocationCheck(sources, self._at, now, self._way_up)

    def chain(self, start: Outline) -> ProvedChain:
        """Return the chain with the state of each certificate."""
        best, findings = self._proved(start)
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

    def _proved(self, start: Outline) -> tuple[_Judged, list[Finding]]:
        """Return the first sound path whose links are known not to be revoked; else the best.

        An authority that several others certified stays one when one of them takes it back.
        """
        found, sound = [], []
        for judged in self._judged(start):
            found.append(judged)
            if judged.sound:
                sound.append((judged, self._findings(judged)))
                if _unrevoked(sound[-1][1]):
                    return sound[-1]
                if len(sound) >= MAX_SOUND_PATHS:
                    break
        if sound:
            return sound[0]
        best = min(found, key=lambda judged: judged.rank)
        return best, self._findings(best)

    def _judged(self, start: Outline) -> Iterator[_Judged]:
        """Yield the paths, each once, with what is wrong with each."""
        describe_outline(start)
        seen = set()
        for same_bytes in (True, False):
            self._search.begin(same_bytes=same_bytes)
            for path in self._search.paths(start):
                digests = tuple(one.digest for one in path.certificates)
                if digests in seen:
                    continue
                seen.add(digests)
                facts = tuple(describe_outline(one) for one in path.certificates)
                anchored = path.end is None
                problems = problems_of_path(
                    path.certificates, facts, self._at, anchored=anchored, demands=self._demands
                )
                yield _Judged(path, facts, problems)

    def _findings(self, judged: _Judged) -> list[Finding]:
        return [self._finding(judged, place) for place in range(len(judged.facts))]

    def _finding(self, judged: _Judged, place: int) -> Finding:
        """Ask for the state of one link; the word of an anchor is the user's."""
        if judged.anchored and place == len(judged.facts) - 1:
            return Finding(RevocationFacts(status=RevocationStatus.NOT_CHECKED))
        above = judged.path.certificates[place:]
        return self._revocation.state(Subject(above, judged.anchored))

    def _way_up(self, other: Outline) -> Subject | None:
        """Return the sound path of a certificate to a root of the user's."""
        for judged in self._judged(other):
            if judged.sound:
                return Subject(judged.path.certificates, anchored=True)
        return None


def _unrevoked(findings: Sequence[Finding]) -> bool:
    return all(one.status is RevocationStatus.GOOD for one in findings[:-1])


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
