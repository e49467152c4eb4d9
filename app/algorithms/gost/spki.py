"""Public keys of GOST R 34.10 in SubjectPublicKeyInfo (RFC 9215 §4, RFC 4491 for 2001)."""

from app.algorithms import der, names
from app.algorithms.gost import curves
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError

_STREEBOG_256 = "1.2.643.7.1.1.2.2"
_KEY_OIDS = {key: oid for oid, key in names.GOST_KEY_OIDS.items()}
_CRYPTOPRO_SETS = ("1.2.643.2.2.35.", "1.2.643.2.2.36.")


def encode_public(curve_oid: str, public: bytes) -> bytes:
    """Return the DER SubjectPublicKeyInfo of a key of GOST R 34.10-2012.

    ``digestParamSet`` stands beside the CryptoPro sets and nowhere else (rule GST-04).
    """
    curve = curves.by_oid(curve_oid)
    curve.point(public)
    key = KeyAlgorithm.GOST_256 if curve.size == 32 else KeyAlgorithm.GOST_512
    parameters = [der.oid(curve_oid)]
    if curve_oid.startswith(_CRYPTOPRO_SETS):
        parameters.append(der.oid(_STREEBOG_256))
    algorithm = der.sequence(der.oid(_KEY_OIDS[key]), der.sequence(*parameters))
    key_octets = der.element(der.OCTET_STRING, public)
    return der.sequence(algorithm, der.element(der.BIT_STRING, b"\0" + key_octets))


def encode_public_2001(
    curve_oid: str, public: bytes, digest_oid: str = "1.2.643.2.2.30.1"
) -> bytes:
    """Return the DER SubjectPublicKeyInfo of a key of GOST R 34.10-2001 (RFC 4491 §2.3.2)."""
    curve = curves.by_oid(curve_oid)
    curve.point(public)
    parameters = der.sequence(der.oid(curve_oid), der.oid(digest_oid))
    algorithm = der.sequence(der.oid(_KEY_OIDS[KeyAlgorithm.GOST_2001]), parameters)
    key_octets = der.element(der.OCTET_STRING, public)
    return der.sequence(algorithm, der.element(der.BIT_STRING, b"\0" + key_octets))


def decode_public(public_key: bytes) -> tuple[str, bytes]:
    """Return the OID of the curve and the key x||y of a DER SubjectPublicKeyInfo.

    Raises ``PUBLIC_KEY_INVALID`` for malformed bytes and for what is no point of the curve,
    ``ALGORITHM_UNSUPPORTED`` for another algorithm or an unknown curve.
    """
    key = names.key_algorithm_of_spki(public_key)
    if key is None or not key.is_gost:
        raise RoscherkError(
            ErrorCode.ALGORITHM_UNSUPPORTED, oid=names.algorithm_oid_of_spki(public_key)
        )
    try:
        algorithm, bits = der.read(public_key).children()
        _, parameters = algorithm.children()
        curve_oid = parameters.children(der.SEQUENCE)[0].as_oid()
        octets = der.read(bits.content[1:])
    except (der.DerError, ValueError, IndexError) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="der") from error
    curve = curves.by_oid(curve_oid)
    if octets.tag != der.OCTET_STRING or (curve.size == 64) != (key is KeyAlgorithm.GOST_512):
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="curve", oid=curve_oid)
    curve.point(octets.content)
    return curve_oid, octets.content
