"""Private keys in memory: made, loaded from a container, used once, wiped. In workers only."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from app.algorithms.gost import curves, signing, spki
from app.algorithms.names import KeyAlgorithm, digest_by_name
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_RSA_BITS = 3072
"""128 bits of strength (NIST SP 800-57), and a limit that newer rules still allow (BSI TR-02102)."""

_CURVES: dict[KeyAlgorithm, ec.EllipticCurve] = {
    KeyAlgorithm.ECDSA_P256: ec.SECP256R1(),
    KeyAlgorithm.ECDSA_P384: ec.SECP384R1(),
    KeyAlgorithm.ECDSA_P521: ec.SECP521R1(),
}
_GOST_CURVES = {
    # The sets that people's certificates have; gost-engine and CryptoPro CSP accept both.
    KeyAlgorithm.GOST_256: curves.DEFAULT_256,
    KeyAlgorithm.GOST_512: curves.DEFAULT_512,
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - which digest is good enough is judged above this room
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class SigningKey(Protocol):
    """A private key that is ready to sign a digest."""

    def sign(self, digest_name: str, digest: bytes) -> bytes:
        """Return the signature in CMS byte order."""
        ...


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key just made: what goes into a container. The owner wipes ``private``."""

    private: bytearray
    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    curve: str | None = None


def make_key(
    algorithm: KeyAlgorithm, *, curve: str | None = None, bits: int | None = None
) -> NewKey:
    """Make a key pair, or raise ``KEY_UNSUPPORTED``.

    ``curve``: the OID of a parameter set of GOST, ``bits``: the size of RSA; None: the usual one.
    """
    if algorithm in _GOST_CURVES:
        return _make_gost(_GOST_CURVES[algorithm] if curve is None else _fitting(algorithm, curve))
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if algorithm is KeyAlgorithm.RSA:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits or _RSA_BITS)
    elif algorithm in _CURVES:
        key = ec.generate_private_key(_CURVES[algorithm])
    else:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=algorithm)
    private = exported(key)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return NewKey(private=private, public_key=public)


def _fitting(algorithm: KeyAlgorithm, curve: str) -> str:
    """Return a parameter set that new keys of this algorithm may have; raise otherwise."""
    if not curves.fits(algorithm, curve):
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=algorithm, reason="curve")
    return curve


def exported(key: object) -> bytearray:
    """Return a key of the cryptography library as PKCS #8 DER; the caller wipes it."""
    plain: bytes = key.private_bytes(  # type: ignore[attr-defined]  # every private key has it
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    try:
        return bytearray(plain)
    finally:
        wipe_bytes(plain)


def _make_gost(curve: str) -> NewKey:
    key, public = signing.generate(curve)
    with key:
        private = bytearray(curves.by_oid(curve).size)
        key.write_into(private)
    return NewKey(private=private, public_key=spki.encode_public(curve, public), curve=curve)


def wipe_bytes(data: bytes) -> None:
    """Overwrite bytes that a library made of a private key and nobody else has seen.

    cryptography has no way to write a key into a buffer of ours. CPython keeps the octets at the
    end of the object, before one zero octet.
    """
    header = sys.getsizeof(b"") - 1
    ctypes.memset(id(data) + header, 0, len(data))


@contextmanager
def gost_key(curve: str, private: bytearray) -> Iterator[SigningKey]:
    """Load a GOST key (little-endian number) for one use."""
    with signing.PrivateKey.from_bytes(curve, private) as key:
        yield _GostKey(key)


def loaded_gost_key(key: signing.PrivateKey) -> SigningKey:
    """Return a GOST key that is in secure memory already; wiping it is its owner's work."""
    return _GostKey(key)


def pkcs8_key(private: bytearray) -> SigningKey:
    """Load an RSA or ECDSA key from PKCS #8 DER; raise ``CONTAINER_DAMAGED`` for anything else."""
    try:
        return library_key(load_der_private_key(private, None))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, reason="key") from None


def library_key(key: object) -> SigningKey:
    """Return a key of the cryptography library as one that signs, or raise ``KEY_UNSUPPORTED``."""
    if isinstance(key, rsa.RSAPrivateKey):
        return _RsaKey(key)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _EcKey(key)
    raise RoscherkError(
        ErrorCode.KEY_UNSUPPORTED, algorithm=type(key).__name__.removesuffix("PrivateKey")
    )


def _prehashed(digest_name: str, digest: bytes) -> Prehashed:
    chosen = _HASHES.get(digest_name)
    if chosen is None:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, digest=digest_name)
    _check_size(digest_name, digest)
    return Prehashed(chosen)


def _check_size(digest_name: str, digest: bytes) -> None:
    if len(digest) != digest_by_name(digest_name).size:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, digest=digest_name, size=len(digest))


@contextmanager
def _unfit(algorithm: str) -> Iterator[None]:
    """Name a key that cannot sign this digest: it is too small, or its numbers are no key."""
    try:
        yield
    except (ValueError, InternalError):
        code = ErrorCode.KEY_UNSUPPORTED
        raise RoscherkError(code, algorithm=algorithm, reason="key") from None


@dataclass(frozen=True)
class _RsaKey:
    key: rsa.RSAPrivateKey

    def sign(self, digest_name: str, digest: bytes) -> bytes:
        """Sign by PKCS #1 v1.5."""
        prehashed = _prehashed(digest_name, digest)
        with _unfit(KeyAlgorithm.RSA):
            return self.key.sign(digest, padding.PKCS1v15(), prehashed)


@dataclass(frozen=True)
class _EcKey:
    key: ec.EllipticCurvePrivateKey

    def sign(self, digest_name: str, digest: bytes) -> bytes:
        """Sign; the library writes the DER that CMS wants."""
        prehashed = _prehashed(digest_name, digest)
        with _unfit(self.key.curve.name):
            return self.key.sign(digest, ec.ECDSA(prehashed))


@dataclass(frozen=True)
class _GostKey:
    key: signing.PrivateKey

    def sign(self, digest_name: str, digest: bytes) -> bytes:
        """Sign; s||r, both big-endian."""
        if digest_name not in {"streebog256", "streebog512"}:
            raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, digest=digest_name)
        _check_size(digest_name, digest)
        return self.key.sign(digest)
