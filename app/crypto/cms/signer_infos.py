"""Reading SignerInfo (RFC 5652 §5.3) out of its element; every byte that is signed is kept."""

from functools import lru_cache

from app.crypto.cms import tlv
from app.crypto.cms.structure import AlgorithmId, Attribute, SignerInfo
from app.crypto.cms.tlv import Element
from app.errors import RoscherkError

MAX_ATTRIBUTES = 100

_USUAL = 16 << 10
"""Octets of a signer of usual size."""

_SIGNED_ATTRIBUTES = 0xA0
_UNSIGNED_ATTRIBUTES = 0xA1
_KEY_ID = 0x80
_KEY_ID_IN_PIECES = 0xA0


def read_signer_info(element: Element) -> SignerInfo:
    """Read one SignerInfo; raise FORMAT_DAMAGED if it is not one."""
    if element.tag != tlv.SEQUENCE:
        raise tlv.damaged("signer_info_expected", element.start)
    raw = element.raw
    return _read_again(raw) if len(raw) <= _USUAL else _read(raw)


@lru_cache(maxsize=128)
def _read_again(raw: bytes) -> SignerInfo:
    """Remember the signers of the file at hand: they are looked at from several sides."""
    return _read(raw)


def _read(raw: bytes) -> SignerInfo:
    parts = tlv.read_whole(raw).walker()
    version = tlv.small_integer(parts.take(tlv.INTEGER))
    issuer, serial, key_id = _read_signer_identifier(
        parts.take(tlv.SEQUENCE, _KEY_ID, _KEY_ID_IN_PIECES)
    )
    digest_algorithm = read_algorithm(parts.take(tlv.SEQUENCE))
    signed = parts.take_if(_SIGNED_ATTRIBUTES)
    signature_algorithm = read_algorithm(parts.take(tlv.SEQUENCE))
    signature = tlv.octets(parts.take(tlv.OCTET_STRING, tlv.OCTET_STRING | 0x20))
    unsigned = parts.take_if(_UNSIGNED_ATTRIBUTES)
    parts.finish()
    unsigned_attributes = _read_unsigned(unsigned)
    return SignerInfo(
        raw=raw,
        version=version,
        issuer=issuer,
        serial=serial,
        key_id=key_id,
        digest_algorithm=digest_algorithm,
        signed_attributes=None if signed is None else read_attributes(signed),
        attributes_received=None if signed is None else bytes((tlv.SET,)) + signed.raw[1:],
        attributes_der=None if signed is None else tlv.to_der(signed, tlv.SET),
        signature_algorithm=signature_algorithm,
        signature=signature,
        unsigned_attributes=unsigned_attributes or (),
        unsigned_damaged=unsigned_attributes is None,
    )


def read_algorithm(element: Element) -> AlgorithmId:
    """Read an AlgorithmIdentifier."""
    if element.tag != tlv.SEQUENCE:
        raise tlv.damaged("algorithm_expected", element.start)
    parts = element.walker()
    oid = tlv.oid(parts.take())
    parameters = [child.raw for child in parts.rest()]
    if len(parameters) > 1:
        raise tlv.damaged("algorithm_parameters", element.start)
    return AlgorithmId(element.raw, oid, parameters[0] if parameters else None)


def read_attributes(element: Element) -> tuple[Attribute, ...]:
    """Read a SET OF Attribute, whatever its own tag is."""
    return tuple(_read_attribute(child) for child in element.children(MAX_ATTRIBUTES))


def _read_attribute(element: Element) -> Attribute:
    if element.tag != tlv.SEQUENCE:
        raise tlv.damaged("attribute_expected", element.start)
    parts = element.walker()
    oid = tlv.oid(parts.take())
    values = parts.take(tlv.SET)
    parts.finish()
    found = tuple(value.raw for value in values.children(MAX_ATTRIBUTES))
    return Attribute(oid, found, element.raw)


def _read_unsigned(element: Element | None) -> tuple[Attribute, ...] | None:
    """Read the unsigned attributes; None if they are broken, which breaks no signature."""
    if element is None:
        return ()
    try:
        return read_attributes(element)
    except RoscherkError:
        return None


def _read_signer_identifier(element: Element) -> tuple[bytes | None, int | None, bytes | None]:
    """Return issuer and serial number, or the key identifier."""
    if element.tag == _KEY_ID:
        return None, None, element.contents
    if element.tag == _KEY_ID_IN_PIECES:
        return None, None, b"".join(tlv.octets(child) for child in element.children())
    parts = element.walker()
    issuer = parts.take(tlv.SEQUENCE)
    serial = tlv.integer(parts.take(tlv.INTEGER))
    parts.finish()
    return issuer.raw, serial, None
