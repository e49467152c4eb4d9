"""Keys and certificates of a token put together, without any token."""

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.tokens.model import ContainerState
from app.tokens.pkcs11.pairing import (
    CertificateObject,
    KeyObject,
    authorities,
    certificate_object,
    merged,
    pairs,
)


def spki(number: int) -> bytes:
    """Return a public key in form."""
    curve = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7"))
    return der.sequence(curve, der.element(der.BIT_STRING, b"\0\4" + bytes([number]) * 64))


def key(key_id: bytes, number: int | None, *, private: bool = False, label: str = "") -> KeyObject:
    """Return one part of a key."""
    return KeyObject(
        id=key_id,
        label=label,
        algorithm=KeyAlgorithm.ECDSA_P256,
        public_key=None if number is None else spki(number),
        private=private,
    )


def certificate(key_id: bytes, number: int, *, authority: bool = False) -> CertificateObject:
    """Return a certificate of a key."""
    return CertificateObject(
        id=key_id, label="c", der=bytes([number]), public_key=spki(number), authority=authority
    )


def test_parts_of_one_key_are_one() -> None:
    """Public and private part meet by id, or by the public key when both show it."""
    assert merged([key(b"1", None, private=True), key(b"1", 1, label="x")]) == [
        key(b"1", 1, private=True, label="x")
    ]
    assert len(merged([key(b"", None, private=True), key(b"", 1)])) == 2
    assert len(merged([key(b"1", 1), key(b"2", 1, private=True)])) == 1


def test_public_key_before_id() -> None:
    """A certificate goes to the key it is of, even when its id names another."""
    (pair,) = pairs([certificate(b"2", 1)], [key(b"1", 1)])
    assert (pair.id, pair.state) == (b"1", ContainerState.OK)


def test_id_when_the_key_is_not_shown() -> None:
    """A private key without public part is paired by its id."""
    (pair,) = pairs([certificate(b"1", 1)], [key(b"1", None, private=True)])
    assert pair.state is ContainerState.OK


def test_certificate_of_another_key_with_this_id() -> None:
    """The same id and another key is a mismatch, said so."""
    (pair,) = pairs([certificate(b"1", 1)], [key(b"1", 2)])
    assert pair.state is ContainerState.MISMATCH


def test_certificate_alone() -> None:
    """A certificate with an id may have a hidden key; where private keys show, it has none."""
    (pair,) = pairs([certificate(b"1", 1)], [])
    assert pair.state is ContainerState.OK
    (pair,) = pairs([certificate(b"", 1)], [])
    assert pair.state is ContainerState.NO_KEY
    first, second = pairs([certificate(b"1", 1)], [key(b"2", 2, private=True)])
    assert first.state is ContainerState.NO_KEY
    assert second.state is ContainerState.NO_CERTIFICATE


def test_authorities_are_links_unless_they_have_a_key() -> None:
    """A CA's certificate is offered for chains and is a container only with its key."""
    root = certificate(b"9", 9, authority=True)
    assert pairs([root], []) == []
    assert authorities([root, certificate(b"1", 1)]) == (root.der,)
    (pair,) = pairs([root], [key(b"9", 9)])
    assert pair.state is ContainerState.OK


def test_bytes_that_are_no_certificate() -> None:
    """Garbage in a certificate object is left out."""
    for garbage in (b"", b"x", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x01"):
        assert certificate_object(b"1", "x", garbage) is None
