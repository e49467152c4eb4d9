"""What is given to a token to sign, and what is made of its answer."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Vendor
from app.tokens.pkcs11.mechanisms import (
    in_cms_order,
    key_type_of,
    recipe_for,
    supported,
    turned,
)
from app.tokens.pkcs11.profiles import Order
from app.tokens.pkcs11.quirks import RawMapper, text_of, whole


def test_rsa_gets_digest_info() -> None:
    """RSA signs the DigestInfo of RFC 8017 §9.2, note 1."""
    digest = hashlib.sha256(b"").digest()
    recipe = recipe_for(KeyAlgorithm.RSA, "sha256", digest)
    assert recipe.mechanism is Mechanism.RSA_PKCS
    assert recipe.data == bytes.fromhex("3031300d060960864801650304020105000420") + digest


def test_ecdsa_gets_the_leftmost_bits() -> None:
    """A digest longer than the curve is cut, a shorter one is not padded."""
    digest = hashlib.sha512(b"").digest()
    assert recipe_for(KeyAlgorithm.ECDSA_P256, "sha512", digest).data == digest[:32]
    assert recipe_for(KeyAlgorithm.ECDSA_P384, "sha512", digest).data == digest[:48]
    assert recipe_for(KeyAlgorithm.ECDSA_P521, "sha512", digest).data == digest


def test_digest_of_a_wrong_size() -> None:
    """A digest that is none is our own mistake."""
    with pytest.raises(RoscherkError) as caught:
        recipe_for(KeyAlgorithm.RSA, "sha256", b"short")
    assert caught.value.code is ErrorCode.UNEXPECTED


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_ecdsa_signature_becomes_a_sequence(r: int, s: int) -> None:
    """r‖s turns into SEQUENCE { r, s } in DER."""
    signature = in_cms_order(KeyAlgorithm.ECDSA_P256, r.to_bytes(32) + s.to_bytes(32))
    parts = der.read(signature).children(der.SEQUENCE)
    assert [part.as_integer() for part in parts] == [r, s]


@pytest.mark.parametrize("answer", [b"", b"abc"])
def test_ecdsa_answer_of_odd_length(answer: bytes) -> None:
    """An answer that cannot be r‖s is no signature."""
    with pytest.raises(RoscherkError) as caught:
        in_cms_order(KeyAlgorithm.ECDSA_P256, answer)
    assert caught.value.code is ErrorCode.SELF_CHECK_FAILED


def test_key_types() -> None:
    """RSA and NIST curves are signed with; the rest is refused by name."""
    assert key_type_of(KeyAlgorithm.RSA) is KeyType.RSA
    assert key_type_of(KeyAlgorithm.ECDSA_P521) is KeyType.EC
    for algorithm in (None, KeyAlgorithm.ED25519):
        assert not supported(algorithm)
        with pytest.raises(RoscherkError) as caught:
            key_type_of(algorithm)
        assert caught.value.code is ErrorCode.KEY_UNSUPPORTED


@pytest.mark.parametrize(
    ("algorithm", "digest_name", "mechanism", "key_type"),
    [
        (KeyAlgorithm.GOST_256, "streebog256", 0x1201, 0x30),
        (KeyAlgorithm.GOST_512, "streebog512", 0xD4321006, 0xD4321003),
    ],
)
@pytest.mark.parametrize("vendor", list(Vendor))
def test_gost_signs_the_bare_digest(
    vendor: Vendor, algorithm: KeyAlgorithm, digest_name: str, mechanism: int, key_type: int
) -> None:
    """The digest goes in as it is, under the numbers that all vendors share."""
    size = 32 if algorithm is KeyAlgorithm.GOST_256 else 64
    recipe = recipe_for(algorithm, digest_name, bytes(range(size)), vendor)
    assert (recipe.mechanism, recipe.data) == (mechanism, bytes(range(size)))
    assert key_type_of(algorithm, vendor) == key_type
    assert Mechanism(mechanism) is recipe.mechanism
    signature = bytes(size) + b"\1" * size
    assert in_cms_order(algorithm, signature, vendor) == signature
    for wrong in (b"", signature[:-1], signature + b"\0", signature[:size]):
        with pytest.raises(RoscherkError) as caught:
            in_cms_order(algorithm, wrong, vendor)
        assert caught.value.code is ErrorCode.SELF_CHECK_FAILED


def test_keys_of_2001_do_not_sign() -> None:
    """The older standard is verified and never signed with."""
    assert not supported(KeyAlgorithm.GOST_2001)
    with pytest.raises(RoscherkError) as caught:
        key_type_of(KeyAlgorithm.GOST_2001)
    assert caught.value.code is ErrorCode.KEY_UNSUPPORTED


def test_orders_of_the_two_numbers() -> None:
    """Each turning is its own inverse, and the standard's order is no turning."""
    assert turned(b"abcd", Order.CMS) == b"abcd"
    assert turned(b"abcd", Order.SWAPPED) == b"cdab"
    assert turned(b"abcd", Order.REVERSED) == b"dcba"
    for order in Order:
        assert turned(turned(b"abcd", order), order) == b"abcd"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Ключ".encode(), "Ключ"),
        ("Ключ".encode()[:-1], "Клю"),
        ("Ключ".encode("cp1251"), "Ключ"),
        (b"\x98\xff", "98ff"),
        (b"", ""),
    ],
)
def test_labels_of_all_ages(data: bytes, text: str) -> None:
    """Labels are read as UTF-8, also cut in a letter, as cp1251, or shown as hexadecimal."""
    assert text_of(data) == text


def test_unknown_classes_and_types_do_not_spoil_a_listing() -> None:
    """Vendor values come as numbers, truth values of any length as truth values."""
    mapper = RawMapper()
    vendor = (0xD4321003).to_bytes(8, "little")
    assert mapper.unpack_attributes(Attribute.KEY_TYPE, vendor) == 0xD4321003
    assert mapper.unpack_attributes(Attribute.CLASS, vendor) == 0xD4321003
    assert mapper.unpack_attributes(Attribute.CLASS, bytes(8)) is ObjectClass.DATA
    assert mapper.unpack_attributes(Attribute.SIGN, b"\0\0\0\1") is True
    assert mapper.unpack_attributes(Attribute.SIGN, b"") is False
    assert mapper.unpack_attributes(Attribute.LABEL, b"\xff") == b"\xff"


def test_endless_listing_ends() -> None:
    """A module that invents objects for ever is not followed."""
    assert len(whole(iter(int, 1))) == 1000
