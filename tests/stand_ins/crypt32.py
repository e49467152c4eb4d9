"""A stand-in for crypt32 of Windows: certificate stores in a dictionary.

It answers as Microsoft documents the calls of wincrypt.h. It proves what we make of the calls, not
what Windows does with them.
"""

# ruff: noqa: D102, N802 - the names and their meaning are those of Windows

from __future__ import annotations

import ctypes
from typing import Any

from app.tokens.csp.stores import CertificateContext, KeyProvider


class FakeCrypt32:
    """The calls of crypt32 that are used."""

    def __init__(self) -> None:
        self.stores: dict[str, list[bytes]] = {}
        self.keys: dict[bytes, tuple[str, str, int, int]] = {}
        """By certificate: container, provider, its number, which key."""
        self.error = 0
        self.open = 0
        self.refuse = 0
        """The number with which the next certificate is not taken."""
        self._handles: dict[int, Any] = {}
        self._kept: list[Any] = []

    def last_error(self) -> int:
        return self.error

    def _handle(self, value: Any) -> int:
        number = 0x7F00_0000_1000 + len(self._handles)  # more than 32 bits, as on 64-bit Windows
        self._handles[number] = value
        self.open += 1
        return number

    def _close(self) -> int:
        self.open -= 1
        return 1

    def CertOpenStore(self, provider: Any, _: int, __: Any, flags: int, name: Any) -> int:
        assert (provider.value, flags) == (10, 0x10000)
        self.stores.setdefault(name.value, [])
        return self._handle(name.value)

    def CertCloseStore(self, handle: Any, flags: int) -> int:
        assert handle.value in self._handles
        assert flags == 0
        return self._close()

    def CertCreateCertificateContext(self, encoding: int, data: Any, size: int) -> int:
        assert encoding == 0x10001
        if data.raw[:1] != b"\x30":
            self.error = 0x80092002
            return 0
        return self._handle(data.raw[:size])

    def CertFreeCertificateContext(self, handle: Any) -> int:
        assert handle.value in self._handles
        return self._close()

    def CertAddCertificateContextToStore(
        self, store: Any, context: Any, disposition: int, added: Any
    ) -> int:
        assert disposition == 3
        if self.refuse:
            self.error = self.refuse
            return 0
        certificates = self.stores[self._handles[store.value]]
        certificate = self._handles[context.value]
        if certificate not in certificates:
            certificates.append(certificate)
        added._obj.value = self._handle(certificate)
        return 1

    def CertSetCertificateContextProperty(
        self, context: Any, kind: int, flags: int, value: Any
    ) -> int:
        assert (kind, flags) == (2, 0)
        told = ctypes.cast(value, ctypes.POINTER(KeyProvider)).contents
        assert (told.flags, told.parameters_count, told.parameters) == (0, 0, None)
        key = (told.container, told.provider, told.kind, told.spec)
        self.keys[self._handles[context.value]] = key
        return 1

    def CertEnumCertificatesInStore(self, store: Any, before: Any) -> int:
        certificates = self.stores[self._handles[store.value]]
        index = 0
        if before.value:
            index = certificates.index(self._handles[before.value]) + 1
            self._close()
        if index >= len(certificates):
            self.error = 0x80092004
            return 0
        content = ctypes.create_string_buffer(certificates[index], len(certificates[index]))
        told = CertificateContext(1, ctypes.addressof(content), len(certificates[index]))
        self._kept += [content, told]
        self._handles[ctypes.addressof(told)] = certificates[index]
        self.open += 1
        return ctypes.addressof(told)

    def CertGetCertificateContextProperty(
        self, context: Any, kind: int, buffer: Any, size: Any
    ) -> int:
        assert kind == 2
        key = self.keys.get(self._handles[context.value])
        if key is None:
            self.error = 0x80092004
            return 0
        told = KeyProvider(key[0], key[1], key[2], 0, 0, None, key[3])
        room = ctypes.sizeof(told)
        if buffer is not None:
            assert size._obj.value >= room
            self._kept.append(told)
            ctypes.memmove(buffer, ctypes.byref(told), room)
        size._obj.value = room
        return 1
