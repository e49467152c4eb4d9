"""The worker's side of moving keys: out of a container into a PKCS #12 file, and in again.

Nothing leaves a container whose maker forbade it, and practice keys never leave: nobody shall meet
one among real keys.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.container_file import (
    Argon2idParameters,
    ContainerFile,
    OpenHeader,
    SealedHeader,
)
from app.tokens.container_names import name_of
from app.tokens.cryptopro import reading as cryptopro
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.object_methods import SealedKey
from app.tokens.pfx.writing import Exported, write_file
from app.tokens.pfx_reading import opened_pfx
from app.tokens.sealed_keys import seal
from app.tokens.secret_pair import split_secrets
from app.tokens.signing_keys import NewKey
from app.tokens.store_files import create, describe, read_container, unlocked, write_new

_KEPT = frozenset(
    {
        KeyAlgorithm.RSA,
        KeyAlgorithm.ECDSA_P256,
        KeyAlgorithm.ECDSA_P384,
        KeyAlgorithm.ECDSA_P521,
        KeyAlgorithm.GOST_256,
        KeyAlgorithm.GOST_512,
    }
)
"""What the program's own store keeps."""


def import_key(request: methods.KeyImportRequest, context: Context) -> Container:
    """Make a container of the key in a PKCS #12 file, never over another."""
    old, new = split_secrets(_secrets(context))
    with old, new, opened_pfx(request.source, old.buffer) as contents:
        if not len(new):
            raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
        key = contents.demand_key(request.source)
        algorithm = key.algorithm
        if algorithm not in _KEPT:
            raise _unsupported(algorithm)
        material = key.material()
        with _wiped(material):
            sealed = SealedHeader(
                algorithm=algorithm,
                curve=material.curve,
                public_key=material.public_key,
                created=datetime.now(UTC),
                practice=False,
                imported=True,
                kdf=Argon2idParameters(salt=b""),
                nonce=b"",
            )
            chain = () if contents.certificate is None else contents.chain
            opened = OpenHeader(certificate=contents.certificate, chain=chain)
            file = ContainerFile.lock(sealed, opened, material.private, new.buffer)
    write_new(request.path, file.dump())
    return describe(request.path, file, practice=False)


def seal_key(request: methods.KeySealRequest, context: Context) -> SealedKey:
    """Take a key out of a PKCS #12 file, sealed under the key of transport."""
    password, transport = split_secrets(_secrets(context))
    with password, transport, opened_pfx(request.path, password.buffer) as contents:
        key = contents.demand_key(request.path)
        algorithm = key.algorithm
        if algorithm not in _KEPT:
            raise _unsupported(algorithm)
        material = key.material()
        with _wiped(material):
            nonce, ciphertext = seal(material.private, transport.buffer, material.public_key)
            return SealedKey(
                algorithm=algorithm,
                curve=material.curve,
                public_key=material.public_key,
                certificate=contents.certificate,
                label=contents.label,
                nonce=nonce,
                ciphertext=ciphertext,
            )


def export_key(request: methods.KeyExportRequest, context: Context) -> methods.Done:
    """Write a new PKCS #12 file under its own password, never over another."""
    old, new = split_secrets(_secrets(context))
    with old, new:
        if not len(new):
            # A file with a key and without a password is a key lying about.
            raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
        with _SOURCES[request.place](request, old.buffer) as exported:
            data = write_file(exported, new.buffer)
    try:
        create(request.target, data)
    except FileExistsError:
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=str(request.target)) from None
    return methods.Done()


@contextmanager
def _of_store(request: methods.KeyExportRequest, password: bytearray) -> Iterator[Exported]:
    path = request.source
    file = read_container(path)
    sealed = file.sealed
    if sealed.practice or request.practice or not sealed.exportable:
        raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=name_of(path))
    with unlocked(path, file, password) as private:
        yield Exported(
            algorithm=sealed.algorithm,
            key=NewKey(private=private, public_key=sealed.public_key, curve=sealed.curve),
            certificate=file.opened.certificate,
            chain=file.opened.chain,
            name=name_of(path),
        )


@contextmanager
def _of_pfx(request: methods.KeyExportRequest, password: bytearray) -> Iterator[Exported]:
    with opened_pfx(request.source, password) as contents:
        key = contents.demand_key(request.source)
        algorithm = key.algorithm
        if algorithm not in _KEPT:
            raise _unsupported(algorithm)
        material = key.material()
        with _wiped(material):
            yield Exported(
                algorithm=algorithm,
                key=material,
                certificate=contents.certificate,
                chain=contents.chain,
                name=contents.label,
            )


@contextmanager
def _of_cryptopro(request: methods.KeyExportRequest, password: bytearray) -> Iterator[Exported]:
    wanted = methods.CryptoProKeyRequest(path=request.source, number=request.number)
    with cryptopro.exportable(wanted, password) as (container, key):
        material = key.material()
        with _wiped(material):
            yield Exported(
                algorithm=key.algorithm,
                key=material,
                certificate=container.certificate,
                name=container.label,
            )


_SOURCES: Mapping[KeyPlaceKind, Any] = {
    KeyPlaceKind.STORE: _of_store,
    KeyPlaceKind.PFX: _of_pfx,
    KeyPlaceKind.CRYPTOPRO: _of_cryptopro,
}


@contextmanager
def _wiped(material: NewKey) -> Iterator[None]:
    try:
        yield
    finally:
        material.private[:] = bytes(len(material.private))


def _secrets(context: Context) -> bytearray:
    if context.secret is None:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    return context.secret


def _unsupported(algorithm: KeyAlgorithm | None) -> RoscherkError:
    return RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=algorithm or "?")


HANDLERS: Mapping[Method[Any, Any], Callable[[Any, Context], Any]] = {
    methods.KEY_EXPORT: export_key,
    methods.KEY_IMPORT: import_key,
    methods.KEY_SEAL: seal_key,
}
