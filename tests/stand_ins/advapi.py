"""A stand-in for advapi32 of Windows: CryptoAPI over keys in a dictionary.

It answers as Microsoft documents the calls of wincrypt.h, and gives signatures with their octets in
the order of Windows. It proves what we make of the calls, not what CSP does with them.
"""

# ruff: noqa: D102, N802 - the names and their meaning are those of Windows

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "Crypto-Pro GOST R 34.10-2012 Cryptographic Service Provider"


class FakeAdvapi:
    """The calls of advapi32 that are used, over keys in a dictionary."""

    def __init__(self) -> None:
        self.providers = [(1, "Microsoft Base Cryptographic Provider"), (80, NAME)]
        self.keys: dict[tuple[int, str, int], Callable[[bytes], bytes]] = {}
        """Sign a digest; the answer has the octets in the order of CMS."""
        self.certificates: dict[tuple[int, str, int], bytes] = {}
        self.error = 0
        self.open = 0
        self.acquired: list[tuple[str | None, int, int]] = []
        self._handles: dict[int, Any] = {}
        self._listed: dict[int, int] = {}
        """How far each context was listed."""

    def last_error(self) -> int:
        """Return the number of the last failure."""
        return self.error

    def fail(self, number: int) -> int:
        """End a call so."""
        self.error = number
        return 0

    def _handle(self, place: Any, value: Any) -> int:
        number = len(self._handles) + 0x1000
        self._handles[number] = value
        place._obj.value = number
        self.open += 1
        return 1

    def _closed(self) -> int:
        self.open -= 1
        return 1

    def _give(self, data: bytes, buffer: Any, size: Any) -> int:
        room = size._obj.value
        size._obj.value = len(data)
        if buffer is None:
            return 1
        if room < len(data):
            return self.fail(234)
        ctypes.memmove(buffer, data, len(data))
        return 1

    def CryptEnumProvidersW(
        self, index: int, _: Any, __: int, kind: Any, name: Any, size: Any
    ) -> int:
        if index >= len(self.providers):
            return self.fail(259)
        kind._obj.value, text = self.providers[index]
        wide = text.encode("utf-16-le") + b"\0\0"
        if name is not None:
            name.value = text
        size._obj.value = len(wide)
        return 1

    def CryptAcquireContextW(
        self, place: Any, name: str | None, _: Any, kind: int, flags: int
    ) -> int:
        self.acquired.append((name, kind, flags))
        known = {key[1] for key in self.keys if key[0] == kind}
        if kind not in {each for each, _ in self.providers}:
            return self.fail(0x80090017)
        if name is not None and name not in known:
            return self.fail(0x80090016)
        return self._handle(place, (kind, name))

    def CryptReleaseContext(self, _: Any, __: int) -> int:
        return self._closed()

    def CryptGetProvParam(self, context: Any, what: int, buffer: Any, size: Any, flag: int) -> int:
        assert what == 2
        kind, _ = self._handles[context.value]
        names = sorted({key[1] for key in self.keys if key[0] == kind})
        self._listed[context.value] = 0 if flag == 1 else self._listed[context.value] + 1
        if self._listed[context.value] >= len(names):
            return self.fail(259)
        return self._give(names[self._listed[context.value]].encode("cp1251") + b"\0", buffer, size)

    def CryptGetUserKey(self, context: Any, spec: int, place: Any) -> int:
        kind, name = self._handles[context.value]
        if (kind, name, spec) not in self.keys:
            return self.fail(0x8009000D)
        return self._handle(place, (kind, name, spec))

    def CryptGetKeyParam(self, key: Any, what: int, buffer: Any, size: Any, _: int) -> int:
        assert what == 26
        found = self.certificates.get(self._handles[key.value])
        return self.fail(2) if found is None else self._give(found, buffer, size)

    def CryptDestroyKey(self, _: Any) -> int:
        return self._closed()

    def CryptCreateHash(self, context: Any, algorithm: int, _: Any, __: int, place: Any) -> int:
        return self._handle(place, {"context": self._handles[context.value], "alg": algorithm})

    def CryptSetHashParam(self, handle: Any, what: int, value: Any, _: int) -> int:
        assert what == 2
        self._handles[handle.value]["digest"] = value.raw
        return 1

    def CryptSignHashW(
        self, handle: Any, spec: int, _: Any, __: int, buffer: Any, size: Any
    ) -> int:
        told = self._handles[handle.value]
        made = self.keys[(*told["context"], spec)](told["digest"])
        return self._give(made[::-1], buffer, size)

    def CryptDestroyHash(self, _: Any) -> int:
        return self._closed()
