"""Hostile signatures: games with signed attributes and with what they are over."""

from collections.abc import Callable, Mapping
from functools import partial

from attacks.cms_forge import (
    CERTIFICATE_V2,
    CONTENT,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    OTHER,
    PROTECTION,
    SEQUENCE,
    SIGNING_TIME,
    Scene,
    attribute,
    attributes,
    digest_algorithm,
    digest_attribute,
    digest_of,
    name_of,
    signer,
    usual,
)
from stand_ins.pki import Pki, person

from app.algorithms import digests, names
from app.crypto.cms import structure, tlv

Build = Callable[[Pki], Scene]


def _with(pki: Pki, *more: bytes, without: tuple[str, ...] = (), **how: object) -> Scene:
    """Sign the usual attributes, some left out, some added."""
    kept = [*attributes(pki, without=without), *more]
    return usual(pki, signer(pki, attributes_=kept, **how))  # type: ignore[arg-type]


def forged(pki: Pki, *, attached: bool) -> Scene:
    """Turn the attributes of a good signature into the content of a bare one."""
    encoded = tlv.encode_set_of(attributes(pki))
    made = signer(pki, encoded, bare=True, signature=pki.leaf_key.sign(encoded))
    return usual(pki, made, attached=encoded if attached else None, content=encoded)


def _digest(pki: Pki, content: bytes = CONTENT) -> bytes:
    return digests.digest(digest_of(pki), content)


def _digest_twice(pki: Pki, first: bytes, second: bytes) -> Scene:
    both = (digest_attribute(_digest(pki, first)), digest_attribute(_digest(pki, second)))
    return _with(pki, *both, without=(MESSAGE_DIGEST,), ordered=False)


def _digest_values(pki: Pki, *contents: bytes) -> Scene:
    values = (tlv.encode(tlv.OCTET_STRING, _digest(pki, one)) for one in contents)
    return _with(pki, attribute(MESSAGE_DIGEST, *values), without=(MESSAGE_DIGEST,))


def _digest_value(pki: Pki, value: bytes) -> Scene:
    return _with(pki, attribute(MESSAGE_DIGEST, value), without=(MESSAGE_DIGEST,))


def _type(pki: Pki, *oids: str) -> Scene:
    values = map(tlv.encode_oid, oids)
    return _with(pki, attribute(CONTENT_TYPE, *values), without=(CONTENT_TYPE,))


def _type_twice(pki: Pki) -> Scene:
    return _with(pki, attribute(CONTENT_TYPE, tlv.encode_oid("1.2.840.113549.1.7.5")))


def _type_of_content(pki: Pki) -> Scene:
    return usual(pki, signer(pki), content_type="1.2.840.113549.1.9.16.1.4")


def _time(text: bytes) -> bytes:
    return attribute(SIGNING_TIME, tlv.encode(tlv.UTC_TIME, text))


def _certificate(pki: Pki, *certificates: bytes, right_name: bool = False) -> bytes:
    """Return signing-certificate-v2 that names these, by a true hash."""
    entries = []
    for one in certificates:
        named = b""
        if right_name:
            issuer, serial = tlv.read_whole(name_of(pki.leaf)).children()
            general = tlv.encode(SEQUENCE, tlv.encode(0xA4, issuer.raw))
            named = tlv.encode(SEQUENCE, general, serial.raw)
        algorithm = digest_algorithm(digest_of(pki))
        value = tlv.encode(tlv.OCTET_STRING, digests.digest(digest_of(pki), one))
        entries.append(tlv.encode(SEQUENCE, algorithm, value, named))
    return attribute(CERTIFICATE_V2, tlv.encode(SEQUENCE, tlv.encode(SEQUENCE, *entries)))


def _other_certificate(pki: Pki, *, right_name: bool) -> Scene:
    twin = pki.issue(subject=person("Двойник"))
    wrong = _certificate(pki, twin, right_name=right_name)
    return _with(pki, wrong, without=(CERTIFICATE_V2,))


def _certificate_twice(pki: Pki) -> Scene:
    return _with(pki, _certificate(pki, pki.ca), ordered=False)


