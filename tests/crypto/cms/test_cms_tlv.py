"""The element reader: spans, limits, and DER out of BER."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.cms import tlv
from app.errors import ErrorCode, RoscherkError

Tree = tuple[int, "bytes | list[Tree]"]

LEAVES = st.tuples(
    st.sampled_from([tlv.INTEGER, tlv.OCTET_STRING, tlv.NULL, tlv.OBJECT_IDENTIFIER, 0x80, 0x0C]),
    st.binary(min_size=1, max_size=200),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        st.sampled_from([tlv.SEQUENCE, tlv.SET, 0xA0, 0xA1]), st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


def as_der(tree: Tree) -> bytes:
    """Write a tree in DER."""
    tag, value = tree
    if isinstance(value, bytes):
        return tlv.encode(tag, value)
    parts = [as_der(child) for child in value]
    return tlv.encode(tag, *(sorted(parts) if tag == tlv.SET else parts))


def as_ber(tree: Tree, draw: st.DataObject) -> bytes:
    """Write a tree in BER: long and indefinite lengths, strings in pieces, sets in any order."""
    tag, value = tree
    way = draw.draw(st.integers(0, 2))
    if isinstance(value, bytes):
        if tag in {tlv.OCTET_STRING, 0x0C} and way == 1:
            cut = draw.draw(st.integers(0, len(value)))
            pieces = tlv.encode(tag, value[:cut]) + tlv.encode(tag, value[cut:])
            return bytes((tag | 0x20, 0x80)) + pieces + b"\0\0"
        return long_form(tag, value) if way == 2 else tlv.encode(tag, value)
    parts = [as_ber(child, draw) for child in value]
    if tag == tlv.SET:
        parts = draw.draw(st.permutations(parts))
    contents = b"".join(parts)
    if way == 1:
        return bytes((tag, 0x80)) + contents + b"\0\0"
    return long_form(tag, contents) if way == 2 else tlv.encode(tag, contents)


def long_form(tag: int, contents: bytes) -> bytes:
    """Write an element with a length that is longer than it need be."""
    return bytes((tag, 0x84)) + len(contents).to_bytes(4, "big") + contents


@given(TREES, st.data())
def test_der_of_ber(tree: Tree, data: st.DataObject):
    """Every BER form of a value gives its one DER form; DER gives itself."""
    der = as_der(tree)
    assert tlv.to_der(tlv.read_whole(der)) == der
    assert tlv.to_der(tlv.read_whole(as_ber(tree, data))) == der


@given(TREES, st.data())
def test_spans_are_the_bytes(tree: Tree, data: st.DataObject):
    """The spans of the children lie side by side and are the contents."""
    ber = as_ber(tree, data)
    element = tlv.read_whole(ber)
    assert element.raw == ber
    if element.constructed:
        assert b"".join(child.raw for child in element.children()) == element.contents


@given(st.binary(max_size=300))
def test_any_bytes_raise_our_error_only(data: bytes):
    """Random bytes are read, or refused with our error."""
    with contextlib.suppress(RoscherkError):
        element = tlv.read(data)
        tlv.to_der(element)


@given(st.lists(st.integers(0, 1 << 70), max_size=8), st.integers(0, 2), st.integers(0, 39))
def test_object_identifiers(arcs: list[int], first: int, second: int):
    """An identifier is written and read back."""
    dotted = ".".join(map(str, [first, second, *arcs]))
    encoded = tlv.encode_oid(dotted)
    if len(encoded) > 66:
        return
    assert tlv.oid(tlv.read_whole(encoded)) == dotted


@given(st.integers(-(1 << 200), 1 << 200))
def test_integers(value: int):
    """A number is written and read back."""
    encoded = tlv.encode_integer(value)
    assert tlv.integer(tlv.read_whole(encoded)) == value


@pytest.mark.parametrize("encoded", ["0600", "06022b80", "0602802b", "060180", "0400"])
def test_malformed_identifiers(encoded: str):
    """Empty, unfinished and padded identifiers, and what is none, are refused."""
    element = tlv.read_whole(bytes.fromhex(encoded))
    with pytest.raises(RoscherkError):
        tlv.oid(element)


@pytest.mark.parametrize("contents", [b"", bytes(2000)])
def test_malformed_numbers(contents: bytes):
    """Empty and endless numbers are refused."""
    element = tlv.read_whole(tlv.encode(tlv.INTEGER, contents))
    with pytest.raises(RoscherkError):
        tlv.integer(element)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x30\x80" * 100_000, ErrorCode.FORMAT_TOO_COMPLEX),
        (b"\x30\x80" + b"\x05\x00" * 300_000 + b"\0\0", ErrorCode.FORMAT_TOO_COMPLEX),
        (b"\x30\x84\xff\xff\xff\xff", ErrorCode.FORMAT_DAMAGED),
        (b"\x30\x89" + b"\xff" * 9, ErrorCode.FORMAT_DAMAGED),
        (b"\x04\x80\x00\x00", ErrorCode.FORMAT_DAMAGED),
        (b"\x1f\xff\xff\xff\xff\xff\xff\xff\x00", ErrorCode.FORMAT_DAMAGED),
        (b"\x30", ErrorCode.FORMAT_DAMAGED),
        (b"", ErrorCode.FORMAT_DAMAGED),
        (b"\x30\x80\x05\x00", ErrorCode.FORMAT_DAMAGED),
    ],
)
def test_bombs_and_stumps(data: bytes, code: ErrorCode):
    """Deep, long and cut input is refused at once and by its proper name."""
    with pytest.raises(RoscherkError) as caught:
        tlv.read_whole(data)
    assert caught.value.code is code


def test_deep_definite_nesting():
    """Depth in definite lengths stops the re-encoding, not the interpreter."""
    data = b""
    for _ in range(2000):
        data = tlv.encode(tlv.SEQUENCE, data)
    with pytest.raises(RoscherkError) as caught:
        tlv.to_der(tlv.read_whole(data))
    assert caught.value.code is ErrorCode.FORMAT_TOO_COMPLEX


def test_too_many_children():
    """A list longer than any honest one is refused."""
    with pytest.raises(RoscherkError) as caught:
        tlv.read_whole(tlv.encode(tlv.SEQUENCE, b"\x05\x00" * 10_001)).children()
    assert caught.value.code is ErrorCode.FORMAT_TOO_COMPLEX
