"""One check of a package: what is asked of which file, and the report put together. Mostly pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto.model import MchdPair, Verification, VerifyRequest
from app.crypto.packages.model import Member, Package, Role
from app.crypto.packages.remembering import Earlier
from app.crypto.packages.renaming import with_names
from app.crypto.packages.searching import SearchResult
from app.crypto.packages.tree import order_of
from app.crypto.verdict.facts import FileFacts, FileFormat
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions, checked_of
from app.errors import ErrorCode
from app.processes.cancelling import Cancel
from app.values import dataclass

ARCHIVES = frozenset({ErrorCode.ARCHIVE_DAMAGED, ErrorCode.ARCHIVE_REFUSED})
"""Errors of an archive that stays closed."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What is checked, and how."""

    package: Package
    options: VerifyOptions
    checked_at: datetime
    jobs: int
    progress: Callable[[Path, int, int], None] | None
    cancel: Cancel
    only: frozenset[Path] | None = None
    """None: all files."""

    def members(self, package: Package) -> tuple[Member, ...]:
        """Return the files that get a report."""
        told = order_of(package)
        return told if self.only is None else tuple(each for each in told if each.path in self.only)

    def requests(self, verifying: Verifying) -> tuple[VerifyRequest, ...]:
        """Ask about every file that is signed or cannot be read, each with what belongs to it."""
        documents = {pair.signature: pair.document for pair in self.package.pairs}
        powers = _powers(self.package)
        asked = [each for each in self.members(self.package) if _worth_asking(each)]
        requests = verifying.requests(
            ((each.path, documents.get(each.path)) for each in asked),
            self.options,
            self.checked_at,
        )
        return tuple(
            _with_powers(each, member, powers) for each, member in zip(requests, asked, strict=True)
        )

    def run(
        self, verifying: Verifying, requests: Sequence[VerifyRequest]
    ) -> tuple[Verification, ...]:
        """Have the workers verify."""
        return verifying.verify_requests(
            requests, jobs=self.jobs, progress=self.progress, cancel=self.cancel
        )

    def report(
        self,
        package: Package,
        found: Sequence[Verification],
        requests: Sequence[VerifyRequest],
        earlier: Mapping[Path, Earlier],
    ) -> tuple[Checked, tuple[Member, ...]]:
        """Put the report together, in the order of the package, by the names people know."""
        by_path = {each.facts.path: each for each in found}
        for request in requests:
            if request.path in earlier:
                by_path[request.path] = _moved(earlier[request.path].verification, request)
        names = {each.path: each.shown for each in package.members if each.unpacked}
        members = self.members(package)
        told = [
            self._told(each, by_path.get(each.path), names, earlier.get(each.path))
            for each in members
        ]
        online = any(each.network.online for each in requests)
        return checked_of(told, self.options, self.checked_at, online=online), members

    def _told(
        self,
        member: Member,
        known: Verification | None,
        names: Mapping[Path, Path],
        earlier: Earlier | None,
    ) -> Verification:
        """Return the verdict on one file; it is judged anew where its names are others."""
        facts = _unsigned(member) if known is None else with_names(known.facts, names)
        if known is not None and facts is known.facts and earlier is None:
            return known
        at = self.checked_at if earlier is None else earlier.at
        named = self.options.at
        terms = Terms(
            at=at if named is None else named.astimezone(UTC),
            at_by_user=named is not None,
            allow_practice=self.options.allow_practice,
        )
        return Verification(
            facts=facts,
            report=judge_file(facts, load_policy(self.options.policy), terms),
            engine={} if known is None else known.engine,
        )


def found_beside(package: Package, found: Sequence[Verification]) -> tuple[SearchResult, ...]:
    """Name the documents that the workers found beside loose signatures."""
    lacking = {pair.signature for pair in package.pairs if pair.document is None}
    return tuple(
        SearchResult(signature=each.facts.path, document=each.facts.content)
        for each in found
        if each.facts.path in lacking and each.facts.content is not None
    )


def _moved(known: Verification, request: VerifyRequest) -> Verification:
    """Return an earlier verdict on the same octets with the names that they have now."""
    old = [known.facts.path, known.facts.content, *(one.path for one in known.facts.mchd)]
    powers = [pair.document for pair in request.mchd]
    new = [request.path, request.content or known.facts.content, *powers]
    names = {a: b for a, b in zip(old, new, strict=False) if a is not None and b is not None}
    return replace(known, facts=with_names(known.facts, names))


def _worth_asking(member: Member) -> bool:
    """Tell whether a worker has something to say of a file: signed, or not readable."""
    error = member.looked.error
    if member.role is Role.MCHD or (error is not None and error.code in ARCHIVES):
        return False
    return member.role is not Role.DOCUMENT or error is not None


def _powers(package: Package) -> tuple[MchdPair, ...]:
    """Return the powers of attorney of a package with the files that sign them."""
    signatures = {pair.document: pair.signature for pair in package.pairs}
    return tuple(
        MchdPair(
            document=each.path,
            # One that lies in its signature file is its own signature.
            signature=signatures.get(each.path) if each.role is Role.MCHD else each.path,
        )
        for each in package.members
        if each.is_mchd
    )


def _with_powers(
    request: VerifyRequest, member: Member, powers: tuple[MchdPair, ...]
) -> VerifyRequest:
    """Give a signature the powers at hand, but not the one that it signs: that vouches for nothing."""
    own = (request.path, request.content)
    others = tuple(each for each in powers if each.document not in own)
    return replace(request, mchd=others, search=member.loose)


def _unsigned(member: Member) -> FileFacts:
    """Return the facts of a file that holds no signature, and that nothing signs."""
    formats = {".pdf": FileFormat.PDF, ".xml": FileFormat.XML}
    return FileFacts(
        path=member.shown,
        format=formats.get(member.path.suffix.lower(), FileFormat.UNKNOWN),
        size=member.size,
        errors=() if member.looked.error is None else (member.looked.error,),
    )
