"""Crowds of certificates under one name: they must not keep the program busy (rule X-05)."""

import time

from stand_ins.pki import NOW, Issuer, ca_extensions, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.trusted import LoadedTrust

EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)
SECONDS = 5.0
"""Of processor time; it takes one, and took twenty when each candidate was described each time."""


def test_everybody_certified_everybody():
    """Six hundred certificates of one name, each key certified by each other key."""
    crowd = [Issuer(EphemeralKey.generate(EC), PKI.ca_issuer.name) for _ in range(25)]
    pool = [
        one.issue(
            other.key.public,
            subject=other.name,
            extensions=ca_extensions(other.key.public, other.key.public)[:3],
        )
        for one in crowd
        for other in crowd
        if one is not other
    ]
    leaf = crowd[0].issue(PKI.leaf_key.public)
    lists = [one.crl(number=number) for one in crowd for number in range(4)]
    began = time.process_time()
    chain = build_chain(leaf, pool=pool, crls=lists, trust=LoadedTrust.of([PKI.root]), at=NOW)
    assert time.process_time() - began < SECONDS
    assert not chain.anchored
