"""One question for every algorithm: whether this signature is by this key."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.algorithms import der, digests, names, signatures
from app.algorithms.gost import curves, signing, spki
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError

_MESSAGE = "Договор №1".encode()
_RSA = "1.2.840.113549.1.1.1"
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"


def _identifier(oid: str, *parameters: bytes) -> bytes:
    return der.sequence(der.oid(oid), *parameters)


def _spki(private: Any) -> bytes:
    encoded: bytes = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


@cache
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def _signed(key: KeyAlgorithm) -> tuple[bytes, bytes, str, bytes]:
    """Return public key, algorithm identifier, digest name and signature of the message."""
    name, algorithm = names.default_digest(key), b""
    if key is not KeyAlgorithm.GOST_2001:
        algorithm = names.signature_algorithm_for(key)
    if key.is_gost:
        oid = curves.DEFAULT_512 if key is KeyAlgorithm.GOST_512 else curves.DEFAULT_256
        private, public = signing.generate(oid)
        with private:
            signature = private.sign(digests.digest(name, _MESSAGE))
        encoded = spki.encode_public(oid, public)
        if key is KeyAlgorithm.GOST_2001:
            parameters = der.sequence(der.oid(oid), der.oid("1.2.643.2.2.30.1"))
            bits = der.element(der.BIT_STRING, b"\0" + der.element(der.OCTET_STRING, public))
            encoded = der.sequence(_identifier("1.2.643.2.2.19", parameters), bits)
            algorithm = _identifier("1.2.643.2.2.3")
        return encoded, algorithm, name, signature
    hash_ = signatures._HASHES.get(name)
    private_key: Any
    if key is KeyAlgorithm.RSA:
        private_key = _rsa_key()
        signature = private_key.sign(_MESSAGE, padding.PKCS1v15(), hash_)
    elif key in {KeyAlgorithm.ED25519, KeyAlgorithm.ED448}:
        kind = ed25519.Ed25519PrivateKey if key is KeyAlgorithm.ED25519 else ed448.Ed448PrivateKey
        private_key = kind.generate()
        signature = private_key.sign(_MESSAGE)
    else:
        curve = {"256": ec.SECP256R1, "384": ec.SECP384R1, "521": ec.SECP521R1}[key[-3:]]()
        private_key = ec.generate_private_key(curve)
        signature = private_key.sign(_MESSAGE, ec.ECDSA(hash_))
    return _spki(private_key), algorithm, name, signature


def _check(key: KeyAlgorithm, **changes: Any) -> bool:
    public_key, algorithm, name, signature = _signed(key)
    asked: dict[str, Any] = {
        "public_key": public_key,
        "algorithm": algorithm,
        "digest_name": name,
        "message": _MESSAGE,
        "signature": signature,
    }
    return signatures.verify(**{**asked, **changes})


each_key = pytest.mark.parametrize("key", KeyAlgorithm)


@each_key
def test_a_good_signature_verifies_over_message_and_digest(key: KeyAlgorithm) -> None:
    """Every kind of key, over the message; and over its digest, save EdDSA."""
    assert _check(key)
    digest = digests.digest(names.default_digest(key), _MESSAGE)
    if key in {KeyAlgorithm.ED25519, KeyAlgorithm.ED448}:
        with pytest.raises(ValueError, match="messages"):
            _check(key, message=None, digest=digest)
    else:
        assert _check(key, message=None, digest=digest)
        assert not _check(key, digest=digest[:-1])
        assert not _check(key, message=None, digest=digest + b"\0")


@each_key
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(position=st.integers(0, 1000), change=st.integers(1, 255), what=st.integers(0, 1))
def test_a_changed_byte_never_verifies(
    key: KeyAlgorithm, position: int, change: int, what: int
) -> None:
    """Any one changed byte of signature or message makes the answer no, without an exception."""
    name, value = (("signature", _signed(key)[3]), ("message", _MESSAGE))[what]
    changed = bytearray(value)
    changed[position % len(changed)] ^= change
    assert _check(key, **{name: bytes(changed)}) is False


@each_key
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(signature=st.binary(max_size=600))
def test_random_signatures_never_verify(key: KeyAlgorithm, signature: bytes) -> None:
    """Bytes out of nowhere are a no and never an exception."""
    assert _check(key, signature=signature) is False


@each_key
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(position=st.integers(0, 2000), change=st.integers(1, 255), what=st.integers(0, 1))
def test_a_damaged_key_or_identifier_is_a_no_or_a_clear_error(
    key: KeyAlgorithm, position: int, change: int, what: int
) -> None:
    """One changed byte in what surrounds a signature: a verdict or one of two errors."""
    field = ("public_key", "algorithm")[what]
    changed = bytearray(_signed(key)[what])
    changed[position % len(changed)] ^= change
    try:
        good = _check(key, **{field: bytes(changed)})
    except RoscherkError as error:
        code = error.code
    else:
        # The identifier of a GOST or RSA signature has synonyms; a key never has another that
        # verifies, save by the OID of an equal parameter set.
        assert not good or field == "algorithm" or key.is_gost or key is KeyAlgorithm.RSA
        return
    assert code in {ErrorCode.PUBLIC_KEY_INVALID, ErrorCode.ALGORITHM_UNSUPPORTED}


@each_key
def test_keys_of_another_family_do_not_verify(key: KeyAlgorithm) -> None:
    """The identifier of one family and the key of another is a plain no."""
    other = KeyAlgorithm.GOST_256 if not key.is_gost else KeyAlgorithm.RSA
    assert not _check(key, algorithm=names.signature_algorithm_for(other))


@each_key
def test_the_digest_must_be_that_of_the_key_or_identifier(key: KeyAlgorithm) -> None:
    """A digest that contradicts is a plain no, whatever its length; an unknown one is an error."""
    if key.family == "eddsa":
        return
    for row in names.DIGESTS:
        if row.name != names.default_digest(key):
            assert not _check(key, digest_name=row.name)
    with pytest.raises(RoscherkError) as caught:
        _check(key, digest_name="sha3-256")
    assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED


@pytest.mark.parametrize(
    "oid",
    [
        *("1.2.643.2.2.19", "1.2.643.2.2.3"),
        *("1.2.643.7.1.1.1.1", "1.2.643.7.1.1.3.2"),
        *("1.2.643.7.1.1.1.2", "1.2.643.7.1.1.3.3"),
    ],
)
@pytest.mark.parametrize("parameters", [b"", der.NULL], ids=["absent", "null"])
@pytest.mark.parametrize(
    "key", [KeyAlgorithm.GOST_2001, KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512]
)
def test_gost_goes_by_key_and_digest_whatever_the_oid(
    key: KeyAlgorithm, oid: str, parameters: bytes
) -> None:
    """Real files carry key OIDs, signature OIDs and those of another generation: all verify."""
    algorithm = _identifier(oid, parameters)
    assert _check(key, algorithm=algorithm)
    truth = names.signature_by_oid(oid).fits(key, names.default_digest(key))
    assert truth == (oid in {row.oid for row in names.SIGNATURES if row.keys == {key}})


def test_an_identifier_lifted_out_of_a_ber_file_is_read() -> None:
    """Indefinite and long lengths in the identifier change nothing."""
    inner = der.oid("1.2.643.7.1.1.1.1")
    for algorithm in (
        b"\x30\x80" + inner + b"\0\0",
        b"\x30\x81" + bytes((len(inner),)) + inner,
        b"\x30\x80" + inner + der.NULL + b"\0\0",
    ):
        assert _check(KeyAlgorithm.GOST_256, algorithm=algorithm)


@pytest.mark.parametrize(
    "algorithm", [b"", b"\x05\x00", b"\x30\x00", b"\x30\x02\x05\x00", _identifier(_RSA) + b"\0"]
)
def test_a_malformed_identifier_is_unsupported(algorithm: bytes) -> None:
    """What names no algorithm is one clear error."""
    with pytest.raises(RoscherkError) as caught:
        _check(KeyAlgorithm.RSA, algorithm=algorithm)
    assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED


def test_unknown_algorithms_and_keys_are_named() -> None:
    """The OID of what is unknown is a fact of the error."""
    with pytest.raises(RoscherkError) as caught:
        _check(KeyAlgorithm.RSA, algorithm=_identifier("1.2.3.4"))
    assert caught.value.facts == {"oid": "1.2.3.4"}
    koblitz = _spki(ec.generate_private_key(ec.SECP256K1()))
    with pytest.raises(RoscherkError) as caught:
        _check(KeyAlgorithm.ECDSA_P256, public_key=koblitz)
    assert caught.value.facts == {"oid": "1.2.840.10045.2.1"}
    with pytest.raises(RoscherkError) as caught:
        _check(KeyAlgorithm.RSA, public_key=b"junk")
    assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID


def test_test_parameters_need_a_flag() -> None:
    """Rule GST-05: a signature under a test set is unsupported until the caller allows it."""
    oid = "1.2.643.2.2.35.0"
    private, public = signing.generate(oid, allow_test=True)
    with private:
        signature = private.sign(digests.digest("streebog256", _MESSAGE))
    asked = {"public_key": spki.encode_public(oid, public), "signature": signature}
    with pytest.raises(RoscherkError) as caught:
        _check(KeyAlgorithm.GOST_256, **asked)
    assert caught.value.facts == {"oid": oid, "test_parameters": True}
    assert _check(KeyAlgorithm.GOST_256, **asked, allow_test_parameters=True)


def test_neither_message_nor_digest_is_an_error_of_the_caller() -> None:
    """There is nothing to verify, and that is no verdict."""
    for key in (KeyAlgorithm.RSA, KeyAlgorithm.ED25519):
        with pytest.raises(ValueError, match="message"):
            _check(key, message=None)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_ec_points_off_the_curve_are_refused(curve: ec.EllipticCurve) -> None:
    """A public key that is no point is no key."""
    encoded = bytearray(_spki(ec.generate_private_key(curve)))
    encoded[-1] ^= 1
    key = names.key_algorithm_of_spki(bytes(encoded))
    assert key
    with pytest.raises(RoscherkError) as caught:
        _check(key, public_key=bytes(encoded))
    assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_rsa_verifies_every_digest_under_either_oid(name: str) -> None:
    """The key's OID takes any digest; an OID that implies one takes that one only."""
    signature = _rsa_key().sign(_MESSAGE, padding.PKCS1v15(), signatures._HASHES[name])
    for row in names.SIGNATURES:
        if row.family == "rsa" and row.name != "rsa-pss":
            good = _check(
                KeyAlgorithm.RSA,
                algorithm=_identifier(row.oid, der.NULL),
                digest_name=name,
                signature=signature,
            )
            assert good == (row.digest in {None, name})


