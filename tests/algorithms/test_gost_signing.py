"""GOST R 34.10: known answers, round trips, and everything that must be refused."""

import copy
import os
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.algorithms.gost import calls, curves, selftest, signing
from app.algorithms.gost.curves import Curve
from app.algorithms.gost.signing import PrivateKey
from app.errors import ErrorCode, RoscherkError

_ALL = curves.all_curves()
each_curve = pytest.mark.parametrize("curve", _ALL, ids=lambda curve: curve.name)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_TEST_256 = "1.2.643.2.2.35.0"
_D = "7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28"


def test_the_examples_of_the_standards_are_signed_and_verified() -> None:
    """RFC 7091 §7.1 and GOST R 34.10-2012, example 2, with their own keys and nonces."""
    selftest.ready_to_sign()


def test_the_vectors_of_botan_verify(data_folder: Path) -> None:
    """The published signature is s||r over a little-endian digest, as ours."""
    text = (data_folder / "gost-vectors/botan/gost_3410_verify.vec").read_text()
    fields = dict(re.findall(r"^(\w+) = (?:0x)?(\w+)$", text, re.MULTILINE))
    x, y = (int(fields[name], 16).to_bytes(32, "little") for name in ("Px", "Py"))
    digest, signature = bytes.fromhex(fields["Msg"]), bytes.fromhex(fields["Signature"])
    assert signing.verify(_TEST_256, x + y, digest, signature, allow_test=True)
    assert not signing.verify(_TEST_256, x + y, digest[::-1], signature, allow_test=True)


@each_curve
def test_every_curve_signs_and_verifies(curve: Curve) -> None:
    """A signature by a new key verifies under it, and under no other and for no other digest."""
    private, public = signing.generate(curve.oid, allow_test=True)
    digest = os.urandom(curve.size)
    with private:
        signature, second = private.sign(digest), private.sign(digest)
    assert len(signature) == 2 * curve.size
    assert signature != second, "a nonce was repeated"
    for one in (signature, second):
        assert signing.verify(curve.oid, public, digest, one, allow_test=True)
    other, other_public = signing.generate(curve.oid, allow_test=True)
    other.wipe()
    assert not signing.verify(curve.oid, other_public, digest, signature, allow_test=True)
    assert not signing.verify(curve.oid, public, digest[::-1], signature, allow_test=True)


@each_curve
def test_values_out_of_range_are_refused(curve: Curve) -> None:
    """Halves of 0, q and beyond, swapped halves and wrong lengths are no signatures."""
    private, public = signing.generate(curve.oid, allow_test=True)
    digest = os.urandom(curve.size)
    with private:
        signature = private.sign(digest)
    size, q = curve.size, curve.order
    s, r = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
    top = (1 << 8 * size) - 1
    forged = [
        (0).to_bytes(size) + signature[size:],
        signature[:size] + (0).to_bytes(size),
        q.to_bytes(size) + signature[size:],
        signature[:size] + q.to_bytes(size),
        min(s + q, top).to_bytes(size) + signature[size:],
        signature[:size] + min(r + q, top).to_bytes(size),
        (q - s).to_bytes(size) + signature[size:],
        signature[size:] + signature[:size],
        signature[::-1],
        signature[:-1],
        signature + b"\0",
        b"\0" + signature,
        b"",
    ]
    for one in forged:
        assert not signing.verify(curve.oid, public, digest, one, allow_test=True)
    for wrong in (digest[:-1], digest + b"\0", b""):
        assert not signing.verify(curve.oid, public, wrong, signature, allow_test=True)


@each_curve
def test_a_digest_that_is_zero_modulo_q_counts_as_one(curve: Curve) -> None:
    """The rule e = 0 → e = 1 of the standard: such digests share their signatures."""
    private, public = signing.generate(curve.oid, allow_test=True)
    zero, one = bytes(curve.size), (1).to_bytes(curve.size, "little")
    order = curve.order.to_bytes(curve.size, "little")
    with private:
        signature = private.sign(zero)
    for digest in (zero, one, order):
        assert signing.verify(curve.oid, public, digest, signature, allow_test=True)
    two = (2).to_bytes(curve.size, "little")
    assert not signing.verify(curve.oid, public, two, signature, allow_test=True)


@each_curve
def test_private_keys_survive_the_round_trip(curve: Curve) -> None:
    """A key written out and read in again has the same public key."""
    private, public = signing.generate(curve.oid, allow_test=True)
    raw = bytearray(curve.size)
    private.write_into(raw)
    again = PrivateKey.from_bytes(curve.oid, raw, allow_test=True)
    assert again.public() == private.public() == public
    assert (again.curve_oid, private.curve_oid) == (curve.oid, curve.oid)
    assert 0 < int.from_bytes(raw, "little") < curve.order
    private.wipe()
    again.wipe()


@pytest.fixture(scope="module")
def signed() -> tuple[str, bytes, bytes, bytes]:
    """Return curve, public key, digest and signature, made once."""
    oid, digest = curves.DEFAULT_256, os.urandom(32)
    private, public = signing.generate(oid)
    with private:
        return oid, public, digest, private.sign(digest)


@quick
@given(position=st.integers(0, 511), change=st.integers(1, 255))
def test_a_changed_byte_never_verifies(
    signed: tuple[str, bytes, bytes, bytes], position: int, change: int
) -> None:
    """Any one byte of signature, digest or key that differs makes the answer no, or no key."""
    oid, public, digest, signature = signed
    parts = [bytearray(public), bytearray(digest), bytearray(signature)]
    part = parts[position % 3]
    part[position % len(part)] ^= change
    try:
        good = signing.verify(oid, bytes(parts[0]), bytes(parts[1]), bytes(parts[2]))
    except RoscherkError as error:
        good = error.code is not ErrorCode.PUBLIC_KEY_INVALID
    assert not good