def _certificate_second(pki: Pki) -> Scene:
    return _with(pki, _certificate(pki, pki.ca, pki.leaf), without=(CERTIFICATE_V2,))


def _certificate_by_old_hash(pki: Pki) -> Scene:
    """Name another certificate in the first version, whose hash is SHA-1."""
    value = tlv.encode(tlv.OCTET_STRING, digests.digest("sha1", pki.ca))
    entry = tlv.encode(SEQUENCE, tlv.encode(SEQUENCE, value))
    old = attribute(structure.SIGNING_CERTIFICATE, tlv.encode(SEQUENCE, entry))
    return _with(pki, old, without=(CERTIFICATE_V2,))


def _certificate_value(pki: Pki, value: bytes) -> Scene:
    return _with(pki, attribute(CERTIFICATE_V2, value), without=(CERTIFICATE_V2,))


def _protection(pki: Pki, digest: bytes | None = None, oid: str | None = None) -> Scene:
    first = digest or digest_algorithm(digest_of(pki))
    named = names.signature_algorithm_for(pki.algorithm)
    second = tlv.encode(SEQUENCE, tlv.encode_oid(oid)) if oid else named
    value = tlv.encode(SEQUENCE, first, b"\xa1" + second[1:])
    return _with(pki, attribute(PROTECTION, value), without=(PROTECTION,))


def _unsigned(pki: Pki, *oids: str) -> Scene:
    """Move attributes to where nobody signs them."""
    moved = [one for one in attributes(pki) if _oid(one) in oids]
    kept = attributes(pki, without=oids)
    return usual(pki, signer(pki, attributes_=kept, unsigned=moved))


def _oid(encoded: bytes) -> str:
    return tlv.oid(tlv.read_whole(encoded).children()[0])


def _exchanged(pki: Pki) -> Scene:
    """Put other attributes into a finished signature."""
    good = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    return usual(pki, signer(pki, OTHER, signature=good), content=OTHER)


def _added(pki: Pki) -> Scene:
    """Add an attribute to a finished signature."""
    good = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    more = [*attributes(pki), attribute("1.2.3.4", b"\x05\x00")]
    return usual(pki, signer(pki, attributes_=more, signature=good))


def _taken(pki: Pki, oid: str) -> Scene:
    """Take an attribute out of a finished signature."""
    good = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    return usual(pki, signer(pki, attributes_=attributes(pki, without=(oid,)), signature=good))


def _stripped(pki: Pki) -> Scene:
    """Take all attributes out of a finished signature, and leave the document alone."""
    good = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    return usual(pki, signer(pki, bare=True, signature=good))


def _over_context_tag(pki: Pki) -> Scene:
    """Sign the attributes under the tag that they have in the file."""

    def sign(encoded: bytes) -> bytes:
        return pki.leaf_key.sign(b"\xa0" + encoded[1:])

    return usual(pki, signer(pki, sign=sign))


def _unsorted_and_changed(pki: Pki) -> Scene:
    good = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    turned = attributes(pki, OTHER)[::-1]
    made = signer(pki, signature=good, attributes_=turned, ordered=False)
    return usual(pki, made, content=OTHER)


def _indefinite_set(pki: Pki) -> Scene:
    """Write the attributes of another content with an indefinite length."""
    good = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    made = signer(pki, OTHER, signature=good)
    fields = tlv.read_whole(made).children()
    raw = [one.raw for one in fields]
    raw[3] = b"\xa0\x80" + fields[3].contents + b"\0\0"
    return usual(pki, tlv.encode(SEQUENCE, *raw), content=OTHER)


def _second_set(pki: Pki) -> Scene:
    """Put two sets of signed attributes into one signer."""
    fields = [one.raw for one in tlv.read_whole(signer(pki)).children()]
    other = b"\xa0" + tlv.encode_set_of(attributes(pki, OTHER))[1:]
    return usual(pki, tlv.encode(SEQUENCE, *fields[:3], other, *fields[3:]), content=OTHER)


def _no_digest_of_signer(pki: Pki) -> Scene:
    made = signer(pki)
    head = [digest_algorithm("sha384")]
    return usual(pki, made, digests_=head)


