"""The worker's side of keys in files: list, make, install, lock anew, sign.

Everything that was decrypted is overwritten before an answer goes out; the password is wiped by
whoever serves the task.
"""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.errors import ErrorCode, RoscherkError
from app.places import write_private
from app.processes.method import Method
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.container_file import (
    MAX_SIZE,
    Argon2idParameters,
    ContainerFile,
    OpenHeader,
    SealedHeader,
)
from app.tokens.container_names import SUFFIX, file_of, name_of
from app.tokens.cryptopro import reading as cryptopro_reading
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pairing import gist_of, same_key, state_of
from app.tokens.pfx_reading import open_pfx, sign_with_pfx
from app.tokens.secret_pair import split_secrets
from app.tokens.signing_keys import SigningKey, gost_key, make_key, pkcs8_key
from app.tokens.small_files import read_small_file
from app.tokens.uri import KeyUri

_FILE_ERRORS = {
    ErrorCode.FILE_NOT_FOUND: ErrorCode.CONTAINER_NOT_FOUND,
    ErrorCode.FILE_EMPTY: ErrorCode.CONTAINER_DAMAGED,
    ErrorCode.FILE_TOO_LARGE: ErrorCode.CONTAINER_DAMAGED,
    ErrorCode.FILE_IS_FOLDER: ErrorCode.CONTAINER_DAMAGED,
    ErrorCode.FILE_NOT_REGULAR: ErrorCode.CONTAINER_DAMAGED,
}
"""What is wrong with a file, said of the container it should be."""


def list_store(request: methods.StoreListRequest, _: Context) -> methods.StoreListing:
    """List the containers of a folder; a file that is damaged hides no other."""
    try:
        with os.scandir(request.folder) as entries:
            found = sorted(Path(e.path) for e in entries if e.name.endswith(SUFFIX))
    except FileNotFoundError:
        return methods.StoreListing(containers=())
    except OSError as error:
        raise _unreadable(request.folder, error) from None
    return methods.StoreListing(
        containers=tuple(_describe_file(path, practice=request.practice) for path in found)
    )


def create(request: methods.StoreCreateRequest, context: Context) -> Container:
    """Make a key and write its container, never over another."""
    password = _password(context)
    if os.path.lexists(request.path):
        raise _exists(request.path)  # before a second of work
    key = make_key(request.algorithm)
    try:
        sealed = SealedHeader(
            algorithm=request.algorithm,
            curve=key.curve,
            public_key=key.public_key,
            created=datetime.now(UTC),
            practice=request.practice,
            kdf=Argon2idParameters(salt=b""),
            nonce=b"",
        )
        file = ContainerFile.lock(sealed, OpenHeader(), key.private, password)
    finally:
        key.private[:] = bytes(len(key.private))
    _write_new(request.path, file.dump())
    return _describe(request.path, file, practice=request.practice)


def install(request: methods.StoreInstallRequest, _: Context) -> Container:
    """Put a certificate into a container after a check that it is of the same key."""
    file = _read(request.path)
    gist = gist_of(request.certificate)
    for certificate in request.chain:
        gist_of(certificate)
    if not same_key(gist.public_key, file.sealed.public_key):
        raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, name=name_of(request.path))
    opened = OpenHeader(certificate=request.certificate, chain=request.chain)
    file = replace(file, opened=opened)
    _write(request.path, file.dump())
    return _describe(request.path, file, practice=request.practice)


def change_password(request: methods.StoreFileRequest, context: Context) -> methods.Done:
    """Lock the key under a new password. The old file stays until the new one is on the disk."""
    old, new = split_secrets(_password(context))
    with old, new:
        file = _read(request.path)
        with _unlocked(request.path, file, old.buffer) as private:
            changed = ContainerFile.lock(file.sealed, file.opened, private, new.buffer)
    _write(request.path, changed.dump())
    return methods.Done()


def sign(request: methods.FileSignRequest, context: Context) -> bytes:
    """Sign a digest with the key of a container."""
    file = _read(request.path)
    if file.sealed.practice is not request.practice:
        # A practice container that was carried among real ones stays what it is.
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="practice")
    with (
        _unlocked(request.path, file, _password(context)) as private,
        _loaded(file.sealed, private) as key,
    ):
        return key.sign(request.digest_name, request.digest)


