"""GOST keys on a token: their public part as SubjectPublicKeyInfo, and whether two are one."""

from functools import lru_cache

from app.algorithms import der
from app.algorithms.gost import curves, spki
from app.algorithms.names import key_algorithm_of_spki
from app.errors import RoscherkError

_DIGEST_94 = "1.2.643.2.2.30."


def public_key_of(parameters: bytes, value: bytes, digest: bytes | None) -> bytes | None:
    """Return the SubjectPublicKeyInfo of CKA_GOSTR3410_PARAMS and CKA_VALUE, or None.

    ``value`` is x||y, each little-endian (PKCS #11), or the same in an OCTET STRING, as OpenSC
    gives it. A key of 256 bits belongs to the standard of 2001 only if its CKA_GOSTR3411_PARAMS
    names the digest of 1994; a token that tells none makes keys that certificates of 2012 are
    issued for.
    """
    try:
        oid = der.read(parameters).as_oid()
        curve = curves.by_oid(oid)
        point = value
        if len(value) != 2 * curve.size:
            wrapped = der.read(value)
            point = wrapped.content if wrapped.tag == der.OCTET_STRING else b""
        if curve.size == 32 and digest and der.read(digest).as_oid().startswith(_DIGEST_94):
            return spki.encode_public_2001(oid, point)
        return spki.encode_public(oid, point)
    except (der.DerError, RoscherkError):
        return None


@lru_cache(maxsize=256)
def same_key(one: bytes | None, other: bytes | None) -> bool:
    """Tell whether two SubjectPublicKeyInfo are one key.

    The same point on the same curve is the same key, whichever name of the curve is written, and
    whether the token thinks that its key is of 2001 while the certificate is of 2012.
    """
    if one is None or other is None:
        return False
    if one == other:
        return True
    try:
        algorithms = key_algorithm_of_spki(one), key_algorithm_of_spki(other)
        if not all(algorithm is not None and algorithm.is_gost for algorithm in algorithms):
            return False
        return _point(one) == _point(other)
    except RoscherkError:
        return False


def _point(public_key: bytes) -> tuple[object, bytes]:
    oid, point = spki.decode_public(public_key)
    return curves.by_oid(oid).equation, point