def _pss(
    digest: str | None = "sha256",
    mgf: str | None = "sha256",
    salt: int | None = 32,
    trailer: int | None = None,
    mgf_oid: str = _MGF1,
) -> bytes:
    """Encode an identifier of RSASSA-PSS with chosen parameters; None leaves a field out."""
    fields = b""
    if digest is not None:
        oid = names.digest_by_name(digest).oid
        fields += der.element(0xA0, _identifier(oid, der.NULL))
    if mgf is not None:
        oid = names.digest_by_name(mgf).oid
        fields += der.element(0xA1, _identifier(mgf_oid, _identifier(oid)))
    for tag, number in ((0xA2, salt), (0xA3, trailer)):
        if number is not None:
            length = number.bit_length() // 8 + 1
            octets = number.to_bytes(length, signed=True)
            fields += der.element(tag, der.element(der.INTEGER, octets))
    return _identifier(_PSS, der.element(der.SEQUENCE, fields))


def _pss_signature(digest: str, mgf: str, salt: int) -> bytes:
    scheme = padding.PSS(padding.MGF1(signatures._HASHES[mgf]), salt)
    return _rsa_key().sign(_MESSAGE, scheme, signatures._HASHES[digest])


def test_pss_parameters_are_honoured() -> None:
    """Digest, mask digest and salt length are those of the identifier, and no other passes."""
    for digest, mgf, salt in (
        ("sha256", "sha256", 32),
        ("sha512", "sha1", 20),
        ("sha384", "sha384", 0),
    ):
        asked = {
            "digest_name": digest,
            "signature": _pss_signature(digest, mgf, salt),
        }
        assert _check(KeyAlgorithm.RSA, algorithm=_pss(digest, mgf, salt), **asked)
        for wrong in (
            _pss(digest, mgf, salt + 1),
            _pss(digest, "sha224", salt),
            _pss("sha224", mgf, salt),
            _pss(digest, mgf, salt, trailer=2),
            _pss(digest, mgf, -1),
            _pss(digest, mgf, 1 << 40),
            _identifier(_PSS, der.NULL),
            _identifier(_PSS, der.sequence(der.element(0xA4, der.NULL))),
            _identifier(_PSS, der.sequence(der.element(0xA0, b""))),
            _identifier(_RSA, der.NULL),
        ):
            assert not _check(KeyAlgorithm.RSA, algorithm=wrong, **asked)


