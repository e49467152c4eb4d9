"""A МЧД that lies in its signature file (an attached CMS). Runs in a worker only."""

from pathlib import Path

from app.crypto.cms.reading import open_cms
from app.crypto.mchd.reading import MAX_BYTES, mchd_in
from app.crypto.opening import path_fact
from app.crypto.verdict.mchd_facts import MchdFacts
from app.errors import ErrorCode, RoscherkError


def enclosed_mchd(path: Path) -> MchdFacts | None:
    """Return what the МЧД in a signature file says; None: it is detached, or holds another content.

    Raises as `read_mchd`, and what `open_cms` raises.
    """
    found = bytearray()

    def take(piece: memoryview) -> None:
        if len(found) + len(piece) > MAX_BYTES:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, path=path_fact(path))
        found.extend(piece)

    signed = open_cms(path, take=take)
    return None if signed.content is None else mchd_in(path, bytes(found))
