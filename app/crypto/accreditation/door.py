"""The door of the room: take a list in, show it, go back to the one before. Light: workers read.

The profile keeps the list and its index, and the pair before it. A list that is bad, older, or
signed by nobody known leaves everything as it is.
"""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from app.crypto import methods
from app.crypto.accreditation.model import (
    AccreditedList,
    IndexFile,
    ListSigner,
    ReadList,
    ReadListRequest,
)
from app.crypto.accreditation.rules import load_rules
from app.crypto.opening import open_regular, path_fact, size_of
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, write_private
from app.processes import wire
from app.processes.cancelling import Cancel
from app.processes.pool import Pool

INDEX = "current.index"
_LIST = "current.xml"
_EARLIER_INDEX = "previous.index"
_EARLIER_LIST = "previous.xml"
_SIGNERS = "signers.json"
_LARGEST_INDEX = 64 << 20
_PRINT = re.compile(r"[0-9a-f]{64}")

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


class Accreditation:
    """The list of accredited authorities of one profile. May be used from any thread."""

    def __init__(self, workers: Pool, folder: Path) -> None:
        """Take the workers and the folder of the list; it is made when a list comes."""
        self._workers = workers
        self._folder = folder

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
            return msgspec.json.decode(_read_own(path), type=tuple[UsersSigner, ...])
        except (msgspec.MsgspecError, OSError, ValueError) as error:
            raise RoscherkError(ErrorCode.ACCREDITED_LIST_DAMAGED, path=str(path)) from error

    def list_files(self) -> tuple[Path, ...]:
        """Return the file of the list in use, for evidence and for a bundle, if there is one."""
        path = self._folder / _LIST
        return (path,) if path.is_file() else ()

    def _demand_newer(self, found: ReadList, path: str) -> None:
        """Refuse what is older than the list in use (rule RU-16)."""
        try:
            present = self.current()
        except RoscherkError:
            return  # nothing that could be older or newer
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
