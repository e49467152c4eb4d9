"""The program's own containers, as the rest of the house sees them.

Here is the door only: every key is made and used in a worker (``app.tokens.filekeys``), and so is
every file parsed. The form of the files is told in ``app.tokens.container_file``.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.places import leftovers_of, make_private, move_new, sync_folder, unwritable
from app.processes.pool import Pool
from app.tokens import file_methods as methods
from app.tokens.container_names import clean_name, file_of, twin_of
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pin import Secret, password_owner, serving
from app.tokens.secret_pair import join_secrets
from app.tokens.uri import KeyUri


class Store:
    """The containers of one folder, one file each. Another store holds the practice keys."""

    def __init__(self, folder: Path, workers: Pool, *, practice: bool = False) -> None:
        self._folder = folder.absolute()
        self._workers = workers
        self._practice = practice

    @property
    def practice(self) -> bool:
        """Tell whether the keys here are practice keys."""
        return self._practice

    def containers(self) -> tuple[Container, ...]:
        """List the containers by name, without any password; damaged files are listed as such."""
        request = methods.StoreListRequest(folder=self._folder, practice=self._practice)
        return self._workers.run(methods.STORE_LIST, request).containers

    def find(self, name: str) -> Container:
        """Return one container by its name, or raise ``CONTAINER_NOT_FOUND``."""
        wanted = clean_name(name)
        for container in self.containers():
            if container.label == wanted:
                return container
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=wanted)

    def create(
        self,
        name: str,
        algorithm: KeyAlgorithm,
        secret: Secret,
        *,
        curve: str | None = None,
        bits: int | None = None,
    ) -> Container:
        """Make a key and its container, locked by the password; there is no certificate yet.

        ``curve``: the OID of a parameter set of GOST, ``bits``: the size of RSA; None: the usual.
        """
        _require(secret)
        self._make_folder()
        request = methods.StoreCreateRequest(
            path=file_of(self._folder, name),
            algorithm=algorithm,
            curve=curve,
            bits=bits,
            practice=self._practice,
        )
        return self._workers.run(methods.STORE_CREATE, request, secret=secret)

    def import_pfx(self, name: str, pfx: Path, password: Secret, new: Secret) -> Container:
        """Make a container of the key in a PKCS #12 file, under a password of its own.

        ``password`` is that of the file. The file stays as it is.
        """
        _require(new)
        if self._practice:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="practice")
        self._make_folder()
        path = file_of(self._folder, name)
        request = methods.KeyImportRequest(source=pfx.absolute(), path=path)
        with join_secrets(password, new) as both:
            return self._workers.run(methods.KEY_IMPORT, request, secret=both)

    def export_pfx(self, container: Container, target: Path, password: Secret, new: Secret) -> None:
        """Write the key with its certificates into a new PKCS #12 file with its own password.

        Raises ``KEY_NOT_EXPORTABLE``, ``PASSWORD_WRONG``, ``TARGET_EXISTS``.
        """
        request = methods.KeyExportRequest(
            place=KeyPlaceKind.STORE,
            source=self._file(container),
            practice=self._practice,
            target=target.absolute(),
        )
        with join_secrets(_require(password), _require(new)) as both:
            self._workers.run(methods.KEY_EXPORT, request, secret=both)

    def install_certificate(
        self, container: Container, certificate: bytes, chain: Sequence[bytes] = ()
    ) -> Container:
        """Put a certificate in; raise ``CERTIFICATE_KEY_MISMATCH`` if it is of another key."""
        request = methods.StoreInstallRequest(
            path=self._file(container),
            certificate=certificate,
            chain=tuple(chain),
            practice=self._practice,
        )
        return self._workers.run(methods.STORE_INSTALL, request)

    def change_password(self, container: Container, old: Secret, new: Secret) -> None:
        """Lock the key with another password. One attempt; on any failure the old file stays."""
        _require(old)
        _require(new)
        request = methods.StoreFileRequest(path=self._file(container), practice=self._practice)
        with join_secrets(old, new) as both:
            self._workers.run(methods.STORE_PASSWORD, request, secret=both)

    def copy(self, container: Container, name: str) -> Container:
        """Make a second container of a key, with the password and certificate of the first.

        Raises ``KEY_NOT_EXPORTABLE``, ``CONTAINER_EXISTS``, ``CONTAINER_NAME_INVALID``.
        """
        request = methods.StoreCopyRequest(
            source=self._file(container), path=file_of(self._folder, name)
        )
        return self._workers.run(methods.STORE_COPY, request)

    def rename(self, container: Container, name: str) -> Container:
        """Give a container another name, never that of another one.

        Raises ``CONTAINER_NOT_FOUND``, ``CONTAINER_EXISTS``, ``CONTAINER_NAME_INVALID``.
        """
        name = clean_name(name)
        old, new = self._file(container), file_of(self._folder, name)
        if old != new:
            if twin_of(new) not in {None, old}:
                raise RoscherkError(ErrorCode.CONTAINER_EXISTS, name=name)
            try:
                move_new(old, new)
            except FileNotFoundError:
                raise _not_found(container) from None
            except FileExistsError:
                raise RoscherkError(ErrorCode.CONTAINER_EXISTS, name=name) from None
            except OSError as error:
                raise unwritable(new, error) from None
        uri = str(KeyUri.of_container(name, practice=self._practice))
        return replace(container, uri=uri, label=name)

    def delete(self, container: Container) -> None:
        """Delete a container for good; whoever calls has asked the user.

        The name is taken off the disk, and with it what a killed program may have left of the
        same container while writing. Overwriting is not promised: neither journals of file
        systems nor flash memory keep such a promise, and the key in the file is encrypted.
        """
        path = self._file(container)
        try:
            path.lstat()
            for leftover in leftovers_of(path):
                leftover.unlink(missing_ok=True)
            path.unlink()
            sync_folder(self._folder)
        except FileNotFoundError:
            raise _not_found(container) from None
        except OSError as error:
            raise unwritable(path, error) from None

    def open(self, container: Container) -> "StoreKey":
        """Return the key of a container of this store."""
        if container.state is ContainerState.DAMAGED:
            raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, name=container.label)
        return StoreKey(container, self._file(container), self._workers)

    def file(self, container: Container) -> Path:
        """Return where a container of this store lies; raise ``CONTAINER_NOT_FOUND``."""
        return self._file(container)

    def _make_folder(self) -> None:
        try:
            make_private(self._folder)
        except OSError as error:
            raise unwritable(self._folder, error) from None

    def _file(self, container: Container) -> Path:
        """Return the file of a container, after a check that it is one of ours."""
        uri = KeyUri.parse(container.uri)
        if uri.kind is not KeyPlaceKind.STORE or uri.practice != self._practice:
            raise _not_found(container)
        return file_of(self._folder, uri.name)


class StoreKey:
    """The key of one container; it is decrypted in a worker for one signature at a time."""

    def __init__(self, container: Container, path: Path, workers: Pool) -> None:
        self._container = container
        self._path = path
        self._workers = workers

    @property
    def container(self) -> Container:
        """The container that holds this key."""
        return self._container

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest with one use of the password."""
        request = methods.FileSignRequest(
            path=self._path,
            digest_name=digest_name,
            digest=digest,
            practice=self._container.practice,
        )
        with serving((secret, password_owner(self._container.uri))):
            return self._workers.run(methods.STORE_SIGN, request, secret=_require(secret))


def _require(secret: Secret | None) -> Secret:
    if secret is None or not len(secret):
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    return secret


def _not_found(container: Container) -> RoscherkError:
    return RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=container.label)
