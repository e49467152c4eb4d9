"""The door of the room: is there a newer version? Asked only when somebody wants to know. Light.

Nothing is downloaded but the note, nothing is sent but the request for it, and nothing is installed.
"""

import base64
import json
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.crypto import methods
from app.crypto.network.budget import DOCUMENT_SECONDS
from app.crypto.network.passwords import ProxyPassword
from app.crypto.network.policy import NetworkPolicy, NetworkUse
from app.crypto.releases.model import FetchNote, ReadNote, Release, ReleaseKey, version_of
from app.errors import ErrorCode, Fact, RoscherkError
from app.places import resource, write_private
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.settings import UPDATES_ADDRESS, UPDATES_AT_START, Settings
from app.values import dataclass

_KEYS: Final = "trust/release_keys.toml"
_BETWEEN: Final = timedelta(days=1)
_LARGEST: Final = 64 << 10
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class News:
    """What a note says, held against this program."""

    release: Release
    newer: bool
    source: str
    network: tuple[NetworkUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """The newest note that this profile has seen, and when it looked last."""

    version: str = "0.0"
    day: date = date.min
    asked: datetime = _NEVER


def load_keys() -> tuple[ReleaseKey, ...]:
    """Return the keys that this program believes; there may be none."""
    table = tomllib.loads(resource(_KEYS).read_text("utf-8"))
    return tuple(
        ReleaseKey(name=row["name"], public=base64.b64decode(row["public"], validate=True))
        for row in table.get("keys", ())
    )


class Releases:
    """Asks for notes about new versions. May be used from any thread."""

    def __init__(
        self,
        workers: Pool,
        settings: Settings,
        policy: Callable[[Sequence[str]], NetworkPolicy],
        proxy_password: ProxyPassword,
        *,
        seen: Path,
        keys: Callable[[], tuple[ReleaseKey, ...]] = load_keys,
    ) -> None:
        """Take the parts; ``seen``: the file that remembers the newest note. It goes only up."""
        self._workers = workers
        self._settings = settings
        self._policy = policy
        self._proxy_password = proxy_password
        self._seen = seen
        self._keys = keys

    @property
    def address(self) -> str:
        """Return where is asked; empty: nowhere."""
        return self._settings.get(UPDATES_ADDRESS)

    def due(self, now: datetime | None = None) -> bool:
        """Tell whether the settings want a look at this start, and the last one is a day ago."""
        wanted = self._settings.get(UPDATES_AT_START) and bool(self.address)
        since = (now or datetime.now(UTC)) - self._read_seen().asked
        # A clock that ran ahead once must not end the looking for good.
        return wanted and not timedelta(0) <= since < _BETWEEN

    def ask(self, cancel: Cancel | None = None) -> News:
        """Ask the address of the settings.

        Raises ``UPDATES_NO_ADDRESS``, ``UPDATES_NO_KEY``, ``NETWORK_OFFLINE``, ``NETWORK_REFUSED``,
        ``NETWORK_FAILED``, and as `read` does, with the address as path.
        """
        url = self.address
        if not url:
            raise RoscherkError(ErrorCode.UPDATES_NO_ADDRESS)
        keys = self._demand_keys()
        answer = self._workers.run(
            methods.RELEASE_FETCH,
            FetchNote(url=url, network=self._policy((url,)), keys=keys),
            waiting=DOCUMENT_SECONDS,
            secret=self._proxy_password.current,
            cancel=cancel,
        )
        self._note(self._read_seen(), asked=datetime.now(UTC))
        if answer.release is None:
            facts: dict[str, Fact] = {"url": url, "path": url}
            if answer.reason:
                facts["reason"] = answer.reason
            raise RoscherkError(ErrorCode(answer.failure), **facts)
        return self._judged(answer.release, url, answer.network)

    def read(self, path: Path, cancel: Cancel | None = None) -> News:
        """Read a note out of a file; the network is not asked.

        Raises ``UPDATES_NO_KEY``, ``RELEASE_NOTE_SIGNATURE``, ``RELEASE_NOTE_DAMAGED``,
        ``RELEASE_NOTE_OLDER`` (a newer one was seen before), and the errors of files.
        """
        path = path.absolute()
        request = ReadNote(path=path, keys=self._demand_keys())
        answer = self._workers.run(methods.RELEASE_READ, request, cancel=cancel)
        if answer.release is None:
            raise RoscherkError(ErrorCode.RELEASE_NOTE_DAMAGED, path=str(path))
        return self._judged(answer.release, str(path), ())

    def _demand_keys(self) -> tuple[ReleaseKey, ...]:
        keys = self._keys()
        if not keys:
            raise RoscherkError(ErrorCode.UPDATES_NO_KEY)
        return keys

    def _judged(self, release: Release, source: str, network: tuple[NetworkUse, ...]) -> News:
        """Never go down: who holds an old note back cannot hide a newer version that was seen."""
        seen = self._read_seen()
        told = version_of(release.version)
        if told < version_of(seen.version) or (
            told == version_of(seen.version) and release.date < seen.day
        ):
            raise RoscherkError(
                ErrorCode.RELEASE_NOTE_OLDER,
                path=source,
                version=release.version,
                seen=seen.version,
            )
        self._note(
            _Seen(version=release.version, day=release.date, asked=seen.asked), asked=seen.asked
        )
        return News(
            release=release,
            newer=told > version_of(__version__),
            source=source,
            network=network,
        )

    def _read_seen(self) -> _Seen:
        """Return what was seen; a file that cannot be understood is as good as none."""
        try:
            with self._seen.open("rb") as file:
                told: Any = json.loads(file.read(_LARGEST))
            version_of(told["version"])
            asked = datetime.fromisoformat(told["asked"])
            return _Seen(
                version=told["version"],
                day=date.fromisoformat(told["date"]),
                asked=asked if asked.tzinfo else asked.replace(tzinfo=UTC),
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return _Seen()

    def _note(self, seen: _Seen, *, asked: datetime) -> None:
        told = {
            "version": seen.version,
            "date": seen.day.isoformat(),
            "asked": asked.isoformat(),
        }
        try:
            write_private(self._seen, json.dumps(told).encode())
        except OSError as error:
            raise RoscherkError(
                ErrorCode.TARGET_UNWRITABLE, path=str(self._seen), errno=error.errno or 0
            ) from None
