"""A key that lives only in memory, for an authority that signs a few certificates and is gone."""

import hashlib
from typing import Protocol, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from app.algorithms import der, digests
from app.algorithms.gost import signing as gost_signing
from app.algorithms.gost import spki as gost_spki
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError

_CURVES: dict[KeyAlgorithm, tuple[ec.EllipticCurve, hashes.HashAlgorithm]] = {
    KeyAlgorithm.ECDSA_P256: (ec.SECP256R1(), hashes.SHA256()),
    KeyAlgorithm.ECDSA_P384: (ec.SECP384R1(), hashes.SHA384()),
    KeyAlgorithm.ECDSA_P521: (ec.SECP521R1(), hashes.SHA512()),
}

_GOST = {
    # tc26-256-B is CryptoPro-A under its TC26 name: RFC 9215 §4.2 wants no digestParamSet with it.
    KeyAlgorithm.GOST_256: ("1.2.643.7.1.2.1.1.2", "streebog256"),
    KeyAlgorithm.GOST_512: ("1.2.643.7.1.2.1.2.1", "streebog512"),
}

RSA_BITS = 2048


class IssuerKey(Protocol):
    """What an issuer of certificates needs of its key."""

    @property
    def algorithm(self) -> KeyAlgorithm:
        """The kind of the key."""
        ...

    @property
    def public(self) -> bytes:
        """SubjectPublicKeyInfo in DER."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a certificate's tbs bytes."""
        ...


class EphemeralKey:
    """A fresh key pair that is never stored. ``wipe`` forgets it."""

    def __init__(self, algorithm: KeyAlgorithm, private: "_Signer", public: bytes) -> None:
        self.algorithm = algorithm
        self.public = public
        self._private: _Signer | None = private

    @classmethod
    def generate(
        cls, algorithm: KeyAlgorithm, *, curve: str | None = None, rsa_bits: int = RSA_BITS
    ) -> Self:
        """Make a key of this kind; raise ``KEY_UNSUPPORTED`` for kinds that nobody may make.

        ``curve``: the OID of a parameter set of GOST, of the size of ``algorithm``.
        """
        if algorithm in _GOST:
            usual, digest_name = _GOST[algorithm]
            curve = curve or usual
            private, public = gost_signing.generate(curve)
            spki = gost_spki.encode_public(curve, public)
            return cls(algorithm, _GostSigner(private, digest_name), spki)
        if algorithm is KeyAlgorithm.GOST_2001:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=algorithm.value)
        native = _native(algorithm, rsa_bits)
        spki = native.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(algorithm, _NativeSigner(algorithm, native), spki)

    def sign(self, message: bytes) -> bytes:
        """Sign; the signature has the form that certificates of this kind hold."""
        if self._private is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, algorithm=self.algorithm.value)
        return self._private.sign(message)

    def wipe(self) -> None:
        """Forget the private key."""
        if self._private is not None:
            self._private.wipe()
            self._private = None


class _Signer(Protocol):
    def sign(self, message: bytes) -> bytes: ...
    def wipe(self) -> None: ...


class _GostSigner:
    def __init__(self, private: gost_signing.PrivateKey, digest_name: str) -> None:
        self._private = private
        self._digest_name = digest_name

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(digests.digest(self._digest_name, message))

    def wipe(self) -> None:
        self._private.wipe()


NativeKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)


class _NativeSigner:
    def __init__(self, algorithm: KeyAlgorithm, private: NativeKey) -> None:
        self._algorithm = algorithm
        self._private: NativeKey | None = private

    def sign(self, message: bytes) -> bytes:
        private = self._private
        if isinstance(private, rsa.RSAPrivateKey):
            return private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(private, ec.EllipticCurvePrivateKey):
            return private.sign(message, ec.ECDSA(_CURVES[self._algorithm][1]))
        if private is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, algorithm=self._algorithm.value)
        return private.sign(message)

    def wipe(self) -> None:
        self._private = None  # OpenSSL clears the key when its object goes


def _native(algorithm: KeyAlgorithm, rsa_bits: int) -> NativeKey:
    if algorithm is KeyAlgorithm.RSA:
        return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
    if algorithm is KeyAlgorithm.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm is KeyAlgorithm.ED448:
        return ed448.Ed448PrivateKey.generate()
    return ec.generate_private_key(_CURVES[algorithm][0])


def key_id(spki: bytes) -> bytes:
    """Return the usual name of a key: SHA-1 of its bits (RFC 5280 §4.2.1.2, first method)."""
    bits = der.read(spki).children(der.SEQUENCE)[1].content
    return hashlib.sha1(bits[1:], usedforsecurity=False).digest()
