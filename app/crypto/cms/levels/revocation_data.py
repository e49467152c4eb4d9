"""Revocation lists and OCSP responses as pieces of ASN.1: what identifies them, how they are wrapped.

Nothing is believed here: whether a list or a response holds is for `app.crypto.certificates`.
"""

from collections.abc import Iterable

from app.crypto.cms import tlv
from app.crypto.cms.levels import oids
from app.errors import RoscherkError
from app.values import dataclass

_OTHER = 0xA1
"""RevocationInfoChoice: other [1] IMPLICIT OtherRevocationInfoFormat (RFC 5652 §10.2.1)."""
_EXPLICIT = 0xA0
_ENUMERATED = 0x0A
_SUCCESSFUL = b"\0"
_BY_NAME = 0xA1
_BY_KEY = 0xA2
_CRL_NUMBER = "2.5.29.20"


@dataclass(frozen=True)
class CrlName:
    """What a CrlIdentifier says of a list, each part in DER (RFC 5126 §6.2.2)."""

    issuer: bytes
    this_update: bytes
    number: bytes | None

    @classmethod
    def of(cls, crl: bytes) -> "CrlName":
        """Read it from a CertificateList; raise FORMAT_DAMAGED if it is none."""
        tbs = tlv.read_whole(crl).walker().take(tlv.SEQUENCE).walker()
        tbs.take_if(tlv.INTEGER)
        tbs.take(tlv.SEQUENCE)
        issuer = tbs.take(tlv.SEQUENCE).raw
        this_update = tbs.take(tlv.UTC_TIME, tlv.GENERALIZED_TIME).raw
        number = None
        for rest in tbs.rest():
            if rest.tag == _EXPLICIT:
                number = _extension(rest, _CRL_NUMBER)
        return cls(issuer, this_update, number)


@dataclass(frozen=True)
class OcspName:
    """What an OcspIdentifier says of a response, each part in DER."""

    responder: bytes
    produced_at: bytes

    @classmethod
    def of(cls, basic: bytes) -> "OcspName":
        """Read it from a BasicOCSPResponse; raise FORMAT_DAMAGED if it is none."""
        data = tlv.read_whole(basic).walker().take(tlv.SEQUENCE).walker()
        data.take_if(_EXPLICIT)
        responder = data.take(_BY_NAME, _BY_KEY).raw
        return cls(responder, data.take(tlv.GENERALIZED_TIME).raw)


def _extension(explicit: tlv.Element, wanted: str) -> bytes | None:
    """Return the value of one extension of a list."""
    for extension in explicit.walker().take(tlv.SEQUENCE).children():
        parts = extension.walker()
        kind = tlv.oid(parts.take())
        rest = list(parts.rest())
        if kind == wanted and rest:
            return tlv.octets(rest[-1])
    return None


def basic_of(response: bytes) -> bytes | None:
    """Return the BasicOCSPResponse of either form; None if there is none in it."""
    try:
        parts = tlv.read_whole(response).walker()
        first = parts.take()
        if first.tag == tlv.SEQUENCE:
            OcspName.of(response)
            return response
        if first.tag != _ENUMERATED or first.contents != _SUCCESSFUL:
            return None
        inner = parts.take(_EXPLICIT).walker().take(tlv.SEQUENCE).walker()
        if tlv.oid(inner.take()) != oids.OCSP_BASIC:
            return None
        basic = tlv.octets(inner.take(tlv.OCTET_STRING))
        OcspName.of(basic)
    except RoscherkError:
        return None
    return basic


def wrapped(basic: bytes) -> bytes:
    """Return a successful OCSPResponse around a BasicOCSPResponse (RFC 6960 §4.2.1)."""
    content = tlv.encode(
        tlv.SEQUENCE, tlv.encode_oid(oids.OCSP_BASIC), tlv.encode(tlv.OCTET_STRING, basic)
    )
    return tlv.encode(
        tlv.SEQUENCE, tlv.encode(_ENUMERATED, _SUCCESSFUL), tlv.encode(_EXPLICIT, content)
    )


def as_choice(basic: bytes) -> bytes:
    """Return the RevocationInfoChoice that carries an OCSP response (RFC 5940 §2.1)."""
    return tlv.encode(_OTHER, tlv.encode_oid(oids.OCSP_RESPONSE), wrapped(basic))


def split_choices(choices: Iterable[bytes]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the revocation lists and the OCSP responses (basic) of SignedData.crls.

    What is neither, or cannot be read, is left out: it proves nothing.
    """
    crls: list[bytes] = []
    ocsp: list[bytes] = []
    for choice in choices:
        if choice[:1] == bytes((tlv.SEQUENCE,)):
            crls.append(choice)
        elif (basic := _ocsp_of_choice(choice)) is not None:
            ocsp.append(basic)
    return tuple(crls), tuple(ocsp)


def _ocsp_of_choice(choice: bytes) -> bytes | None:
    try:
        element = tlv.read_whole(choice)
        if element.tag != _OTHER:
            return None
        parts = element.walker()
        kind = tlv.oid(parts.take(tlv.OBJECT_IDENTIFIER))
        value = parts.take().raw
        parts.finish()
    except RoscherkError:
        return None
    return basic_of(value) if kind == oids.OCSP_RESPONSE else None
