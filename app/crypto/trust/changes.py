"""Changes of the certificate stores: each is noted before it is made, kept for good, and can be undone.

What is taken out of a store is not deleted but moved aside, so undoing needs nothing from outside.
The notes are the record of who trusted what and when. What *is* trusted is told by the DER files of
the stores alone: a lost or damaged note loses no certificate.
"""

import errno
import getpass
import hashlib
import os
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.crypto.trust.folders import StoreName, Stores, file_name
from app.crypto.trust.locking import alone
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, write_private
from app.shapes import read_json
from app.tokens.small_files import read_small_file
from app.values import dataclass

_SUFFIX = ".json"
_UNDONE = ".undone"
_ASIDE = "aside"
_LARGEST = 4 << 20
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{6}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """One file of a store."""

    store: StoreName
    name: str
    title: str = ""
    """Whose certificate it is, in a word: the record is read when the file may be gone."""

    @property
    def sha256(self) -> str:
        """The fingerprint of what the file holds, in hex: files are named by it."""
        return Path(self.name).stem


@dataclass(frozen=True, kw_only=True)
class Undone:
    """When a change was taken back, and by whom."""

    at: datetime
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was put into the stores and taken out of them in one step."""

    name: str
    at: datetime
    reason: str
    """The act, as a code: ``install``, ``trust``, ``add``, ``remove``, ``missing``, ``bundle``, ``lists``."""
    added: tuple[StoredFile, ...] = ()
    removed: tuple[StoredFile, ...] = ()
    by: str = ""
    """The name by which the operating system knows the user."""
    source: str = ""
    """The file or the address from which it came."""
    undone: Undone | None = None

    @property
    def files(self) -> frozenset[tuple[StoreName, str]]:
        """What it touched."""
        return frozenset((each.store, each.name) for each in (*self.added, *self.removed))


@dataclass(frozen=True, kw_only=True)
class History:
    """The whole record, the newest change first."""

    changes: tuple[Change, ...]
    damaged: int = 0
    """Notes that cannot be read. The stores do not depend on them."""


class TrustChanges:
    """Makes and undoes changes of the stores of one profile. May be used from any thread."""

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
        source: str = "",
        titles: Mapping[str, str] | None = None,
    ) -> Change | None:
        """Put certificates and lists (DER) in and take files out; None if nothing was to be done.

        ``titles``: names of what goes in or out by its fingerprint (lower-case hex). All of it is
        done or nothing. Raises ``DISK_FULL``, ``TARGET_UNWRITABLE``, ``TRUST_BUSY``.
        """
        wanted = [(store, encoded) for store, encoded in added]
        out = [(store, path) for store, path in removed]
        named = titles or {}
        try:
            with alone(self._folder):
                return self._apply(
                    wanted,
                    out,
                    Change(
                        name="", at=datetime.now(UTC), reason=reason, by=user_name(), source=source
                    ),
                    named,
                )
        except OSError as error:
            raise _unwritable(self._folder, error) from None

    def _apply(
        self,
        added: list[tuple[StoreName, bytes]],
        removed: list[tuple[StoreName, Path]],
        draft: Change,
        titles: Mapping[str, str],
    ) -> Change | None:
        missing = {
            (store, file_name(store, encoded)): encoded
            for store, encoded in added
            if not (self._stores.folder(store) / file_name(store, encoded)).is_file()
        }
        gone = [(store, path) for store, path in removed if path.is_file()]
        if not missing and not gone:
            return None

        def stored(store: StoreName, name: str) -> StoredFile:
            return StoredFile(store=store, name=name, title=titles.get(Path(name).stem, ""))

        change = replace(
            draft,
            name=f"{draft.at:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}",
            at=draft.at.replace(microsecond=0),
            added=tuple(stored(*key) for key in missing),
            removed=tuple(stored(store, path.name) for store, path in gone),
        )
        write_private(self._note(change.name), msgspec.json.encode(change))
        try:
            for (store, _name), encoded in missing.items():
                self._stores.add(store, encoded)
            for store, path in gone:
                self._move(path, self._aside(store) / path.name)
        except OSError:
            self._put_back(change)
            self._note(change.name).unlink(missing_ok=True)
            raise
        return change

    def undo(self, name: str | None = None) -> Change:
        """Take out what a change put in, and put back what it took out; the newest, if none is named.

        What later changes touched too is undone after them: in order nothing can be lost. Raises
        ``CHANGE_NOT_FOUND`` (also for one that was undone), ``CHANGE_LATER``.
        """
        try:
            with alone(self._folder):
                change = self._living(name)
                self._put_back(change)
                undone = Undone(at=datetime.now(UTC).replace(microsecond=0), by=user_name())
                write_private(self._mark(change.name), msgspec.json.encode(undone))
                return replace(change, undone=undone)
        except OSError as error:
            raise _unwritable(self._folder, error) from None

    def _living(self, name: str | None) -> Change:
        """Return a change that can be undone now."""
        living = self.changes()
        if name is None:
            if not living:
                raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND)
            return living[0]
        for place, change in enumerate(living):
            if change.name == name:
                for later in living[:place]:
                    if later.files & change.files:
                        raise RoscherkError(ErrorCode.CHANGE_LATER, name=name, later=later.name)
                return change
        raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name[:100])

    def _put_back(self, change: Change) -> None:
        """Bring the stores to where they were. What is there already is left: it may be repeated."""
        for each in change.removed:
            aside = self._aside(each.store) / each.name
            if aside.is_file():
                self._move(aside, self._stores.folder(each.store) / each.name)
        for each in change.added:
            path = self._stores.folder(each.store) / each.name
            if path.is_file():
                self._move(path, self._aside(each.store) / each.name)

    def changes(self) -> tuple[Change, ...]:
        """List the changes that can be undone, the newest first."""
        return tuple(each for each in self.history().changes if each.undone is None)

    def history(self) -> History:
        """Read the whole record."""
        if not self._folder.is_dir():
            return History(changes=())
        names = [path.stem for path in self._folder.glob(f"*{_SUFFIX}")]
        found, damaged = [], 0
        for name in sorted((each for each in names if not each.endswith(_UNDONE)), reverse=True):
            try:
                found.append(self._read(name))
            except RoscherkError:
                damaged += 1
        return History(changes=tuple(found), damaged=damaged)

    def _note(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _mark(self, name: str) -> Path:
        return self._folder / f"{name}{_UNDONE}{_SUFFIX}"

    def _aside(self, store: StoreName) -> Path:
        return self._folder / _ASIDE / store.value

    def _read(self, name: str) -> Change:
        if not _NAME.fullmatch(name):
            raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name[:100])
        try:
            change = read_json(read_small_file(self._note(name), _LARGEST), Change)
        except (RoscherkError, msgspec.MsgspecError, ValueError, RecursionError):
            raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name) from None
        if any(Path(each.name).name != each.name for each in (*change.added, *change.removed)):
            raise RoscherkError(ErrorCode.CHANGE_NOT_FOUND, name=name)  # leads out of the store
        return replace(change, name=name, undone=self._read_mark(name))

    def _read_mark(self, name: str) -> Undone | None:
        """Tell whether it was undone: a mark that cannot be read is one all the same."""
        path = self._mark(name)
        if not path.exists():
            return None
        try:
            return read_json(read_small_file(path, _LARGEST), Undone)
        except (RoscherkError, msgspec.MsgspecError, ValueError, RecursionError):
            return Undone(at=datetime.fromtimestamp(path.stat().st_mtime, UTC))

    @staticmethod
    def _move(old: Path, new: Path) -> None:
        make_private(new.parent)
        old.replace(new)
        sync_folder(new.parent)
        sync_folder(old.parent)


def user_name() -> str:
    """Return the name by which the operating system knows the user; empty where it has none."""
    try:
        if sys.platform == "win32":
            return getpass.getuser()
        import pwd  # noqa: PLC0415 - exists there only

        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, ImportError, OSError):
        return ""


def sha256_of(encoded: bytes) -> str:
    """Return the fingerprint by which the stores know a certificate or a list."""
    return hashlib.sha256(encoded).hexdigest()


def _unwritable(folder: Path, error: OSError) -> RoscherkError:
    if error.errno in _FULL:
        return RoscherkError(ErrorCode.DISK_FULL, path=str(folder))
    return RoscherkError(ErrorCode.TARGET_UNWRITABLE, path=str(folder), errno=error.errno or 0)
