"""Hostile signatures: contents exchanged, structures that are none, counter-signatures, bombs."""

import base64
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial

from attacks.cms_certificates import stranger
from attacks.cms_forge import (
    CONTENT,
    MESSAGE_DIGEST,
    OTHER,
    SEQUENCE,
    Scene,
    algorithm,
    attribute,
    attributes,
    content_info,
    signed_data,
    signer,
    usual,
)
from stand_ins.pki import NOW, Pki, pki_of

from app.algorithms import names
from app.crypto.certificates.building import RevokedEntry
from app.crypto.cms import structure, tlv

Build = Callable[[Pki], Scene]
COUNTER = structure.COUNTER_SIGNATURE


def good(pki: Pki, *, attached: bool = False) -> bytes:
    """Return a good signature."""
    inside = CONTENT if attached else None
    return signed_data(signer(pki), certificates=(pki.leaf, pki.ca), attached=inside)


def laid(pki: Pki, data: bytes, content: bytes | None = CONTENT) -> Scene:
    """Return a scene of any octets."""
    return Scene(signature=data, content=content, anchors=(pki.root,), crls=pki.crls)


# contents


def _exchanged(pki: Pki, content: bytes) -> Scene:
    return usual(pki, signer(pki), content=content)


def _attached_other(pki: Pki) -> Scene:
    return usual(pki, signer(pki), attached=OTHER, content=None)


def _attached_beside_other(pki: Pki) -> Scene:
    return usual(pki, signer(pki), attached=CONTENT, content=OTHER)


def _encapsulated(pki: Pki, inner: bytes) -> Scene:
    wrapped = tlv.encode(SEQUENCE, tlv.encode_oid(structure.DATA), tlv.encode(0xA0, inner))
    return usual(pki, signer(pki), encapsulated=wrapped, content=None)


def _two_contents(pki: Pki) -> Scene:
    both = (tlv.encode(0xA0, tlv.encode(0x04, one)) for one in (CONTENT, OTHER))
    wrapped = tlv.encode(SEQUENCE, tlv.encode_oid(structure.DATA), *both)
    return usual(pki, signer(pki), encapsulated=wrapped, content=None)


def _one_of_two(pki: Pki, *, first: bool) -> Scene:
    """Put a signer of another document beside an honest one."""
    both = (signer(pki), signer(pki, OTHER))
    return usual(pki, *(both if first else both[::-1]))


def _signature_lent(pki: Pki) -> Scene:
    """Put the value of one signature under the attributes of another."""
    value = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki, OTHER)))
    return usual(pki, signer(pki, signature=value))


CONTENTS: Mapping[str, Build] = {
    "document exchanged": partial(_exchanged, content=OTHER),
    "document with a line more": partial(_exchanged, content=CONTENT + b"\n"),
    "document cut": partial(_exchanged, content=CONTENT[:-1]),
    "document empty": partial(_exchanged, content=b""),
    "document with a mark before it": partial(_exchanged, content=b"\xef\xbb\xbf" + CONTENT),
    "document missing": lambda pki: usual(pki, signer(pki), content=None),
    "another document inside": _attached_other,
    "another document beside": _attached_beside_other,
    "nothing inside": lambda pki: _encapsulated(pki, b"\x04\x00"),
    "no string inside": lambda pki: _encapsulated(pki, tlv.encode(SEQUENCE, b"\x05\x00")),
    "more behind the document inside": lambda pki: _encapsulated(
        pki, tlv.encode(0x24, tlv.encode(0x04, CONTENT), tlv.encode(0x04, b"and more"))
    ),
    "two documents inside": _two_contents,
    "second signer of another document": partial(_one_of_two, first=True),
    "first signer of another document": partial(_one_of_two, first=False),
    "value lent by another document": _signature_lent,
}

# structures


def _indefinite(data: bytes) -> bytes:
    element = tlv.read_whole(data)
    return bytes((element.tag, 0x80)) + element.contents  # its end is missing


