"""The certificate stores of Windows, as far as installing a certificate needs them.

Written by Microsoft's documentation of wincrypt.h and proved under Wine
(`installer/windows/prove_capi.py`); tests put a library of their own in the place of crypt32. The
stores are those of the current user; no root is ever put anywhere, so that Windows has nothing to
ask about.
"""

import contextlib
import ctypes
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

PERSONAL, AUTHORITIES = "My", "CA"
_PROVIDER_SYSTEM: Final = 10  # CERT_STORE_PROV_SYSTEM_W
_CURRENT_USER: Final = 0x10000  # CERT_SYSTEM_STORE_CURRENT_USER
_ENCODING: Final = 0x10001  # X509_ASN_ENCODING | PKCS_7_ASN_ENCODING
_REPLACE_EXISTING: Final = 3  # CERT_STORE_ADD_REPLACE_EXISTING
_KEY_PROVIDER: Final = 2  # CERT_KEY_PROV_INFO_PROP_ID
_MOST: Final = 10_000
_LONGEST: Final = 64 << 10


class KeyProvider(ctypes.Structure):
    """CRYPT_KEY_PROV_INFO: where the private key of a certificate is."""

    _fields_ = (
        ("container", ctypes.c_wchar_p),
        ("provider", ctypes.c_wchar_p),
        ("kind", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("parameters_count", ctypes.c_uint32),
        ("parameters", ctypes.c_void_p),
        ("spec", ctypes.c_uint32),
    )


class CertificateContext(ctypes.Structure):
    """CERT_CONTEXT: a certificate in a store."""

    _fields_ = (
        ("encoding", ctypes.c_uint32),
        ("content", ctypes.c_void_p),
        ("size", ctypes.c_uint32),
        ("facts", ctypes.c_void_p),
        ("store", ctypes.c_void_p),
    )


@dataclass(frozen=True)
class KeyPlace:
    """The key that belongs to a certificate: container, provider and its number, which key."""

    container: str
    provider: str
    kind: int
    spec: int


class CertificateStores:
    """The calls, over a library that is given."""

    def __init__(self, library: Any, last_error: Callable[[], int]) -> None:
        """Take crypt32, or what stands in for it, and how its last error is asked."""
        self._library = library
        self._last_error = last_error

    def add(self, store: str, certificate: bytes, key: KeyPlace | None = None) -> None:
        """Put a certificate (DER) into a store, in the place of the same one; name its key.

        Raises ``TOKEN_ERROR`` with the number of Windows.
        """
        library = self._library
        with self._opened(store) as handle, self._context(certificate) as context:
            added = ctypes.c_void_p()
            self._demand(
                library.CertAddCertificateContextToStore(
                    handle, context, _REPLACE_EXISTING, ctypes.byref(added)
                )
            )
            try:
                if key is not None:
                    self._name_key(added, key)
            finally:
                library.CertFreeCertificateContext(added)

    def with_keys(self, store: str) -> Mapping[KeyPlace, bytes]:
        """Return the certificates (DER) of a store that name their keys, by the places of these.

        A container's reader, which КриптоПро CSP writes before its name, is left out. Raises
        ``TOKEN_ERROR`` with the number of Windows.
        """
        found: dict[KeyPlace, bytes] = {}
        following = self._library.CertEnumCertificatesInStore
        with self._opened(store) as handle:
            context: int | None = None
            try:
                for _ in range(_MOST):
                    # Each call frees the context of the one before.
                    context = following(handle, ctypes.c_void_p(context))
                    if not context:
                        break
                    place = self._key_of(ctypes.c_void_p(context))
                    if place is not None:
                        told = CertificateContext.from_address(context)
                        found[place] = ctypes.string_at(told.content, told.size)
            finally:
                if context:
                    self._library.CertFreeCertificateContext(ctypes.c_void_p(context))
        return found

    def _key_of(self, context: ctypes.c_void_p) -> KeyPlace | None:
        size = ctypes.c_uint32(0)
        call = self._library.CertGetCertificateContextProperty
        if not call(context, _KEY_PROVIDER, None, ctypes.byref(size)):
            return None
        if not ctypes.sizeof(KeyProvider) <= size.value <= _LONGEST:
            return None
        buffer = ctypes.create_string_buffer(size.value)
        self._demand(call(context, _KEY_PROVIDER, buffer, ctypes.byref(size)))
        told = KeyProvider.from_buffer(buffer)
        name = (told.container or "").rsplit("\\", 1)[-1]
        return KeyPlace(name, told.provider or "", told.kind, told.spec)

    def _name_key(self, context: ctypes.c_void_p, key: KeyPlace) -> None:
        info = KeyProvider(key.container, key.provider, key.kind, 0, 0, None, key.spec)
        setting = self._library.CertSetCertificateContextProperty
        self._demand(setting(context, _KEY_PROVIDER, 0, ctypes.byref(info)))

    @contextlib.contextmanager
    def _opened(self, store: str) -> Iterator[ctypes.c_void_p]:
        handle = ctypes.c_void_p(
            self._library.CertOpenStore(
                ctypes.c_void_p(_PROVIDER_SYSTEM), 0, None, _CURRENT_USER, ctypes.c_wchar_p(store)
            )
        )
        self._demand(handle.value)
        try:
            yield handle
        finally:
            self._library.CertCloseStore(handle, 0)

    @contextlib.contextmanager
    def _context(self, certificate: bytes) -> Iterator[ctypes.c_void_p]:
        buffer = ctypes.create_string_buffer(certificate, len(certificate))
        context = ctypes.c_void_p(
            self._library.CertCreateCertificateContext(_ENCODING, buffer, len(certificate))
        )
        self._demand(context.value)
        try:
            yield context
        finally:
            self._library.CertFreeCertificateContext(context)

    def _demand(self, success: int | None) -> None:
        """Raise what the last error means."""
        if not success:
            number = self._last_error() & 0xFFFFFFFF
            raise RoscherkError(ErrorCode.TOKEN_ERROR, status=f"{number:08X}")
