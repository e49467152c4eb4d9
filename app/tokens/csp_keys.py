"""Keys that КриптоПро CSP signs with, through CryptoAPI (Windows), as the rest of the house sees them.

CSP runs in a child process, asks for its PIN in a window of its own, and may be interrupted there.
Under Linux nothing of this is used: there CSP's PKCS #11 module is one of the modules of tokens.
"""

import threading
from collections.abc import Sequence

from app.errors import ErrorCode, RoscherkError
from app.processes.child import Child
from app.tokens import csp_methods as methods
from app.tokens.csp.system_store import SystemInstall
from app.tokens.model import Container, ContainerState
from app.tokens.pin import Secret

_ROLE = "csp-host"
_CLOSE_SECONDS = 1.0


class CspKeys:
    """What the installed CSP sees. May be used from any thread; questions are serial."""

    def __init__(self, *, command: Sequence[str] | None = None) -> None:
        self._command = command
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._child: Child | None = None
        self._closed = False

    def containers(self) -> tuple[Container, ...]:
        """List the keys in all containers that CSP sees."""
        with self._turn:
            child = self._living()
            request = methods.CspListRequest()
            return child.call(methods.CSP_LIST, request, limits=methods.LISTING).containers

    def open(self, container: Container) -> "CspKey":
        """Return the key of a container that was listed, or raise what is wrong with it."""
        if container.public_key is None:
            raise RoscherkError(ErrorCode.CERTIFICATE_MISSING, name=container.label)
        if container.state is ContainerState.DAMAGED:
            raise RoscherkError(ErrorCode.CERTIFICATE_DAMAGED, name=container.label)
        return CspKey(container, container.public_key, self)

    def sign(self, request: methods.CspSignRequest) -> bytes:
        """Let CSP sign; it may ask the person for a PIN."""
        with self._turn:
            return self._living().call(methods.CSP_SIGN, request, limits=methods.SIGNING)

    def store(
        self, container: Container, certificate: bytes, chain: Sequence[bytes]
    ) -> SystemInstall | None:
        """Put a certificate into the stores of Windows; None: КриптоПро CSP is not installed."""
        request = methods.CspStoreRequest(
            uri=container.uri, certificate=certificate, chain=tuple(chain)
        )
        with self._turn:
            done = self._living().call(methods.CSP_STORE, request, limits=methods.LISTING)
        return SystemInstall(linked=done.linked, chain=done.chain) if done.csp else None

    def close(self) -> None:
        """End the child, and with it a window of CSP that waits for a PIN. Never hangs."""
        with self._state:
            self._closed = True
            child = self._child
        if child is not None:
            child.kill()
            child.join(_CLOSE_SECONDS)

    def _living(self) -> Child:
        with self._state:
            if self._closed:
                raise RoscherkError(ErrorCode.CANCELLED)
            if self._child is None or not self._child.usable:
                self._child = Child(_ROLE, command=self._command)
            return self._child


class CspKey:
    """One key that CSP signs with."""

    def __init__(self, container: Container, public_key: bytes, keys: CspKeys) -> None:
        self._container = container
        self._public_key = public_key
        self._keys = keys

    @property
    def container(self) -> Container:
        """The container that holds this key."""
        return self._container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest, in CMS byte order. No secret is taken: CSP asks for it itself."""
        if secret is not None and len(secret):
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="secret", algorithm="CSP")
        request = methods.CspSignRequest(
            uri=self._container.uri,
            digest_name=digest_name,
            digest=digest,
            public_key=self._public_key,
        )
        return self._keys.sign(request)
