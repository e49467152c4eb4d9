"""What a token is given to take in a key: the numbers of its two objects, and what its vendor wants.

Most tokens that make GOST keys take none from outside; RSA and ECDSA keys many take.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.types import Object, SignMixin

from app.algorithms import der, signatures
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm, default_digest, digest_by_name
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Vendor
from app.tokens.object_methods import SealedKey
from app.tokens.pkcs11 import mechanisms
from app.tokens.pkcs11.profiles import profile_of

Template = dict[Attribute, Any]

STREEBOG_OIDS = {
    KeyAlgorithm.GOST_256: "1.2.643.7.1.1.2.2",
    KeyAlgorithm.GOST_512: "1.2.643.7.1.1.2.3",
}


def templates(
    key: SealedKey, private: bytearray, key_id: bytes, label: str, vendor: Vendor
) -> Iterator[Template]:
    """Yield the attributes of the public and then of the private object.

    ``private``: PKCS #8 DER, or for GOST the little-endian number (PKCS #11 §2.44).
    """
    common = {Attribute.ID: key_id, Attribute.LABEL: label}
    profile = profile_of(vendor)
    public, secret = _numbers(key, private, vendor)
    yield {Attribute.CLASS: ObjectClass.PUBLIC_KEY, **profile.public_key, **common, **public}
    yield {Attribute.CLASS: ObjectClass.PRIVATE_KEY, **profile.private_key, **common, **secret}


def try_out(written: Object, algorithm: KeyAlgorithm, public_key: bytes, vendor: Vendor) -> None:
    """Sign random octets with a key on the token; raise ``SELF_CHECK_FAILED`` unless it is it."""
    if not isinstance(written, SignMixin):
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="not_for_signing")
    name = default_digest(algorithm)
    digest = os.urandom(digest_by_name(name).size)
    recipe = mechanisms.recipe_for(algorithm, name, digest, vendor)
    raw = written.sign(recipe.data, mechanism=recipe.mechanism)
    good = signatures.verify(
        public_key,
        mechanisms.identifier_of(algorithm),
        digest_name=name,
        digest=digest,
        signature=mechanisms.in_cms_order(algorithm, raw, vendor),
    )
    if not good:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="key")


def id_of(public_key: bytes) -> bytes:
    """Return the CKA_ID of a key: SHA-1 of its public bits, as other programs make it too."""
    bits = public_key
    with suppress(der.DerError, IndexError):
        bits = der.read(public_key).children()[1].content
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def _numbers(key: SealedKey, private: bytearray, vendor: Vendor) -> tuple[Template, Template]:
    """Return what makes up the public and the private key."""
    if key.curve is not None:
        return _gost(key, private, vendor)
    try:
        loaded = load_der_private_key(private, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, reason="key") from None
    if isinstance(loaded, rsa.RSAPrivateKey):
        return _rsa(loaded)
    if isinstance(loaded, ec.EllipticCurvePrivateKey):
        return _ec(key, loaded)
    raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=key.algorithm)


def _rsa(loaded: rsa.RSAPrivateKey) -> tuple[Template, Template]:
    numbers = loaded.private_numbers()
    shown = {
        Attribute.KEY_TYPE: KeyType.RSA,
        Attribute.MODULUS: _octets(numbers.public_numbers.n),
        Attribute.PUBLIC_EXPONENT: _octets(numbers.public_numbers.e),
    }
    return shown, {
        **shown,
        Attribute.PRIVATE_EXPONENT: _octets(numbers.d),
        Attribute.PRIME_1: _octets(numbers.p),
        Attribute.PRIME_2: _octets(numbers.q),
        Attribute.EXPONENT_1: _octets(numbers.dmp1),
        Attribute.EXPONENT_2: _octets(numbers.dmq1),
        Attribute.COEFFICIENT: _octets(numbers.iqmp),
    }


def _ec(key: SealedKey, loaded: ec.EllipticCurvePrivateKey) -> tuple[Template, Template]:
    algorithm, bits = der.read(key.public_key).children()
    curve = algorithm.children()[1]
    kind = {
        Attribute.KEY_TYPE: KeyType.EC,
        Attribute.EC_PARAMS: der.element(curve.tag, curve.content),
    }
    point = der.element(der.OCTET_STRING, bits.content[1:])
    size = (loaded.key_size + 7) // 8
    value = loaded.private_numbers().private_value.to_bytes(size)
    return {**kind, Attribute.EC_POINT: point}, {**kind, Attribute.VALUE: value}


def _gost(key: SealedKey, private: bytearray, vendor: Vendor) -> tuple[Template, Template]:
    curve, point = spki.decode_public(key.public_key)
    kind = {
        Attribute.KEY_TYPE: mechanisms.key_type_of(key.algorithm, vendor),
        Attribute.GOSTR3410_PARAMS: der.oid(curve),
        Attribute.GOSTR3411_PARAMS: der.oid(STREEBOG_OIDS[key.algorithm]),
    }
    reverse = profile_of(vendor).gost_private_reversed
    value = bytes(private[::-1] if reverse else private)
    return {**kind, Attribute.VALUE: point}, {**kind, Attribute.VALUE: value}


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)
