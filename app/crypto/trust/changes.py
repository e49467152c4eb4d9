"""Changes of the certificate stores that can be undone: each is noted before it is made.

What is taken out of a store is not deleted but moved aside, so undoing needs nothing from outside.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.crypto.trust.folders import StoreName, Stores
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, write_private
from app.tokens.small_files import read_small_file

_SUFFIX = ".json"
_ASIDE = "aside"
_LARGEST = 4 << 20
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{6}")


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """One file of a store."""

    store: StoreName
    name: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was put into the stores and taken out of them in one step."""

    name: str
    at: datetime
    reason: str
    """A code, e.g. ``install``."""
    added: tuple[StoredFile, ...] = ()
    removed: tuple[StoredFile, ...] = ()


class TrustChanges:
    """Makes and undoes changes of the stores of one profile."""

    def __init__(self, stores: Stores, folder: Path) -> None:
        """Take the stores; ``folder`` holds the notes, and what was taken out."""
        self._stores = stores
        self._folder = folder

    def apply(
        self,
        added: Iterable[tuple[StoreName, bytes]],
        removed: Iterable[tuple[StoreName, Path]] = (),
        *,
        reason: str,
    ) -> Change | None:
        """Put certificates (DER) in and take files out; return None if nothing was to be done."""
        missing = [
            (store, encoded)
            for store, encoded in added
            if not (self._stores.folder(store) / _file_name(encoded)).is_file()
        ]
        gone = [(store, path) for store, path in removed if path.is_file()]
        if not missing and not gone:
            return None
        now = datetime.now(UTC)
        change = Change(
            name=f"{now:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}",
            at=now.replace(microsecond=0),
            reason=reason,
            added=tuple(StoredFile(store=s, name=_file_name(e)) for s, e in missing),
            removed=tuple(StoredFile(store=s, name=path.name) for s, path in gone),
        )
        try:
            write_private(self._note(change.name), msgspec.json.encode(change))
            for store, encoded in missing:
                self._stores.add(store, encoded)
            for store, path in gone:
                self._move(path, self._aside(store) / path.name)
        except OSError as error:
            raise _unwritable(self._folder, error) from None
        return change

    def undo(self, name: str) -> Change:
        """Take out what a change put in, and put back what it took out.

        Raises ``CHANGE_NOT_FOUND``. A change can be undone once.
        """
        change = self._read(name)
        try:
            for each in change.removed:
                aside = self._aside(each.store) / each.name
                if aside.is_file():
                    self._move(aside, self._stores.folder(each.store) / each.name)
            for each in change.added:
                (self._stores.folder(each.store) / each.name).unlink(missing_ok=True)
            self._note(name).unlink(missing_ok=True)
            sync_folder(self._folder)
        except OSError as error:
            raise _unwritable(self._folder, error) from None
        return change

    def changes(self) -> tuple[Change, ...]:
        """List the changes that can be undone, the newest first."""
        if not self._folder.is_dir():
            return ()
        names = sorted((path.stem for path in self._folder.glob(f"*{_SUFFIX}")), reverse=True)
        found = []
        for name in names:
            try:
                found.append(self._read(name))
            except RoscherkError:
                continue
        return tuple(found)

    def _note(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _aside(self, store: StoreName) -> Path:
        return self._folder / _ASIDE / store.value

    def _read(self, name: str) -> Change:
        if not _NAME.fullmatch(name):
            raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name[:100])
        try:
            change = msgspec.json.decode(read_small_file(self._note(name), _LARGEST), type=Change)
        except (RoscherkError, msgspec.MsgspecError, ValueError, RecursionError):
            raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name) from None
        if any(Path(each.name).name != each.name for each in (*change.added, *change.removed)):
            raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name)  # leads out of the store
        return change

    @staticmethod
    def _move(old: Path, new: Path) -> None:
        make_private(new.parent)
        old.replace(new)
        sync_folder(new.parent)
        sync_folder(old.parent)


def _file_name(encoded: bytes) -> str:
    return f"{hashlib.sha256(encoded).hexdigest()}.cer"


def _unwritable(folder: Path, error: OSError) -> RoscherkError:
    return RoscherkError(ErrorCode.TARGET_UNWRITABLE, path=str(folder), errno=error.errno or 0)
