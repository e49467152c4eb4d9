"""What each kind of time-stamp is over, as octets; foreign octets are taken as they stand.

RFC 5126 §6.1.1 (signature), §6.3.5 (CAdES-C), §6.4.1 (archive, second form); EN 319 122-1 §5.5.3
(archive, third form). Where implementations differ in form, each form is over the same data.
"""

from collections.abc import Callable, Iterator, Sequence

from app.algorithms import digests
from app.crypto.cms import tlv
from app.crypto.cms.levels import oids
from app.crypto.cms.structure import Attribute, SignerInfo

_UNSIGNED = 0xA1

DigestOf = Callable[[str], bytes | None]
"""The digest of some octets by the digest's name; None: the octets are not at hand."""


def digest_of(octets: bytes) -> Callable[[str], bytes]:
    """Return a function that digests these octets."""
    return lambda name: digests.digest(name, octets)


def attributes_of(signer: SignerInfo, oid: str) -> list[Attribute]:
    """Return the unsigned attributes of one type, in the order of the file."""
    return [one for one in signer.unsigned_attributes if one.oid == oid]


def references_octets(signer: SignerInfo) -> Iterator[bytes]:
    """Yield the forms of what the time-stamp of CAdES-C is over (RFC 5126 §6.3.5).

    The first is the one of the standard and the one that is written: the signature's octets, then
    type and values of each attribute. Others encode attributes in DER or with their SEQUENCE.
    """
    attributes = [
        attribute
        for oid in (
            oids.SIGNATURE_TIME_STAMP,
            oids.CERTIFICATE_REFERENCES,
            oids.REVOCATION_REFERENCES,
        )
        for attribute in attributes_of(signer, oid)
    ]
    yield signer.signature + b"".join(one.contents for one in attributes)
    whole = [tlv.to_der(tlv.read_whole(one.encoded)) for one in attributes]
    yield signer.signature + b"".join(tlv.read_whole(one).contents for one in whole)
    yield signer.signature + b"".join(one.encoded for one in attributes)
    yield signer.signature + b"".join(whole)


def archive_v3_octets(
    content_type: str, content_digest: bytes, signer: SignerInfo, index: bytes
) -> Iterator[bytes]:
    """Yield the forms of what an archive time-stamp of the third form is over.

    The first takes the signer's fields as they stand; the second in DER, as some programs do.
    """
    head = tlv.encode_oid(content_type) + content_digest
    yield head + b"".join(signed_fields(signer)) + index
    fields = (tlv.read_whole(field) for field in signed_fields(signer))
    yield head + b"".join(_in_der(field) for field in fields) + index


def signed_fields(signer: SignerInfo) -> list[bytes]:
    """Return all fields of a SignerInfo but the unsigned attributes, as they stand."""
    children = tlv.read_whole(signer.raw).children()
    if children and children[-1].tag == _UNSIGNED:
        children.pop()
    return [child.raw for child in children]


def archive_v2_ends(signer: SignerInfo, later: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the forms of what follows the certificates and lists in the second form.

    ``later``: the encoded attributes that came with this time-stamp or after it. The octets that
    head the unsigned attributes are in by TS 101 733 v2.2.1 and out by v1.8.3.
    """
    fields = b"".join(signed_fields(signer))
    kept = [one.encoded for one in signer.unsigned_attributes if one.encoded not in set(later)]
    yield fields + tlv.encode(_UNSIGNED, *kept)
    yield fields + b"".join(kept)


def _in_der(field: tlv.Element) -> bytes:
    """Return a field in DER; what is tagged as signed attributes is a set and gets sorted."""
    if field.tag != 0xA0:
        return tlv.to_der(field)
    return bytes((0xA0,)) + tlv.to_der(field, tlv.SET)[1:]
