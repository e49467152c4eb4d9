"""Objects of a session as plain values."""

from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.types import Object, Session

from app.algorithms import der
from app.algorithms.names import EC_OID, RSA_OID, KeyAlgorithm, key_algorithm_of_spki
from app.errors import RoscherkError
from app.tokens.pkcs11 import gost_objects
from app.tokens.pkcs11.pairing import CertificateObject, KeyObject, certificate_object
from app.tokens.pkcs11.quirks import read, text_of, whole
from app.tokens.pkcs11.vendor_values import GOST_512_KEY

# What kind of key a private key object is when it does not show its public part.
_ALGORITHMS = {
    KeyType.RSA: KeyAlgorithm.RSA,
    KeyType.GOSTR3410: KeyAlgorithm.GOST_256,
    GOST_512_KEY: KeyAlgorithm.GOST_512,
}


def certificates_of(session: Session) -> list[CertificateObject]:
    """Return the X.509 certificates that the session sees."""
    found = []
    for item in whole(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        value = read(item, Attribute.VALUE)
        if value:
            certificate = certificate_object(_id(item), _label(item), value)
            if certificate is not None:
                found.append(certificate)
    return found


def keys_of(session: Session) -> list[KeyObject]:
    """Return the public and the private keys that the session sees."""
    return [
        _key(item, private=kind is ObjectClass.PRIVATE_KEY)
        for kind in (ObjectClass.PUBLIC_KEY, ObjectClass.PRIVATE_KEY)
        for item in whole(session.get_objects({Attribute.CLASS: kind}))
    ]


def private_keys(session: Session, key_type: KeyType) -> list[Object]:
    """Return the private keys of a type that the session sees."""
    found = whole(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    return [item for item in found if read(item, Attribute.KEY_TYPE) == key_type]


def ids_of_public_key(session: Session, public_key: bytes | None) -> set[bytes]:
    """Return the ids of the public key objects that are this key (SubjectPublicKeyInfo)."""
    shown = whole(session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY}))
    found = {_id(item) for item in shown if gost_objects.same_key(public_key_of(item), public_key)}
    return found - {b""}


def public_key_of(item: Object) -> bytes | None:
    """Return the public key that an object shows, as SubjectPublicKeyInfo."""
    kind = read(item, Attribute.KEY_TYPE)
    if kind == KeyType.RSA:
        return _rsa_public_key(item)
    if kind in {KeyType.GOSTR3410, GOST_512_KEY}:
        return _gost_public_key(item)
    return _ec_public_key(item) if kind == KeyType.EC else None


def _key(item: Object, *, private: bool) -> KeyObject:
    public_key = public_key_of(item)
    algorithm = None
    if public_key is not None:
        try:
            algorithm = key_algorithm_of_spki(public_key)
        except RoscherkError:
            public_key = None
    else:
        algorithm = _ALGORITHMS.get(read(item, Attribute.KEY_TYPE))
    return KeyObject(
        id=_id(item),
        label=_label(item),
        algorithm=algorithm,
        public_key=public_key,
        private=private,
        local=read(item, Attribute.LOCAL),
    )


def _rsa_public_key(item: Object) -> bytes | None:
    modulus, exponent = read(item, Attribute.MODULUS), read(item, Attribute.PUBLIC_EXPONENT)
    if not modulus or not exponent:
        return None
    key = der.sequence(_integer(modulus), _integer(exponent))
    return _public_key(der.sequence(der.oid(RSA_OID), der.NULL), key)


def _ec_public_key(item: Object) -> bytes | None:
    curve, point = read(item, Attribute.EC_PARAMS), read(item, Attribute.EC_POINT)
    if not curve or not point:
        return None
    try:
        wrapped = der.read(point)
    except der.DerError:
        wrapped = None
    # PKCS #11 v2.40 wants the point in an OCTET STRING; some modules give it bare.
    if wrapped is not None and wrapped.tag == der.OCTET_STRING:
        point = wrapped.content
    return _public_key(der.sequence(der.oid(EC_OID), curve), point)


def _gost_public_key(item: Object) -> bytes | None:
    # Of a private key CKA_VALUE is the secret: no token gives it, and it is not even asked for.
    if read(item, Attribute.CLASS) != ObjectClass.PUBLIC_KEY:
        return None
    value, parameters = read(item, Attribute.VALUE), read(item, Attribute.GOSTR3410_PARAMS)
    if not value or not parameters:
        return None
    return gost_objects.public_key_of(parameters, value, read(item, Attribute.GOSTR3411_PARAMS))


def _public_key(algorithm: bytes, key: bytes) -> bytes:
    return der.sequence(algorithm, der.element(der.BIT_STRING, b"\0" + key))


def _integer(octets: bytes) -> bytes:
    value = int.from_bytes(octets)
    return der.element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _id(item: Object) -> bytes:
    return bytes(read(item, Attribute.ID) or b"")


def _label(item: Object) -> str:
    return text_of(bytes(read(item, Attribute.LABEL) or b"").rstrip(b" \0"))
