"""The door to packages: open what was given, verify all of it, find a lost document.

Strangers' files and archives are read in workers only. A file that kills its worker is judged by
that; it never stops the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.model import MchdPair, Verification, VerifyRequest
from app.crypto.opening import path_fact, size_of
from app.crypto.packages.listing import MOST, files_behind, is_archive
from app.crypto.packages.matching import algorithms_of, match
from app.crypto.packages.model import (
    Digested,
    DigestRequest,
    Looked,
    Member,
    Package,
    Role,
    SiftRequest,
    UnpackRequest,
)
from app.crypto.packages.private import PrivateFolders
from app.crypto.packages.renaming import with_names
from app.crypto.packages.tree import Branch, grow, order_of
from app.crypto.verdict.facts import FileFacts, FileFormat, Notice
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions, checked_of
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool

Progress = Callable[[int, int], None]
"""Files that are done, files in all."""

_BATCH = 64
_BATCH_BYTES = 256 << 20


@dataclass(frozen=True, kw_only=True)
class CheckedPackage:
    """A package with the verdict on every file, and its tree."""

    package: Package
    checked: Checked
    members: tuple[Member, ...]
    """Of whom the reports are, in their order."""
    tree: tuple[Branch, ...]
    earlier: Mapping[str, datetime] = field(default_factory=dict)
    """Files whose verdict is that of an earlier check, by `FileReport.path`, with its time."""


class Packages:
    """Opens and verifies packages of one profile. May be used from any thread."""

    def __init__(self, workers: Pool, verifying: Verifying, folder: Path) -> None:
        """Take the workers, the door of verifying, and where archives may be unpacked."""
        self._workers = workers
        self._verifying = verifying
        self._private = PrivateFolders(folder)

    def open(
        self,
        paths: Sequence[Path],
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Package:
        """Walk through folders, unpack archives, find out what each file is and whose it is.

        Raises `RoscherkError` only for the whole: ``CANCELLED``, ``DISK_FULL``. An archive that is
        refused becomes a notice, and stays a file of the package.
        """
        cancel = cancel or Cancel()
        notices: list[Notice] = []
        found: list[tuple[Path, Path]] = []
        more = False
        for path, shown in self._all(paths, notices, cancel):
            if len(found) == MOST:
                more = True
                break
            found.append((path, shown))
        looked = self._sift([path for path, _ in found], progress, cancel)
        members = tuple(
            Member(path=path, shown=shown, size=size_of(path), looked=each)
            for (path, shown), each in zip(found, looked, strict=True)
        )
        wanted = algorithms_of(members)
        digests = {
            each.path: each.digests
            for each in self.digest([one.path for one in members], wanted, None, cancel)
        }
        pairs, told = match(members, digests)
        return Package(members=members, pairs=pairs, notices=(*notices, *told), more=more)

    def verify(
        self,
        package: Package,
        options: VerifyOptions | None = None,
        *,
        jobs: int = 1,
        progress: Callable[[Path, int, int], None] | None = None,
        cancel: Cancel | None = None,
    ) -> CheckedPackage:
        """Verify every file that is signed, and tell of those that are not. Raises as `Verifying`."""
        options = options or VerifyOptions()
        checked_at = datetime.now(UTC).replace(microsecond=0)
        documents = {pair.signature: pair.document for pair in package.pairs}
        powers = _powers(package)
        order = order_of(package)
        asked = [each for each in order if each.role is not Role.MCHD and _worth_asking(each)]
        requests = self._verifying.requests(
            ((each.path, documents.get(each.path)) for each in asked),
            options,
            checked_at,
            search=False,
            mchd=powers,
        )
        requests = tuple(_without_itself(each, powers) for each in requests)
        found = self._verifying.verify_requests(
            requests, jobs=jobs, progress=progress, cancel=cancel
        )
        names = {each.path: each.shown for each in package.members if each.unpacked}
        by_path = {each.facts.path: each for each in found}
        terms = Terms(
            at=checked_at if options.at is None else options.at.astimezone(UTC),
            at_by_user=options.at is not None,
            allow_practice=options.allow_practice,
        )
        policy = load_policy(options.policy)

        def judged(member: Member) -> Verification:
            known = by_path.get(member.path)
            facts = _unsigned(member) if known is None else with_names(known.facts, names)
            if known is not None and facts is known.facts:
                return known
            engine = {} if known is None else known.engine
            return Verification(facts=facts, report=judge_file(facts, policy, terms), engine=engine)

        checked = checked_of([judged(each) for each in order], options, checked_at)
        return CheckedPackage(
            package=package, checked=checked, members=order, tree=grow(package, order)
        )

    def digest(
        self,
        paths: Sequence[Path],
        algorithms: Iterable[str],
        progress: Progress | None,
        cancel: Cancel,
    ) -> Iterator[Digested]:
        """Digest files in workers, a batch at a time; a file that cannot be read is left out."""
        names = tuple(sorted(algorithms))
        done = 0
        for batch in _batches(paths) if names else ():
            request = DigestRequest(paths=batch, algorithms=names)
            try:
                size = sum(map(size_of, batch))
                answer = self._workers.run(methods.DIGEST, request, size=size, cancel=cancel)
                yield from answer.digested
            except RoscherkError as error:
                if error.code is ErrorCode.CANCELLED:
                    raise
            done += len(batch)
            if progress is not None:
                progress(done, len(paths))

    def is_private(self, path: Path) -> bool:
        """Tell whether a file came out of an archive and lies in our own folder."""
        return self._private.holds(path)

    def close(self) -> None:
        """Remove what was unpacked."""
        self._private.close()

    # --- inner

    def _all(
        self, paths: Sequence[Path], notices: list[Notice], cancel: Cancel
    ) -> Iterator[tuple[Path, Path]]:
        """Yield each file with the name people know; archives give their files."""
        for path in files_behind(paths):
            if cancel.cancelled:
                raise RoscherkError(ErrorCode.CANCELLED)
            if not is_archive(path):
                yield path, path
                continue
            try:
                yield from self._unpack(path, notices, cancel)
            except RoscherkError as error:
                if error.code in {ErrorCode.CANCELLED, ErrorCode.DISK_FULL}:
                    raise
                notices.append(Notice(error.code, {"path": path_fact(path), **error.facts}))

    def _unpack(
        self, archive: Path, notices: list[Notice], cancel: Cancel
    ) -> Iterator[tuple[Path, Path]]:
        request = UnpackRequest(archive=archive, folder=self._private.fresh())
        # What may come out, not what lies there, sets the limits of the task.
        answer = self._workers.run(methods.UNPACK, request, size=2 << 30, cancel=cancel)
        for notice in answer.notices:
            told = {"archive": path_fact(archive), "path": path_fact(archive), **notice.facts}
            notices.append(Notice(notice.code, told))
        for each in answer.files:
            # A worker that was taken over must not lead us elsewhere.
            if each.path.is_relative_to(request.folder) and ".." not in each.path.parts:
                yield each.path, archive / each.name

    def _sift(
        self, paths: Sequence[Path], progress: Progress | None, cancel: Cancel
    ) -> list[Looked]:
        """Have workers say what each file is; a batch that fails is asked about file by file."""
        found: list[Looked] = []
        for batch in _batches(paths):
            answer = self._sift_batch(batch, cancel)
            if answer is None:
                answer = [each for path in batch for each in self._sift_alone(path, cancel)]
            found += answer
            if progress is not None:
                progress(len(found), len(paths))
        return found

    def _sift_batch(self, batch: tuple[Path, ...], cancel: Cancel) -> list[Looked] | None:
        try:
            answer = self._workers.run(
                methods.SIFT,
                SiftRequest(paths=batch),
                size=sum(map(size_of, batch)),
                cancel=cancel,
            )
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED:
                raise
            return None
        looked = list(answer.looked)
        return looked if [each.path for each in looked] == list(batch) else None

    def _sift_alone(self, path: Path, cancel: Cancel) -> list[Looked]:
        found = self._sift_batch((path,), cancel)
        # What kills its worker is verified, and judged by that.
        return found or [Looked(path=path, role=Role.SIGNED)]


def _batches(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Cut files into runs that one worker does in a moment; a large file stands alone."""
    run: list[Path] = []
    weight = 0
    for path in paths:
        size = size_of(path)
        if run and (len(run) == _BATCH or weight + size > _BATCH_BYTES):
            yield tuple(run)
            run, weight = [], 0
        run.append(path)
        weight += size
    if run:
        yield tuple(run)


def _worth_asking(member: Member) -> bool:
    """Tell whether a worker has something to say of a file: signed, or not readable."""
    return member.role in {Role.SIGNED, Role.SIGNATURE} or member.looked.error is not None


def _powers(package: Package) -> tuple[MchdPair, ...]:
    """Return the powers of attorney of a package with the files that sign them."""
    signatures = {pair.document: pair.signature for pair in package.pairs}
    return tuple(
        MchdPair(document=each.path, signature=signatures.get(each.path))
        for each in package.members
        if each.role is Role.MCHD
    )


def _without_itself(request: VerifyRequest, powers: tuple[MchdPair, ...]) -> VerifyRequest:
    """Leave out, of a signature under a power of attorney, that power: it cannot vouch for itself."""
    others = tuple(each for each in powers if each.document != request.content)
    return replace(request, mchd=others)


def _unsigned(member: Member) -> FileFacts:
    """Return the facts of a file that holds no signature, and that nothing signs."""
    formats = {".pdf": FileFormat.PDF, ".xml": FileFormat.XML}
    return FileFacts(
        path=member.shown,
        format=formats.get(member.path.suffix.lower(), FileFormat.UNKNOWN),
        size=member.size,
    )
