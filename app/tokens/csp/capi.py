"""CryptoAPI of Windows, as far as signing with КриптоПро CSP needs it.

Written by Microsoft's documentation of wincrypt.h. Proved with Microsoft's RSA provider under Wine
(`installer/windows/prove_capi.py`) and, for GOST, by tests that put a library of their own in the
place of advapi32; **never run with КриптоПро CSP by us**. CSP asks for the PIN in its own window.

A signature comes out of CryptSignHash with its octets in the opposite order to the one that CMS
wants: for GOST as for RSA the whole buffer is turned round.
"""

import contextlib
import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

PROVIDERS: Final = (80, 81)
"""PROV_GOST_2012_256 and PROV_GOST_2012_512."""
EXCHANGE, SIGNATURE = 1, 2
"""AT_KEYEXCHANGE, AT_SIGNATURE: a container may hold both keys."""
MAKER: Final = "Crypto-Pro"
_ANSI = "mbcs" if sys.platform == "win32" else "cp1251"
"""Providers name their containers in the code page of the system."""

_VERIFY_CONTEXT = 0xF0000000
_SILENT = 0x40
_ENUM_CONTAINERS, _FIRST, _NEXT = 2, 1, 2
_HASH_VALUE = 2
_CERTIFICATE = 26
_ALGORITHMS: Final[Mapping[str, int]] = {
    "streebog256": 0x8021,  # CALG_GR3411_2012_256
    "streebog512": 0x8022,  # CALG_GR3411_2012_512
    "sha256": 0x800C,  # CALG_SHA_256
}
_MOST = 1000
_LONGEST = 64 << 10

_ERRORS: Final[Mapping[int, ErrorCode]] = {
    0x8010006B: ErrorCode.PIN_WRONG,  # SCARD_W_WRONG_CHV
    0x8010006C: ErrorCode.PIN_LOCKED,  # SCARD_W_CHV_BLOCKED
    0x8010006E: ErrorCode.CANCELLED,  # SCARD_W_CANCELLED_BY_USER
    0x000004C7: ErrorCode.CANCELLED,  # ERROR_CANCELLED
    0x8010000C: ErrorCode.TOKEN_REMOVED,  # SCARD_E_NO_SMARTCARD
    0x80100069: ErrorCode.TOKEN_REMOVED,  # SCARD_W_REMOVED_CARD
    0x80090016: ErrorCode.KEY_NOT_FOUND,  # NTE_BAD_KEYSET
    0x8009000D: ErrorCode.KEY_NOT_FOUND,  # NTE_NO_KEY
    0x80090008: ErrorCode.KEY_UNSUPPORTED,  # NTE_BAD_ALGID
}


@dataclass(frozen=True)
class CspContainer:
    """One key in a container that CSP sees; ``kind`` is its provider's number."""

    name: str
    kind: int
    spec: int
    certificate: bytes | None


