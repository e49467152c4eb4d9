"""The child that speaks to КриптоПро CSP through CryptoAPI (Windows). Never run with CSP by us."""

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.algorithms import signatures
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki, signature_algorithm_for
from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context, serve
from app.tokens import csp_methods as methods
from app.tokens.csp.capi import MAKER, PROVIDERS, CryptoApi, CspContainer
from app.tokens.csp.stores import AUTHORITIES, PERSONAL, CertificateStores, KeyPlace
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pairing import gist_of, state_of
from app.tokens.uri import KeyUri

if sys.platform == "win32":
    import ctypes

_OF_PROVIDER = {80: KeyAlgorithm.GOST_256, 81: KeyAlgorithm.GOST_512}


class CspHost:
    """The answers of this process."""

    def __init__(
        self, api: Callable[[], CryptoApi], stores: Callable[[], CertificateStores] | None = None
    ) -> None:
        """Take how CryptoAPI and the stores are reached; they are called for each question."""
        self._api = api
        self._stores = stores or system_stores

    def list_keys(self, _: methods.CspListRequest, __: Context) -> methods.CspListing:
        """List what CSP sees: on the disk, in the registry, on every token it knows.

        A container without a certificate is given the one of «Личное» that names it: programs that
        install certificates often put them only there.
        """
        api = self._api()
        found = api.containers()
        if any(each.certificate is None for each in found):
            personal = self._personal()
            found = tuple(
                each
                if each.certificate is not None
                else replace(each, certificate=personal.get((each.kind, each.name, each.spec)))
                for each in found
            )
        return methods.CspListing(
            containers=tuple(map(_described, found)), providers=api.providers()
        )

    def _personal(self) -> Mapping[tuple[int, str, int], bytes]:
        with contextlib.suppress(RoscherkError):  # a store that cannot be read hides no keys
            held = self._stores().with_keys(PERSONAL)
            return {(key.kind, key.container, key.spec): held[key] for key in held}
        return {}

    def sign(self, request: methods.CspSignRequest, _: Context) -> bytes:
        """Let CSP sign, and check what it made."""
        algorithm = key_algorithm_of_spki(request.public_key)
        if algorithm is None:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=request.uri, algorithm="?")
        signature = self._api().sign(_named(request.uri), request.digest_name, request.digest)
        fits = signatures.verify(
            request.public_key,
            signature_algorithm_for(algorithm),
            digest_name=request.digest_name,
            digest=request.digest,
            signature=signature,
        )
        if not fits:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="signature")
        return signature

    def store(self, request: methods.CspStoreRequest, _: Context) -> methods.CspStored:
        """Put a certificate into «Личное» of the user, the links above it into the authorities'.

        A key of CSP is named beside it, so that other programs sign with it.
        """
        providers = self._api().provider_names()
        if not providers:
            return methods.CspStored(csp=False)
        key, stores = _key_place(request.uri, providers), self._stores()
        stores.add(PERSONAL, request.certificate, key)
        for link in request.chain:
            stores.add(AUTHORITIES, link)
        return methods.CspStored(csp=True, linked=key is not None, chain=len(request.chain))

    def handlers(self) -> Mapping[Method[Any, Any], Callable[[Any, Context], Any]]:
        """Return what is answered by whom."""
        return {
            methods.CSP_LIST: self.list_keys,
            methods.CSP_SIGN: self.sign,
            methods.CSP_STORE: self.store,
        }


def _key_place(uri: str, providers: Mapping[int, str]) -> KeyPlace | None:
    """Return where CSP has the key; None: it is not one of CSP's."""
    if KeyUri.parse(uri).kind is not KeyPlaceKind.CSP:
        return None
    named = _named(uri)
    provider = providers.get(named.kind)
    return None if provider is None else KeyPlace(named.name, provider, named.kind, named.spec)


def _named(uri: str) -> CspContainer:
    told = KeyUri.parse(uri)
    if told.kind is not KeyPlaceKind.CSP or not told.serial.isdecimal():
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=uri)
    return CspContainer(told.name, int(told.serial), told.number or 1, None)


def _described(found: CspContainer) -> Container:
    algorithm: KeyAlgorithm | None = _OF_PROVIDER.get(found.kind)
    state, public = ContainerState.NO_CERTIFICATE, None
    if found.certificate is not None:
        try:
            public = gist_of(found.certificate).public_key
            algorithm = key_algorithm_of_spki(public)
            state = state_of(algorithm, public, found.certificate, datetime.now(UTC))
        except RoscherkError:
            state = ContainerState.DAMAGED
    return Container(
        uri=str(KeyUri.of_csp(found.kind, found.name, found.spec)),
        place=KeyPlaceKind.CSP,
        label=found.name,
        algorithm=algorithm,
        certificate=found.certificate,
        public_key=public,
        state=state,
        secret_needed=False,
    )


if sys.platform == "win32":  # pragma: no cover - run by installer/windows/prove_capi.py

    def system_api(kinds: Sequence[int] = PROVIDERS, maker: str = MAKER) -> CryptoApi:
        """Return CryptoAPI of this computer."""
        # LOAD_LIBRARY_SEARCH_SYSTEM32: not what somebody laid beside the program.
        library = ctypes.WinDLL("advapi32", use_last_error=True, winmode=0x800)
        return CryptoApi(library, ctypes.get_last_error, kinds=kinds, maker=maker)

    def system_stores() -> CertificateStores:
        """Return the certificate stores of this computer."""
        library = ctypes.WinDLL("crypt32", use_last_error=True, winmode=0x800)
        library.CertOpenStore.restype = ctypes.c_void_p
        library.CertCreateCertificateContext.restype = ctypes.c_void_p
        library.CertEnumCertificatesInStore.restype = ctypes.c_void_p
        return CertificateStores(library, ctypes.get_last_error)

else:

    def system_stores() -> CertificateStores:
        """Raise ``KEY_NOT_FOUND``: there are no such stores here."""
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, reason="no_cryptoapi")

    def system_api(*_: object) -> CryptoApi:
        """Raise ``KEY_NOT_FOUND``: there is no CryptoAPI here."""
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, reason="no_cryptoapi")


def main() -> None:
    """Answer questions until the parent closes the pipe."""
    serve(CspHost(system_api).handlers())
