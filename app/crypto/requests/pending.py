"""Requests that wait for their certificate, remembered in the profile.

For each key there is the request itself as it was sent (``PRINT.csr``), and a note about it
(``PRINT.json``). An entry is there as long as its request is; a note that is missing or spoilt is
made anew of the request. Practice requests are not remembered: nobody answers them.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.crypto.requests.model import RequestFacts
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, unwritable, write_private
from app.shapes import read_json
from app.tokens.key_print import key_print
from app.tokens.small_files import read_small_file
from app.values import dataclass

_REQUEST = ".csr"
_NOTE = ".json"
_LARGEST = 1 << 20
_SHORT = 12

Show = Callable[[Path], RequestFacts]
"""Describes the request in a file, in a worker."""


@dataclass(frozen=True, kw_only=True)
class PendingRequest:
    """A request whose certificate has not come yet."""

    key: str
    """The print of its key (`app.tokens.key_print`)."""
    applicant: str
    """The common name that was asked for."""
    file: str
    """Where the request was saved for the authority; empty: no longer known."""
    made: datetime
    uri: str = ""
    """The key; empty: no longer known."""

    @property
    def name(self) -> str:
        """A short name, the same at each look."""
        return self.key[:_SHORT]


class PendingRequests:
    """The pending requests of one profile. May be used from any thread."""

    def __init__(self, folder: Path, show: Show) -> None:
        """Take the folder, which need not exist."""
        self._folder = folder
        self._show = show
        self._lock = threading.Lock()

    def remember(self, facts: RequestFacts, file: Path, uri: str) -> PendingRequest:
        """Remember a request; an earlier one for the same key gives way to it."""
        entry = PendingRequest(
            key=key_print(facts.public_key),
            applicant=_applicant(facts),
            file=str(file.absolute()),
            made=datetime.now(UTC).replace(microsecond=0),
            uri=uri,
        )
        with self._lock:
            self._note(entry)
            # Last: with it the entry is there, and whole.
            self._write(self._path(entry.key, _REQUEST), facts.der)
        return entry

    def entries(self) -> tuple[PendingRequest, ...]:
        """Return all, the oldest first; what is spoilt beyond reading hides no other."""
        try:
            keys = [path.stem for path in self._folder.glob(f"*{_REQUEST}")]
        except OSError:
            keys = []
        found = [entry for key in keys if (entry := self.of_key(key)) is not None]
        return tuple(sorted(found, key=lambda entry: (entry.made, entry.key)))

    def of_key(self, key: str) -> PendingRequest | None:
        """Return the request that waits for a certificate of this key, named by its print."""
        if not key or not self._path(key, _REQUEST).is_file():
            return None
        with suppress(RoscherkError, msgspec.MsgspecError, ValueError, RecursionError):
            data = read_small_file(self._path(key, _NOTE), _LARGEST, follow=False)
            entry = read_json(data, PendingRequest)
            if entry.key == key and entry.made.tzinfo is not None:
                return entry
        return self._made_anew(key)

    def close(self, key: str) -> PendingRequest | None:
        """Forget the request of a key, whose certificate has come; return what was known of it."""
        entry = self.of_key(key)
        if entry is not None:
            self._remove(key)
        return entry

    def forget(self, name: str) -> PendingRequest:
        """Forget a request by its short name or its file; raise ``REQUEST_NOT_PENDING``."""
        file = str(Path(name).absolute())
        named = [
            each
            for each in self.entries()
            if name in {each.name, each.key} or (each.file and each.file == file)
        ]
        if len(named) != 1:
            raise RoscherkError(ErrorCode.REQUEST_NOT_PENDING, name=name)
        self._remove(named[0].key)
        return named[0]

    def _made_anew(self, key: str) -> PendingRequest | None:
        """Make the note of the request itself; None: the request is spoilt too."""
        path = self._path(key, _REQUEST)
        try:
            facts = self._show(path)
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
        except (RoscherkError, OSError, OverflowError):
            return None
        if key_print(facts.public_key) != key:
            return None
        entry = PendingRequest(key=key, applicant=_applicant(facts), file="", made=made)
        with suppress(RoscherkError), self._lock:  # it can be made once more
            self._note(entry)
        return entry

    def _note(self, entry: PendingRequest) -> None:
        self._write(self._path(entry.key, _NOTE), msgspec.json.encode(entry))

    def _remove(self, key: str) -> None:
        path = self._path(key, _REQUEST)
        try:
            with self._lock:
                path.unlink(missing_ok=True)
                self._path(key, _NOTE).unlink(missing_ok=True)
                sync_folder(self._folder)
        except OSError as error:
            raise unwritable(path, error) from None

    def _path(self, key: str, suffix: str) -> Path:
        return self._folder / f"{key}{suffix}"

    def _write(self, path: Path, data: bytes) -> None:
        try:
            make_private(self._folder)
            write_private(path, data)
        except OSError as error:
            raise unwritable(path, error) from None


def _applicant(facts: RequestFacts) -> str:
    """Name who applies; a request of other software may lack the common name."""
    return facts.subject.common_name or facts.subject.text
