"""The table of algorithms."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms import digests, names
from app.algorithms.gost import curves, signing, spki
from app.algorithms.gost.curves import Curve
from app.algorithms.names import KeyAlgorithm, KeyFamily
from app.errors import ErrorCode, RoscherkError


def _spki(private: Any) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.fixture(scope="module")
def small_rsa() -> bytes:
    """Return an RSA key of 1024 bits."""
    return _spki(rsa.generate_private_key(65537, 1024))


def test_the_table_has_no_name_or_oid_twice() -> None:
    """Names and OIDs are unique, and every row is found by its OID."""
    for rows, find in (
        (names.DIGESTS, names.digest_by_oid),
        (names.SIGNATURES, names.signature_by_oid),
    ):
        assert len({row.oid for row in rows}) == len({row.name for row in rows}) == len(rows)
        assert all(find(row.oid) is row for row in rows)


@pytest.mark.parametrize("row", names.DIGESTS, ids=lambda row: row.name)
def test_every_digest_of_the_table_can_be_computed(row: Any) -> None:
    """The table and the digests agree on names and sizes."""
    running = digests.new(row.name)
    assert (running.name, running.digest_size) == (row.name, row.size)
    assert len(running.digest()) == row.size
    assert names.digest_by_name(row.name) is row


def test_unknown_names_and_oids_are_unsupported() -> None:
    """What is not in the table is an error with its OID as a fact."""
    for find in (names.digest_by_oid, names.signature_by_oid, names.digest_by_name):
        with pytest.raises(RoscherkError) as caught:
            find("1.2.3.4")
        assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
        assert caught.value.facts == {"oid": "1.2.3.4"}


@pytest.mark.parametrize(
    ("private", "algorithm", "bits"),
    [
        (ec.generate_private_key(ec.SECP256R1()), KeyAlgorithm.ECDSA_P256, 256),
        (ec.generate_private_key(ec.SECP384R1()), KeyAlgorithm.ECDSA_P384, 384),
        (ec.generate_private_key(ec.SECP521R1()), KeyAlgorithm.ECDSA_P521, 521),
        (ed25519.Ed25519PrivateKey.generate(), KeyAlgorithm.ED25519, 256),
        (ed448.Ed448PrivateKey.generate(), KeyAlgorithm.ED448, 456),
        (rsa.generate_private_key(65537, 2048), KeyAlgorithm.RSA, 2048),
        (ec.generate_private_key(ec.SECP256K1()), None, None),
        (dsa.generate_private_key(1024), None, None),
    ],
    ids=["p256", "p384", "p521", "ed25519", "ed448", "rsa", "secp256k1", "dsa"],
)
def test_the_algorithm_of_a_key_is_read_from_its_bytes(
    private: Any, algorithm: Any, bits: int | None
) -> None:
    """Keys made by another library are recognised, with their size."""
    public_key = _spki(private)
    assert names.key_algorithm_of_spki(public_key) is algorithm
    assert names.key_size_of_spki(public_key) == bits


@pytest.mark.parametrize("curve", curves.all_curves(), ids=lambda curve: curve.name)
def test_the_algorithm_of_a_gost_key_is_read_from_its_bytes(curve: Curve) -> None:
    """Every parameter set is recognised by its size."""
    private, public = signing.generate(curve.oid, allow_test=True)
    public_key = spki.encode_public(curve.oid, public)
    expected = KeyAlgorithm.GOST_256 if curve.size == 32 else KeyAlgorithm.GOST_512
    assert names.key_algorithm_of_spki(public_key) is expected
    assert names.key_size_of_spki(public_key) == 8 * curve.size
    private.wipe()


def _failure(question: Callable[[], object]) -> ErrorCode | None:
    try:
        question()
    except RoscherkError as error:
        return error.code
    return None


@given(st.binary(max_size=120))
def test_any_bytes_give_an_algorithm_or_a_clear_error(data: bytes) -> None:
    """Hostile bytes never lead to another exception."""
    for ask in (names.key_algorithm_of_spki, names.key_size_of_spki, names.algorithm_oid_of_spki):
        assert _failure(partial(ask, data)) in {None, ErrorCode.PUBLIC_KEY_INVALID}


@given(st.data())
def test_a_damaged_key_gives_an_algorithm_or_a_clear_error(
    small_rsa: bytes, data: st.DataObject
) -> None:
    """One changed byte in a real key never leads to another exception."""
    changed = bytearray(small_rsa)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    code = _failure(partial(names.weaknesses, bytes(changed), "sha256"))
    assert code in {None, ErrorCode.PUBLIC_KEY_INVALID}


def test_weak_algorithms_are_named(small_rsa: bytes) -> None:
    """Withdrawn digests, GOST 2001 and short RSA keys are facts for the verdict."""
    strong = _spki(ec.generate_private_key(ec.SECP256R1()))
    assert names.weaknesses(strong, "sha256") == ()
    assert names.weaknesses(strong, "sha1") == ("sha1",)
    assert names.weaknesses(small_rsa, "md5") == ("md5", "rsa-1024")
    weak = {row.name for row in names.DIGESTS if row.weak}
    assert weak == {"md5", "sha1", "gost94"}


def test_an_oid_tells_whether_it_is_true_for_a_key_and_a_digest() -> None:
    """The wrong generation, which real files carry, is told apart from the right one."""
    by_oid = names.signature_by_oid
    assert by_oid("1.2.643.7.1.1.1.1").fits(KeyAlgorithm.GOST_256, "streebog256")
    assert by_oid("1.2.643.7.1.1.3.2").fits(KeyAlgorithm.GOST_256, "streebog256")
    assert not by_oid("1.2.643.2.2.19").fits(KeyAlgorithm.GOST_256, "streebog256")
    assert not by_oid("1.2.643.7.1.1.3.3").fits(KeyAlgorithm.GOST_256, "streebog256")
    assert not by_oid("1.2.643.7.1.1.3.2").fits(KeyAlgorithm.GOST_256, "streebog512")
    assert by_oid("1.2.840.113549.1.1.1").fits(KeyAlgorithm.RSA, "sha512")
    assert not by_oid("1.2.840.113549.1.1.11").fits(KeyAlgorithm.RSA, "sha512")


@pytest.mark.parametrize("key", KeyAlgorithm)
def test_every_key_has_a_digest_and_a_written_algorithm(key: KeyAlgorithm) -> None:
    """What we write names the key and its digest truly; GOST 2001 is never written."""
    digest = names.default_digest(key)
    assert names.digest_by_name(digest)
    if key is KeyAlgorithm.GOST_2001:
        with pytest.raises(RoscherkError):
            names.signature_algorithm_for(key)
        return
    written = names.der.read(names.signature_algorithm_for(key)).children()
    assert names.signature_by_oid(written[0].as_oid()).fits(key, digest)
    # RFC 9215 §2 and RFC 5753: no parameters, save the NULL of RSA
    assert len(written) == (2 if key.family is KeyFamily.RSA else 1)


def test_names_are_light() -> None:
    """Neither the names nor the digests load a parser, so that the window need not."""
    code = (
        "import sys, app.algorithms.names, app.algorithms.digests;"
        "heavy = {'asn1crypto', 'cryptography', 'pyhanko', 'PySide6'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
