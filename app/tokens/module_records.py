"""Which modules were used before, by the SHA-256 of their files: a new or a changed one is told.

A module in a place that its vendor or p11-kit names was put there by an administrator: it is told
and loaded. One that the user alone named is loaded only after its SHA-256 was confirmed, and again
when its file is another than the one confirmed.
"""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.places import write_private
from app.tokens.model import Module
from app.tokens.module_files import digest_of
from app.values import dataclass

_LARGEST = 1 << 20
_DIGITS = 64
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModuleNews:
    """A module is about to be loaded that this profile has not seen, or not as it is now."""

    module: Module
    sha256: str
    before: str = ""
    """The SHA-256 of its file as it was; empty: the module is new."""


OnNews = Callable[[ModuleNews], None]


class ModuleRecords:
    """What one profile knows of modules. May be used from any thread."""

    def __init__(self, file: Path) -> None:
        """Take the file that holds the records; it is read when they are first needed."""
        self._file = file
        self._lock = threading.Lock()
        self._known: dict[str, str] | None = None
        self._hashes: dict[tuple[str, int, int, int], str] = {}
        self._on_news: OnNews | None = None
        self._untold: list[ModuleNews] = []

    def heed(self, on_news: OnNews) -> None:
        """Name the one who is told of new and changed modules, before they are loaded.

        What was news before is told now. Called in the thread that is about to load the module.
        """
        with self._lock:
            self._on_news = on_news
            untold, self._untold = self._untold, []
        for news in untold:
            on_news(news)

    def admit(self, module: Module) -> None:
        """Let a module be loaded: tell it if it is news, and remember it.

        Raises ``MODULE_NEW`` and ``MODULE_CHANGED`` (with ``sha256``) for a module of the user's
        own that waits for `accept`.
        """
        sha256 = self.digest(module.path)
        with self._lock:
            before = self._records().get(str(module.path), "")
            if before == sha256:
                return
            if module.added:
                code = ErrorCode.MODULE_CHANGED if before else ErrorCode.MODULE_NEW
                raise RoscherkError(code, path=str(module.path), sha256=sha256)
            self._remember(module.path, sha256)
            news = ModuleNews(module, sha256, before)
            tell = self._on_news
            if tell is None:
                self._untold.append(news)
        if tell is not None:
            tell(news)

    def accept(self, path: Path, sha256: str) -> None:
        """Remember that a person wants the module with this hash, the one that was shown.

        Raises ``MODULE_CHANGED`` if the file is another one by now, ``MODULE_NOT_FOUND``.
        """
        now = self.digest(path)
        if now != sha256.lower():
            raise RoscherkError(ErrorCode.MODULE_CHANGED, path=str(path), sha256=now)
        with self._lock:
            self._remember(path, now)

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a module's file; it is computed anew when the file has changed."""
        try:
            state = path.stat()
        except (OSError, ValueError):
            raise RoscherkError(ErrorCode.MODULE_NOT_FOUND, path=str(path)) from None
        key = (str(path), state.st_mtime_ns, state.st_size, state.st_ino)
        if key not in self._hashes:
            self._hashes[key] = digest_of(path)
        return self._hashes[key]

    def _records(self) -> dict[str, str]:
        """Return path → SHA-256; a file that cannot be read makes every module news again."""
        if self._known is None:
            self._known = {}
            try:
                with self._file.open("rb") as file:
                    data = json.loads(file.read(_LARGEST))
            except FileNotFoundError:
                data = {}
            except (OSError, ValueError, RecursionError) as error:
                _log.warning("records of modules cannot be read: %s", type(error).__name__)
                data = {}
            if isinstance(data, dict):
                self._known = {path: sha for path, sha in data.items() if _is_digest(sha)}
        return self._known

    def _remember(self, path: Path, sha256: str) -> None:
        records = self._records()
        records[str(path)] = sha256
        data = json.dumps(records, indent=1, sort_keys=True, ensure_ascii=False)
        try:
            write_private(self._file, data.encode("utf-8", "surrogateescape"))
        except OSError as error:
            # It will be news once more; that is better than no token today.
            _log.warning("records of modules cannot be written: %s", type(error).__name__)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGITS and value.isascii()
