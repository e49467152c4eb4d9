"""Keys that must not sign any more: their owner said that somebody else may have them.

One small file for each key, named by the key's print. That the file is there stops the key;
what stands in it is for people, so a damaged file stops it all the same.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, unwritable, write_private
from app.tokens.model import Container
from app.tokens.small_files import read_small_file
from app.values import dataclass

_SUFFIX = ".json"
_CLEARED = "cleared"
_LARGEST = 64 << 10
_PRINT = re.compile(r"[0-9a-f]{64}")

PrintOf = Callable[[Container], str | None]
"""Returns the print of a container's key, or None where its public key is not known."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One key that must not sign."""

    key: str
    """Its print."""
    at: datetime | None = None
    """When it was stopped, UTC; None: the note about it cannot be read."""
    label: str = ""
    reason: str = ""
    """The user's own words."""


class StoppedKeys:
    """The stopped keys of one profile. May be used from any thread."""

    def __init__(self, folder: Path, print_of: PrintOf) -> None:
        """Take the folder, which need not exist."""
        self._folder = folder
        self._print_of = print_of

    def stop(self, container: Container, reason: str = "") -> Stop:
        """Stop a key; a second time changes nothing. Raises ``KEY_NOT_SHOWN``."""
        key = self._demand_print(container)
        found = self._read(key)
        if found is not None:
            return found
        stop = Stop(
            key=key,
            at=datetime.now(UTC).replace(microsecond=0),
            label=container.label,
            reason=reason,
        )
        told = {
            "at": stop.at.isoformat() if stop.at else "",
            "label": stop.label,
            "reason": stop.reason,
            "uri": container.uri,
        }
        self._write(self._file(key), json.dumps(told).encode())
        return stop

    def resume(self, container: Container) -> None:
        """Let a key sign again; the note about it is kept aside. Raises ``KEY_NOT_STOPPED``."""
        file = self._file(self._demand_print(container))
        aside = self._folder / _CLEARED
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        try:
            make_private(aside)
            file.rename(aside / f"{file.stem}-{moment}{_SUFFIX}")
            sync_folder(aside)
            sync_folder(self._folder)
        except FileNotFoundError:
            raise RoscherkError(ErrorCode.KEY_NOT_STOPPED, name=container.label) from None
        except OSError as error:
            raise unwritable(file, error) from None

    def of(self, container: Container) -> Stop | None:
        """Return what is known of the stop of a key, if it was stopped."""
        if not self._any():
            return None
        key = self._print_of(container)
        return None if key is None else self._read(key)

    def demand(self, container: Container) -> None:
        """Return if the key may sign; raise ``KEY_COMPROMISED``."""
        stop = self.of(container)
        if stop is None:
            return
        facts = {} if stop.at is None else {"at": stop.at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        raise RoscherkError(ErrorCode.KEY_COMPROMISED, name=container.label, **facts)

    def _any(self) -> bool:
        """Tell whether any key was ever stopped, so that none has to be named for nothing."""
        try:
            return any(_PRINT.fullmatch(path.stem) for path in self._folder.iterdir())
        except FileNotFoundError:
            return False
        except OSError:
            # What cannot be looked into must not let a stopped key sign.
            raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=str(self._folder)) from None

    def _demand_print(self, container: Container) -> str:
        key = self._print_of(container)
        if key is None:
            raise RoscherkError(ErrorCode.KEY_NOT_SHOWN, name=container.label, uri=container.uri)
        return key

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _read(self, key: str) -> Stop | None:
        try:
            told = json.loads(read_small_file(self._file(key), _LARGEST))
            return Stop(
                key=key,
                at=datetime.fromisoformat(told["at"]),
                label=str(told["label"]),
                reason=str(told["reason"]),
            )
        except RoscherkError as error:
            return None if error.code is ErrorCode.FILE_NOT_FOUND else Stop(key=key)
        except (ValueError, KeyError, TypeError, RecursionError):
            return Stop(key=key)

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        try:
            write_private(path, data)
        except OSError as error:
            raise unwritable(path, error) from None
