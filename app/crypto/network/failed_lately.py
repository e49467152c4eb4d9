"""Servers that this process could not reach a short while ago.

A check of many documents asks the same few servers again and again. One that does not answer would
cost each document its whole patience; so it is left alone for a minute, and the record says why.
"""

import time

from app.crypto.network.addresses import Target

SECONDS = 60.0
MOST = 1000
_UNREACHED = frozenset({"dns", "connection", "timeout"})

_until: dict[tuple[str, int], float] = {}


def has(target: Target) -> bool:
    """Tell whether this server was out of reach within the last minute."""
    return _until.get((target.host, target.port), 0.0) > time.monotonic()


def note(target: Target, reason: str) -> None:
    """Remember a server that was out of reach; any other ``reason`` says that it answered."""
    if reason not in _UNREACHED:
        return
    if len(_until) >= MOST:
        _until.clear()
    _until[target.host, target.port] = time.monotonic() + SECONDS


def forget() -> None:
    """Forget all of them."""
    _until.clear()
