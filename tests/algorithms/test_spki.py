"""GOST keys in SubjectPublicKeyInfo."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms import asn1, der
from app.algorithms.gost import curves, signing, spki
from app.algorithms.gost.curves import Curve
from app.errors import ErrorCode, RoscherkError

each_curve = pytest.mark.parametrize("curve", curves.all_curves(), ids=lambda curve: curve.name)
_STREEBOG_256 = "1.2.643.7.1.1.2.2"


def _public(curve: Curve) -> bytes:
    private, public = signing.generate(curve.oid, allow_test=True)
    private.wipe()
    return public


@pytest.fixture(scope="module")
def example() -> bytes:
    """Return the SubjectPublicKeyInfo of a fresh 256-bit key."""
    return spki.encode_public(curves.DEFAULT_256, _public(curves.by_oid(curves.DEFAULT_256)))


@each_curve
def test_keys_survive_the_round_trip(curve: Curve) -> None:
    """What is written is read, by us and by asn1crypto, byte for byte."""
    asn1.register()
    public = _public(curve)
    encoded = spki.encode_public(curve.oid, public)
    assert spki.decode_public(encoded) == (curve.oid, public)
    parsed = keys.PublicKeyInfo.load(encoded, strict=True)
    assert bytes(parsed["public_key"]) == der.element(der.OCTET_STRING, public)
    assert parsed.dump() == parsed.copy().dump(force=True) == encoded


@each_curve
def test_the_digest_parameters_follow_rfc_9215(curve: Curve) -> None:
    """Rule GST-04: digestParamSet beside the CryptoPro sets, and nowhere else."""
    encoded = spki.encode_public(curve.oid, _public(curve))
    parameters = der.read(encoded).children()[0].children()[1].children()
    named = [value.as_oid() for value in parameters]
    cryptopro = curve.oid.startswith("1.2.643.2.2.3")
    assert named == ([curve.oid, _STREEBOG_256] if cryptopro else [curve.oid])


@pytest.mark.parametrize(
    ("algorithm", "sets"),
    [
        ("gost2012_256", ("A", "B", "C", "XA", "XB", "TCA", "TCB", "TCC", "TCD")),
        ("gost2012_512", ("A", "B", "C")),
    ],
)
def test_openssl_writes_the_same_keys(
    openssl: Callable[..., Any], tmp_path: Path, algorithm: str, sets: tuple[str, ...]
) -> None:
    """A key of the gost engine is read, and ours differs at most in the optional parameter."""
    for name in sets:
        key = tmp_path / f"{name}.pem"
        openssl(
            *("genpkey", "-engine", "gost", "-algorithm", algorithm),
            *("-pkeyopt", f"paramset:{name}", "-out", key),
        )
        theirs = openssl("pkey", "-engine", "gost", "-in", key, "-pubout", "-outform", "DER").stdout
        oid, public = spki.decode_public(theirs)
        ours = spki.encode_public(oid, public)
        optional = algorithm == "gost2012_512" and name in {"A", "B"}
        assert optional or ours == theirs


def test_a_key_of_another_kind_is_unsupported() -> None:
    """An EC key is named by its OID."""
    encoded = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(RoscherkError) as caught:
        spki.decode_public(encoded)
    assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
    assert caught.value.facts == {"oid": "1.2.840.10045.2.1"}


@pytest.mark.parametrize("oid", ["1.2.643.2.2.19", "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.1.2"])
def test_malformed_keys_are_refused(oid: str) -> None:
    """Missing, empty and foreign parameters, and keys that are no OCTET STRING."""
    size = 64 if oid.endswith("1.2") else 32
    curve_oid = curves.DEFAULT_512 if size == 64 else curves.DEFAULT_256
    other_oid = curves.DEFAULT_256 if size == 64 else curves.DEFAULT_512
    public = _public(curves.by_oid(curve_oid))
    good = der.sequence(der.oid(curve_oid))
    octets = der.element(der.OCTET_STRING, public)
    for parameters, key, unused in (
        (b"", octets, 0),
        (der.NULL, octets, 0),
        (der.sequence(), octets, 0),
        (der.sequence(der.NULL), octets, 0),
        (der.sequence(der.oid(other_oid)), octets, 0),
        (good, public, 0),
        (good, octets + b"\0", 0),
        (good, der.element(der.INTEGER, public), 0),
        (good, der.element(der.OCTET_STRING, public[:-1]), 0),
        (good, b"", 0),
        (good, octets, 1),
    ):
        algorithm = der.sequence(der.oid(oid), parameters)
        bits = der.element(der.BIT_STRING, bytes((unused,)) + key)
        with pytest.raises(RoscherkError) as caught:
            spki.decode_public(der.sequence(algorithm, bits))
        assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID


def test_bad_points_are_never_written() -> None:
    """A point off the curve is refused on the way out too."""
    with pytest.raises(RoscherkError) as caught:
        spki.encode_public(curves.DEFAULT_256, b"\1" * 64)
    assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID


@given(st.data())
def test_a_damaged_key_is_another_key_or_a_clear_error(example: bytes, data: st.DataObject) -> None:
    """One changed byte never leads to another exception."""
    changed = bytearray(example)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        spki.decode_public(bytes(changed))
    except RoscherkError as error:
        code = error.code
    else:
        # only the OIDs of the parameters can name another set on whose curve the point lies
        return
    assert code in {ErrorCode.PUBLIC_KEY_INVALID, ErrorCode.ALGORITHM_UNSUPPORTED}