def test_pss_without_parameters_means_sha1() -> None:
    """RFC 8017: absent fields are SHA-1, MGF1 with SHA-1, a salt of 20."""
    asked = {"digest_name": "sha1", "signature": _pss_signature("sha1", "sha1", 20)}
    for algorithm in (
        _identifier(_PSS),
        _pss(None, None, None),
        _pss(trailer=1, digest="sha1", mgf="sha1", salt=20),
    ):
        assert _check(KeyAlgorithm.RSA, algorithm=algorithm, **asked)


def test_unknown_masks_of_pss_are_unsupported() -> None:
    """A mask generation function or its digest that we do not know is named."""
    for algorithm, oid in (
        (_pss(mgf_oid="1.2.3.4"), "1.2.3.4"),
        (_pss(mgf="streebog256"), "1.2.643.7.1.1.2.2"),
    ):
        with pytest.raises(RoscherkError) as caught:
            _check(KeyAlgorithm.RSA, algorithm=algorithm)
        assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
        assert caught.value.facts["oid"] == oid


@pytest.mark.parametrize(
    ("file", "algorithm", "digest"),
    [
        ("ecdsa_secp256r1_sha256_test", _identifier("1.2.840.10045.4.3.2"), "sha256"),
        ("ecdsa_secp384r1_sha384_test", _identifier("1.2.840.10045.4.3.3"), "sha384"),
        ("ed25519_test", _identifier("1.3.101.112"), "sha512"),
        ("rsa_pss_2048_sha256_mgf1_32_test", _pss(), "sha256"),
        ("rsa_signature_2048_sha256_test", _identifier(_RSA, der.NULL), "sha256"),
    ],
    ids=["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-pss", "rsa"],
)
def test_the_edge_cases_of_wycheproof(
    data_folder: Path, file: str, algorithm: bytes, digest: str
) -> None:
    """Every published edge case gets its published answer; what is merely acceptable is refused."""
    suite = json.loads((data_folder / "wycheproof" / f"{file}.json").read_text())
    count, wrong = 0, []
    for group in suite["testGroups"]:
        public_key = bytes.fromhex(group["publicKeyDer"])
        for case in group["tests"]:
            good = signatures.verify(
                public_key,
                algorithm,
                digest_name=digest,
                message=bytes.fromhex(case["msg"]),
                signature=bytes.fromhex(case["sig"]),
            )
            count += 1
            if good != (case["result"] == "valid"):
                wrong.append((case["tcId"], case["result"], case["comment"]))
    assert count == suite["numberOfTests"]
    assert not wrong


