"""How a finished digest is signed with each kind of key, and what the signature looks like."""

from pkcs11 import KeyType, Mechanism

from app.algorithms import der
from app.algorithms.names import (
    EC_OID,
    KeyAlgorithm,
    KeyFamily,
    default_digest,
    digest_by_name,
)
from app.algorithms.names import signature_algorithm_for as identifier_for
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Token, Vendor
from app.tokens.pkcs11.profiles import GostWay, Order, profile_of
from app.values import dataclass

_CURVE_OCTETS = {
    KeyAlgorithm.ECDSA_P256: 32,
    KeyAlgorithm.ECDSA_P384: 48,
    KeyAlgorithm.ECDSA_P521: 66,
}
# GOST R 34.10-2001 is only verified: nobody may sign with it any more.
_GOST_OCTETS = {KeyAlgorithm.GOST_256: 32, KeyAlgorithm.GOST_512: 64}


@dataclass(frozen=True)
class Recipe:
    """What to give to the token."""

    mechanism: Mechanism
    data: bytes


def key_type_of(algorithm: KeyAlgorithm | None, vendor: Vendor = Vendor.UNKNOWN) -> KeyType:
    """Return the type of the keys we can use for an algorithm, or raise ``KEY_UNSUPPORTED``."""
    if algorithm is KeyAlgorithm.RSA:
        return KeyType.RSA
    if algorithm in _CURVE_OCTETS:
        return KeyType.EC
    return _gost_way(algorithm, vendor).key_type


def supported(algorithm: KeyAlgorithm | None) -> bool:
    """Tell whether a key on a token can sign for us."""
    return algorithm is KeyAlgorithm.RSA or algorithm in _CURVE_OCTETS or algorithm in _GOST_OCTETS


def recipe_for(
    algorithm: KeyAlgorithm, digest_name: str, digest: bytes, vendor: Vendor = Vendor.UNKNOWN
) -> Recipe:
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
    if algorithm in _GOST_OCTETS:
        if digest_name != default_digest(algorithm):
            raise RoscherkError(ErrorCode.UNEXPECTED, reason="digest of another key")
        # The octets in their natural order: the token reads them as a little-endian number.
        return Recipe(_gost_way(algorithm, vendor).sign, digest)
    # FIPS 186-5 §6.4: the leftmost bits of a longer digest; not every token cuts it by itself.
    return Recipe(Mechanism.ECDSA, digest[: _CURVE_OCTETS[algorithm]])


def demand_mechanism(token: Token, recipe: Recipe) -> None:
    """Raise ``KEY_UNSUPPORTED`` when a token says that it has no such GOST mechanism.

    It is asked before the PIN is sent: a token that only keeps a key for CryptoPro CSP, or that
    signs nothing but what it hashed itself, would refuse after it.
    """
    if recipe.mechanism in _GOST_MECHANISMS and recipe.mechanism.name not in token.mechanisms:
        raise RoscherkError(
            ErrorCode.KEY_UNSUPPORTED, reason="mechanism", mechanism=recipe.mechanism.name
        )


def in_cms_order(
    algorithm: KeyAlgorithm, signature: bytes, vendor: Vendor = Vendor.UNKNOWN
) -> bytes:
    """Turn what C_Sign returned into what CMS wants.

    ECDSA: r‖s becomes a SEQUENCE. GOST: s‖r stays as it is, unless the vendor has an order of his
    own. Raises ``SELF_CHECK_FAILED`` for a length that no such signature has.
    """
    half = len(signature) // 2
    if algorithm in _GOST_OCTETS:
        if len(signature) != 2 * _GOST_OCTETS[algorithm]:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="length")
        return turned(signature, _gost_way(algorithm, vendor).order)
    if algorithm.family is not KeyFamily.ECDSA:
        return signature
    if not half or len(signature) % 2:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="length")
    return der.sequence(_integer(signature[:half]), _integer(signature[half:]))


def turned(signature: bytes, order: Order) -> bytes:
    """Turn a GOST signature of this order into s‖r, each big-endian; also the other way round."""
    if order is Order.REVERSED:
        return signature[::-1]
    half = len(signature) // 2
    return signature[half:] + signature[:half] if order is Order.SWAPPED else signature


def identifier_of(algorithm: KeyAlgorithm) -> bytes:
    """Return the AlgorithmIdentifier under which the signature is checked with any digest."""
    if algorithm.family is KeyFamily.ECDSA:
        return der.sequence(der.oid(EC_OID))
    return identifier_for(algorithm)


def _integer(octets: bytes) -> bytes:
    value = int.from_bytes(octets)
    return der.element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _gost_way(algorithm: KeyAlgorithm | None, vendor: Vendor) -> GostWay:
    way = None if algorithm is None else profile_of(vendor).gost.get(algorithm)
    if way is None:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=str(algorithm or "unknown"))
    return way


_GOST_MECHANISMS = frozenset(
    way.sign for vendor in Vendor for way in profile_of(vendor).gost.values()
)
