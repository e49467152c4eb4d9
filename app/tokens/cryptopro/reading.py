"""The worker's side of container folders: list, test, sign. Nothing is ever written there."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.cryptopro import unlocking
from app.tokens.cryptopro.files import (
    FolderFiles,
    folders_at,
    read_folder,
    read_open_files,
    shown,
)
from app.tokens.cryptopro.header import Header, KeyParameters, read_header
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pairing import gist_of, same_key, state_of
from app.tokens.private_keys import GostKey
from app.tokens.signing_keys import loaded_gost_key
from app.tokens.uri import KeyUri


def list_folders(request: methods.CryptoProListRequest, _: Context) -> methods.CryptoProListing:
    """List the keys by the headers, without any password."""
    found: list[Container] = []
    for folder in folders_at(request.path):
        if request.strict:
            found += described(folder, read_header(read_open_files(folder)))
        else:
            found += listed(folder)
    return methods.CryptoProListing(containers=tuple(found))


def listed(folder: Path, *, follow: bool = True) -> list[Container]:
    """List the keys of one container folder; what is wrong with it is its state.

    ``follow=False``: links among its files lead nowhere.
    """
    try:
        return described(folder, read_header(read_open_files(folder, follow=follow)))
    except RoscherkError as error:
        if error.code is ErrorCode.CONTAINER_NOT_FOUND:
            return []
        return [faulty(folder, error)]


def test(request: methods.CryptoProKeyRequest, context: Context) -> methods.KeyTest:
    """Open a key and compare it with fingerprint and certificate; nothing is signed."""
    return tested(read_folder(request.path), request.number, context.secret)


def tested(files: FolderFiles, number: int | None, password: bytearray | None) -> methods.KeyTest:
    """Test a key in files, wherever they were read; ``number``: which of two."""
    header = read_header(files)
    number = number or min(header.keys)
    warnings: list[str] = []
    with unlocking.unlocked(files, header, number, _password(header, password), warnings) as key:
        public = _spki(header.keys[number].algorithm, key.curve_oid, key.public())
    container = _container(files.folder, header, number, public)
    return methods.KeyTest(container=container, warnings=tuple(warnings))


def sign(request: methods.CryptoProSignRequest, context: Context) -> bytes:
    """Sign a digest. Whether this may be done at all was decided before it was asked."""
    files = read_folder(request.key.path)
    return signed(files, request.key.number, context.secret, request.digest_name, request.digest)


def signed(
    files: FolderFiles,
    number: int | None,
    password: bytearray | None,
    digest_name: str,
    digest: bytes,
) -> bytes:
    """Sign with a key in files, wherever they were read."""
    header = read_header(files)
    number = number or min(header.keys)
    known = header.keys.get(number)
    if known is not None and known.algorithm is KeyAlgorithm.GOST_2001:
        code = ErrorCode.KEY_UNSUPPORTED
        raise RoscherkError(code, name=header.label, algorithm=known.algorithm)
    with unlocking.unlocked(files, header, number, _password(header, password), []) as key:
        algorithm = header.keys[number].algorithm
        _demand_pair(header, number, _spki(algorithm, key.curve_oid, key.public()))
        return loaded_gost_key(key).sign(digest_name, digest)


@contextmanager
def exportable(
    request: methods.CryptoProKeyRequest, password: bytearray
) -> Iterator[tuple[Container, GostKey]]:
    """Lend a key that may leave its container, or raise ``KEY_NOT_EXPORTABLE``.

    The header says so, and its check has no secret in it: whoever can write to the folder can set
    the bit. This program never does, and keeps to what it reads.
    """
    files, header, number = _opened(request)
    parameters = header.keys.get(number)
    if parameters is not None and not parameters.exportable:
        raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=header.label)
    with unlocking.unlocked(files, header, number, password, []) as private:
        key = GostKey(private, header.keys[number].algorithm)
        _demand_pair(header, number, key.public_key)
        yield _container(files.folder, header, number, key.public_key), key


def _opened(request: methods.CryptoProKeyRequest) -> tuple[FolderFiles, Header, int]:
    files = read_folder(request.path)
    header = read_header(files)
    return files, header, request.number or min(header.keys)


def _password(header: Header, given: bytearray | None) -> bytearray:
    """Return the password; where none was set, none has to be given."""
    if given is None:
        if header.has_password:
            raise RoscherkError(ErrorCode.PASSWORD_NEEDED, name=header.label)
        return bytearray()
    return given


def _demand_pair(header: Header, number: int, public: bytes) -> None:
    certificate = header.keys[number].certificate
    if certificate is not None and not same_key(gist_of(certificate).public_key, public):
        raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, name=header.label)


def _spki(algorithm: KeyAlgorithm, curve: str, public: bytes) -> bytes:
    if algorithm is KeyAlgorithm.GOST_2001:
        return spki.encode_public_2001(curve, public)
    return spki.encode_public(curve, public)


def described(folder: Path, header: Header) -> list[Container]:
    """Describe the keys that a header speaks of; none of them was opened."""
    return [_container(folder, header, number, None) for number in sorted(header.keys)]


def _container(folder: Path, header: Header, number: int, public: bytes | None) -> Container:
    parameters = header.keys[number]
    return Container(
        uri=str(KeyUri.of_cryptopro(folder, number if len(header.keys) > 1 else None)),
        place=KeyPlaceKind.CRYPTOPRO,
        label=header.label,
        algorithm=parameters.algorithm,
        certificate=parameters.certificate,
        public_key=public,
        key_start=parameters.fingerprint,
        state=_state(parameters, public),
        exportable=parameters.exportable,
        secret_needed=header.has_password,
        key_not_after=parameters.not_after,
    )


def _state(parameters: KeyParameters, public: bytes | None) -> ContainerState:
    """Say what holds of a key and its certificate; the fingerprint stands for an unopened key."""
    if parameters.algorithm is KeyAlgorithm.GOST_2001:
        return ContainerState.UNSUPPORTED
    certificate = parameters.certificate
    if certificate is None:
        return ContainerState.NO_CERTIFICATE
    try:
        told = gist_of(certificate).public_key
        _, point = spki.decode_public(told)
    except RoscherkError:
        return ContainerState.MISMATCH
    if not point.startswith(parameters.fingerprint):
        return ContainerState.MISMATCH
    return state_of(parameters.algorithm, public or told, certificate, datetime.now(UTC))


def faulty(folder: Path, error: RoscherkError) -> Container:
    """Describe a container of which nothing is known but what is wrong with it."""
    unsupported = error.code is ErrorCode.KEY_UNSUPPORTED
    return Container(
        uri=str(KeyUri.of_cryptopro(folder)),
        place=KeyPlaceKind.CRYPTOPRO,
        label=shown(folder),
        algorithm=None,
        state=ContainerState.UNSUPPORTED if unsupported else ContainerState.DAMAGED,
    )


HANDLERS: Mapping[Method[Any, Any], Callable[[Any, Context], Any]] = {
    methods.CRYPTOPRO_LIST: list_folders,
    methods.CRYPTOPRO_SIGN: sign,
    methods.CRYPTOPRO_TEST: test,
}
