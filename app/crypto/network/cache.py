"""Answers of the network that may serve again, as files of the user's cache folder.

One file an answer: a line of JSON, then the octets as they came. Whoever can write there could
also write to the rest of the profile; still nothing out of it is believed: what does not agree
with its own digest and address is as good as absent, and the caller checks the material itself
like any other. Nothing here ever fails a fetch: a cache that cannot be used is no cache.
"""

import contextlib
import hashlib
import io
import json
import logging
import time
from pathlib import Path
from typing import cast

from app.crypto.network.policy import Purpose
from app.crypto.opening import open_regular
from app.errors import RoscherkError
from app.places import write_private
from app.values import dataclass

_log = logging.getLogger(__name__)

MAX_TOTAL = 1 << 30
"""Octets of all answers; the oldest make way."""
_MAX_HEAD = 8192
_MAX_AGE = {
    Purpose.CRL: 3600.0,
    Purpose.OCSP: 600.0,
    Purpose.ISSUER: 7 * 86400.0,
    Purpose.ACCREDITATION: 3600.0,
}
"""Seconds for which an answer serves without asking again."""
_FORGET_AFTER = 30 * 86400.0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An answer out of the cache."""

    body: bytes
    fresh: bool
    """Young enough to serve without asking."""
    validator: str | None = None
    """ETag or date of the server's version, to ask whether it changed."""
    whole: bool = True
    """False: a download that broke off, to be resumed."""


class Cache:
    """The answers under one folder, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(
        self, purpose: Purpose, url: str, limit: int, body: bytes | None = None
    ) -> Kept | None:
        """Return what is kept for a request; ``body``: that of a POST."""
        path = self._path(purpose, url, body)
        try:
            # Nothing but a regular file: a pipe under that name would hold us for ever.
            with io.BufferedReader(cast("io.RawIOBase", open_regular(path))) as file:
                head = json.loads(file.readline(_MAX_HEAD))
                content = file.read(limit + 1)
        except (OSError, RoscherkError, ValueError, RecursionError):
            return None
        try:
            return _read(head, content, purpose, url, limit)
        except (KeyError, TypeError, ValueError):
            return None

    def keep(
        self,
        purpose: Purpose,
        url: str,
        content: bytes,
        *,
        body: bytes | None = None,
        validator: str | None = None,
        whole: bool = True,
    ) -> None:
        """Keep an answer, or the first part of one."""
        if purpose not in _MAX_AGE:
            return
        head = {
            "url": url,
            "at": time.time(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "validator": validator,
            "whole": whole,
        }
        line = json.dumps(head).encode()
        if len(line) >= _MAX_HEAD:
            return
        try:
            write_private(self._path(purpose, url, body), line + b"\n" + content)
            self._make_room()
        except OSError as error:
            _log.warning("network cache not written: %s", type(error).__name__)

    def _path(self, purpose: Purpose, url: str, body: bytes | None) -> Path:
        name = hashlib.sha256(f"{purpose.value}\n{url}\n".encode())
        name.update(b"" if body is None else hashlib.sha256(body).digest())
        return self._folder / f"{name.hexdigest()}.answer"

    def _make_room(self) -> None:
        """Remove what is forgotten, and the oldest until the rest fits."""
        files = []
        for path in self._folder.glob("*.answer"):
            with contextlib.suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        total = 0
        for written, size, path in sorted(files, reverse=True):
            total += size
            if total > MAX_TOTAL or time.time() - written > _FORGET_AFTER:
                path.unlink(missing_ok=True)


def _read(head: dict[str, object], content: bytes, purpose: Purpose, url: str, limit: int) -> Kept:
    """Read one file; raise for anything that this class did not write."""
    validator, at = head["validator"], head["at"]
    if head["url"] != url or head["sha256"] != hashlib.sha256(content).hexdigest():
        raise ValueError("digest")
    if not isinstance(at, float) or len(content) > limit:
        raise ValueError("age or size")
    if not (validator is None or (isinstance(validator, str) and validator.isascii())):
        raise ValueError("validator")
    age = time.time() - at
    whole = head["whole"] is True
    # A date in the future is a clock that was set back: the answer is not young.
    fresh = whole and 0 <= age <= _MAX_AGE[purpose]
    return Kept(body=content, fresh=fresh, validator=validator, whole=whole)
