"""What we build, strangers accept; what they refuse, we refuse."""

from collections.abc import Callable

import pytest
from stand_ins.pki import Pki, make_pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.issuing import EphemeralKey
from app.errors import ErrorCode, RoscherkError

ALGORITHMS = [
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.ECDSA_P384,
    KeyAlgorithm.ED25519,
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_referee_accepts_chain_and_lists(
    algorithm: KeyAlgorithm, referee_chain: Callable[[Pki], str]
):
    """``openssl verify -crl_check_all -x509_strict`` says OK."""
    assert referee_chain(pki_of(algorithm)).rstrip().endswith(": OK")


def test_referee_accepts_mixed_chain(referee_chain: Callable[[Pki], str]):
    """A 512-bit key under 256-bit authorities is usual in Russia."""
    pki = make_pki(KeyAlgorithm.GOST_512, authorities=KeyAlgorithm.GOST_256)
    assert referee_chain(pki).rstrip().endswith(": OK")


def test_forgotten_key_signs_no_more():
    """After ``wipe`` there is no key."""
    key = EphemeralKey.generate(KeyAlgorithm.GOST_256)
    key.wipe()
    with pytest.raises(RoscherkError) as caught:
        key.sign(b"x")
    assert caught.value.code is ErrorCode.KEY_NOT_FOUND


def test_keys_of_2001_are_not_made():
    """GOST R 34.10-2001 ended in 2019."""
    with pytest.raises(RoscherkError) as caught:
        EphemeralKey.generate(KeyAlgorithm.GOST_2001)
    assert caught.value.code is ErrorCode.KEY_UNSUPPORTED
