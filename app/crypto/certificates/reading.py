"""Certificates and revocation lists out of whatever file they came in: DER, PEM, base64, PKCS #7."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import field

from asn1crypto import cms

from app.algorithms import (
    asn1,  # noqa: F401 - registers GOST before anything is parsed
    der,
)
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

LARGEST = 100 << 20
"""Rule R-11: a revocation list may be that long."""
MOST = 10_000
"""No file holds more certificates than this; the accredited authorities of Russia are 2,400."""

_BEGIN = b"-----BEGIN "
_DASHES = b"-----"
_LONGEST_LABEL = 64
_LABELS = frozenset(
    {
        b"CERTIFICATE",
        b"X509 CERTIFICATE",
        b"TRUSTED CERTIFICATE",  # OpenSSL's own, with its settings behind the certificate
        b"X509 CRL",
        b"PKCS7",
        b"CMS",
    }
)
_BOM = b"\xef\xbb\xbf"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_INTEGER = 0x02
_OID = 0x06
_VERSION = 0xA0
_TIMES = frozenset({0x17, 0x18})

_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What asn1crypto raises on bytes that are not what they should be; it has no type of its own."""


@dataclass
class Material:
    """What a file held, in DER, in its order."""

    certificates: list[bytes] = field(default_factory=list)
    crls: list[bytes] = field(default_factory=list)


def read_certificates(data: bytes) -> list[bytes]:
    """Return the certificates of a file; raise ``FORMAT_UNKNOWN`` if there is none."""
    found = read_material(data).certificates
    if not found:
        raise RoscherkError(ErrorCode.FORMAT_UNKNOWN)
    return found


def read_material(data: bytes) -> Material:
    """Return the certificates and revocation lists of a file; none of either is no error."""
    material = Material()
    if len(data) > LARGEST:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, limit=LARGEST)
    for block in _blocks(data.removeprefix(_BOM)):
        _sort(block, material)
        if len(material.certificates) > MOST:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=MOST)
    return material


def _blocks(data: bytes) -> list[bytes]:
    """Cut a file into the elements that stand in it one after another."""
    if _BEGIN in data:
        return [one for text in _armoured(data) for one in _elements(_decode(text))]
    if data[:1] == b"\x30":
        return _elements(data)
    return _elements(_decode(data))


def _armoured(data: bytes) -> Iterator[bytes]:
    """Yield the text of each PEM block of a kind we read; the time grows with the length only."""
    hopeless: set[bytes] = set()
    place = data.find(_BEGIN)
    while place >= 0:
        start = place + len(_BEGIN)
        label = data[start : start + _LONGEST_LABEL].partition(_DASHES)[0]
        place = start
        if label in _LABELS - hopeless:
            begin = start + len(label) + len(_DASHES)
            end = data.find(b"-----END " + label + _DASHES, begin)
            if end < 0:
                hopeless.add(label)
            else:
                yield data[begin:end]
                place = end
        place = data.find(_BEGIN, place)


def _decode(text: bytes) -> bytes:
    """Decode base64 with whatever white space; what is no base64 holds nothing."""
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return b""


def _elements(data: bytes) -> list[bytes]:
    """Cut at the ends of the outermost elements; what is no SEQUENCE ends the walk."""
    found, offset = [], 0
    while data[offset : offset + 1] == b"\x30":
        end = _end(data, offset)
        if end is None:
            break
        found.append(data[offset:end])
        offset = end
    return found


def _end(data: bytes, offset: int) -> int | None:
    """Return the place after the element at ``offset``; None if it is cut short."""
    length = data[offset + 1] if offset + 1 < len(data) else 0xFF
    start = offset + 2
    if length == 0x80:
        return len(data)  # BER of indefinite length: only a PKCS #7 file, and it stands alone
    if length > 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count]), start + count
    return start + length if start + length <= len(data) else None


def _sort(block: bytes, material: Material) -> None:
    """Put one element where it belongs; another kind of thing is passed over."""
    try:
        first, *_ = children = der.read(block).children()
        if first.tag == _OID:
            _sort_signed_data(block, material)
            return
        tags = [child.tag for child in first.children()]
    except der.DerError:
        _sort_signed_data(block, material)
        return
    except (ValueError, IndexError):
        return
    if len(children) == 3:
        # After version, algorithm and issuer a list has a time, a certificate a SEQUENCE of two.
        tags = tags[1:] if tags[:1] in ([_INTEGER], [_VERSION]) else tags
        is_list = len(tags) > 2 and tags[2] in _TIMES
        (material.crls if is_list else material.certificates).append(block)


def _sort_signed_data(block: bytes, material: Material) -> None:
    """Take the certificates and lists out of PKCS #7; its contents and signers do not matter."""
    try:
        info = cms.ContentInfo.load(block)
        if info["content_type"].dotted != _SIGNED_DATA:
            return
        signed = info["content"]
        for field_name, found in (("certificates", material.certificates), ("crls", material.crls)):
            for choice in signed[field_name] or ():
                if choice.name in {"certificate", "crl"}:
                    found.append(choice.chosen.dump())
    except _MALFORMED:
        return