def _empty(pki: Pki) -> Scene:
    return usual(pki, signer(pki, attributes_=[]))


def _bare_over_structure(pki: Pki) -> Scene:
    """Sign without attributes what says that it is not plain data."""
    made = signer(pki, bare=True)
    return usual(pki, made, content_type="1.2.840.113549.1.9.16.1.4")


ATTRIBUTES: Mapping[str, Build] = {
    "attributes as content, attached": partial(forged, attached=True),
    "attributes as content, detached": partial(forged, attached=False),
    "attributes stripped": _stripped,
    "no message-digest": lambda pki: _with(pki, without=(MESSAGE_DIGEST,)),
    "no content-type": lambda pki: _with(pki, without=(CONTENT_TYPE,)),
    "neither message-digest nor content-type": lambda pki: _with(
        pki, without=(MESSAGE_DIGEST, CONTENT_TYPE)
    ),
    "message-digest twice, the right one first": lambda pki: _digest_twice(pki, CONTENT, OTHER),
    "message-digest twice, the right one last": lambda pki: _digest_twice(pki, OTHER, CONTENT),
    "message-digest twice, both right": lambda pki: _digest_twice(pki, CONTENT, CONTENT),
    "message-digest of two values": lambda pki: _digest_values(pki, CONTENT, OTHER),
    "message-digest of no value": _digest_values,
    "message-digest of another document": lambda pki: _digest_values(pki, OTHER),
    "message-digest empty": lambda pki: _digest_value(pki, b"\x04\x00"),
    "message-digest is no string": lambda pki: _digest_value(pki, b"\x05\x00"),
    "message-digest cut": lambda pki: _digest_value(
        pki, tlv.encode(tlv.OCTET_STRING, _digest(pki)[:16])
    ),
    "message-digest with more behind it": lambda pki: _digest_value(
        pki, tlv.encode(tlv.OCTET_STRING, _digest(pki), b"\0")
    ),
    "content-type of another kind": lambda pki: _type(pki, "1.2.840.113549.1.7.5"),
    "content-type of two values": lambda pki: _type(pki, structure.DATA, structure.SIGNED_DATA),
    "content-type of no value": _type,
    "content-type twice": _type_twice,
    "content of another kind": _type_of_content,
    "signing-time twice": lambda pki: _with(pki, _time(b"200101000000Z"), ordered=False),
    "unknown attribute twice": lambda pki: _with(
        pki, attribute("1.2.3.4", b"\x05\x00"), attribute("1.2.3.4", b"\x02\x01\x01")
    ),
    "no attribute at all": _empty,
    "signing-certificate of another": partial(_other_certificate, right_name=False),
    "signing-certificate of another, right name": partial(_other_certificate, right_name=True),
    "signing-certificate twice": _certificate_twice,
    "signing-certificate behind another": _certificate_second,
    "signing-certificate of another by SHA-1": _certificate_by_old_hash,
    "signing-certificate is no list": lambda pki: _certificate_value(pki, b"\x05\x00"),
    "signing-certificate of nothing": lambda pki: _certificate_value(pki, b"\x30\x02\x30\x00"),
    "protection names another digest": lambda pki: _protection(pki, digest_algorithm("sha384")),
    "protection names another signature": lambda pki: _protection(pki, oid="1.2.3.4"),
    "message-digest unsigned": lambda pki: _unsigned(pki, MESSAGE_DIGEST),
    "content-type unsigned": lambda pki: _unsigned(pki, CONTENT_TYPE),
    "attributes of another document put in": _exchanged,
    "attribute added": _added,
    "signing-time taken out": lambda pki: _taken(pki, SIGNING_TIME),
    "signing-certificate taken out": lambda pki: _taken(pki, CERTIFICATE_V2),
    "signed under the wrong tag": _over_context_tag,
    "turned round and changed": _unsorted_and_changed,
    "indefinite length and changed": _indefinite_set,
    "two sets of attributes": _second_set,
    "digest not listed at the head": _no_digest_of_signer,
    "bare over a structure": _bare_over_structure,
}
"""By name: what makes it."""