@quick
@given(digest=st.binary(min_size=32, max_size=32), signature=st.binary(max_size=130))
def test_random_signatures_never_verify(
    signed: tuple[str, bytes, bytes, bytes], digest: bytes, signature: bytes
) -> None:
    """Bytes out of nowhere are a no and never an exception."""
    oid, public, _, _ = signed
    assert signing.verify(oid, public, digest, signature) is False


@pytest.mark.parametrize("oid", [curve.oid for curve in _ALL if curve.test])
def test_test_parameters_need_a_flag(oid: str) -> None:
    """Rule GST-05: without the flag a test set is unsupported, for keys and signatures alike."""
    curve = curves.by_oid(oid)
    private, public = signing.generate(oid, allow_test=True)
    digest = bytes(curve.size)
    with private:
        signature = private.sign(digest)
    attempts = (
        lambda: signing.generate(oid),
        lambda: PrivateKey.from_bytes(oid, bytearray(b"\1" * curve.size)),
        lambda: signing.verify(oid, public, digest, signature),
    )
    for attempt in attempts:
        with pytest.raises(RoscherkError) as caught:
            attempt()
        assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
        assert caught.value.facts == {"oid": oid, "test_parameters": True}


@each_curve
def test_private_keys_out_of_range_are_refused(curve: Curve) -> None:
    """0, q, more, and wrong lengths are no private keys."""
    size, q = curve.size, curve.order
    for number in (0, q, q + 1, (1 << 8 * size) - 1):
        with pytest.raises(RoscherkError) as caught:
            PrivateKey.from_bytes(
                curve.oid, bytearray(number.to_bytes(size, "little")), allow_test=True
            )
        assert caught.value.facts["reason"] == "private_key_range"
    for wrong in (size - 1, size + 1, 0):
        with pytest.raises(RoscherkError) as caught:
            PrivateKey.from_bytes(curve.oid, bytearray(wrong), allow_test=True)
        assert caught.value.facts["reason"] == "private_key_length"
    for number in (1, q - 1):
        raw = bytearray(number.to_bytes(size, "little"))
        with PrivateKey.from_bytes(curve.oid, raw, allow_test=True) as private:
            digest = os.urandom(size)
            signature = private.sign(digest)
            assert signing.verify(curve.oid, private.public(), digest, signature, allow_test=True)


def test_a_key_signs_only_digests_of_its_size() -> None:
    """A digest of another length is refused before anything is computed."""
    with PrivateKey.generate(curves.DEFAULT_512) as private:
        for wrong in (b"", bytes(32), bytes(63), bytes(65)):
            with pytest.raises(RoscherkError) as caught:
                private.sign(wrong)
            assert caught.value.facts["reason"] == "digest_length"


def test_a_key_outside_the_group_is_refused() -> None:
    """On a curve with the cofactor 4, a point of another order is no public key."""
    curve = curves.by_oid("1.2.643.7.1.2.1.1.1")
    equation = curve.equation
    # y = 0 has order 2: find the root of the cubic that this set has
    for x in range(3, 400):
        square = (x**3 + equation.a * x + equation.b) % equation.p
        y = pow(square, (equation.p + 1) // 4, equation.p)
        public = x.to_bytes(32, "little") + y.to_bytes(32, "little")
        if y * y % equation.p == square and not calls.has_order_q(curve, curve.point(public)):
            break
    with pytest.raises(RoscherkError) as caught:
        signing.verify(curve.oid, public, bytes(32), b"\1" * 64)
    assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID
    assert caught.value.facts["reason"] == "order"


def test_a_faulty_signature_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature that does not verify could give the key away: it is an error."""
    with PrivateKey.generate(curves.DEFAULT_256) as private:
        monkeypatch.setattr(calls, "sign", lambda *_: (5, 7))
        with pytest.raises(RoscherkError) as caught:
            private.sign(bytes(32))
    assert caught.value.code is ErrorCode.SELF_CHECK_FAILED


def test_a_zero_in_the_signature_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard starts anew when r or s comes out as zero."""
    true_sign, answers = calls.sign, [(0, 1), (1, 0)]

    def sometimes_zero(*arguments: object) -> tuple[int, int]:
        return answers.pop() if answers else true_sign(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(calls, "sign", sometimes_zero)
    with PrivateKey.generate(curves.DEFAULT_256) as private:
        digest = os.urandom(32)
        assert signing.verify(curves.DEFAULT_256, private.public(), digest, private.sign(digest))
    assert not answers


def test_a_private_key_says_nothing_of_itself() -> None:
    """It is not shown, copied or pickled, and after wiping it signs no more."""
    raw = bytearray(bytes.fromhex(_D)[::-1])
    private = PrivateKey.from_bytes(_TEST_256, raw, allow_test=True)
    assert repr(private) == "PrivateKey(GostR3410-2001-test)"
    for steal in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            steal(private)
    with pytest.raises(ValueError, match="size"):
        private.write_into(bytearray(31))
    private.wipe()
    private.wipe()
    for use in (lambda: private.sign(bytes(32)), lambda: private.write_into(bytearray(32))):
        with pytest.raises(ValueError, match="wiped"):
            use()
