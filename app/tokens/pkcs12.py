"""PKCS #12 files as a place of keys: the door, in the process that must not parse them.

Even the certificate in such a file is under its password, so a file is no place that can be
listed: it is opened by name and password, and signs with the password given again.
"""

from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool
from app.tokens import file_methods as methods
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret, password_owner, serving
from app.tokens.secret_pair import join_secrets
from app.tokens.uri import KeyUri


class PfxFiles:
    """All PKCS #12 files of this computer, each opened when it is named."""

    def __init__(self, workers: Pool) -> None:
        self._workers = workers

    def describe(self, path: Path, secret: Secret | None) -> Container:
        """Open a file with its password and tell what is in it (an empty password is one)."""
        request = methods.PfxOpenRequest(path=path.absolute())
        owner = password_owner(str(KeyUri.of_pfx(request.path)))
        with serving((secret, owner)):
            return self._workers.run(methods.PFX_OPEN, request, secret=_require(secret))

    def export_pfx(self, container: Container, target: Path, password: Secret, new: Secret) -> None:
        """Write the key into a new file with another password, in this program's own form."""
        uri = KeyUri.parse(container.uri)
        if uri.path is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri)
        request = methods.KeyExportRequest(
            place=KeyPlaceKind.PFX, source=uri.path, target=target.absolute()
        )
        with join_secrets(password, _require(new)) as both:
            self._workers.run(methods.KEY_EXPORT, request, secret=both)

    def open(self, container: Container) -> "PfxKey":
        """Return the key of a file that was described."""
        uri = KeyUri.parse(container.uri)
        if uri.kind is not KeyPlaceKind.PFX or uri.path is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri)
        if container.state is ContainerState.NO_KEY:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, path=str(uri.path), reason="no_key")
        return PfxKey(container, uri.path, self._workers)


class PfxKey:
    """The key of one file. The file is opened in a worker for each signature."""

    def __init__(self, container: Container, path: Path, workers: Pool) -> None:
        self._container = container
        self._path = path
        self._workers = workers

    @property
    def container(self) -> Container:
        """What the file holds."""
        return self._container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest with one use of the password."""
        request = methods.FileSignRequest(path=self._path, digest_name=digest_name, digest=digest)
        with serving((secret, password_owner(self._container.uri))):
            return self._workers.run(methods.PFX_SIGN, request, secret=_require(secret))


def _require(secret: Secret | None) -> Secret:
    if secret is None:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    return secret