@contextmanager
def _unlocked(path: Path, file: ContainerFile, password: bytearray) -> Iterator[bytearray]:
    """Decrypt the private key for a moment."""
    try:
        private = file.unlock(password)
    except RoscherkError as error:
        raise error.with_facts(name=name_of(path)) from None
    try:
        yield private
    finally:
        private[:] = bytes(len(private))


@contextmanager
def _loaded(sealed: SealedHeader, private: bytearray) -> Iterator[SigningKey]:
    if sealed.curve is None:
        yield pkcs8_key(private)
        return
    with gost_key(sealed.curve, private) as key:
        yield key


def _describe_file(path: Path, *, practice: bool) -> Container:
    """Describe one file of a folder, whatever it holds."""
    try:
        file = _read(path)
    except RoscherkError as error:
        unsupported = error.code is ErrorCode.KEY_UNSUPPORTED
        state = ContainerState.UNSUPPORTED if unsupported else ContainerState.DAMAGED
        return _plain(path, state, practice=practice)
    return _describe(path, file, practice=practice)


def _describe(path: Path, file: ContainerFile, *, practice: bool) -> Container:
    sealed, opened = file.sealed, file.opened
    state = state_of(sealed.algorithm, sealed.public_key, opened.certificate, datetime.now(UTC))
    if sealed.practice is not practice or not _has_own_name(path):
        state = ContainerState.UNSUPPORTED
    return replace(
        _plain(path, state, practice=practice or sealed.practice),
        algorithm=sealed.algorithm,
        public_key=sealed.public_key,
        certificate=opened.certificate,
        chain=opened.chain,
    )


def _plain(path: Path, state: ContainerState, *, practice: bool) -> Container:
    name = name_of(path)
    return Container(
        uri=str(KeyUri.of_container(name, practice=practice)),
        place=KeyPlaceKind.STORE,
        label=name,
        algorithm=None,
        state=state,
        practice=practice,
        exportable=False,
    )


def _has_own_name(path: Path) -> bool:
    """Tell whether the name leads back to this file (somebody may have renamed it by hand)."""
    try:
        return file_of(path.parent, name_of(path)).name == path.name
    except RoscherkError:
        return False


def _read(path: Path) -> ContainerFile:
    try:
        return ContainerFile.parse(read_small_file(path, MAX_SIZE))
    except RoscherkError as error:
        code = _FILE_ERRORS.get(error.code, error.code)
        raise RoscherkError(code, **{**error.facts, "name": name_of(path)}) from None


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that did not exist: the name is taken first, then filled in one step."""
    try:
        path.open("xb").close()
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        _write(path, data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(path: Path, data: bytes) -> None:
    try:
        write_private(path, data)
    except OSError as error:
        raise _unwritable(path, error) from None


def _password(context: Context) -> bytearray:
    if not context.secret:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    return context.secret


def _exists(path: Path) -> RoscherkError:
    return RoscherkError(ErrorCode.CONTAINER_EXISTS, name=name_of(path))


def _unreadable(path: Path, error: OSError) -> RoscherkError:
    code = ErrorCode.FILE_UNREADABLE
    return RoscherkError(code, path=str(path), errno=error.errno or 0)


def _unwritable(path: Path, error: OSError) -> RoscherkError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = ErrorCode.DISK_FULL if full else ErrorCode.TARGET_UNWRITABLE
    return RoscherkError(code, path=str(path), errno=error.errno or 0)


HANDLERS: Mapping[Method[Any, Any], Callable[[Any, Context], Any]] = {
    **cryptopro_reading.HANDLERS,
    methods.PFX_OPEN: open_pfx,
    methods.PFX_SIGN: sign_with_pfx,
    methods.STORE_CREATE: create,
    methods.STORE_INSTALL: install,
    methods.STORE_LIST: list_store,
    methods.STORE_PASSWORD: change_password,
    methods.STORE_SIGN: sign,
}
