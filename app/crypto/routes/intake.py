"""What was given, looked through: whose route each file belongs to, its verdict. Nothing is changed.

Strangers' files and archives are read in workers only, as for a verification.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.model import MchdPair, Verification, VerifyRequest
from app.crypto.opening import looks_like_pdf, open_regular, path_fact, size_of
from app.crypto.packages.door import Packages
from app.crypto.packages.matching import algorithms_of
from app.crypto.packages.model import Member, Package, Role, Wanted
from app.crypto.routes.model import (
    Arrival,
    Came,
    DocumentState,
    Marks,
    MarksRequest,
    Origin,
    Route,
)
from app.crypto.routes.sorting import Judged
from app.crypto.verdict.facts import Notice
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.values import dataclass

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A route that files may belong to, with how it stands with its document."""

    route: Route
    state: DocumentState


@dataclass(frozen=True, kw_only=True)
class LookedThrough:
    """What was found: files with verdicts, each with the key of its route, and all the rest."""

    judged: tuple[tuple[str, Judged], ...] = ()
    others: tuple[Arrival, ...] = ()
    notices: tuple[Notice, ...] = ()
    """Of archives that were refused."""


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    member: Member
    target: Target
    marks: Marks | None = None
    pdf: bool = False

    @property
    def content(self) -> Path | None:
        """The document, where it is not inside."""
        return self.target.route.document if self.member.role is Role.SIGNATURE else None


class Intake:
    """Looks through what was given, for some routes."""

    def __init__(
        self,
        workers: Pool,
        packages: Packages,
        verifying: Verifying,
        targets: Sequence[Target],
        *,
        offline: bool = False,
        cancel: Cancel | None = None,
    ) -> None:
        """``targets``: where a file could go to several of them, the first one gets it."""
        self._workers = workers
        self._packages = packages
        self._verifying = verifying
        self._targets = tuple(targets)
        self._offline = offline
        self._cancel = cancel or Cancel()
        self._digests: dict[str, dict[str, bytes]] = {}

    def look(self, paths: Sequence[Path], progress: Progress | None = None) -> LookedThrough:
        """Look through files, folders and archives. Raises CANCELLED, DISK_FULL only."""
        package = self._packages.open(paths, cancel=self._cancel)
        self._take_digests(package)
        powers = {each.path for each in package.members if each.role is Role.MCHD}
        of_powers = {each.signature for each in package.pairs if each.document in powers}
        candidates: list[_Candidate] = []
        others: list[Arrival] = []
        for member in package.members:
            if member.path in powers or member.path in of_powers:
                continue
            found = self._place(member)
            if isinstance(found, Arrival):
                others.append(found)
            elif found.target.state is not DocumentState.SAME and found.content is not None:
                others.append(_arrival(member, Came.STALE, found.target.route))
            else:
                candidates.append(found)
        judged = self._judge(candidates, package, others, progress)
        return LookedThrough(
            judged=tuple(judged),
            others=tuple(others),
            notices=tuple(each for each in package.notices if each.code.startswith("archive_")),
        )

    def again(self, judged: Judged, key: str, parts: Iterable[Path]) -> tuple[Judged, ...]:
        """Judge the parts of a file that was taken apart, one signer each."""
        target = next(each for each in self._targets if each.route.key == key)
        candidates = []
        for path, looked in zip(parts, self._packages.look(list(parts), self._cancel), strict=True):
            member = Member(path=path, shown=judged.shown, looked=looked, loose=judged.loose)
            candidates.append(_Candidate(member=member, target=target))
        found = self._judge(candidates, Package(), [], None)
        return tuple(each for _, each in found)

    # --- whose it is

    def _take_digests(self, package: Package) -> None:
        """Know the documents by every algorithm that somebody used; most are known from the start."""
        inside = {each.looked.content for each in package.members} - {None}
        wanted = algorithms_of(package.members) | {each.algorithm for each in inside if each}
        for target in self._targets:
            known = dict(target.route.digests)
            lacking = wanted - known.keys()
            if lacking and target.state is DocumentState.SAME:
                for each in self._packages.digest(
                    [target.route.document], lacking, None, self._cancel
                ):
                    known |= each.digests
            self._digests[target.route.key] = known

    def _place(self, member: Member) -> _Candidate | Arrival:
        looked = member.looked
        if looked.error is not None:
            return _arrival(member, Came.UNREADABLE, notices=(looked.error,))
        if member.role is Role.DOCUMENT:
            return self._document(member)
        if member.role is Role.SIGNATURE:
            if not looked.wanted and self._targets:
                # It does not say what it is over: only the check itself can tell.
                return _Candidate(member=member, target=self._targets[0])
            target = self._over(looked.wanted)
        elif looked.content is not None:
            target = self._over((looked.content,))
        else:
            return self._pdf(member)
        if target is None:
            return _arrival(member, Came.FOREIGN)
        return _Candidate(member=member, target=target)

    def _over(self, wanted: Iterable[Wanted]) -> Target | None:
        signed = [(each.algorithm, each.digest) for each in wanted]
        for target in self._targets:
            known = self._digests[target.route.key]
            if any(known.get(algorithm) == digest for algorithm, digest in signed):
                return target
        return None

    def _document(self, member: Member) -> Arrival:
        for target in self._targets:
            route = target.route
            if member.size == route.size and self._sha256(member.path) == route.sha256:
                return _arrival(member, Came.DOCUMENT, route)
        return _arrival(member, Came.UNSIGNED)

    def _sha256(self, path: Path) -> str:
        found = self._packages.digest([path], ("sha256",), None, self._cancel)
        return "".join(each.digests.get("sha256", b"").hex() for each in found)

    def _pdf(self, member: Member) -> _Candidate | Arrival:
        """Find the document that a signed PDF grew out of, by its first octets."""
        try:
            with open_regular(member.path) as file:
                pdf = looks_like_pdf(file)
            if not pdf:
                return _arrival(member, Came.UNREADABLE)
            origins = [each for target in self._targets for each in _origins(target.route)]
            marks = self._marks(member.path, pdf=True, origins=tuple(dict.fromkeys(origins)))
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            return _arrival(member, Came.UNREADABLE, notices=(_notice(error),))
        grown = {each.sha256 for each in marks.growths}
        for target in self._targets:
            if target.route.sha256 in grown:
                return _Candidate(member=member, target=target, marks=marks, pdf=True)
        return _arrival(member, Came.FOREIGN)

    def _marks(self, path: Path, *, pdf: bool, origins: tuple[Origin, ...] = ()) -> Marks:
        return self._workers.run(
            methods.ROUTE_MARKS,
            MarksRequest(path=path, pdf=pdf, origins=origins),
            size=size_of(path) * (1 + len(origins)),
            pdf=pdf,
            cancel=self._cancel,
        )

    # --- its verdict

    def _judge(
        self,
        candidates: Sequence[_Candidate],
        package: Package,
        others: list[Arrival],
        progress: Progress | None,
    ) -> list[tuple[str, Judged]]:
        verified = self._verify(candidates, package, progress)
        judged = []
        for each, found in zip(candidates, verified, strict=True):
            try:
                marks = each.marks or self._marks(each.member.path, pdf=False)
                _demand_same(each.member, marks, found)
            except RoscherkError as error:
                if error.code is ErrorCode.CANCELLED:
                    raise
                route = each.target.route
                others.append(
                    _arrival(each.member, Came.UNREADABLE, route, notices=(_notice(error),))
                )
                continue
            judged.append((each.target.route.key, _judged(each, marks, found)))
        return judged

    def _verify(
        self, candidates: Sequence[_Candidate], package: Package, progress: Progress | None
    ) -> tuple[Verification, ...]:
        signatures = {pair.document: pair.signature for pair in package.pairs}
        powers = tuple(
            MchdPair(document=each.path, signature=signatures.get(each.path))
            for each in package.members
            if each.role is Role.MCHD
        )
        now = datetime.now(UTC).replace(microsecond=0)
        requests: list[VerifyRequest] = []
        for each in candidates:
            options = VerifyOptions(
                allow_practice=each.target.route.practice, offline=self._offline
            )
            requests += self._verifying.requests(
                [(each.member.path, each.content)],
                options,
                now,
                search=each.member.loose and not each.member.unpacked,
                mchd=powers,
            )
        done = 0

        def tell(_path: Path, part: int, whole: int) -> None:
            nonlocal done
            if part >= whole and progress is not None:
                done += 1
                progress(min(done, len(requests)), len(requests))

        return self._verifying.verify_requests(requests, jobs=2, progress=tell, cancel=self._cancel)


