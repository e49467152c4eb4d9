"""Derivation of keys: the vectors of RFC 7836, RFC 9337 and of other implementations."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms.gost import ciphers, kdf
from app.errors import ErrorCode, RoscherkError

KEY = bytes(range(32))
LABEL = bytes.fromhex("26bdb878")
SEED = bytes.fromhex("af21434145656378")


def test_hmac_of_rfc_7836() -> None:
    """Appendix B.1 and B.2."""
    data = bytes.fromhex("0126bdb87800af214341456563780100")
    assert kdf.hmac("streebog256", KEY, data).hex() == (
        "a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9"
    )
    assert kdf.hmac("streebog512", KEY, data[:5], data[5:]).hex() == (
        "a59bab22ecae19c65fbde6e5f4e9f5d8549d31f037f9df9b905500e171923a77"
        "3d5f1530f2ed7e964cb2eedc29e9ad2f3afe93b2814f79f5000ffc0366c251e6"
    )


def test_derivation_of_rfc_7836() -> None:
    """Appendix B.4 (KDF) and B.5 (KDF_TREE)."""
    assert kdf.kdf_256(KEY, LABEL, SEED).hex() == (
        "a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9"
    )
    assert kdf.kdf_tree(KEY, LABEL, SEED, 64).hex() == (
        "22b6837845c6bef65ea71672b265831086d3c76aebe6dae91cad51d83f79d16b"
        "074c9330599d7f8d712fca54392f4ddde93751206b3584c8f43f9e6dc51531f9"
    )
    assert kdf.kdf_tree(KEY, LABEL, SEED, 40) != kdf.kdf_tree(KEY, LABEL, SEED, 64)[:40]


@pytest.mark.parametrize(
    ("iterations", "begin"),
    [
        (1, "64770af7f748c3b1c9ac831dbcfd85c26111b30a8a657ddc3056b80ca73e040d"),
        (2, "5a585bafdfbb6e8830d6d68aa3b43ac00d2e4aebce01c9b31c2caed56f0236d4"),
        (4096, "e52deb9a2d2aaff4e2ac9d47a41f34c20376591c67807f0477e32549dc341bc7"),
    ],
)
def test_pbkdf2_of_rfc_9337(iterations: int, begin: str) -> None:
    """Appendix A, "password" and "salt"."""
    assert kdf.pbkdf2("streebog512", b"password", b"salt", iterations, 64).hex().startswith(begin)


def test_pbkdf2_of_a_password_with_a_zero() -> None:
    """RFC 9337 appendix A, the last example; and the parameters that make no sense."""
    assert (
        kdf.pbkdf2("streebog512", b"pass\0word", b"sa\0lt", 4096, 64)
        .hex()
        .startswith("50df062885b69801a3c10248eb0a27ab6e522ffeb20c991c660f001475d73a4e")
    )
    assert kdf.pbkdf2("streebog512", b"", b"salt", 1, 32)
    for salt, iterations, size in ((b"", 1, 32), (b"salt", 0, 32), (b"salt", 1, 0)):
        with pytest.raises(RoscherkError) as caught:
            kdf.pbkdf2("streebog512", b"password", salt, iterations, size)
        assert caught.value.code is ErrorCode.KEY_UNSUPPORTED


@pytest.mark.parametrize(("name", "block"), [("gost94", 32), ("streebog256", 64)])
@pytest.mark.parametrize("password", ["", "12345678", "Пароль"])
def test_chain_of_the_container(name: str, block: int, password: str) -> None:
    """The same chain written out in the plainest way, over the digests alone."""
    from app.algorithms import digests  # noqa: PLC0415

    def digest(*parts: bytes) -> bytes:
        return digests.digest(name, b"".join(parts))

    salt = bytes(range(12))
    pin = b"".join(bytes((*each.encode("utf-16-le"), 0, 0)) for each in password)
    h0 = digest(salt, pin)
    state = b"DENEFH028.760246785.IUEFHWUIO.EF".ljust(block, b"\0")
    for _ in range(2000 if password else 2):
        one, other = bytes(o ^ 0x36 for o in state), bytes(o ^ 0x5C for o in state)
        state = digest(one, h0, other, h0).ljust(block, b"\0")
    one, other = bytes(o ^ 0x36 for o in state[:32]), bytes(o ^ 0x5C for o in state[:32])
    expected = digest(digest(one, salt, other, pin))
    assert kdf.cryptopro_kdf(name, bytearray(password.encode()), salt) == expected


def test_diversification_of_rfc_4357() -> None:
    """Written out over single bits and words: RFC 4357 §6.5."""
    key, ukm = hashlib.sha256(b"key").digest(), hashlib.sha256(b"ukm").digest()[:8]
    current = key
    for octet in ukm:
        words = [int.from_bytes(current[at : at + 4], "little") for at in range(0, 32, 4)]
        ones = sum(word for bit, word in enumerate(words) if octet >> bit & 1) % 2**32
        zeros = sum(word for bit, word in enumerate(words) if not octet >> bit & 1) % 2**32
        vector = ones.to_bytes(4, "little") + zeros.to_bytes(4, "little")
        current = bytes(
            ciphers.encrypt_cfb(current, vector, current, ciphers.CRYPTOPRO_A, meshing=False)
        )
    assert kdf.diversify(key, ukm, ciphers.CRYPTOPRO_A) == current


@given(st.text())
def test_password_as_utf16(password: str) -> None:
    """Every text a person can type, pairs of surrogates too, in both orders."""
    given_ = bytearray(password.encode("utf-8", "surrogatepass"))
    assert kdf.utf16(given_, "little") == password.encode("utf-16-le", "surrogatepass")
    assert kdf.utf16(given_, "big") == password.encode("utf-16-be", "surrogatepass")


@given(st.binary(max_size=40))
def test_password_that_is_no_text(password: bytes) -> None:
    """Octets that are no UTF-8 never crash the writer, and never give more than two for one."""
    assert len(kdf.utf16(password, "big")) <= 2 * len(password)