class CryptoApi:
    """The calls, over a library that is given."""

    def __init__(
        self,
        library: Any,
        last_error: Callable[[], int],
        *,
        kinds: Sequence[int] = PROVIDERS,
        maker: str = MAKER,
    ) -> None:
        """Take advapi32, or what stands in for it, and how its last error is asked.

        ``kinds``, ``maker``: whose providers count, by the number of their type and their name.
        """
        self._library = library
        self._last_error = last_error
        self._kinds = kinds
        self._maker = maker

    def providers(self) -> tuple[str, ...]:
        """Return the names of the GOST providers of КриптоПро that are registered."""
        return tuple(name for _, name in self._registered())

    def provider_names(self) -> Mapping[int, str]:
        """Return the same by the numbers of their types; of several the first."""
        return dict(reversed(self._registered()))

    def _registered(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for index in range(_MOST):
            size, kind = ctypes.c_uint32(0), ctypes.c_uint32(0)
            enum = self._library.CryptEnumProvidersW
            if not enum(index, None, 0, ctypes.byref(kind), None, ctypes.byref(size)):
                break
            name = ctypes.create_unicode_buffer(_bounded(size.value) // 2 + 1)
            size.value = ctypes.sizeof(name)
            self._demand(enum(index, None, 0, ctypes.byref(kind), name, ctypes.byref(size)))
            if kind.value in self._kinds and name.value.startswith(self._maker):
                found.append((kind.value, name.value))
        return found

    def containers(self) -> tuple[CspContainer, ...]:
        """List the keys of all containers; no window opens, and no PIN is asked for."""
        found = []
        for kind in self._kinds:
            for name in self._names(kind):
                for spec in (EXCHANGE, SIGNATURE):
                    with contextlib.suppress(RoscherkError):
                        found.append(
                            CspContainer(name, kind, spec, self._certificate(name, kind, spec))
                        )
        return tuple(found)

    def sign(self, container: CspContainer, digest_name: str, digest: bytes) -> bytes:
        """Sign a finished digest; return the signature in CMS byte order. CSP may ask for a PIN."""
        algorithm = _ALGORITHMS.get(digest_name)
        if algorithm is None:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=digest_name)
        library = self._library
        with self._context(container.name, container.kind, 0) as context:
            handle = ctypes.c_void_p()
            made = library.CryptCreateHash(context, algorithm, None, 0, ctypes.byref(handle))
            self._demand(made)
            try:
                value = ctypes.create_string_buffer(digest, len(digest))
                self._demand(library.CryptSetHashParam(handle, _HASH_VALUE, value, 0))
                return in_cms_order(self._signature(handle, container.spec))
            finally:
                library.CryptDestroyHash(handle)

    def _signature(self, handle: ctypes.c_void_p, spec: int) -> bytes:
        size = ctypes.c_uint32(0)
        call = self._library.CryptSignHashW
        self._demand(call(handle, spec, None, 0, None, ctypes.byref(size)))
        buffer = ctypes.create_string_buffer(_bounded(size.value))
        self._demand(call(handle, spec, None, 0, buffer, ctypes.byref(size)))
        return buffer.raw[: size.value]

    def _names(self, kind: int) -> Iterator[str]:
        """Return the names of the containers that a provider sees."""
        try:
            with self._context(None, kind, _VERIFY_CONTEXT) as context:
                flag = _FIRST
                for _ in range(_MOST):
                    buffer = ctypes.create_string_buffer(1024)
                    size = ctypes.c_uint32(len(buffer))
                    told = self._library.CryptGetProvParam(
                        context, _ENUM_CONTAINERS, buffer, ctypes.byref(size), flag
                    )
                    if not told:
                        return
                    flag = _NEXT
                    yield buffer.value.decode(_ANSI, "replace")
        except RoscherkError:
            return  # a provider that is not there has no containers

    def _certificate(self, name: str, kind: int, spec: int) -> bytes | None:
        """Return the certificate in a container; raise ``KEY_NOT_FOUND`` if it has no such key."""
        library = self._library
        with self._context(name, kind, _SILENT) as context:
            key = ctypes.c_void_p()
            self._demand(library.CryptGetUserKey(context, spec, ctypes.byref(key)))
            try:
                size = ctypes.c_uint32(0)
                call = library.CryptGetKeyParam
                if not call(key, _CERTIFICATE, None, ctypes.byref(size), 0):
                    return None
                buffer = ctypes.create_string_buffer(_bounded(size.value))
                self._demand(call(key, _CERTIFICATE, buffer, ctypes.byref(size), 0))
                return buffer.raw[: size.value]
            finally:
                library.CryptDestroyKey(key)

    @contextlib.contextmanager
    def _context(self, name: str | None, kind: int, flags: int) -> Iterator[ctypes.c_void_p]:
        handle = ctypes.c_void_p()
        acquire = self._library.CryptAcquireContextW
        self._demand(acquire(ctypes.byref(handle), name, None, kind, flags))
        try:
            yield handle
        finally:
            self._library.CryptReleaseContext(handle, 0)

    def _demand(self, success: int) -> None:
        """Raise what the last error means."""
        if success:
            return
        number = self._last_error() & 0xFFFFFFFF
        code = _ERRORS.get(number, ErrorCode.TOKEN_ERROR)
        raise RoscherkError(code, status=f"{number:08X}")


def in_cms_order(signature: bytes) -> bytes:
    """Turn the octets of CryptoAPI round: s||r of GOST, the number of RSA, both big-endian."""
    return signature[::-1]


def _bounded(size: int) -> int:
    """Return a size that a library told, or raise for one that it cannot mean."""
    if not 0 < size <= _LONGEST:
        raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="size")
    return size
