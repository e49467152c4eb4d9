"""A SignedData put together part by part, each part as wrong as an attacker likes.

signed_data(signer(pki), certificates=(pki.leaf, pki.ca))     # a detached signature, good
signer(pki, attributes=[*attributes(pki), extra])             # signed anew over these
signer(pki, signature=b"...")                                 # a value of the attacker's own
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from stand_ins.pki import NOW, Pki

from app.algorithms import digests, names
from app.crypto.cms import structure, tlv, writing
from app.crypto.cms.splicing import encode_attribute

CONTENT = "Договор № 17 на 100 рублей\n".encode() * 4
OTHER = "Договор № 17 на 900 рублей\n".encode() * 4

CONTENT_TYPE, MESSAGE_DIGEST = structure.CONTENT_TYPE, structure.MESSAGE_DIGEST
SIGNING_TIME, PROTECTION = structure.SIGNING_TIME, structure.ALGORITHM_PROTECTION
CERTIFICATE_V2 = structure.SIGNING_CERTIFICATE_V2
SEQUENCE, SET, OCTETS = tlv.SEQUENCE, tlv.SET, tlv.OCTET_STRING


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A hostile signature and what surrounds it: the document, and whom the victim trusts."""

    signature: bytes
    content: bytes | None = CONTENT
    """The document beside it; None: there is none."""
    anchors: tuple[bytes, ...] = ()
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    at: datetime = NOW


def scene(pki: Pki, signature: bytes, **changes: object) -> Scene:
    """Return a scene under the trust of an infrastructure: its root, its revocation lists."""
    fields: dict[str, object] = {"anchors": (pki.root,), "crls": pki.crls}
    return Scene(signature=signature, **(fields | changes))  # type: ignore[arg-type]


def digest_of(pki: Pki) -> str:
    """Return the digest that goes with the person's key."""
    return names.default_digest(pki.algorithm)


def attributes(
    pki: Pki,
    content: bytes = CONTENT,
    *,
    without: Iterable[str] = (),
    certificate: bytes | None = None,
    digest_name: str | None = None,
    signing_time: datetime | None = NOW,
    content_type: str | None = structure.DATA,
) -> list[bytes]:
    """Return the attributes that the program itself signs, each in DER, save some."""
    name = digest_name or digest_of(pki)
    encoded = writing.signed_attributes(
        digest_name=name,
        content_digest=digests.digest(name, content),
        certificate=certificate or pki.leaf,
        signing_time=signing_time,
        content_type=content_type,
    )
    left_out = set(without)
    return [
        child.raw
        for child in tlv.read_whole(encoded).children()
        if tlv.oid(child.children()[0]) not in left_out
    ]


def attribute(oid: str, *values: bytes) -> bytes:
    """Return one attribute in DER."""
    return encode_attribute(oid, *values)


def digest_attribute(value: bytes) -> bytes:
    """Return a message-digest attribute."""
    return attribute(MESSAGE_DIGEST, tlv.encode(OCTETS, value))


def algorithm(oid: str, parameters: bytes = b"") -> bytes:
    """Return an AlgorithmIdentifier."""
    return tlv.encode(SEQUENCE, tlv.encode_oid(oid), parameters)


def digest_algorithm(name: str) -> bytes:
    """Return the AlgorithmIdentifier of a digest."""
    return algorithm(names.digest_by_name(name).oid)


def name_of(certificate: bytes) -> bytes:
    """Return IssuerAndSerialNumber of a certificate."""
    fields = tlv.read_whole(certificate).children()[0].children()
    return tlv.encode(SEQUENCE, fields[3].raw, fields[1].raw)


def key_name(key_id: bytes) -> bytes:
    """Return the other kind of a signer's name: a key identifier."""
    return tlv.encode(0x80, key_id)


Sign = Callable[[bytes], bytes]


def signer(
    pki: Pki,
    content: bytes = CONTENT,
    *,
    attributes_: Sequence[bytes] | None = None,
    bare: bool = False,
    ordered: bool = True,
    version: int = 1,
    name: bytes | None = None,
    certificate: bytes | None = None,
    digest_name: str | None = None,
    signature_algorithm: bytes | None = None,
    sign: Sign | None = None,
    signature: bytes | None = None,
    unsigned: Sequence[bytes] = (),
) -> bytes:
    """Return a SignerInfo; what is not given is as it should be."""
    wanted = certificate or pki.leaf
    kept = (
        attributes(pki, content, certificate=wanted, digest_name=digest_name)
        if attributes_ is None
        else list(attributes_)
    )
    encoded = tlv.encode_set_of(kept) if ordered else tlv.encode(SET, *kept)
    octets = content if bare else encoded
    value = (sign or pki.leaf_key.sign)(octets) if signature is None else signature
    usual = names.signature_algorithm_for(pki.algorithm)
    return tlv.encode(
        SEQUENCE,
        tlv.encode_integer(version),
        name or name_of(wanted),
        digest_algorithm(digest_name or digest_of(pki)),
        b"" if bare else b"\xa0" + encoded[1:],
        signature_algorithm or usual,
        tlv.encode(OCTETS, value),
        tlv.encode(0xA1, *unsigned) if unsigned else b"",
    )


def signed_data(
    *signers: bytes,
    certificates: Sequence[bytes],
    attached: bytes | None = None,
    content_type: str = structure.DATA,
    encapsulated: bytes | None = None,
    crls: Sequence[bytes] = (),
    digests_: Sequence[bytes] | None = None,
    version: int = 1,
) -> bytes:
    """Return a ContentInfo of these parts, in the order in which they are given."""
    listed = digests_
    if listed is None:
        listed = sorted({tlv.read_whole(one).children()[2].raw for one in signers})
    inside = () if attached is None else (tlv.encode(0xA0, tlv.encode(OCTETS, attached)),)
    inner = tlv.encode(
        SEQUENCE,
        tlv.encode_integer(version),
        tlv.encode(SET, *listed),
        encapsulated or tlv.encode(SEQUENCE, tlv.encode_oid(content_type), *inside),
        tlv.encode(0xA0, *certificates) if certificates else b"",
        tlv.encode(0xA1, *crls) if crls else b"",
        tlv.encode(SET, *signers),
    )
    return content_info(inner)


def content_info(inner: bytes, oid: str = structure.SIGNED_DATA) -> bytes:
    """Wrap a content of a kind."""
    return tlv.encode(SEQUENCE, tlv.encode_oid(oid), tlv.encode(0xA0, inner))


def usual(pki: Pki, *signers: bytes, **changes: object) -> Scene:
    """Return a scene with these signers, and the certificates that belong to it."""
    beside = {key: changes.pop(key) for key in _OF_SCENE & changes.keys()}
    fields: dict[str, object] = {"certificates": (pki.leaf, pki.ca)}
    return scene(pki, signed_data(*signers, **(fields | changes)), **beside)  # type: ignore[arg-type]


_OF_SCENE = frozenset({"content", "anchors", "intermediates", "at"})
