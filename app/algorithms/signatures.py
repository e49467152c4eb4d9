"""Is this signature by this key? One question for every algorithm, answered with yes or no."""

from collections.abc import Mapping
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

from app.algorithms import der, digests, names
from app.algorithms.gost import signing, spki
from app.algorithms.names import KeyAlgorithm, KeyFamily
from app.errors import ErrorCode, RoscherkError

_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {
        # Old signatures are checked too; that MD5 and SHA-1 prove nothing is the verdict's word.
        "md5": hashes.MD5(),  # noqa: S303
        "sha1": hashes.SHA1(),  # noqa: S303
        "sha224": hashes.SHA224(),
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
)
_MGF1_OID = "1.2.840.113549.1.1.8"
_MAX_SALT = 512

_PublicKey = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
)


def verify(
    public_key: bytes,
    algorithm: bytes,
    *,
    digest_name: str,
    message: bytes | None = None,
    digest: bytes | None = None,
    signature: bytes,
    allow_test_parameters: bool = False,
) -> bool:
    """Tell whether ``signature`` is by ``public_key`` (DER SubjectPublicKeyInfo).

    ``algorithm`` is the DER AlgorithmIdentifier of the signature, ``digest_name`` the digest that
    the signature's bearer names. Give the ``message`` or its ``digest``; EdDSA needs the message.
    An algorithm that contradicts key or digest is a plain no, except in GOST, where real files
    carry the OID of the wrong generation: there key and digest decide, and
    `names.SignatureAlgorithm.fits` tells whether to warn.

    Raises ``ALGORITHM_UNSUPPORTED`` (oid) for an algorithm, curve or parameter that we do not
    know, and for GOST test parameter sets unless ``allow_test_parameters``;
    ``PUBLIC_KEY_INVALID`` for a key that is malformed or no point of its curve.
    """
    if message is None and digest is None:
        raise ValueError("give the message or its digest")
    key = names.key_algorithm_of_spki(public_key)
    if key is None:
        raise _unsupported(names.algorithm_oid_of_spki(public_key))
    oid, parameters = _identifier(algorithm)
    named = names.signature_by_oid(oid)
    size = names.digest_by_name(digest_name).size
    if named.family is not key.family:
        return False
    if key.family is not KeyFamily.GOST and not named.fits(key, digest_name):
        return False
    if key.family is KeyFamily.EDDSA:
        if message is None:
            raise ValueError("EdDSA signs messages, not digests")
        return _verify_eddsa(_load(public_key), message, signature)
    if digest is None:
        digest = digests.digest(digest_name, message or b"")
    if len(digest) != size:
        return False
    if key.family is KeyFamily.GOST:
        return _verify_gost(
            key, public_key, digest_name, digest, signature, allow_test=allow_test_parameters
        )
    if digest_name not in _HASHES:
        return False
    return _verify_classic(_load(public_key), oid, parameters, digest_name, digest, signature)


def _verify_gost(
    key: KeyAlgorithm,
    public_key: bytes,
    digest_name: str,
    digest: bytes,
    signature: bytes,
    *,
    allow_test: bool,
) -> bool:
    curve_oid, public = spki.decode_public(public_key)
    if digest_name != names.default_digest(key):
        return False
    return signing.verify(curve_oid, public, digest, signature, allow_test=allow_test)


def _verify_eddsa(key: _PublicKey, message: bytes, signature: bytes) -> bool:
    if not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return False
    try:
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_classic(
    key: _PublicKey,
    oid: str,
    parameters: der.Value | None,
    digest_name: str,
    digest: bytes,
    signature: bytes,
) -> bool:
    """Check RSA and ECDSA over a finished digest."""
    prehashed = utils.Prehashed(_HASHES[digest_name])
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(prehashed))
        elif isinstance(key, rsa.RSAPublicKey):
            scheme = _rsa_padding(oid, parameters, digest_name)
            if scheme is None:
                return False
            key.verify(signature, digest, scheme, prehashed)
        else:
            return False
    except UnsupportedAlgorithm as error:
        raise _unsupported(oid) from error
    except (InvalidSignature, ValueError):
        return False
    return True


def _rsa_padding(
    oid: str, parameters: der.Value | None, digest_name: str
) -> padding.AsymmetricPadding | None:
    """Return the padding that was named; None when its parameters contradict the digest."""
    if oid != names.RSA_PSS_OID:
        return padding.PKCS1v15()
    try:
        digest_oid, mgf_oid, mgf_digest_oid, salt, trailer = _pss_parameters(parameters)
    except (der.DerError, ValueError):
        return None
    if mgf_oid != _MGF1_OID:
        raise _unsupported(mgf_oid)
    mgf_digest = names.digest_by_oid(mgf_digest_oid)
    if mgf_digest.name not in _HASHES:
        raise _unsupported(mgf_digest_oid)
    if names.digest_by_oid(digest_oid).name != digest_name:
        return None
    if trailer != 1 or not 0 <= salt <= _MAX_SALT:
        return None
    return padding.PSS(mgf=padding.MGF1(_HASHES[mgf_digest.name]), salt_length=salt)


def _pss_parameters(parameters: der.Value | None) -> tuple[str, str, str, int, int]:
    """Read RSASSA-PSS-params (RFC 8017 A.2.3): digest, MGF, its digest, salt length, trailer."""
    sha1 = names.digest_by_name("sha1").oid
    digest, mgf, mgf_digest, salt, trailer = sha1, _MGF1_OID, sha1, 20, 1
    last = -1
    for field in () if parameters is None else parameters.children(der.SEQUENCE):
        number = field.tag - 0xA0
        if number <= last:
            raise der.DerError("order")
        last = number
        (inner,) = field.children()
        if number == 0:
            digest = inner.children(der.SEQUENCE)[0].as_oid()
        elif number == 1:
            name, argument = inner.children(der.SEQUENCE)
            mgf, mgf_digest = name.as_oid(), argument.children(der.SEQUENCE)[0].as_oid()
        elif number == 2:
            salt = inner.as_integer()
        elif number == 3:
            trailer = inner.as_integer()
        else:
            raise der.DerError("field")
    return digest, mgf, mgf_digest, salt, trailer


def _identifier(algorithm: bytes) -> tuple[str, der.Value | None]:
    """Take a DER AlgorithmIdentifier apart."""
    try:
        parts = der.read(algorithm).children(der.SEQUENCE)
        oid = parts[0].as_oid()
    except (der.DerError, IndexError) as error:
        raise _unsupported("") from error
    if len(parts) > 2:
        raise _unsupported(oid)
    return oid, parts[1] if len(parts) == 2 else None


def _load(public_key: bytes) -> _PublicKey:
    try:
        key = serialization.load_der_public_key(public_key)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="key") from error
    if isinstance(key, _PublicKey):
        return key
    raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="kind")


def _unsupported(oid: str) -> RoscherkError:
    return RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid)
