"""A first look into a time-stamp token: what digest its imprint has. Nothing is checked here."""

from app.algorithms import names
from app.crypto.cms import tlv
from app.errors import RoscherkError
from app.values import dataclass

_EXPLICIT = 0xA0
_OCTET_STRINGS = (tlv.OCTET_STRING, tlv.OCTET_STRING | 0x20)


@dataclass(frozen=True)
class Imprint:
    """The messageImprint of a token (RFC 3161 §2.4.1). ``name``: None for an unknown digest."""

    oid: str
    name: str | None
    value: bytes
    moment: bytes
    """genTime as it stands, without its zone: good for comparing with others."""


def imprint_of(token: bytes) -> Imprint | None:
    """Return the imprint of a token, or None if the bytes are no token at all."""
    try:
        return _imprint(tlv.read_whole(token))
    except RoscherkError:
        return None


def _imprint(content_info: tlv.Element) -> Imprint:
    outer = content_info.walker()
    outer.take(tlv.OBJECT_IDENTIFIER)
    signed_data = outer.take(_EXPLICIT).walker().take(tlv.SEQUENCE).walker()
    signed_data.take(tlv.INTEGER)
    signed_data.take(tlv.SET)
    content = signed_data.take(tlv.SEQUENCE).walker()
    content.take(tlv.OBJECT_IDENTIFIER)
    info = tlv.octets(content.take(_EXPLICIT).walker().take(*_OCTET_STRINGS))
    fields = tlv.read_whole(info).walker()
    fields.take(tlv.INTEGER)
    fields.take(tlv.OBJECT_IDENTIFIER)
    imprint = fields.take(tlv.SEQUENCE).walker()
    oid = tlv.oid(imprint.take(tlv.SEQUENCE).walker().take())
    value = tlv.octets(imprint.take(tlv.OCTET_STRING))
    fields.take(tlv.INTEGER)
    moment = fields.take(tlv.GENERALIZED_TIME).contents.rstrip(b"Z")
    return Imprint(oid, digest_name(oid), value, moment)


def digest_name(oid: str) -> str | None:
    """Return the name of a digest; None for one that this program does not know."""
    try:
        return names.digest_by_oid(oid).name
    except RoscherkError:
        return None
