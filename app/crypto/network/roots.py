"""The user's own roots for TLS, read from the stores."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.crypto.opening import open_regular
from app.errors import RoscherkError

_MAX_FILES = 500
_MAX_SIZE = 64 << 10
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def read_roots(paths: Iterable[Path]) -> list[bytes]:
    """Return the certificates (DER) of files and folders; what cannot be read vouches for nobody."""
    found: list[bytes] = []
    for path in _files(paths):
        try:
            with open_regular(path) as file:
                data = file.read(_MAX_SIZE)
            blocks = [base64.b64decode(block) for block in _PEM.findall(data)]
        except (OSError, RoscherkError, binascii.Error):
            continue
        found.extend(blocks or [data])
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    left = _MAX_FILES
    for path in paths:
        try:
            inside = sorted(path.iterdir()) if path.is_dir() else [path]
        except OSError:
            continue
        for one in inside[:left]:
            left -= 1
            if one.is_file() and not one.name.startswith("."):
                yield one
