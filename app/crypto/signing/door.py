"""The one door for making signatures: a worker prepares, the key signs, a worker finishes."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.crypto import methods
from app.crypto.model import (
    Encoding,
    FinishRequest,
    PreparedSignature,
    SignatureFormat,
    SignatureLevel,
    SignedFile,
    SigningAct,
    SignRequest,
)
from app.crypto.network.passwords import ProxyPassword
from app.crypto.opening import looks_like_pdf, open_regular, size_of
from app.crypto.saving import new_job, remove_job
from app.crypto.timestamps.patience import longest_wait
from app.crypto.verifying.folder import size_of_document
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.child import Progress
from app.processes.pool import Pool
from app.tokens.backend import KeyBackend
from app.tokens.model import Container, KeyPlaceKind, Vendor
from app.tokens.pin import Secret


class Keys(Protocol):
    """What the door needs of the keyring."""

    def open(self, container: Container) -> KeyBackend:
        """Return the key of a container that was listed or found before."""
        ...


class Signing:
    """Signs files. May be used from any thread, several at once."""

    def __init__(
        self,
        workers: Pool,
        keyring: Keys,
        proxy_password: ProxyPassword | None = None,
        *,
        demand: Callable[[Container], None] = lambda _: None,
        permit: Callable[[SignRequest, bool], None] = lambda _request, _pdf: None,
    ) -> None:
        """Take the crypto workers and the keys.

        ``demand`` raises for a key that must not sign, ``permit`` for a signature that must not be
        made as it is asked for; it is told whether the file is a PDF.
        """
        self._demand = demand
        self._permit = permit
        self._workers = workers
        self._keyring = keyring
        self._proxy_password = proxy_password or ProxyPassword()

    def sign(
        self,
        request: SignRequest,
        secret: Secret | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> SignedFile:
        """Sign one file and return what was saved.

        ``secret`` is used for one attempt and stays the caller's to wipe. Whatever goes wrong,
        the original is untouched and nothing half-written bears the target's name.
        """
        cancel = cancel or Cancel()
        self._demand(request.container)
        request = replace(request, job=new_job())
        size, pdf = _look_at(request)
        self._permit(request, pdf)
        key = self._keyring.open(request.container)
        try:
            prepared = self._workers.run(
                methods.SIGN_PREPARE,
                request,
                size=size,
                pdf=pdf,
                progress=progress,
                cancel=cancel,
            )
            signature = self._sign_digest(key, prepared, secret, cancel)
            maker = created_with(request.container)
            return self._workers.run(
                methods.SIGN_FINISH,
                FinishRequest(prepared=prepared, signature=signature, created_with=maker),
                size=size * _passes(prepared.request),
                pdf=prepared.format is SignatureFormat.PADES,
                waiting=longest_wait(request.evidence, request.level),
                secret=self._proxy_password.current,
                progress=progress,
                cancel=cancel,
            )
        except BaseException:
            remove_job(_folder_of(request), request.job)
            raise

    @staticmethod
    def _sign_digest(
        key: KeyBackend, prepared: PreparedSignature, secret: Secret | None, cancel: Cancel
    ) -> bytes:
        if cancel.cancelled:
            raise RoscherkError(ErrorCode.CANCELLED)
        return key.sign_digest(prepared.digest_name, prepared.digest, secret)


def created_with(container: Container) -> str:
    """Return the code of what computes the signature (decision 23)."""
    vendor = None if container.token is None else container.token.vendor
    if vendor is Vendor.CRYPTOPRO or container.place is KeyPlaceKind.CSP:
        return "cryptopro-csp"
    if container.place is KeyPlaceKind.TOKEN:
        return f"token:{container.token.model if container.token is not None else ''}"
    gost = container.algorithm is not None and container.algorithm.is_gost
    return "libgcrypt" if gost else "cryptography"


def _passes(request: SignRequest) -> int:
    """Return how many times finishing goes over the content: it is the measure of its limits."""
    if request.level is SignatureLevel.LTA:
        # An archive time-stamp may want another digest, in the making and in the check.
        return 2 + _passes(replace(request, level=SignatureLevel.B))
    if not request.attached:
        return 1
    if request.act is not SigningAct.NEW:
        return 5 if request.encoding is Encoding.BASE64 else 3
    return 4 if request.encoding is Encoding.BASE64 else 2


def _folder_of(request: SignRequest) -> Path:
    return (request.output or request.source).parent


def _look_at(request: SignRequest) -> tuple[int, bool]:
    """Return size and kind of the file, which give the worker its limits; its own look decides."""
    if request.act is not SigningAct.NEW:
        return size_of(request.source) + size_of_document(request.source, request.content), False
    with contextlib.suppress(OSError), open_regular(request.source) as source:
        pdf = request.format is not SignatureFormat.CADES and looks_like_pdf(source)
        return source.seek(0, 2), pdf
    return 0, False