def _demand_same(member: Member, marks: Marks, found: Verification) -> None:
    """Raise FILE_CHANGED if another program wrote to the file: the verdict is on other octets."""
    if found.report.sha256 not in {None, marks.sha256}:
        raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(member.path))


def _judged(candidate: _Candidate, marks: Marks, found: Verification) -> Judged:
    route, member = candidate.target.route, candidate.member
    growth = next((one for one in marks.growths if one.sha256 == route.sha256), None)
    newest = _newest(route)
    return Judged(
        path=member.path,
        shown=member.shown,
        loose=member.loose,
        marks=marks,
        report=found.report,
        pdf=candidate.pdf,
        attached=member.role is Role.SIGNED and not candidate.pdf,
        growth=growth,
        apart=candidate.pdf
        and bool(newest)
        and not any(one.sha256 in newest for one in marks.growths),
    )


def _newest(route: Route) -> set[str]:
    """Return the PDFs of a route that no other of them continues."""
    grown = {each.grew for each in route.kept}
    return {each.sha256 for each in route.kept if each.pdf and each.name not in grown}


def _origins(route: Route) -> list[Origin]:
    kept = [Origin(sha256=each.sha256, size=each.size) for each in route.kept if each.pdf]
    return [Origin(sha256=route.sha256, size=route.size), *kept] if route.pdf else []


def _arrival(
    member: Member, came: Came, route: Route | None = None, *, notices: tuple[Notice, ...] = ()
) -> Arrival:
    return Arrival(
        came=came,
        shown=member.shown,
        route="" if route is None else route.key,
        notices=notices,
        loose=member.loose,
    )


def _notice(error: RoscherkError) -> Notice:
    return Notice(error.code, dict(error.facts))
