"""A SignedData put together anew from its own octets (RFC 5652 §5): nothing foreign is re-encoded.

Each SignerInfo, certificate and revocation list, and the whole encapContentInfo, stay as they came
in, BER included; only the lengths around them are written anew, definite and in DER. A set that
was sorted, as DER wants it, stays sorted; any other keeps its order and grows at the end. Signers
always do: theirs is the order in which they signed, and gives the numbers by which people know
them (RFC 5652 asks for DER in the signed attributes only).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from app.crypto.cms import structure, tlv
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignedData
from app.crypto.cms.tlv import Element
from app.errors import RoscherkError
from app.values import dataclass

_EXPLICIT = 0xA0
_CERTIFICATES = 0xA0
_REVOCATION_LISTS = 0xA1
_UNSIGNED_ATTRIBUTES = 0xA1
_ATTRIBUTE_CERTIFICATE_1 = 0xA1
_ATTRIBUTE_CERTIFICATE_2 = 0xA2
_OTHER_CERTIFICATE = 0xA3
_OTHER_REVOCATION = 0xA1

MUST_STAY = frozenset(
    {
        "1.2.840.113549.1.9.16.2.27",
        "1.2.840.113549.1.9.16.2.48",
    }
)
"""The older archive time-stamps (RFC 3126, RFC 5126 §6.4): they are over the order, too."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a SignedData consists of besides its content: whole elements, in their order."""

    content_type: str
    """Dotted OID of eContentType."""
    digest_algorithms: tuple[bytes, ...]
    certificates: tuple[bytes, ...] = ()
    """CertificateChoices of every kind."""
    crls: tuple[bytes, ...] = ()
    """RevocationInfoChoices of every kind."""
    signers: tuple[bytes, ...]


def parts_of(signed: SignedData) -> Parts:
    """Return the parts of what was read, ready to be put together anew."""
    return Parts(
        content_type=signed.content_type,
        digest_algorithms=tuple(each.raw for each in signed.digest_algorithms),
        certificates=signed.layout.certificates,
        crls=signed.layout.crls,
        signers=signed.layout.signers,
    )


def take_apart(data: bytes) -> tuple[Parts, bytes]:
    """Return the parts of a ContentInfo in memory (binary), and its encapContentInfo.

    Raises FORMAT_UNKNOWN, FORMAT_DAMAGED or FORMAT_TOO_COMPLEX.
    """
    signed = read_cms(data)
    start, end = signed.layout.content
    return parts_of(signed), data[start:end]


def put_together(parts: Parts, content_info: bytes) -> bytes:
    """Return the ContentInfo of these parts around an encapContentInfo."""
    head, tail = frame(parts, len(content_info))
    return head + content_info + tail


def frame(parts: Parts, content_info_size: int) -> tuple[bytes, bytes]:
    """Return what stands before and behind an encapContentInfo of so many octets."""
    before = tlv.encode_integer(version_of(parts)) + tlv.encode(tlv.SET, *parts.digest_algorithms)
    after = b"".join(
        (
            tlv.encode(_CERTIFICATES, *parts.certificates) if parts.certificates else b"",
            tlv.encode(_REVOCATION_LISTS, *parts.crls) if parts.crls else b"",
            tlv.encode(tlv.SET, *parts.signers),
        )
    )
    inner = len(before) + content_info_size + len(after)
    signed_data = tlv.encode_header(tlv.SEQUENCE, inner)
    explicit = tlv.encode_header(_EXPLICIT, len(signed_data) + inner)
    oid = tlv.encode_oid(structure.SIGNED_DATA)
    length = len(oid) + len(explicit) + len(signed_data) + inner
    head = tlv.encode_header(tlv.SEQUENCE, length) + oid + explicit + signed_data + before
    return head, after


def version_of(parts: Parts) -> int:
    """Return SignedData.version (RFC 5652 §5.1)."""
    kinds = {certificate[0] for certificate in parts.certificates}
    if _OTHER_CERTIFICATE in kinds or any(crl[0] == _OTHER_REVOCATION for crl in parts.crls):
        return 5
    if _ATTRIBUTE_CERTIFICATE_2 in kinds:
        return 4
    plain = parts.content_type == structure.DATA and _ATTRIBUTE_CERTIFICATE_1 not in kinds
    by_key = any(_signer_version(signer) == 3 for signer in parts.signers)
    return 1 if plain and not by_key else 3


def with_signers(parts: Parts, signers: Sequence[bytes]) -> Parts:
    """Return the parts with these SignerInfos instead, in this order.

    The list of digest algorithms keeps what it has for as long as a signer uses it, and gets what
    a new signer needs.
    """
    needed = {_oid_of(each): each for each in map(_digest_algorithm, signers) if each is not None}
    before = [_digest_algorithm(signer) for signer in parts.signers]
    used_before = {_oid_of(each) for each in before if each is not None}
    listed = [
        each
        for each in parts.digest_algorithms
        if _oid_of(each) in needed or _oid_of(each) not in used_before
    ]
    known = {_oid_of(each) for each in listed}
    more = [each for oid, each in needed.items() if oid not in known]
    return replace(parts, digest_algorithms=_grown(listed, more), signers=tuple(signers))


