"""The door of the room: take a list in, show it, go back to the one before. Light: workers read.

The profile keeps the list and its index, and the pair before it. A list that is bad, older, or
signed by nobody known leaves everything as it is.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from app.crypto import methods
from app.crypto.accreditation.model import (
    AccreditedList,
    FetchListRequest,
    IndexFile,
    ListSigner,
    ReadList,
    ReadListRequest,
)
from app.crypto.accreditation.rules import load_rules
from app.crypto.network.budget import ACCREDITATION_SECONDS
from app.crypto.network.passwords import ProxyPassword
from app.crypto.network.policy import NetworkPolicy, NetworkUse
from app.crypto.opening import open_regular, path_fact, size_of
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, Fact, RoscherkError
from app.places import make_private, sync_folder, write_private
from app.processes import wire
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.shapes import read_json
from app.values import dataclass

INDEX = "current.index"
_LIST = "current.xml"
_EARLIER_INDEX = "previous.index"
_EARLIER_LIST = "previous.xml"
_SIGNERS = "signers.json"
_LARGEST_INDEX = 64 << 20
_PRINT = re.compile(r"[0-9a-f]{64}")

_TRY_NEXT = frozenset(
    {
        ErrorCode.ACCREDITED_LIST_NOT_FETCHED,
        ErrorCode.ACCREDITED_LIST_DAMAGED,
        ErrorCode.XML_UNSAFE,
        ErrorCode.FILE_EMPTY,
    }
)
"""An address gave no list; another one may."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class UsersSigner:
    """A signer of the list that the user pinned."""

    sha256: str
    subject: str
    added: datetime


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A list that was taken in."""

    kept: AccreditedList
    notices: tuple[Notice, ...]
    """Entries that were passed over, the first of them."""
    new: bool = True
    """False: it is the very list that is in use."""
    source: str = ""
    """The address it came from; empty: a file."""
    network: tuple[NetworkUse, ...] = ()


class Accreditation:
    """The list of accredited authorities of one profile. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        folder: Path,
        policy: Callable[[Sequence[str]], NetworkPolicy] = lambda _named: NetworkPolicy(),
        proxy_password: ProxyPassword | None = None,
    ) -> None:
        """Take the workers and the folder of the list; it is made when a list comes.

        ``policy`` is asked at each fetching for what the network may be asked; it is given the
        addresses that the user named.
        """
        self._workers = workers
        self._folder = folder
        self._policy = policy
        self._proxy_password = proxy_password or ProxyPassword()

    def take_in(
        self,
        path: Path,
        *,
        trust_signer: str | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Imported:
        """Import a list from a file.

        ``trust_signer``: the SHA-256 of the signer's certificate, which the user compared and
        consents to; it is kept with the profile.

        Raises ``ACCREDITED_LIST_DAMAGED``, ``ACCREDITED_LIST_SIGNATURE``,
        ``ACCREDITED_LIST_SIGNER_UNKNOWN`` (with the fingerprint), ``ACCREDITED_LIST_OLDER``,
        ``FILE_CHANGED``, ``TARGET_UNWRITABLE``, and the errors of reading files and XML.
        """
        found = self._workers.run(
            methods.ACCREDITED_LIST_READ,
            ReadListRequest(path=path),
            # Two readings and a digest of all of it: as much time as for ten times the size.
            size=10 * size_of(path),
            progress=progress,
            cancel=cancel,
        )
        facts = {"path": path_fact(path)}
        if found.signer is None:
            reason = found.signature_problem or "absent"
            raise RoscherkError(ErrorCode.ACCREDITED_LIST_SIGNATURE, **facts, reason=reason)
        self._demand_newer(found, facts["path"])
        present = self._in_use()
        if present is not None and present.sha256 == found.sha256 and self.list_files():
            # Kept once more it would push out the list to which one can go back.
            return Imported(kept=present, notices=found.notices, new=False)
        pinned_by = self._pinned_by(found.signer, trust_signer, facts["path"])
        head = _head(found, found.signer, pinned_by)
        try:
            self._keep(path, found, head)
            if pinned_by == "user":
                self._pin(found.signer)
        except OSError as error:
            where = str(self._folder)
            raise RoscherkError(
                ErrorCode.TARGET_UNWRITABLE, path=where, errno=error.errno or 0
            ) from error
        return Imported(kept=head, notices=found.notices)

    def fetch(
        self,
        url: str | None = None,
        *,
        trust_signer: str | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Imported:
        """Fetch the list and take it in as a file is taken in.

        ``url``: an address that the user named; None: the known ones are asked in turn until one
        gives a list. After a consent to the signer the same answer serves again for a while.

        Raises ``NETWORK_OFFLINE``, ``ACCREDITED_LIST_NOT_FETCHED`` (url, reason, asked), and those
        of `take_in`, with the address as path.
        """
        urls = tuple(one.url for one in load_rules().addresses) if url is None else (url,)
        policy = self._policy(() if url is None else urls)
        if not policy.online:
            raise RoscherkError(ErrorCode.NETWORK_OFFLINE, url=urls[0])
        failures: list[RoscherkError] = []
        uses: list[NetworkUse] = []
        with tempfile.TemporaryDirectory(prefix="roscherk-") as name:
            target = Path(name) / "list.xml"
            for each in urls:
                request = FetchListRequest(
                    url=each, target=target, network=policy, fresh=trust_signer is None
                )
                try:
                    uses += self._fetch_one(request, len(urls), progress, cancel)
                    taken = self.take_in(target, trust_signer=trust_signer, cancel=cancel)
                except RoscherkError as error:
                    told = error.with_facts(path=each) if "path" in error.facts else error
                    if error.code not in _TRY_NEXT:
                        raise told from error
                    failures.append(told)
                else:
                    return replace(taken, source=each, network=tuple(uses))
        raise failures[0]

    def _fetch_one(
        self,
        request: FetchListRequest,
        asked: int,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> tuple[NetworkUse, ...]:
        found = self._workers.run(
            methods.ACCREDITED_LIST_FETCH,
            request,
            waiting=ACCREDITATION_SECONDS,
            secret=self._proxy_password.current,
            progress=progress,
            cancel=cancel,
        )
        if found.failure is None:
            return found.network
        facts: dict[str, Fact] = {"url": request.url, "asked": asked}
        if found.reason is not None:
            facts["reason"] = found.reason
        raise RoscherkError(ErrorCode.ACCREDITED_LIST_NOT_FETCHED, **facts)

    def current(self) -> AccreditedList | None:
        """Return the list in use; None: none was imported.

        Raises ``ACCREDITED_LIST_DAMAGED`` if its index was changed by another hand.
        """
        return self._head_of(INDEX)

    def previous(self) -> AccreditedList | None:
        """Return the list to which `undo` leads."""
        return self._head_of(_EARLIER_INDEX)

    def undo(self) -> AccreditedList:
        """Go back to the previous list; the one in use becomes the previous one.

        Raises ``ACCREDITED_LIST_MISSING``.
        """
        head = self.previous()
        if head is None:
            raise RoscherkError(ErrorCode.ACCREDITED_LIST_MISSING)
        try:
            earlier = _read_own(self._folder / _EARLIER_INDEX)
            present = self._folder / INDEX
            if present.is_file():
                write_private(self._folder / _EARLIER_INDEX, _read_own(present))
            self._swap_lists()
            write_private(present, earlier)
        except OSError as error:
            where = str(self._folder)
            raise RoscherkError(
                ErrorCode.TARGET_UNWRITABLE, path=where, errno=error.errno or 0
            ) from error
        return head

    def users_signers(self) -> tuple[UsersSigner, ...]:
        """Return the signers that the user pinned."""
        path = self._folder / _SIGNERS
        if not path.is_file():
            return ()
        try:
            return read_json(_read_own(path), tuple[UsersSigner, ...])
        except (msgspec.MsgspecError, OSError, ValueError) as error:
            raise RoscherkError(ErrorCode.ACCREDITED_LIST_DAMAGED, path=str(path)) from error

    def list_files(self) -> tuple[Path, ...]:
        """Return the file of the list in use, for evidence and for a bundle, if there is one."""
        path = self._folder / _LIST
        return (path,) if path.is_file() else ()

    def _demand_newer(self, found: ReadList, path: str) -> None:
        """Refuse what is older than the list in use (rule RU-16)."""
        present = self._in_use()
        if present is None:
            return
        older = found.version < present.version
        if older or (found.version == present.version and found.date < present.date):
            raise RoscherkError(
                ErrorCode.ACCREDITED_LIST_OLDER,
                path=path,
                version=found.version,
                current=present.version,
            )

    def _in_use(self) -> AccreditedList | None:
        """Return the list in use; a damaged one could be neither older nor newer."""
        try:
            return self.current()
        except RoscherkError:
            return None

    def _pinned_by(self, signer: ListSigner, consent: str | None, path: str) -> str:
        if load_rules().pins(signer.sha256):
            return "program"
        if any(one.sha256 == signer.sha256 for one in self.users_signers()):
            return "user"
        if consent is not None and _normal(consent) == signer.sha256:
            return "user"
        raise RoscherkError(
            ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN,
            path=path,
            subject=signer.subject,
            issuer=signer.issuer,
            sha256=signer.sha256,
        )

    def _keep(self, source: Path, found: ReadList, head: AccreditedList) -> None:
        """Put the list and its index in place; the ones in use become the previous ones."""
        make_private(self._folder)
        arriving = self._folder / ".arriving.xml"
        try:
            if _copy(source, arriving) != found.sha256:
                raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(source))
            present = self._folder / INDEX
            if present.is_file():
                write_private(self._folder / _EARLIER_INDEX, _read_own(present))
                if (self._folder / _LIST).is_file():
                    (self._folder / _LIST).replace(self._folder / _EARLIER_LIST)
            arriving.replace(self._folder / _LIST)
        finally:
            arriving.unlink(missing_ok=True)
        write_private(present, wire.encode(IndexFile(head=head, index=found.index)))

    def _pin(self, signer: ListSigner) -> None:
        known = self.users_signers()
        if any(one.sha256 == signer.sha256 for one in known):
            return
        added = UsersSigner(
            sha256=signer.sha256,
            subject=signer.subject,
            added=datetime.now(UTC).replace(microsecond=0),
        )
        write_private(self._folder / _SIGNERS, msgspec.json.encode((*known, added)))

    def _swap_lists(self) -> None:
        present, earlier = self._folder / _LIST, self._folder / _EARLIER_LIST
        aside = self._folder / ".aside.xml"
        if present.is_file():
            present.replace(aside)
        if earlier.is_file():
            earlier.replace(present)
        if aside.is_file():
            aside.replace(earlier)
        sync_folder(self._folder)

    def _head_of(self, name: str) -> AccreditedList | None:
        path = self._folder / name
        if not path.is_file():
            return None
        try:
            return wire.decode(_read_own(path), IndexFile).head
        except (OSError, wire.WireError) as error:
            raise RoscherkError(ErrorCode.ACCREDITED_LIST_DAMAGED, path=str(path)) from error


def age_told(kept: AccreditedList, now: datetime) -> int | None:
    """Return the age of a list in days where it is worth telling (rule RU-16); else None."""
    age = now - kept.date
    return age.days if age > timedelta(days=load_rules().list.told_after_days) else None


def _head(found: ReadList, signer: ListSigner, pinned_by: str) -> AccreditedList:
    return AccreditedList(
        version=found.version,
        date=found.date,
        sha256=found.sha256,
        size=found.size,
        signer=signer,
        pinned_by=pinned_by,
        imported=datetime.now(UTC).replace(microsecond=0),
        authorities=len(found.index.authorities),
        certificates=len(found.index.listed),
        skipped=found.skipped,
    )


def _normal(fingerprint: str) -> str | None:
    digits = re.sub(r"[\s:]", "", fingerprint).lower()
    return digits if _PRINT.fullmatch(digits) else None


def _copy(source: Path, target: Path) -> str:
    """Copy a file for this user alone; return the SHA-256 of what was written."""
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open_regular(source) as file, os.fdopen(descriptor, "wb") as out:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _read_own(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_INDEX)
