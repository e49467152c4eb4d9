"""How a finished digest is signed with each kind of key, and what the signature looks like."""

from dataclasses import dataclass

from pkcs11 import KeyType, Mechanism

from app.algorithms import der
from app.algorithms.names import EC_OID, KeyAlgorithm, KeyFamily, digest_by_name
from app.algorithms.names import signature_algorithm_for as identifier_for
from app.errors import ErrorCode, RoscherkError

_CURVE_OCTETS = {
    KeyAlgorithm.ECDSA_P256: 32,
    KeyAlgorithm.ECDSA_P384: 48,
    KeyAlgorithm.ECDSA_P521: 66,
}


@dataclass(frozen=True)
class Recipe:
    """What to give to the token."""

    mechanism: Mechanism
    data: bytes


def key_type_of(algorithm: KeyAlgorithm | None) -> KeyType:
    """Return the type of the keys we can use for an algorithm, or raise ``KEY_UNSUPPORTED``."""
    if algorithm is KeyAlgorithm.RSA:
        return KeyType.RSA
    if algorithm in _CURVE_OCTETS:
        return KeyType.EC
    raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=str(algorithm or "unknown"))


def supported(algorithm: KeyAlgorithm | None) -> bool:
    """Tell whether a key on a token can sign for us."""
    return algorithm is KeyAlgorithm.RSA or algorithm in _CURVE_OCTETS


def recipe_for(algorithm: KeyAlgorithm, digest_name: str, digest: bytes) -> Recipe:
    """Return mechanism and data: the hash is made by us, the token only signs."""
    row = digest_by_name(digest_name)
    if len(digest) != row.size:
        raise RoscherkError(ErrorCode.UNEXPECTED, reason="digest size")
    if algorithm is KeyAlgorithm.RSA:
        # RFC 8017 §9.2: DigestInfo; the token adds the padding.
        info = der.sequence(
            der.sequence(der.oid(row.oid), der.NULL), der.element(der.OCTET_STRING, digest)
        )
        return Recipe(Mechanism.RSA_PKCS, info)
    # FIPS 186-5 §6.4: the leftmost bits of a longer digest; not every token cuts it by itself.
    return Recipe(Mechanism.ECDSA, digest[: _CURVE_OCTETS[algorithm]])


def in_cms_order(algorithm: KeyAlgorithm, signature: bytes) -> bytes:
    """Turn what C_Sign returned into what CMS wants: for ECDSA r‖s becomes a SEQUENCE."""
    if algorithm.family is not KeyFamily.ECDSA:
        return signature
    half = len(signature) // 2
    if not half or len(signature) % 2:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="length")
    return der.sequence(_integer(signature[:half]), _integer(signature[half:]))


def identifier_of(algorithm: KeyAlgorithm) -> bytes:
    """Return the AlgorithmIdentifier under which the signature is checked with any digest."""
    if algorithm.family is KeyFamily.ECDSA:
        return der.sequence(der.oid(EC_OID))
    return identifier_for(algorithm)


def _integer(octets: bytes) -> bytes:
    value = int.from_bytes(octets)
    return der.element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))