def with_signer(parts: Parts, signer: bytes) -> Parts:
    """Return the parts with one more SignerInfo, behind the others."""
    return with_signers(parts, (*parts.signers, signer))


def with_signer_replaced(parts: Parts, old: bytes, new: bytes) -> Parts:
    """Return the parts with one SignerInfo replaced at its place; ``old`` must be there."""
    place = parts.signers.index(old)
    signers = [*parts.signers]
    signers[place] = new
    return with_signers(parts, signers)


def with_certificates(parts: Parts, more: Iterable[bytes]) -> Parts:
    """Return the parts with further certificates; what is there already is not added again."""
    return replace(parts, certificates=_grown(parts.certificates, more))


def with_crls(parts: Parts, more: Iterable[bytes]) -> Parts:
    """Return the parts with further RevocationInfoChoices (RFC 5652 §10.2.1), each once.

    A CRL is a choice by itself; an OCSP response is wrapped by the caller (RFC 5940 §2.1).
    """
    return replace(parts, crls=_grown(parts.crls, more))


def unsigned_attributes(signer: bytes) -> tuple[bytes, ...]:
    """Return the unsigned attributes of a SignerInfo, each a whole element."""
    _, attributes = _split(signer)
    return () if attributes is None else tuple(child.raw for child in attributes.children())


def with_unsigned_attributes(signer: bytes, attributes: Sequence[bytes]) -> bytes:
    """Return a SignerInfo with these unsigned attributes instead, in this order.

    Everything else, all that is signed with it, stays to the octet.
    """
    kept, _ = _split(signer)
    changed = [tlv.encode(_UNSIGNED_ATTRIBUTES, *attributes)] if attributes else []
    return tlv.encode(tlv.SEQUENCE, *kept, *changed)


def with_unsigned_attribute(signer: bytes, oid: str, *values: bytes) -> bytes:
    """Return a SignerInfo with one more unsigned attribute; the earlier ones stay to the octet."""
    return with_unsigned_attributes(
        signer, grown_attributes(unsigned_attributes(signer), encode_attribute(oid, *values))
    )


def grown_attributes(attributes: Sequence[bytes], more: bytes) -> tuple[bytes, ...]:
    """Return unsigned attributes with one more, behind those whose order is time-stamped."""
    if any(attribute_oid(each) in MUST_STAY for each in attributes):
        return (*attributes, more)
    return _grown(attributes, [more], once=False)


def encode_attribute(oid: str, *values: bytes) -> bytes:
    """Return an Attribute in DER; each value is a whole element."""
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(oid), tlv.encode_set_of(list(values)))


def attribute_oid(attribute: bytes) -> str:
    """Return the type of an Attribute, as a dotted OID."""
    return tlv.oid(tlv.read_whole(attribute).walker().take())


def _split(signer: bytes) -> tuple[list[bytes], Element | None]:
    """Return a SignerInfo's elements but the unsigned attributes, and these."""
    children = tlv.read_whole(signer).children()
    last = children[-1] if children else None
    if last is None or last.tag != _UNSIGNED_ATTRIBUTES:
        return [child.raw for child in children], None
    return [child.raw for child in children[:-1]], last


def _signer_version(signer: bytes) -> int | None:
    """Return SignerInfo.version; None for a SignerInfo that cannot be read."""
    children = _children_if_sound(signer)
    if not children or children[0].tag != tlv.INTEGER:
        return None
    return int.from_bytes(children[0].contents[:8], "big", signed=True)


def _digest_algorithm(signer: bytes) -> bytes | None:
    """Return the digestAlgorithm of a SignerInfo; None for one that cannot be read."""
    children = _children_if_sound(signer)
    if len(children) < 3 or children[2].tag != tlv.SEQUENCE:
        return None
    return children[2].raw


def _children_if_sound(signer: bytes) -> list[Element]:
    """Return the elements of a SignerInfo: none of one that is damaged, which stays as it is."""
    try:
        return tlv.read_whole(signer).children()
    except RoscherkError:
        return []


def _oid_of(algorithm: bytes) -> bytes:
    """Return the OID of an AlgorithmIdentifier, as its content octets."""
    children = tlv.read_whole(algorithm).children()
    return children[0].contents if children else b""


def _is_sorted(elements: Sequence[bytes]) -> bool:
    """Tell whether the elements stand as DER wants them in a SET OF."""
    return all(first <= second for first, second in pairwise(elements))


def _grown(
    elements: Sequence[bytes], more: Iterable[bytes], *, once: bool = True
) -> tuple[bytes, ...]:
    """Return a set with further elements: sorted if it was, otherwise longer at its end."""
    known = set(elements) if once else set()
    new = [each for each in dict.fromkeys(more) if each not in known]
    grown = (*elements, *new)
    return tuple(sorted(grown)) if _is_sorted(elements) else grown
