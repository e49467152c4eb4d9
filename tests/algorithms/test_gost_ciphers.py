"""GOST 28147-89: the vectors of its standards, and the gost engine as referee."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms.gost import ciphers, kdf
from app.errors import ErrorCode, RoscherkError

KEY = bytes(range(32))
UKM = bytes(range(1, 9))


def test_mac_of_the_container_of_a_key() -> None:
    """A key of eight words with TC26-Z is Magma (RFC 8891 A.2) when its octets are turned."""
    key = bytes.fromhex("ffeeddccbbaa99887766554433221100f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    turned = b"".join(key[at : at + 4][::-1] for at in range(0, 32, 4))
    block = bytes.fromhex("fedcba9876543210")[::-1]
    assert ciphers.encrypt_blocks(turned, block, ciphers.TC26_Z)[::-1].hex() == "4ee901e5c2d8ca3d"
    assert ciphers.decrypt_blocks(
        turned, bytes.fromhex("4ee901e5c2d8ca3d")[::-1], ciphers.TC26_Z
    ) == bytearray(block)


@pytest.mark.parametrize(
    ("size", "wrapped", "mac"),
    [
        (32, "3eae7a87e68ab6f2b63571a15c31484690ef986879403c58a80bfb6d0ab917f5", "cf2a3be2"),
        (
            64,
            (
                "3eae7a87e68ab6f2b63571a15c31484690ef986879403c58a80bfb6d0ab917f5"
                "8e17892265f0ff5b6fe53d9be5253fa499313c53d1052c47946de39d76d2529b"
            ),
            "1fcea686",
        ),
    ],
)
def test_key_wrapped_as_cryptopro_does(size: int, wrapped: str, mac: str) -> None:
    """The vectors of an independent implementation: KDF, ECB and MAC begun from the UKM."""
    key = kdf.cryptopro_pfx_kdf(b"123456", bytes(range(16)), 2000)
    assert key.hex() == "99a5cbd19579959bc361ad2b1bfd818f7b9e2671fbccab0315e20ac4a01e0201"
    kek = kdf.kdf_256(key, bytes.fromhex("26bdb878"), UKM)
    plain = bytes(range(size))
    assert ciphers.encrypt_blocks(kek, plain, ciphers.CRYPTOPRO_A).hex() == wrapped
    assert ciphers.mac(kek, plain, ciphers.CRYPTOPRO_A, UKM).hex() == mac


@pytest.mark.parametrize("sbox", [ciphers.CRYPTOPRO_A, ciphers.TC26_Z])
@pytest.mark.parametrize("size", [1, 8, 1024, 5000])
def test_cfb_with_meshing_is_that_of_the_referee(
    tmp_path: Path, openssl: object, sbox: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both S-boxes, with several changes of the key."""
    name = {
        ciphers.CRYPTOPRO_A: "id-Gost28147-89-CryptoPro-A-ParamSet",
        ciphers.TC26_Z: "id-tc26-gost-28147-param-Z",
    }[sbox]
    monkeypatch.setenv("CRYPT_PARAMS", name)
    data, key, vector = os.urandom(size), os.urandom(32), os.urandom(8)
    (tmp_path / "plain").write_bytes(data)
    assert callable(openssl)
    openssl(
        "enc", "-engine", "gost", "-gost89", "-e", "-K", key.hex(), "-iv", vector.hex(),
        "-in", tmp_path / "plain", "-out", tmp_path / "secret",
    )  # fmt: skip
    secret = (tmp_path / "secret").read_bytes()
    assert ciphers.encrypt_cfb(key, vector, data, sbox) == secret
    assert ciphers.decrypt_cfb(key, vector, secret, sbox) == data
    without = ciphers.encrypt_cfb(key, vector, data, sbox, meshing=False)
    assert (without == secret) == (size <= 1024)


@given(st.binary(min_size=1, max_size=3000), st.binary(min_size=32, max_size=32), st.booleans())
def test_cfb_goes_there_and_back(data: bytes, key: bytes, meshing: bool) -> None:
    """Any length, with and without meshing."""
    secret = ciphers.encrypt_cfb(key, UKM, data, ciphers.TC26_Z, meshing=meshing)
    assert ciphers.decrypt_cfb(key, UKM, secret, ciphers.TC26_Z, meshing=meshing) == data


def test_what_is_not_known_is_refused() -> None:
    """An S-box of a stranger is an error with its OID; a wrong size is the caller's fault."""
    with pytest.raises(RoscherkError) as caught:
        ciphers.encrypt_blocks(KEY, bytes(8), "1.2.643.2.2.31.0")
    assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
    for call in (
        lambda: ciphers.encrypt_blocks(KEY, bytes(7), ciphers.TC26_Z),
        lambda: ciphers.encrypt_blocks(KEY[:31], bytes(8), ciphers.TC26_Z),
        lambda: ciphers.encrypt_cfb(KEY, bytes(7), bytes(8), ciphers.TC26_Z),
        lambda: ciphers.mac(KEY, bytes(8), ciphers.TC26_Z, bytes(4)),
    ):
        with pytest.raises(ValueError, match=r"octets|blocks"):
            call()


@pytest.mark.parametrize(
    ("module", "name"), [(ciphers, "_mac"), (ciphers, "_work"), (kdf, "_pbkdf2")]
)
def test_library_with_a_wrong_answer_is_never_used(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    """The known answers are asked for before the first use, and one wrong answer ends it."""
    real = getattr(module, name)

    def lying(*given: object, **named: object) -> bytes:
        answer = bytearray(real(*given, **named))
        answer[-1] ^= 1
        return bytes(answer)

    monkeypatch.setattr(module, name, lying)
    ready = module.ready.__wrapped__  # type: ignore[attr-defined]  # behind the cache
    with pytest.raises(RoscherkError) as caught:
        ready()
    assert caught.value.code is ErrorCode.SELF_TEST_FAILED
