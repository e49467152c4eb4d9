"""DSA in old certificates: only their signatures are checked; nothing is ever signed with it.

A key may leave out its parameters and inherit them from its issuer (RFC 3279 §2.3.2), so it can be
used only where the path above it is known.
"""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa

from app.algorithms import der
from app.errors import ErrorCode, RoscherkError

_OID = der.oid("1.2.840.10040.4.1")
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.10040.4.3": hashes.SHA1(),  # noqa: S303 - old; that it is weak is the verdict's word
    "2.16.840.1.101.3.4.3.1": hashes.SHA224(),
    "2.16.840.1.101.3.4.3.2": hashes.SHA256(),
}


def is_dsa(public_key: bytes) -> bool:
    """Tell whether a SubjectPublicKeyInfo holds a DSA key."""
    return _algorithm(public_key)[:1] == (_OID,)


def lacks_parameters(public_key: bytes) -> bool:
    """Tell whether this is a DSA key that inherits its parameters."""
    return _algorithm(public_key) == (_OID,)


def inherited(public_key: bytes, above: bytes) -> bytes | None:
    """Return the key with the parameters of the key ``above``; None if that has none either."""
    parts = _algorithm(above)
    if len(parts) != 2 or parts[0] != _OID:
        return None
    bits = der.read(public_key).children(der.SEQUENCE)[1]
    return der.sequence(der.sequence(*parts), der.element(bits.tag, bits.content))


def verify(public_key: bytes, algorithm: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` over ``message`` is by this DSA key.

    Raises ``ALGORITHM_UNSUPPORTED`` for a digest we do not know and for a key without parameters,
    ``PUBLIC_KEY_INVALID`` for one that is none.
    """
    try:
        oid = der.read(algorithm).children(der.SEQUENCE)[0].as_oid()
    except (der.DerError, IndexError) as error:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid="") from error
    if oid not in _HASHES or lacks_parameters(public_key):
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid)
    try:
        key = serialization.load_der_public_key(public_key)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="key") from error
    if not isinstance(key, dsa.DSAPublicKey):
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="kind")
    try:
        key.verify(signature, message, _HASHES[oid])
    except (InvalidSignature, ValueError):
        return False
    return True


def _algorithm(public_key: bytes) -> tuple[bytes, ...]:
    """Return the parts of the AlgorithmIdentifier of a key, in DER."""
    try:
        parts = der.read(public_key).children(der.SEQUENCE)[0].children(der.SEQUENCE)
    except (der.DerError, IndexError) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="der") from error
    return tuple(der.element(one.tag, one.content) for one in parts)
