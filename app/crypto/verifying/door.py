"""The one door for judging signatures. It never fails because of a file: every input gets a report.

Files are read in workers only. A file that crashes its worker or exceeds its limits is judged by
that (rule V-07).
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from app import __version__
from app.crypto import methods
from app.crypto.model import (
    MchdPair,
    TrustMaterial,
    Verification,
    VerifyManyRequest,
    VerifyRequest,
)
from app.crypto.network.budget import CRL_SECONDS, DOCUMENT_SECONDS
from app.crypto.network.passwords import ProxyPassword
from app.crypto.network.policy import NetworkPolicy
from app.crypto.opening import open_regular, path_fact
from app.crypto.verdict.facts import FileFacts, FileFormat, Notice
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Report
from app.crypto.verifying.batches import batches
from app.crypto.verifying.folder import bytes_to_search
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.values import dataclass

Progress = Callable[[int, int], None]

TRUST_ROLE = "trust"
"""Fact of an error in what the user named as trusted: the check cannot be made at all."""

_PATIENT_FILES = 4
_PDF_HEAD = b"%PDF-"
_PDF_WITHIN = 1024


@dataclass(frozen=True, kw_only=True)
class VerifyOptions:
    """What holds for all files of one check."""

    content: Path | None = None
    """The original of a detached signature, if the user pointed to it."""
    anchors: tuple[Path, ...] = ()
    """Further roots, trusted for this check only: files or folders."""
    crls: tuple[Path, ...] = ()
    """Further revocation lists, for this check only."""
    at: datetime | None = None
    """The moment the user names; None: now."""
    because: str | None = None
    """Why the user knows that moment, in the user's words."""
    allow_practice: bool = False
    policy: str = "default"
    offline: bool = False
    """Ask nothing of the network, whatever the settings allow."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The report on all files, and the facts behind it, in the order of the files."""

    report: Report
    verifications: tuple[Verification, ...]
    options: VerifyOptions = VerifyOptions()
    """What was asked."""
    online: bool | None = None
    """The network might be asked; None: that is not known of an earlier check."""


