"""The worker's side of keys in files: list, make, install, lock anew, sign.

Everything that was decrypted is overwritten before an answer goes out; the password is wiped by
whoever serves the task.
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens import key_transfer
from app.tokens.container_file import (
    Argon2idParameters,
    ContainerFile,
    OpenHeader,
    SealedHeader,
)
from app.tokens.container_names import SUFFIX, name_of
from app.tokens.cryptopro import listing as cryptopro_listing
from app.tokens.cryptopro import reading as cryptopro_reading
from app.tokens.key_print import key_print, key_start
from app.tokens.model import Container, ContainerState
from app.tokens.pairing import gist_of, same_key
from app.tokens.pfx_reading import open_pfx, sign_with_pfx
from app.tokens.secret_pair import split_secrets
from app.tokens.signing_keys import make_key
from app.tokens.store_files import (
    describe,
    exists,
    loaded,
    plain,
    read_container,
    unlocked,
    unreadable,
    write_new,
    write_over,
)

_LEFTOVER_SECONDS = 3600.0
_MOST_EARLIER = 20
"""How many certificates of the years before a container keeps."""


def list_store(request: methods.StoreListRequest, _: Context) -> methods.StoreListing:
    """List the containers of a folder; a file that is damaged hides no other."""
    try:
        with os.scandir(request.folder) as entries:
            there = sorted(Path(each.path) for each in entries)
    except FileNotFoundError:
        return methods.StoreListing(containers=())
    except OSError as error:
        raise unreadable(request.folder, error) from None
    _sweep(path for path in there if path.name.startswith(".") and f"{SUFFIX}." in path.name)
    found = [path for path in there if path.name.endswith(SUFFIX)]
    return methods.StoreListing(
        containers=tuple(_describe_file(path, practice=request.practice) for path in found)
    )


def _sweep(leftovers: Iterable[Path]) -> None:
    """Remove what killed programs left of containers: copies of keys that nobody would miss."""
    for path in leftovers:
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime > _LEFTOVER_SECONDS:
                path.unlink()


def create(request: methods.StoreCreateRequest, context: Context) -> Container:
    """Make a key and write its container, never over another."""
    password = _password(context)
    if os.path.lexists(request.path):
        raise exists(request.path)  # before a second of work
    key = make_key(request.algorithm, curve=request.curve, bits=request.bits)
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
    write_new(request.path, file.dump())
    return describe(request.path, file, practice=request.practice)


def install(request: methods.StoreInstallRequest, _: Context) -> Container:
    """Put a certificate into a container after a check that it is of the same key."""
    file = read_container(request.path)
    gist = gist_of(request.certificate)
    for certificate in request.chain:
        gist_of(certificate)
    if not same_key(gist.public_key, file.sealed.public_key):
        raise RoscherkError(ErrorCode.CERTIFICATE_KEY_MISMATCH, name=name_of(request.path))
    file = replace(file, opened=_renewed(file.opened, request))
    write_over(request.path, file.dump())
    return describe(request.path, file, practice=request.practice)


def _renewed(old: OpenHeader, request: methods.StoreInstallRequest) -> OpenHeader:
    """Put a new certificate in the place of the old one, which is kept behind it."""
    earlier = [each for each in old.earlier if each != request.certificate]
    if old.certificate not in {None, request.certificate, *earlier}:
        earlier.append(old.certificate or b"")
    return OpenHeader(
        certificate=request.certificate,
        chain=request.chain,
        earlier=tuple(earlier[-_MOST_EARLIER:]),
    )


def copy(request: methods.StoreCopyRequest, _: Context) -> Container:
    """Copy a container whose maker let its key out. The key stays under its password."""
    file = read_container(request.source)
    if file.sealed.practice or not file.sealed.exportable:
        raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=name_of(request.source))
    write_new(request.path, file.dump())
    return describe(request.path, file, practice=False)


def certificate_keys(
    request: methods.CertificateKeysRequest, _: Context
) -> methods.CertificateKeys:
    """Tell of which keys these certificates are; what cannot be read is no certificate."""
    return methods.CertificateKeys(keys=tuple(_key_of(each) for each in request.certificates))


def _key_of(certificate: bytes) -> methods.CertificateKey:
    digest = hashlib.sha256(certificate).hexdigest()
    try:
        gist = gist_of(certificate)
    except RoscherkError:
        never = datetime.fromtimestamp(0, UTC)
        return methods.CertificateKey(sha256=digest, key="", not_before=never, not_after=never)
    return methods.CertificateKey(
        sha256=digest,
        key=key_print(gist.public_key),
        public_key=gist.public_key,
        start=key_start(gist.public_key),
        not_before=gist.not_before,
        not_after=gist.not_after,
        authority=gist.authority,
        name=gist.common_name,
    )


def change_password(request: methods.StoreFileRequest, context: Context) -> methods.Done:
    """Lock the key under a new password. The old file stays until the new one is on the disk."""
    old, new = split_secrets(_password(context))
    with old, new:
        file = read_container(request.path)
        with unlocked(request.path, file, old.buffer) as private:
            changed = ContainerFile.lock(file.sealed, file.opened, private, new.buffer)
    write_over(request.path, changed.dump())
    return methods.Done()


def sign(request: methods.FileSignRequest, context: Context) -> bytes:
    """Sign a digest with the key of a container."""
    file = read_container(request.path)
    if file.sealed.practice is not request.practice:
        # A practice container that was carried among real ones stays what it is.
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="practice")
    with (
        unlocked(request.path, file, _password(context)) as private,
        loaded(file.sealed, private) as key,
    ):
        return key.sign(request.digest_name, request.digest)


def _describe_file(path: Path, *, practice: bool) -> Container:
    """Describe one file of a folder, whatever it holds."""
    try:
        file = read_container(path)
    except RoscherkError as error:
        unsupported = error.code is ErrorCode.KEY_UNSUPPORTED
        state = ContainerState.UNSUPPORTED if unsupported else ContainerState.DAMAGED
        return plain(path, state, practice=practice)
    return describe(path, file, practice=practice)


def _password(context: Context) -> bytearray:
    if not context.secret:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    return context.secret


HANDLERS: Mapping[Method[Any, Any], Callable[[Any, Context], Any]] = {
    **cryptopro_reading.HANDLERS,
    **key_transfer.HANDLERS,
    methods.CERTIFICATE_KEYS: certificate_keys,
    methods.CRYPTOPRO_MEDIA: cryptopro_listing.list_media,
    methods.PFX_OPEN: open_pfx,
    methods.PFX_SIGN: sign_with_pfx,
    methods.STORE_COPY: copy,
    methods.STORE_CREATE: create,
    methods.STORE_INSTALL: install,
    methods.STORE_LIST: list_store,
    methods.STORE_PASSWORD: change_password,
    methods.STORE_SIGN: sign,
}
