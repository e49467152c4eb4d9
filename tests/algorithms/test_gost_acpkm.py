"""Kuznyechik and Magma: blocks, OMAC and CTR-ACPKM by the vectors of their standards."""

import os

import pytest
from gostcrypto.gostcipher.gost_34_12_2015 import GOST34122015Magma

from app.algorithms.gost import acpkm
from app.errors import ErrorCode, RoscherkError

KUZ_KEY = bytes.fromhex("8899aabbccddeeff0011223344556677fedcba98765432100123456789abcdef")
MAGMA_KEY = bytes.fromhex("ffeeddccbbaa99887766554433221100f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
TEXT = bytes.fromhex(
    "1122334455667700ffeeddccbbaa998800112233445566778899aabbcceeff0a"
    "112233445566778899aabbcceeff0a002233445566778899aabbcceeff0a0011"
    "33445566778899aabbcceeff0a001122445566778899aabbcceeff0a00112233"
    "5566778899aabbcceeff0a0011223344"
)


def test_blocks_of_the_standards() -> None:
    """RFC 7801 §5.5 and RFC 8891 A.2; Magma is compared with another implementation too."""
    kuznyechik = acpkm.Kuznyechik(KUZ_KEY).encrypt(bytearray(TEXT[:16]))
    assert kuznyechik.hex() == "7f679d90bebc24305a468d42b9d4edcd"
    magma = acpkm.Magma(MAGMA_KEY).encrypt(bytearray.fromhex("fedcba9876543210"))
    assert magma.hex() == "4ee901e5c2d8ca3d"
    key, block = os.urandom(32), os.urandom(8)
    other = GOST34122015Magma(bytearray(key)).encrypt(bytearray(block))
    assert acpkm.Magma(key).encrypt(bytearray(block)) == other


def test_omac_of_the_standard() -> None:
    """GOST R 34.13-2015 A.1.6 and A.2.6."""
    assert acpkm.omac(acpkm.Kuznyechik, KUZ_KEY, TEXT[:64]).hex()[:16] == "336f4d296059fbe3"
    text = bytes.fromhex("92def06b3c130a59db54c704f8189d204a98fb2e67a8024c8912409b17b57e41")
    assert acpkm.omac(acpkm.Magma, MAGMA_KEY, text).hex()[:8] == "154e7210"


def test_ctr_acpkm_of_rfc_8645() -> None:
    """Appendix A.2: Kuznyechik, a new key after two blocks."""
    secret = acpkm.counter_mode(
        acpkm.Kuznyechik, KUZ_KEY, bytes.fromhex("1234567890abcef0"), TEXT, 32
    )
    assert secret.hex() == (
        "f195d8bec10ed1dbd57b5fa240bda1b885eee733f6a13e5df33ce4b33c45dee4"
        "4bceeb8f646f4c55001706275e85e800587c4df568d094393e4834afd0805046"
        "cf30f57686aeece11cfc6c316b8a896edffd07ec813636460c4f3b743423163e"
        "6409a9c282fac8d469d221e7fbd6de5d"
    )


@pytest.mark.parametrize("oid", sorted(acpkm.OIDS))
@pytest.mark.parametrize("size", [0, 1, 8, 16, 31, 1000])
def test_there_and_back(oid: str, size: int) -> None:
    """Each scheme gives back what it took, whatever the length."""
    key, ukm, data = os.urandom(32), os.urandom(acpkm.ukm_size(oid)), os.urandom(size)
    secret = acpkm.encrypt(oid, key, ukm, data)
    assert acpkm.decrypt(oid, key, ukm, secret) == data
    if len(secret) > size:
        secret[-1] ^= 1
        with pytest.raises(RoscherkError) as caught:
            acpkm.decrypt(oid, key, ukm, secret)
        assert caught.value.code is ErrorCode.PASSWORD_WRONG


def test_magma_changes_its_key_after_eight_kilobytes() -> None:
    """What one key encrypts is bounded; the sections of a longer text differ from plain CTR."""
    key, data = os.urandom(32), bytes(9000)
    meshed = acpkm.counter_mode(acpkm.Magma, key, bytes(4), data)
    plain = acpkm.counter_mode(acpkm.Magma, key, bytes(4), data, 1 << 20)
    assert meshed[:8192] == plain[:8192]
    assert meshed[8192:] != plain[8192:]


@pytest.mark.parametrize(
    ("oid", "ukm", "size", "code"),
    [
        ("1.2.643.7.1.1.5.2.1", 12, 16, ErrorCode.PFX_DAMAGED),
        ("1.2.643.7.1.1.5.1.2", 12, 7, ErrorCode.PFX_DAMAGED),
        ("1.2.643.7.1.1.5.2.1", 16, acpkm.MAX_SIZE + 1, ErrorCode.FILE_TOO_LARGE),
        ("1.2.643.7.1.1.5.3", 16, 16, ErrorCode.ALGORITHM_UNSUPPORTED),
    ],
)
def test_message_that_cannot_be_is_named(oid: str, ukm: int, size: int, code: ErrorCode) -> None:
    """A UKM or a text of an impossible size, and a scheme that is not known."""
    with pytest.raises(RoscherkError) as caught:
        acpkm.decrypt(oid, bytes(32), bytes(ukm), bytes(size))
    assert caught.value.code is code
