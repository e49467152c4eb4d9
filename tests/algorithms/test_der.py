"""The small strict DER reader and its writer."""

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms import der

arcs = st.tuples(st.integers(0, 1), st.integers(0, 39)) | st.tuples(
    st.just(2), st.integers(0, 2**40)
)
oids = st.builds(
    lambda head, rest: ".".join(map(str, (*head, *rest))),
    arcs,
    st.lists(st.integers(0, 2**60), max_size=4),
)


@given(oids)
def test_oids_survive_the_round_trip(dotted: str) -> None:
    """An OID written here reads back, and asn1crypto writes the same bytes."""
    encoded = der.oid(dotted)
    assert der.read(encoded).as_oid() == dotted
    assert core.ObjectIdentifier(dotted).dump() == encoded


@given(st.integers(0, 30), st.binary(max_size=70000))
def test_elements_survive_the_round_trip(tag: int, content: bytes) -> None:
    """Any content in any short tag reads back."""
    value = der.read(der.element(tag, content))
    assert (value.tag, value.content) == (tag, content)


@given(st.integers())
def test_integers_are_read_as_asn1crypto_writes_them(number: int) -> None:
    """Integers of any sign and size are read."""
    assert der.read(core.Integer(number).dump()).as_integer() == number


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_der_error(data: bytes) -> None:
    """Hostile bytes never lead to another exception, and what is read writes back the same."""
    try:
        value = der.read(data)
    except der.DerError:
        return
    assert der.element(value.tag, value.content) == data
    for probe in (value.children, value.as_oid, value.as_integer):
        try:
            probe()
        except der.DerError:
            continue


@pytest.mark.parametrize(
    "text",
    [
        "",  # nothing
        "30",  # no length
        "3080",  # indefinite length is no DER
        "30800000",
        "300500",  # shorter than it says
        "3000ff",  # trailing byte
        "30810100",  # a long form where the short one would do
        "3082000100",  # leading zero in the length
        "3085000000000100",  # absurd length of length
        "1f0100",  # high tag number
    ],
)
def test_what_is_not_der_is_refused(text: str) -> None:
    """Each broken form is refused by name."""
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(text))


@pytest.mark.parametrize(
    "text", ["0600", "060180", "06028001", "0603808001", "0500", "0641" + "81" * 64 + "01"]
)
def test_what_is_not_an_oid_is_refused(text: str) -> None:
    """Empty, unfinished, padded, foreign and endless OIDs are refused."""
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(text)).as_oid()


@pytest.mark.parametrize("text", ["0200", "02020001", "0202ff80", "0500"])
def test_what_is_not_an_integer_is_refused(text: str) -> None:
    """Empty and padded integers are refused."""
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(text)).as_integer()


@given(oids, st.booleans(), st.integers(0, 3))
def test_ber_becomes_der(dotted: str, indefinite: bool, zeros: int) -> None:
    """An algorithm identifier in BER is written as DER."""
    inner = der.oid(dotted)
    if indefinite:
        ber = b"\x30\x80" + inner + b"\x05\x00\x00\x00"
    else:
        body = inner + b"\x05\x00"
        ber = bytes((0x30, 0x81 + zeros)) + bytes(zeros) + bytes((len(body),)) + body
    assert der.from_ber(ber) == der.sequence(inner, der.NULL)


@given(st.binary(max_size=100))
def test_any_bytes_give_der_or_a_der_error(data: bytes) -> None:
    """Hostile bytes given as BER never lead to another exception."""
    try:
        converted = der.from_ber(data)
    except der.DerError:
        return
    assert der.read(converted).tag == data[0]


@pytest.mark.parametrize(
    "text",
    ["", "0680", "3080", "30800500", "3003020500", "30030201", "30" + "80" * 1000, "30803080" * 9],
)
def test_broken_ber_is_refused(text: str) -> None:
    """Indefinite primitives, missing ends, children beyond their parent, and bombs are refused."""
    with pytest.raises(der.DerError):
        der.from_ber(bytes.fromhex(text))