def test_hostile_rsa_keys_cost_no_time() -> None:
    """Absurd sizes of an RSA key are refused instead of computed with."""
    huge = der.element(der.INTEGER, b"\x7f" + os.urandom(8192) + b"\1")
    odd = der.element(der.INTEGER, b"\1\0\1")
    for modulus, exponent in ((huge, odd), (huge, huge), (der.element(der.INTEGER, b"\0"), odd)):
        bits = der.element(der.BIT_STRING, b"\0" + der.sequence(modulus, exponent))
        public_key = der.sequence(_identifier(_RSA, der.NULL), bits)
        try:
            good = _check(KeyAlgorithm.RSA, public_key=public_key)
        except RoscherkError as error:
            good = error.code is not ErrorCode.PUBLIC_KEY_INVALID
        assert not good


@pytest.mark.parametrize(
    ("oid", "point", "small"),
    [
        ("1.3.101.112", (1).to_bytes(32, "little"), True),
        ("1.3.101.112", (1 | 1 << 255).to_bytes(32, "little"), True),
        ("1.3.101.112", (2**255 - 18).to_bytes(32, "little"), True),
        ("1.3.101.112", bytes(32), True),
        ("1.3.101.112", (2**255 - 20).to_bytes(32, "little"), True),
        ("1.3.101.112", bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), True),
        ("1.3.101.112", bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), True),
        ("1.3.101.112", bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"), True),
        ("1.3.101.113", (1).to_bytes(57, "little"), True),
        ("1.3.101.113", bytes(57), True),
        ("1.3.101.113", (2**448 - 2**224 - 2).to_bytes(57, "little"), True),
        ("1.3.101.112", (5).to_bytes(32, "little"), False),
    ],
)  # fmt: skip
def test_one_signature_does_not_fit_all_messages(oid: str, point: bytes, *, small: bool) -> None:
    """A key of small order, under which anybody signs anything, is no key."""
    public = der.sequence(_identifier(oid), der.element(der.BIT_STRING, b"\0" + point))
    neutral = (1).to_bytes(len(point), "little")
    given: dict[str, Any] = {
        "digest_name": "sha512" if len(point) == 32 else "shake256",
        "message": b"anything",
        "signature": neutral + bytes(len(point)),
    }
    if small:
        with pytest.raises(RoscherkError) as caught:
            signatures.verify(public, _identifier(oid), **given)
        assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID
    else:
        assert not signatures.verify(public, _identifier(oid), **given)