def _signer_of_version(pki: Pki) -> Scene:
    """Let a signer be of a version that fits no name, with the name of the other kind."""
    named = tlv.encode(0x80, b"no such key identifier")
    return usual(pki, signer(pki, name=named, version=3))


def _pem(data: bytes) -> bytes:
    return b"-----BEGIN CMS-----\n" + base64.encodebytes(data) + b"-----END CMS-----\n"


STRUCTURES: Mapping[str, Build] = {
    "empty file": lambda pki: laid(pki, b""),
    "cut in the middle": lambda pki: laid(pki, good(pki)[: len(good(pki)) // 2]),
    "cut by one octet": lambda pki: laid(pki, good(pki)[:-1]),
    "a nought behind": lambda pki: laid(pki, good(pki) + b"\0"),
    "junk behind": lambda pki: laid(pki, good(pki) + b"junk"),
    "two files in one": lambda pki: laid(pki, good(pki) + good(pki)),
    "junk before": lambda pki: laid(pki, b"junk" + good(pki)),
    "without an end": lambda pki: laid(pki, _indefinite(good(pki))),
    "no signer": lambda pki: laid(
        pki, signed_data(certificates=(pki.leaf, pki.ca), attached=CONTENT)
    ),
    "kind: data": lambda pki: laid(pki, content_info(tlv.encode(0x04, good(pki)), structure.DATA)),
    "kind: enveloped": lambda pki: laid(
        pki, content_info(tlv.encode(SEQUENCE), "1.2.840.113549.1.7.3")
    ),
    "kind: unknown": lambda pki: laid(pki, content_info(good(pki), "1.2.3.4")),
    "signature in a signature": lambda pki: laid(
        pki,
        signed_data(
            signer(stranger(pki.algorithm), good(pki, attached=True)),
            certificates=(stranger(pki.algorithm).leaf, stranger(pki.algorithm).ca),
            attached=good(pki, attached=True),
        ),
        None,
    ),
    "signers of nothing": lambda pki: usual(pki, tlv.encode(SEQUENCE), digests_=[]),
    "signer named by nothing known": _signer_of_version,
    "certificate alone": lambda pki: laid(pki, pki.leaf),
    "revocation list alone": lambda pki: laid(pki, pki.crls[1]),
    "base64 with junk": lambda pki: laid(pki, base64.b64encode(good(pki)) + b"*junk*"),
    "base64 cut": lambda pki: laid(pki, base64.b64encode(good(pki))[:-8]),
    "PEM without an end": lambda pki: laid(pki, _pem(good(pki))[:-12]),
    "PEM of two": lambda pki: laid(pki, _pem(good(pki)) + _pem(b"\x30\x00")),
    "PEM of a broken one": lambda pki: laid(pki, _pem(good(pki)[:-2])),
    "null where a document was": lambda pki: laid(
        pki, bytes.fromhex("300b06092a864886f70d010702"), None
    ),
}

# counter-signatures


def _counter(pki: Pki, target: bytes, *, by: Pki | None = None, **how: object) -> bytes:
    """Return a counter-signature over a value."""
    who = by or pki
    kept = attributes(who, target, content_type=None)
    return signer(who, attributes_=kept, **how)  # type: ignore[arg-type]


def _value_of(encoded: bytes) -> bytes:
    fields = tlv.read_whole(encoded).children()
    return next(one.contents for one in fields if one.tag == tlv.OCTET_STRING)


def _with_counter(pki: Pki, make: Callable[[bytes], bytes], **beside: object) -> Scene:
    """Sign, and put a counter-signature of some kind upon the value."""
    kept = attributes(pki)
    value = pki.leaf_key.sign(tlv.encode_set_of(kept))
    upon = attribute(COUNTER, make(value))
    made = signer(pki, attributes_=kept, signature=value, unsigned=[upon])
    return usual(pki, made, **beside)


def _counter_with(pki: Pki, value: bytes, *more: bytes, without: tuple[str, ...] = ()) -> bytes:
    kept = [*attributes(pki, value, content_type=None, without=without), *more]
    return signer(pki, attributes_=kept)


def _nested(pki: Pki, depth: int) -> Callable[[bytes], bytes]:
    def make(value: bytes) -> bytes:
        kept = attributes(pki, value, content_type=None)
        own = pki.leaf_key.sign(tlv.encode_set_of(kept))
        unsigned = [] if depth == 0 else [attribute(COUNTER, _nested(pki, depth - 1)(own))]
        return signer(pki, attributes_=kept, signature=own, unsigned=unsigned)

    return make


def _counter_by_stranger(pki: Pki) -> Scene:
    other = stranger(pki.algorithm)
    return _with_counter(
        pki,
        lambda value: _counter(pki, value, by=other),
        certificates=(pki.leaf, pki.ca, other.leaf, other.ca),
    )


def _counter_moved_up(pki: Pki) -> Scene:
    """Show a counter-signature as if it were a signature of the document."""
    value = pki.leaf_key.sign(tlv.encode_set_of(attributes(pki)))
    return usual(pki, _counter(pki, value), content=value)


TYPE = attribute(structure.CONTENT_TYPE, tlv.encode_oid(structure.DATA))
COUNTERS: Mapping[str, Build] = {
    "over another value": lambda pki: _with_counter(pki, lambda _: _counter(pki, b"other value")),
    "over the document": lambda pki: _with_counter(pki, lambda _: _counter(pki, CONTENT)),
    "by a stranger": _counter_by_stranger,
    "with a content type": lambda pki: _with_counter(
        pki, lambda value: _counter_with(pki, value, TYPE)
    ),
    "without a digest": lambda pki: _with_counter(
        pki, lambda value: _counter_with(pki, value, without=(MESSAGE_DIGEST,))
    ),
    "of noughts": lambda pki: _with_counter(
        pki, lambda value: _counter(pki, value, signature=bytes(64))
    ),
    "of no structure": lambda pki: _with_counter(pki, lambda _: b"\x30\x00"),
    "too deep": lambda pki: _with_counter(pki, _nested(pki, 8)),
    "shown as a signature": _counter_moved_up,
}

# bombs


def _nest(count: int, *, definite: bool = True) -> bytes:
    if not definite:
        return b"\x30\x80" * count
    data = b""
    for _ in range(count):
        data = tlv.encode(SEQUENCE, data)
    return data


def _many_signers(pki: Pki, count: int) -> Scene:
    return usual(pki, *(signer(pki),) * count)


def _many_certificates(pki: Pki, count: int) -> Scene:
    """Bring so many certificates that nobody would look at them all."""
    kinds = [pki.ca[:-4] + struct.pack(">I", number) for number in range(count)]
    return usual(pki, signer(pki), certificates=(*kinds, pki.leaf, pki.ca))


def _many_attributes(pki: Pki, count: int) -> Scene:
    more = [attribute(f"1.2.3.{number}", b"\x05\x00") for number in range(count)]
    return usual(pki, signer(pki, unsigned=more))


def _many_values(pki: Pki, count: int) -> Scene:
    values = [tlv.encode_integer(number) for number in range(count)]
    return usual(pki, signer(pki, unsigned=[attribute(structure.COUNTER_SIGNATURE, *values)]))


def _immense_number(pki: Pki, octets: int) -> Scene:
    issuer = tlv.read_whole(pki.leaf).children()[0].children()[3].raw
    name = tlv.encode(SEQUENCE, issuer, tlv.encode(tlv.INTEGER, b"\x7f" + b"\xff" * octets))
    return usual(pki, signer(pki, name=name))


def _immense_oid(pki: Pki, octets: int) -> Scene:
    oid = tlv.encode(0x06, b"\x2a" + b"\xff" * octets + b"\x7f")
    made = attribute("1.2.3", b"\x05\x00").replace(tlv.encode_oid("1.2.3"), b"")[2:]
    return usual(pki, signer(pki, unsigned=[tlv.encode(SEQUENCE, oid, made)]))


def _immense_key(pki: Pki, octets: int) -> Scene:
    """Certify a key of RSA that takes minutes to use."""
    number = tlv.encode(tlv.INTEGER, b"\x7f" + b"\xff" * octets)
    public = tlv.encode(
        SEQUENCE,
        algorithm(names.RSA_OID, b"\x05\x00"),
        tlv.encode(0x03, b"\0", tlv.encode(SEQUENCE, number, number)),
    )
    certificate = pki.issue(public)
    made = signer(
        pki,
        certificate=certificate,
        digest_name="sha256",
        signature_algorithm=algorithm(names.RSA_OID, b"\x05\x00"),
        signature=b"\x7e" + b"\xff" * octets,
    )
    return usual(pki, made, certificates=(certificate, pki.ca))


def _in_pieces(pki: Pki, count: int) -> Scene:
    pieces = tlv.encode(0x24, *(tlv.encode(0x04, b"x"),) * count)
    wrapped = tlv.encode(SEQUENCE, tlv.encode_oid(structure.DATA), tlv.encode(0xA0, pieces))
    return usual(pki, signer(pki), encapsulated=wrapped, content=None)


def _lists_inside(pki: Pki, count: int) -> Scene:
    """Bring more lists than anybody looks at; all are by a stranger."""
    other = stranger(pki.algorithm)
    lists = [other.crls[1][:-4] + struct.pack(">I", number) for number in range(count)]
    scene = usual(pki, signer(pki), crls=lists)
    return replace(scene, crls=(pki.crls[0],))


@cache
def _long_list(count: int) -> bytes:
    entries = (RevokedEntry(serial=number, at=NOW) for number in range(count))
    return pki_of(_QUICK).ca_issuer.crl(*entries)


_QUICK = names.KeyAlgorithm.ECDSA_P256


def _long_list_of_stranger(pki: Pki, count: int) -> Scene:
    scene = usual(pki, signer(pki), crls=[_long_list(count)])
    return replace(scene, crls=(pki.crls[0],), content=OTHER)


def _said_length(pki: Pki, tail: bytes) -> Scene:
    """Say that four thousand million octets follow."""
    return laid(pki, b"\x30\x84\xff\xff\xff\xff" + tail)


BOMBS: Mapping[str, Build] = {
    "nested 500 deep": lambda pki: laid(pki, _nest(500)),
    "nested 5,000 deep": lambda pki: laid(pki, _nest(5000)),
    "nested 100,000 deep without lengths": lambda pki: laid(pki, _nest(100_000, definite=False)),
    "nested inside": lambda pki: _encapsulated(pki, _nest(2000)),
    "length of 2^32-1": lambda pki: _said_length(pki, good(pki)[4:]),
    "length of 2^32-1 and nothing": lambda pki: _said_length(pki, b""),
    "length of 126 octets": lambda pki: laid(pki, b"\x30\xfe" + b"\xff" * 126),
    "10,000 signers": partial(_many_signers, count=10_000),
    "10,000 certificates": partial(_many_certificates, count=10_000),
    "10,000 attributes": lambda pki: replace(_many_attributes(pki, count=10_000), content=OTHER),
    "10,000 counter-signatures": lambda pki: replace(
        _many_values(pki, count=10_000), content=OTHER
    ),
    "number of a million octets": partial(_immense_number, octets=1_000_000),
    "identifier of a million octets": lambda pki: replace(
        _immense_oid(pki, octets=1_000_000), content=OTHER
    ),
    "key of 100,000 bits": partial(_immense_key, octets=12_500),
    "document in 200,000 pieces": partial(_in_pieces, count=200_000),
    "1,000 lists": partial(_lists_inside, count=1000),
    "list of 20,000 entries by a stranger": partial(_long_list_of_stranger, count=20_000),
    "base64 of noughts": lambda pki: laid(pki, b"A" * 2_000_000),
    "PEM marks without end": lambda pki: laid(pki, b"-----BEGIN CMS-----\n" * 50_000),
}
