"""The worker's side of PKCS #12 files: open one, describe it, sign with its key."""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

from app.algorithms.names import KeyAlgorithm, KeyFamily, key_algorithm_of_spki
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.tokens import file_methods as methods
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.pairing import gist_of, same_key, state_of
from app.tokens.pfx_diagnosis import why_not
from app.tokens.signing_keys import library_key
from app.tokens.small_files import read_small_file
from app.tokens.uri import KeyUri

_MAX_SIZE = 4 << 20
_SIGNS_DIGESTS = frozenset({KeyFamily.RSA, KeyFamily.ECDSA})


@dataclass(frozen=True)
class _Contents:
    """What a file held, once open."""

    bundle: PKCS12KeyAndCertificates
    public_key: bytes | None
    certificate: bytes | None
    chain: tuple[bytes, ...]
    label: str


def open_pfx(request: methods.PfxOpenRequest, context: Context) -> Container:
    """Open a file with its password and describe the key in it."""
    contents = _open(request.path, context)
    algorithm = None if contents.public_key is None else key_algorithm_of_spki(contents.public_key)
    return Container(
        uri=str(KeyUri.of_pfx(request.path)),
        place=KeyPlaceKind.PFX,
        label=contents.label,
        algorithm=algorithm,
        public_key=contents.public_key,
        certificate=contents.certificate,
        chain=contents.chain,
        state=_state(contents, algorithm),
        exportable=True,
    )


def sign_with_pfx(request: methods.FileSignRequest, context: Context) -> bytes:
    """Sign a digest with the key of a file."""
    contents = _open(request.path, context)
    if contents.bundle.key is None:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, path=str(request.path))
    return library_key(contents.bundle.key).sign(request.digest_name, request.digest)


def _state(contents: _Contents, algorithm: KeyAlgorithm | None) -> ContainerState:
    if contents.public_key is None:
        return ContainerState.NO_KEY
    if algorithm is None or algorithm.family not in _SIGNS_DIGESTS:
        return ContainerState.UNSUPPORTED
    return state_of(algorithm, contents.public_key, contents.certificate, datetime.now(UTC))


def _open(path: Path, context: Context) -> _Contents:
    if context.secret is None:
        raise RoscherkError(ErrorCode.PASSWORD_NEEDED)
    data = read_small_file(path, _MAX_SIZE)
    try:
        bundle = _load(data, context.secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise why_not(data, context.secret).with_facts(path=str(path)) from None
    return _contents(bundle, path)


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


def _contents(bundle: PKCS12KeyAndCertificates, path: Path) -> _Contents:
    public = None
    if bundle.key is not None:
        public = bundle.key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
    found = [one for one in (bundle.cert, *bundle.additional_certs) if one is not None]
    ders = [one.certificate.public_bytes(Encoding.DER) for one in found]
    own = next((der for der in ders if public is None or _belongs(der, public)), None)
    names = [one.friendly_name for one in found if one.friendly_name]
    return _Contents(
        bundle=bundle,
        public_key=public,
        certificate=own,
        chain=tuple(der for der in ders if der != own),
        label=_label(names, own, path),
    )


def _belongs(certificate: bytes, public_key: bytes) -> bool:
    try:
        return same_key(gist_of(certificate).public_key, public_key)
    except RoscherkError:
        return False


def _label(names: list[bytes], certificate: bytes | None, path: Path) -> str:
    """Name the key as the file does, else as its certificate does, else by the file."""
    if names:
        return names[0].decode("utf-8", "replace")
    if certificate is not None:
        try:
            if common_name := gist_of(certificate).common_name:
                return common_name
        except RoscherkError:
            pass  # the state says that something is wrong with it
    return str(path.name).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
