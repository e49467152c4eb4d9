"""Is this signature by this key? One question for every algorithm, answered with yes or no."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

from app.algorithms import der, digests, names
from app.algorithms.gost import signing, spki
from app.algorithms.names import KeyFamily
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
_SMALL_ORDERS: Mapping[int, tuple[int, frozenset[int]]] = MappingProxyType(
    {
        32: (
            2**255 - 19,
            frozenset(
                {
                    0,
                    1,
                    2**255 - 20,
                    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
                    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
                }
            ),
        ),
        57: (2**448 - 2**224 - 1, frozenset({0, 1, 2**448 - 2**224 - 2})),
    }
)
"""By the length of a key: the field, and y of every point whose order divides the cofactor. Under
such a key one signature can fit all messages (RFC 8032 §5.1 and §5.2 do not refuse it)."""

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

    ``algorithm`` is the AlgorithmIdentifier of the signature, in DER or BER; ``digest_name`` is
    the digest that the signature's bearer names. Give the ``message`` or its ``digest``; EdDSA needs the message.
    An algorithm that contradicts key or digest is a plain no, except in GOST, where real files
    carry the OID of the wrong generation: there key and digest decide, and
    `names.SignatureAlgorithm.fits` tells whether to warn.

    Raises ``ALGORITHM_UNSUPPORTED`` (oid) for an algorithm, curve or parameter that we do not
    know, and for GOST test parameter sets unless ``allow_test_parameters``;
    ``PUBLIC_KEY_INVALID`` for a key that is malformed or no point of its curve.
    """
    key = names.key_algorithm_of_spki(public_key)
    if key is None:
        raise _unsupported(names.algorithm_oid_of_spki(public_key))
    oid, parameters = _identifier(algorithm)
    named = names.signature_by_oid(oid)
    size = names.digest_by_name(digest_name).size
    if named.family is not key.family:
        return False
    if not key.is_gost and not named.fits(key, digest_name):
        return False
    if key.family is KeyFamily.EDDSA:
        return _verify_eddsa(_load(public_key), message, signature)
    value = digest if digest is not None else _digest(digest_name, message)
    if len(value) != size:
        return False
    if key.is_gost:
        expected = digest_name == names.default_digest(key)
        curve_oid, public = spki.decode_public(public_key)
        return expected and signing.verify(
            curve_oid, public, value, signature, allow_test=allow_test_parameters
        )
    scheme = _scheme(oid, parameters, digest_name)
    return _verify_classic(_load(public_key), scheme, digest_name, value, signature)


def _digest(name: str, message: bytes | None) -> bytes:
    if message is None:
        raise ValueError("give the message or its digest")
    return digests.digest(name, message)


def _verify_eddsa(key: _PublicKey, message: bytes | None, signature: bytes) -> bool:
    if message is None:
        raise ValueError("EdDSA signs messages, not digests")
    if not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return False
    try:
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_classic(
    key: _PublicKey,
    scheme: padding.AsymmetricPadding | None,
    digest_name: str,
    digest: bytes,
    signature: bytes,
) -> bool:
    """Check RSA and ECDSA over a finished digest."""
    if digest_name not in _HASHES:
        return False
    prehashed = utils.Prehashed(_HASHES[digest_name])
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(prehashed))
        elif isinstance(key, rsa.RSAPublicKey) and scheme is not None:
            key.verify(signature, digest, scheme, prehashed)
        else:
            return False
    except UnsupportedAlgorithm as error:
        raise _unsupported(digest_name) from error
    except (InvalidSignature, ValueError):
        return False
    return True


def _scheme(
    oid: str, parameters: der.Value | None, digest_name: str
) -> padding.AsymmetricPadding | None:
    """Return the RSA padding that was named; None when its parameters contradict the digest."""
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
    """Take an AlgorithmIdentifier apart; one lifted out of a BER file may be BER itself."""
    try:
        parts = der.read(der.from_ber(algorithm)).children(der.SEQUENCE)
        oid = parts[0].as_oid()
    except (der.DerError, IndexError) as error:
        raise _unsupported("") from error
    if len(parts) > 2:
        raise _unsupported(oid)
    return oid, parts[1] if len(parts) == 2 else None


@lru_cache(maxsize=64)
def _load(public_key: bytes) -> _PublicKey:
    try:
        key = serialization.load_der_public_key(public_key)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="key") from error
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        _demand_order(key.public_bytes_raw())
    if isinstance(key, _PublicKey):
        return key
    raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="kind")


def _demand_order(point: bytes) -> None:
    """Refuse a point of small order, whatever spelling of its y is used."""
    field, small = _SMALL_ORDERS[len(point)]
    y = int.from_bytes(point, "little") & ((1 << 8 * len(point) - 1) - 1)
    if y % field in small:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="order")


def _unsupported(oid: str) -> RoscherkError:
    return RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid)
