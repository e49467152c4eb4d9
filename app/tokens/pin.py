"""A PIN or password that hides in ``repr`` and can be wiped."""

import threading
import weakref
from types import TracebackType
from typing import Self

_SHORTEST_FOUND = 4
"""Shorter ones would be found in every number."""


class Secret:
    """Bytes of a PIN or a password in one buffer that is overwritten when work is over.

    It is never part of a request value: it crosses the pipe as a raw frame of its own.
    """

    __slots__ = ("__weakref__", "_buffer")

    def __init__(self, buffer: bytearray) -> None:
        """Take over ``buffer`` (it is not copied, and ``wipe`` overwrites it)."""
        self._buffer = buffer
        with _alive_lock:
            _alive.add(self)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Make a secret of typed text, as UTF-8."""
        return cls(bytearray(text, "utf-8"))

    @property
    def buffer(self) -> bytearray:
        """The live buffer, for the one call that needs it."""
        return self._buffer

    def wipe(self) -> None:
        """Overwrite the bytes with zeros."""
        self._buffer[:] = bytes(len(self._buffer))

    def __len__(self) -> int:
        """Return the length in bytes."""
        return len(self._buffer)

    def __repr__(self) -> str:
        """Say nothing about the value, not even its length."""
        return "Secret(…)"

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied."""
        raise TypeError("a secret is never serialised")

    def __enter__(self) -> Self:
        """Use it as a context: the secret is wiped at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe."""
        self.wipe()


_alive: "weakref.WeakSet[Secret]" = weakref.WeakSet()
_alive_lock = threading.Lock()


def holds_secret(text: bytes) -> bool:
    """Tell whether ``text`` holds a secret that is alive now; the log asks before it writes."""
    with _alive_lock:
        secrets = list(_alive)
    return any(
        len(secret) >= _SHORTEST_FOUND and any(secret.buffer) and secret.buffer in text
        for secret in secrets
    )
