"""The golden property: one changed byte in a signature never goes unnoticed.

Noticed means: an error, or facts that are not beyond doubt. The written list of what may change
at this level (the chain is judged elsewhere), each entry with its reason:

* certificates above the signer's: they are off this level; the chain's check reads them;
* ``SignedData.version``, ``SignerInfo.version``: nothing rests on them (CMS-15); a remark is made;
* unsigned attributes: nobody signed them; a remark is made;
* white space of text forms: it carries nothing.
"""

from base64 import encodebytes
from functools import cache

import pytest
from cms_lab import (
    CONTENT,
    QUICK,
    attribute,
    beyond_doubt,
    check,
    sign,
    splice,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms import tlv
from app.crypto.cms.codes import Remark
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import SignerInfo
from app.errors import RoscherkError

ALGORITHMS = [QUICK, KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512, KeyAlgorithm.RSA]


def unnoticed(data: bytes, content: bytes | None) -> bool:
    """Tell whether every signature in ``data`` is beyond doubt."""
    try:
        found = check(data, content)
    except RoscherkError:
        return False
    return bool(found) and all(beyond_doubt(facts) for facts in found)


@cache
def excused(data: bytes) -> frozenset[int]:
    """Return the offsets of the written list."""
    signed = read_cms(data)
    places: set[int] = set()
    leaf = signed.signers[0]
    assert isinstance(leaf, SignerInfo)
    for certificate in signed.certificates:
        if all(certificate != pki_of(one).leaf for one in ALGORITHMS):
            start = data.index(certificate)
            places.update(range(start, start + len(certificate)))
    inner = tlv.read_whole(data).children()[1].children()[0].children()[0]
    places.update(range(inner.start, inner.end))
    version = data.index(leaf.raw) + tlv.read_whole(leaf.raw).body
    places.update(range(version, version + 3))
    return frozenset(places)


@pytest.mark.parametrize("attached", [False, True])
def test_every_single_byte(attached: bool):
    """Every byte (attached: every third) is changed; only the written list goes unnoticed."""
    data = sign(QUICK, attached=attached)
    content = None if attached else CONTENT
    assert unnoticed(data, content)
    missed = [
        offset
        for offset in range(0, len(data), 3 if attached else 1)
        if unnoticed(_flip(data, offset, 1 << offset % 8), content)
    ]
    assert set(missed) <= excused(data)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_bytes_of_every_algorithm(data: st.DataObject):
    """Any change of any byte, under every algorithm, is noticed."""
    algorithm = data.draw(st.sampled_from(ALGORITHMS))
    attached = data.draw(st.booleans())
    signature = sign(algorithm, attached=attached)
    offset = data.draw(st.integers(0, len(signature) - 1))
    mask = data.draw(st.integers(1, 255))
    if unnoticed(_flip(signature, offset, mask), None if attached else CONTENT):
        assert offset in excused(signature)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_byte_of_the_content(algorithm: KeyAlgorithm):
    """Any change of the document is noticed."""
    signature = sign(algorithm)
    for offset in range(len(CONTENT)):
        assert not unnoticed(signature, _flip(CONTENT, offset, 1))
    assert not unnoticed(signature, CONTENT + b"\0")
    assert not unnoticed(signature, CONTENT[:-1])


def test_unsigned_attributes_give_a_remark():
    """A changed unsigned attribute may leave the signature good, but there is a remark."""
    signer = read_cms(sign()).signers[0]
    assert isinstance(signer, SignerInfo)
    parts = [part.raw for part in tlv.read_whole(signer.raw).children()]
    extra = attribute("1.2.3.4", tlv.encode(tlv.OCTET_STRING, b"token"))
    data = splice(sign(), signer.raw, tlv.encode(tlv.SEQUENCE, *parts, tlv.encode(0xA1, extra)))
    start = data.index(extra)
    unseen = []
    for offset in range(start, start + len(extra)):
        changed = _flip(data, offset, 1)
        if unnoticed(changed, CONTENT):
            (facts,) = check(changed)
            remarks = {notice.code for notice in facts.warnings}
            if not remarks & {
                Remark.UNSIGNED_ATTRIBUTE_UNCHECKED,
                Remark.UNSIGNED_ATTRIBUTE_DAMAGED,
            }:
                unseen.append(offset)
    assert unseen == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_white_space_of_base64(data: st.DataObject):
    """White space may stand anywhere in base64; any other added byte is noticed."""
    text = _text()
    at = data.draw(st.integers(0, len(text)))
    space = data.draw(st.sampled_from([b" ", b"\n", b"\r\n", b"\t"]))
    assert unnoticed(text[:at] + space + text[at:], CONTENT)
    other = data.draw(st.sampled_from([b"A", b"=", b"-", b"\0", b"\xff", b"."]))
    assert not unnoticed(text[:at] + other + text[at:], CONTENT)


@cache
def _text() -> bytes:
    return encodebytes(sign(KeyAlgorithm.GOST_256))


def _flip(data: bytes, offset: int, mask: int) -> bytes:
    return data[:offset] + bytes((data[offset] ^ mask,)) + data[offset + 1 :]
