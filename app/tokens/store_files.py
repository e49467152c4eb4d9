"""Container files of the program's own store on the disk: read, written, described. In workers.

The form of the files is told in ``app.tokens.container_file``.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.places import create_private, write_private
from app.tokens.container_file import MAX_SIZE, ContainerFile, SealedHeader
from app.tokens.container_names import file_of, name_of, twin_of
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pairing import state_of
from app.tokens.signing_keys import SigningKey, gost_key, pkcs8_key
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


@contextmanager
def unlocked(path: Path, file: ContainerFile, password: bytearray) -> Iterator[bytearray]:
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
def loaded(sealed: SealedHeader, private: bytearray) -> Iterator[SigningKey]:
    """Lend a decrypted key as one that signs."""
    if sealed.curve is None:
        yield pkcs8_key(private)
        return
    with gost_key(sealed.curve, private) as key:
        yield key


def describe(path: Path, file: ContainerFile, *, practice: bool) -> Container:
    """Return what is to be said of a container file that was read."""
    sealed, opened = file.sealed, file.opened
    state = state_of(sealed.algorithm, sealed.public_key, opened.certificate, datetime.now(UTC))
    if sealed.practice is not practice or not _has_own_name(path):
        state = ContainerState.UNSUPPORTED
    return replace(
        plain(path, state, practice=practice or sealed.practice),
        algorithm=sealed.algorithm,
        public_key=sealed.public_key,
        certificate=opened.certificate,
        chain=opened.chain,
        earlier=opened.earlier,
        exportable=sealed.exportable and not sealed.practice,
        imported=sealed.imported,
    )


def plain(path: Path, state: ContainerState, *, practice: bool) -> Container:
    """Return what is to be said of a file of which only the name is known."""
    name = name_of(path)
    return Container(
        uri=str(KeyUri.of_container(name, practice=practice)),
        place=KeyPlaceKind.STORE,
        label=name,
        algorithm=None,
        state=state,
        practice=practice,
    )


def _has_own_name(path: Path) -> bool:
    """Tell whether the name leads back to this file (somebody may have renamed it by hand)."""
    try:
        return file_of(path.parent, name_of(path)).name == path.name
    except RoscherkError:
        return False


def read_container(path: Path) -> ContainerFile:
    """Read a file; raise ``CONTAINER_NOT_FOUND``, ``CONTAINER_DAMAGED`` or ``KEY_UNSUPPORTED``."""
    try:
        return ContainerFile.parse(read_small_file(path, MAX_SIZE))
    except RoscherkError as error:
        code = _FILE_ERRORS.get(error.code, error.code)
        raise RoscherkError(code, **{**error.facts, "name": name_of(path)}) from None


def write_new(path: Path, data: bytes) -> None:
    """Write a container file that did not exist; raise ``CONTAINER_EXISTS`` if it does."""
    if twin_of(path) is not None:
        raise exists(path)
    try:
        create(path, data)
    except FileExistsError:
        raise exists(path) from None


def create(path: Path, data: bytes) -> None:
    """Write a file that did not exist, whole or not at all.

    Raises `FileExistsError`, ``TARGET_UNWRITABLE``, ``DISK_FULL``.
    """
    try:
        create_private(path, data)
    except FileExistsError:
        raise
    except OSError as error:
        raise unwritable(path, error) from None


def write_over(path: Path, data: bytes) -> None:
    """Put a new file in the place of an old one in one step, readable by its owner alone."""
    try:
        write_private(path, data)
    except OSError as error:
        raise unwritable(path, error) from None


def exists(path: Path) -> RoscherkError:
    """Return the error of a container that is there already."""
    return RoscherkError(ErrorCode.CONTAINER_EXISTS, name=name_of(path))


def unreadable(path: Path, error: OSError) -> RoscherkError:
    """Return the error of a file or folder that cannot be read."""
    code = ErrorCode.FILE_UNREADABLE
    return RoscherkError(code, path=str(path), errno=error.errno or 0)


def unwritable(path: Path, error: OSError) -> RoscherkError:
    """Return the error of a file that cannot be written."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = ErrorCode.DISK_FULL if full else ErrorCode.TARGET_UNWRITABLE
    return RoscherkError(code, path=str(path), errno=error.errno or 0)
