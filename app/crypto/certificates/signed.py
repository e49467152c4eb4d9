"""Whether a certificate or a revocation list is signed by a key: the algorithm says which digest."""

from functools import lru_cache

from app.algorithms import der, names, signatures
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import dsa
from app.crypto.certificates.outline import Outline
from app.errors import ErrorCode, RoscherkError

_REMEMBERED = 16 << 10
"""Octets of certificate and key: larger ones are odd, and are not kept in memory."""
_SHA1_OID = "1.3.14.3.2.26"
_HASH_FIELD = 0xA0


def is_signed_by(public_key: bytes, algorithm: bytes, tbs: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` over ``tbs`` is by ``public_key``.

    Raises ``ALGORITHM_UNSUPPORTED`` and ``PUBLIC_KEY_INVALID`` as `signatures.verify` does.
    """
    if dsa.is_dsa(public_key):
        return dsa.verify(public_key, algorithm, tbs, signature)
    digest_name = _digest_name(names.key_algorithm_of_spki(public_key), algorithm)
    return signatures.verify(
        public_key, algorithm, digest_name=digest_name, message=tbs, signature=signature
    )


def _digest_name(key: KeyAlgorithm | None, algorithm: bytes) -> str:
    """Return the digest that an AlgorithmIdentifier of X.509 implies."""
    try:
        oid, *parameters = der.read(algorithm).children(der.SEQUENCE)
        named = names.signature_by_oid(oid.as_oid())
        if named.digest is not None and not (key is not None and key.is_gost):
            return named.digest
        if named.oid == names.RSA_PSS_OID:
            return names.digest_by_oid(_pss_digest(parameters)).name
    except (der.DerError, IndexError, ValueError) as error:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid="") from error
    if key is None:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=named.oid)
    # GOST: the key decides (rule GST-07); EdDSA: the digest is part of the algorithm.
    return names.default_digest(key)


def _pss_digest(parameters: list[der.Value]) -> str:
    """Return the OID of the hash in RSASSA-PSS-params; SHA-1 is its default (RFC 4055 §3.1)."""
    for field in parameters[0].children(der.SEQUENCE) if parameters else ():
        if field.tag == _HASH_FIELD:
            return field.children()[0].children(der.SEQUENCE)[0].as_oid()
    return _SHA1_OID


def signature_failure(child: Outline, issuer: Outline) -> str | None:
    """Return None if the key of ``issuer`` signed ``child``, else the code of what is wrong.

    The answer hangs on nothing but the bytes, so it is remembered from one file to the next.
    """
    if len(child.encoded) + len(issuer.public_key) > _REMEMBERED:
        return _failure.__wrapped__(child.encoded, issuer.public_key)
    return _failure(child.encoded, issuer.public_key)


@lru_cache(maxsize=1024)
def _failure(certificate: bytes, public_key: bytes) -> str | None:
    child = Outline.read(certificate)
    try:
        signed = is_signed_by(public_key, child.outer_algorithm, child.tbs, child.signature)
    except RoscherkError as error:
        if error.code is ErrorCode.ALGORITHM_UNSUPPORTED:
            return "algorithm_unsupported"
        if error.code is ErrorCode.PUBLIC_KEY_INVALID:
            return "public_key_invalid"
        raise
    return None if signed else "bad_signature"
