"""The worker's side of PKCS #12 files: open one, describe it, sign with its key.

Files without GOST are the cryptography library's to open; those with it, and all that the library
refuses, are read by our own reader, whose error says why not.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

from app.algorithms import der
from app.algorithms.der import DerError
from app.algorithms.names import KeyAlgorithm, KeyFamily
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pairing import gist_of, same_key, state_of
from app.tokens.pfx.contents import Certificate, Opened, is_russian, open_contents
from app.tokens.private_keys import LibraryKey, PrivateKey
from app.tokens.small_files import read_small_file
from app.tokens.uri import KeyUri
from app.values import dataclass

_MAX_SIZE = 4 << 20
_SIGNS_DIGESTS = frozenset({KeyFamily.RSA, KeyFamily.ECDSA, KeyFamily.GOST})


@dataclass(frozen=True)
class PfxContents:
    """What a file held, once open."""

    key: PrivateKey | None
    certificate: bytes | None
    chain: tuple[bytes, ...]
    label: str

    def demand_key(self, path: Path) -> PrivateKey:
        """Return the key, or raise ``KEY_NOT_FOUND``."""
        if self.key is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, path=str(path), reason="no_key")
        return self.key


def open_pfx(request: methods.PfxOpenRequest, context: Context) -> Container:
    """Open a file with its password and describe the key in it."""
    with opened_pfx(request.path, _password(context)) as contents:
        key = contents.key
        return Container(
            uri=str(KeyUri.of_pfx(request.path)),
            place=KeyPlaceKind.PFX,
            label=contents.label,
            algorithm=None if key is None else key.algorithm,
            public_key=None if key is None else key.public_key,
            certificate=contents.certificate,
            chain=contents.chain,
            state=_state(contents),
            exportable=True,
        )


def sign_with_pfx(request: methods.FileSignRequest, context: Context) -> bytes:
    """Sign a digest with the key of a file."""
    with opened_pfx(request.path, _password(context)) as contents:
        key = contents.demand_key(request.path)
        return key.signer().sign(request.digest_name, request.digest)


@contextmanager
def opened_pfx(path: Path, password: bytearray) -> Iterator[PfxContents]:
    """Open a file for a moment; its key is wiped at the end.

    Raises ``PFX_DAMAGED``, ``PASSWORD_WRONG``, ``KEY_UNSUPPORTED``, and those of reading a file.
    """
    data = _without_rest(read_small_file(path, _MAX_SIZE))
    try:
        opened = _opened(data, password)
    except RoscherkError as error:
        raise error.with_facts(path=str(path)) from None
    try:
        yield _contents(opened, path)
    finally:
        if opened.key is not None:
            opened.key.wipe()


def _without_rest(data: bytes) -> bytes:
    """Leave out what stands behind the file's own structure, such as a stray end of a line.

    All readers get the same octets: a second file behind the first must not hide its work from the
    one that counts it.
    """
    try:
        return der.first(data)
    except DerError:
        return data


def _password(context: Context) -> bytearray:
    if context.secret is None:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    return context.secret


def _state(contents: PfxContents) -> ContainerState:
    key = contents.key
    if key is None:
        return ContainerState.NO_KEY
    algorithm = key.algorithm
    if algorithm is None or algorithm.family not in _SIGNS_DIGESTS:
        return ContainerState.UNSUPPORTED
    if algorithm is KeyAlgorithm.GOST_2001:
        return ContainerState.UNSUPPORTED
    return state_of(algorithm, key.public_key, contents.certificate, datetime.now(UTC))


def _opened(data: bytes, password: bytearray) -> Opened:
    if is_russian(data):
        return open_contents(data, password)
    try:
        return _from_library(_load(data, password))
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        return open_contents(data, password)


def _load(data: bytes, password: bytearray) -> PKCS12KeyAndCertificates:
    # Old certificates with odd serial numbers are judged elsewhere; here they may not disturb.
    with warnings.catch_warnings(action="ignore"):
        if password:
            return pkcs12.load_pkcs12(data, password)  # type: ignore[arg-type]  # takes any buffer
        # An empty password is written in two ways (RFC 7292 B.1), and nobody knows which it was.
        try:
            return pkcs12.load_pkcs12(data, None)
        except ValueError:
            return pkcs12.load_pkcs12(data, b"")


def _from_library(bundle: PKCS12KeyAndCertificates) -> Opened:
    found = [one for one in (bundle.cert, *bundle.additional_certs) if one is not None]
    certificates = [
        Certificate(
            one.certificate.public_bytes(Encoding.DER),
            (one.friendly_name or b"").decode("utf-8", "replace"),
        )
        for one in found
    ]
    return Opened(
        None if bundle.key is None else LibraryKey(bundle.key), tuple(certificates), name=""
    )


def _contents(opened: Opened, path: Path) -> PfxContents:
    public = None if opened.key is None else opened.key.public_key
    ders = [each.der for each in opened.certificates]
    own = next((each for each in ders if public is None or _belongs(each, public)), None)
    told = [each.name for each in opened.certificates if each.name] + [opened.name]
    return PfxContents(
        key=opened.key,
        certificate=own,
        chain=tuple(each for each in ders if each != own),
        label=_label(told[0], own, path),
    )


def _belongs(certificate: bytes, public_key: bytes) -> bool:
    try:
        return same_key(gist_of(certificate).public_key, public_key)
    except RoscherkError:
        return False


def _label(name: str, certificate: bytes | None, path: Path) -> str:
    """Name the key as the file does, else as its certificate does, else by the file."""
    if name:
        return name
    if certificate is not None:
        try:
            if common_name := gist_of(certificate).common_name:
                return common_name
        except RoscherkError:
            pass  # the state says that something is wrong with it
    return str(path.name).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
