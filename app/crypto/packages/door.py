"""The door to packages: open what was given, verify all of it, find a lost document.

Strangers' files and archives are read in workers only. A file that kills its worker is judged by
that; it never stops the rest.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.model import Verification, VerifyRequest
from app.crypto.opening import open_regular, path_fact, read_error, size_of
from app.crypto.packages.checking import ARCHIVES, Check, found_beside
from app.crypto.packages.listing import MOST, files_behind, is_archive
from app.crypto.packages.matching import algorithms_of, match
from app.crypto.packages.model import (
    NO_DOCUMENT,
    Digested,
    DigestRequest,
    Looked,
    Member,
    Package,
    Pair,
    Role,
    SiftRequest,
    UnpackRequest,
)
from app.crypto.packages.private import PrivateFolders
from app.crypto.packages.remembering import Earlier, Remembered, involved, key_of, trust_print
from app.crypto.packages.searching import SearchResult, search
from app.crypto.packages.tree import Branch, grow
from app.crypto.saving import AtomicFile
from app.crypto.verdict.facts import Notice
from app.crypto.verdict.judge import path_text
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.values import dataclass

Progress = Callable[[int, int], None]
"""Files that are done, files in all."""

_BATCH = 64
_PIECE = 1 << 20
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

    @property
    def fresh(self) -> tuple[Verification, ...]:
        """The verdicts that were given now."""
        told = self.checked.verifications
        return tuple(each for each in told if each.report.path not in self.earlier)


class Packages:
    """Opens and verifies packages of one profile. May be used from any thread."""

    def __init__(self, workers: Pool, verifying: Verifying, folder: Path, memory: Path) -> None:
        """Take the workers, the door of verifying, where archives are unpacked, what is remembered.

        ``memory`` is the file of earlier verdicts.
        """
        self._remembered = Remembered(memory)
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
        given = frozenset(paths)
        notices: list[Notice] = []
        found: list[tuple[Path, Path]] = []
        more = False
        for path, shown in self._all(paths, notices, cancel):
            if len(found) == MOST:
                more = True
                break
            found.append((path, shown))
        refused = {each.facts.get("path"): each for each in notices if each.code in ARCHIVES}
        looked = [
            replace(each, error=refused.get(path_fact(each.path), each.error))
            for each in self._sift([path for path, _ in found], progress, cancel)
        ]
        members = tuple(
            Member(path=path, shown=shown, size=size_of(path), looked=each, loose=path in given)
            for (path, shown), each in zip(found, looked, strict=True)
        )
        wanted = algorithms_of(members)
        digests = {
            each.path: each.digests
            for each in self.digest([one.path for one in members], wanted, None, cancel)
        }
        pairs, told = match(members, digests)
        members = _without_opened(members, pairs)
        return Package(members=members, pairs=pairs, notices=(*notices, *told), more=more)

    def verify(
        self,
        package: Package,
        options: VerifyOptions | None = None,
        *,
        jobs: int = 1,
        progress: Callable[[Path, int, int], None] | None = None,
        cancel: Cancel | None = None,
        skip_checked: bool = False,
        only: Collection[Path] | None = None,
    ) -> CheckedPackage:
        """Verify every file that is signed, and tell of those that are not. Raises as `Verifying`.

        ``skip_checked``: where the same files were checked under the same trust, that verdict is
        taken, and `CheckedPackage.earlier` says when it was given. ``only`` these files of the
        package: the others may still belong to them.
        """
        options = options or VerifyOptions()
        check = Check(
            package=package,
            options=options,
            checked_at=datetime.now(UTC).replace(microsecond=0),
            jobs=jobs,
            progress=progress,
            cancel=cancel or Cancel(),
            only=None if only is None else frozenset(only),
        )
        requests = check.requests(self._verifying)
        keys = self._keys(requests, check) if skip_checked else {}
        earlier = self._earlier(keys)
        fresh = [each for each in requests if each.path not in earlier]
        found = check.run(self._verifying, fresh)
        if skip_checked:
            self._keep(keys, self._keys(fresh, check), found, check)
        package = self.with_documents(package, found_beside(package, found), check.cancel)
        checked, members = check.report(package, found, requests, earlier)
        shown = {each.path: each.shown for each in members}
        return CheckedPackage(
            package=package,
            checked=checked,
            members=members,
            tree=grow(package, members),
            earlier={path_text(shown[path]): each.at for path, each in earlier.items()},
        )

    def find_document(
        self,
        signature: Path,
        folders: Sequence[Path],
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> SearchResult:
        """Search folders for the document of a detached signature, by its digest."""
        cancel = cancel or Cancel()
        (looked,) = self._sift_alone(signature, cancel)
        return search(
            signature, looked.wanted, folders, self.digest, progress=progress, cancel=cancel
        )

    def with_documents(
        self, package: Package, found: Sequence[SearchResult], cancel: Cancel | None = None
    ) -> Package:
        """Return a package with documents that a search found."""
        documents = {each.signature: each.document for each in found if each.document is not None}
        known = {each.path for each in package.members}
        fresh = [each for each in dict.fromkeys(documents.values()) if each not in known]
        looked = self._sift(fresh, None, cancel or Cancel())
        added = tuple(
            Member(path=path, shown=path, size=size_of(path), looked=each)
            for path, each in zip(fresh, looked, strict=True)
        )
        pairs = tuple(
            replace(each, document=documents[each.signature], by_digest=True)
            if each.signature in documents
            else each
            for each in package.pairs
        )
        told = {path_fact(each.shown) for each in package.members if each.path in documents}
        notices = tuple(
            each
            for each in package.notices
            if each.code not in NO_DOCUMENT or each.facts.get("path") not in told
        )
        return replace(package, members=(*package.members, *added), pairs=pairs, notices=notices)

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

    def _earlier(self, keys: Mapping[Path, str]) -> Mapping[Path, Earlier]:
        """Find earlier verdicts on the same octets under the same trust."""
        known = self._remembered.find(list(keys.values())) if keys else {}
        return {path: known[key] for path, key in keys.items() if key in known}

    def _keep(
        self,
        before: Mapping[Path, str],
        after: Mapping[Path, str],
        found: Sequence[Verification],
        check: Check,
    ) -> None:
        """Remember the verdicts on what was the same before the check and after it.

        Files and trust may change meanwhile, and a verdict must not pass on to what it is not about.
        """
        same = {path: key for path, key in after.items() if before.get(path) == key}
        by_key = {same[each.facts.path]: each for each in found if each.facts.path in same}
        if by_key:
            self._remembered.keep(by_key, check.checked_at)

    def _keys(self, requests: Sequence[VerifyRequest], check: Check) -> dict[Path, str]:
        """Name the checks by all that they rest on; those for a named moment have no name."""
        if check.options.at is not None or not requests:
            return {}
        paths = dict.fromkeys(path for each in requests for path in involved(each))
        digested = self.digest(list(paths), ("sha256",), None, check.cancel)
        digests = {each.path: each.digests for each in digested}
        trust = trust_print(requests[0].trust)
        keys = ((each.path, key_of(each, digests, trust)) for each in requests)
        return {path: key for path, key in keys if key is not None}

    def copy_out(self, source: Path, target: Path) -> Path:
        """Save a file of a package under a new name, whole or not at all. Raises ``TARGET_*``."""
        with open_regular(source) as file, AtomicFile.create(target.parent) as copy:
            try:
                while piece := file.read(_PIECE):
                    copy.write(piece)
            except OSError as error:
                raise read_error(error, source) from error
            return copy.publish(target, numbers=False)

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
        """Yield each file with the name people know; archives give their files besides."""
        for path in files_behind(paths):
            if cancel.cancelled:
                raise RoscherkError(ErrorCode.CANCELLED)
            yield path, path
            if not is_archive(path):
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

    def look(self, paths: Sequence[Path], cancel: Cancel | None = None) -> list[Looked]:
        """Tell of each file what it is and whether it bears signatures; nothing is verified.

        Raises CANCELLED only: what cannot be read has its error beside it.
        """
        return self._sift(paths, None, cancel or Cancel())

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


def _without_opened(members: tuple[Member, ...], pairs: Sequence[Pair]) -> tuple[Member, ...]:
    """Leave out archives whose files are members, unless the archive itself is what was signed."""
    signed = {pair.document for pair in pairs}
    opened = {parent for each in members if each.unpacked for parent in each.shown.parents} - signed
    return tuple(each for each in members if each.unpacked or each.path not in opened)


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