class Verifying:
    """Verifies files under the trust of one profile. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        trust: Callable[[], TrustMaterial],
        network: Callable[[], NetworkPolicy] = NetworkPolicy,
        proxy_password: ProxyPassword | None = None,
    ) -> None:
        """Take the workers.

        ``trust`` and ``network`` are asked at each check for what the user trusts and allows then.
        """
        self._workers = workers
        self._trust = trust
        self._network = network
        self._proxy_password = proxy_password or ProxyPassword()

    def verify(
        self,
        paths: Sequence[Path],
        options: VerifyOptions | None = None,
        *,
        jobs: int = 1,
        progress: Callable[[Path, int, int], None] | None = None,
        cancel: Cancel | None = None,
    ) -> Checked:
        """Verify several files, ``jobs`` at a time. ``progress`` may be called in other threads.

        Small files go to a worker several at once. If that fails for whatever reason, each of them
        is asked about alone: what one does to a worker never falls on the others.

        Raises `RoscherkError` only for the request itself: ``CANCELLED``, ``USAGE``, trust unread.
        """
        options = options or VerifyOptions()
        checked_at = datetime.now(UTC).replace(microsecond=0)
        requests = self.requests([(path, options.content) for path in paths], options, checked_at)
        verifications = self.verify_requests(requests, jobs=jobs, progress=progress, cancel=cancel)
        online = any(each.network.online for each in requests)
        return checked_of(verifications, options, checked_at, online=online)

    def requests(
        self,
        files: Iterable[tuple[Path, Path | None]],
        options: VerifyOptions,
        checked_at: datetime,
        *,
        search: bool = True,
        mchd: tuple[MchdPair, ...] = (),
    ) -> tuple[VerifyRequest, ...]:
        """Put what is asked of files, each with its document if that is known, into requests.

        ``search``: whether the worker looks around for what belongs to them; if not, ``mchd`` are
        the powers of attorney at hand. Raises if the trust cannot be read.
        """
        trust = self._trust_of(options)
        network = self._network()
        if options.offline:
            network = replace(network, online=False)
        network = replace(network, kept_serves=True)
        return tuple(
            replace(
                _request(path, options, trust, checked_at),
                network=network,
                content=content,
                search=search,
                mchd=mchd,
            )
            for path, content in files
        )

    def verify_requests(
        self,
        requests: Sequence[VerifyRequest],
        *,
        jobs: int = 1,
        progress: Callable[[Path, int, int], None] | None = None,
        cancel: Cancel | None = None,
    ) -> tuple[Verification, ...]:
        """Verify as requested, in the order of the requests; see `verify`."""

        def verify(batch: tuple[VerifyRequest, ...]) -> tuple[Verification, ...]:
            found = self._ask_many(batch, cancel) if len(batch) > 1 else None
            if found is not None:
                if progress is not None:
                    progress(batch[-1].path, 1, 1)
                return found
            return tuple(
                self.verify_one(
                    each,
                    progress=None if progress is None else _about(progress, each.path),
                    cancel=cancel,
                )
                for each in batch
            )

        cut = batches(requests, jobs)
        if jobs > 1 and len(requests) > 1:
            with ThreadPoolExecutor(jobs) as threads:
                parts = tuple(threads.map(verify, cut))
        else:
            parts = tuple(map(verify, cut))
        return tuple(chain.from_iterable(parts))

    def verify_one(
        self,
        request: VerifyRequest,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Verification:
        """Verify one file as requested."""
        policy = load_policy(request.policy)
        try:
            return self._ask(request, progress, cancel)
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED or error.facts.get("role") == TRUST_ROLE:
                raise
            facts = FileFacts(
                path=request.path,
                format=FileFormat.UNKNOWN,
                errors=(Notice(error.code, {"path": path_fact(request.path), **error.facts}),),
            )
        terms = Terms(
            at=request.at, at_by_user=request.at_by_user, allow_practice=request.allow_practice
        )
        return Verification(facts=facts, report=judge_file(facts, policy, terms))

    def _ask(
        self, request: VerifyRequest, progress: Progress | None, cancel: Cancel | None
    ) -> Verification:
        """Ask a worker; once more if it died, since somebody else may have killed it."""
        size, pdf = _weigh(request)

        def ask() -> Verification:
            return self._workers.run(
                methods.VERIFY,
                request,
                size=size,
                pdf=pdf,
                waiting=_longest_wait((request,)),
                secret=self._proxy_password.current,
                progress=progress,
                cancel=cancel,
            )

        try:
            return ask()
        except RoscherkError as error:
            if error.code is not ErrorCode.CHILD_CRASHED:
                raise
            return ask()

    def _ask_many(
        self, requests: Sequence[VerifyRequest], cancel: Cancel | None
    ) -> tuple[Verification, ...] | None:
        """Ask a worker about several small files; None if it could not answer for all of them."""
        size = sum(_weigh(each)[0] for each in requests)
        try:
            answer = self._workers.run(
                methods.VERIFY_MANY,
                VerifyManyRequest(requests=tuple(requests)),
                size=size,
                waiting=_longest_wait(requests),
                secret=self._proxy_password.current,
                cancel=cancel,
            )
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED or error.facts.get("role") == TRUST_ROLE:
                raise
            return None
        found = answer.verifications
        asked = [each.path for each in requests]
        return found if [each.facts.path for each in found] == asked else None

    def _trust_of(self, options: VerifyOptions) -> TrustMaterial:
        trust = self._trust()
        return replace(
            trust, anchors=trust.anchors + options.anchors, crls=trust.crls + options.crls
        )


def checked_of(
    verifications: Sequence[Verification],
    options: VerifyOptions,
    checked_at: datetime,
    *,
    online: bool | None = None,
) -> Checked:
    """Put the report on several files together."""
    report = Report(
        checked_at=checked_at,
        control_time=_control_time(options, checked_at),
        engine=_engine(verifications),
        files=tuple(each.report for each in verifications),
    )
    return Checked(
        report=report, verifications=tuple(verifications), options=options, online=online
    )


def _longest_wait(requests: Sequence[VerifyRequest]) -> float:
    """Return the seconds that these files may wait for servers.

    A server out of reach is left alone by the next file, so a batch does not wait file by file.
    """
    online = sum(each.network.online for each in requests)
    return min(online, _PATIENT_FILES) * (DOCUMENT_SECONDS + CRL_SECONDS)


def _control_time(options: VerifyOptions, checked_at: datetime) -> datetime:
    return checked_at if options.at is None else options.at.astimezone(UTC)


def _request(
    path: Path, options: VerifyOptions, trust: TrustMaterial, checked_at: datetime
) -> VerifyRequest:
    return VerifyRequest(
        path=path,
        content=options.content,
        trust=trust,
        at=_control_time(options, checked_at),
        at_by_user=options.at is not None,
        now=checked_at,
        allow_practice=options.allow_practice,
        policy=options.policy,
    )


def _about(progress: Callable[[Path, int, int], None], path: Path) -> Progress:
    def tell(done: int, total: int) -> None:
        progress(path, done, total)

    return tell


def _engine(verifications: Sequence[Verification]) -> dict[str, str]:
    """Name all that took part, with its version."""
    found = {"roscherk": __version__}
    for verification in verifications:
        found.update(verification.engine)
    return found


def _weigh(request: VerifyRequest) -> tuple[int, bool]:
    """Tell how much a worker will have to read, and whether it is a PDF: that sets its limits."""
    size, pdf = _glance(request.path)
    if pdf:
        return size, True
    if request.content is not None:
        return size + _glance(request.content)[0], False
    return size + bytes_to_search(request.path.parent), False


def _glance(path: Path) -> tuple[int, bool]:
    """Return a regular file's size and whether it looks like a PDF; 0 for anything else."""
    try:
        with open_regular(path) as file:
            return os.fstat(file.fileno()).st_size, _PDF_HEAD in file.read(_PDF_WITHIN)
    except (OSError, RoscherkError):
        return 0, False
