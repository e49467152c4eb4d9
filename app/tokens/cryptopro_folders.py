"""Container folders of CryptoPro CSP as a place of keys: the door, in the parent.

Listing needs no password, and neither listing nor testing is ever forbidden. Signing is another
matter: for a qualified certificate the key is not read into this program unless the user or the
administrator allowed it. Who decides that is given from outside (``permit``), since this room
knows nothing of what certificates mean.
"""

from collections.abc import Callable
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens import file_methods as methods
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret, password_owner, serving
from app.tokens.secret_pair import join_secrets
from app.tokens.uri import KeyUri

Permit = Callable[[Container], None]
"""Returns if this key may be read to sign with it; raises the reason otherwise."""

_FAULTY = frozenset({ContainerState.DAMAGED, ContainerState.UNSUPPORTED})


class CryptoProFolders:
    """All container folders of this computer, each looked into when it is named."""

    def __init__(self, workers: Pool, permit: Permit, *, root: Path = Path("/")) -> None:
        """Take the workers, who permits, and where the folders of the system are."""
        self._workers = workers
        self._permit = permit
        self._root = root

    def found(self) -> tuple[tuple[Container, ...], tuple[RoscherkError, ...]]:
        """List what lies where CSP keeps containers: its own folder, and removable drives.

        Beside the containers stand the places that could not be looked into: ``FILE_UNREADABLE``,
        ``MEDIUM_SILENT`` (a drive that did not answer within half a second).
        """
        answer = self._workers.run(
            methods.CRYPTOPRO_MEDIA, methods.CryptoProMediaRequest(root=self._root)
        )
        return answer.containers, tuple(_unread(each) for each in answer.failures)

    def containers(self, path: Path) -> tuple[Container, ...]:
        """List the keys of a container folder, or of those in a folder; damaged ones as such."""
        request = methods.CryptoProListRequest(path=path.absolute())
        return self._workers.run(methods.CRYPTOPRO_LIST, request).containers

    def test(self, container: Container, secret: Secret | None) -> methods.KeyTest:
        """Open a key with its password and check it against fingerprint and certificate.

        Raises ``PASSWORD_WRONG``, ``CONTAINER_DAMAGED``, ``KEY_UNSUPPORTED``.
        """
        with serving((secret, password_owner(container.uri))):
            return self._workers.run(methods.CRYPTOPRO_TEST, _key_of(container), secret=secret)

    def demand_permission(self, container: Container) -> None:
        """Raise ``KEY_READING_OFF`` if the key of this container may not be read to sign."""
        self._permit(container)

    def export_pfx(self, container: Container, target: Path, password: Secret, new: Secret) -> None:
        """Write a key into a new PKCS #12 file, if its maker let it out and reading is permitted.

        Raises ``KEY_NOT_EXPORTABLE``, ``KEY_READING_OFF``, ``PASSWORD_WRONG``, ``TARGET_EXISTS``.
        """
        if container.exportable is False:
            raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=container.label)
        self._permit(container)
        key = _key_of(container)
        request = methods.KeyExportRequest(
            place=KeyPlaceKind.CRYPTOPRO,
            source=key.path,
            number=key.number,
            target=target.absolute(),
        )
        with join_secrets(password, new) as both:
            self._workers.run(methods.KEY_EXPORT, request, secret=both)

    def open(self, container: Container) -> "CryptoProKey":
        """Return the key of a container that was listed, or raise what is wrong with it."""
        key = _key_of(container)
        if container.state in _FAULTY:
            # The listing said only that it is of no use; now it is asked why.
            request = methods.CryptoProListRequest(path=key.path, strict=True)
            self._workers.run(methods.CRYPTOPRO_LIST, request)
            algorithm = container.algorithm or "?"
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=container.uri, algorithm=algorithm)
        return CryptoProKey(container, key, self._workers, self._permit)


class CryptoProKey:
    """One key of a container folder; it is opened in a worker for one signature at a time."""

    def __init__(
        self,
        container: Container,
        key: methods.CryptoProKeyRequest,
        workers: Pool,
        permit: Permit,
    ) -> None:
        self._container = container
        self._key = key
        self._workers = workers
        self._permit = permit

    @property
    def container(self) -> Container:
        """The container that holds this key."""
        return self._container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest with one use of the password, if it is permitted."""
        self._permit(self._container)
        request = methods.CryptoProSignRequest(
            key=self._key, digest_name=digest_name, digest=digest
        )
        with serving((secret, password_owner(self._container.uri))):
            return self._workers.run(methods.CRYPTOPRO_SIGN, request, secret=secret)


def _unread(failure: methods.MediumFailure) -> RoscherkError:
    if failure.errno is None:
        return RoscherkError(ErrorCode.MEDIUM_SILENT, path=str(failure.folder))
    code = ErrorCode.FILE_UNREADABLE
    return RoscherkError(code, path=str(failure.folder), errno=failure.errno)


def _key_of(container: Container) -> methods.CryptoProKeyRequest:
    uri = KeyUri.parse(container.uri)
    if uri.kind is not KeyPlaceKind.CRYPTOPRO or uri.path is None:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri)
    return methods.CryptoProKeyRequest(path=uri.path.absolute(), number=uri.number)
