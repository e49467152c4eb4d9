"""Chains of the accredited authorities of Russia, with the national roots in any order (rule X-09).

Three roots share one name, and so do the keys that authorities renewed: the issuer is found by key
and signature, never by the place in which it comes.
"""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from stand_ins.whole import WHOLE

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.reading import read_certificates
from app.crypto.certificates.trusted import LoadedTrust

Accredited = list[tuple[bytes, dict[str, str]]]

WITH_ROOT = 2396
"""So many reach one of the published roots; by OpenSSL's count, with the clock set aside."""
SAMPLE = 150
SEED = 20261127
_BY_TIME = {None, "expired", "not_yet_valid"}


def ends(certificates: list[bytes], everybody: list[bytes], roots: list[bytes]) -> Counter[str]:
    """Build the chain of each on the day after it was issued; count what became of them."""
    mixed = random.Random(SEED)
    found: Counter[str] = Counter()
    orders = []
    for _ in range(4):
        anchors, others = [*roots], [*everybody]
        mixed.shuffle(anchors)
        mixed.shuffle(others)
        orders.append(LoadedTrust.of(anchors=anchors, intermediates=others))
    for place, encoded in enumerate(certificates):
        at = describe(encoded).not_before + timedelta(days=1)
        chain = build_chain(encoded, trust=orders[place % len(orders)], at=at)
        whole = chain.anchored and chain.break_code in _BY_TIME
        found["whole" if whole else str(chain.break_code)] += 1
    return found


@pytest.fixture(scope="module")
def roots(data_folder: Path) -> list[bytes]:
    """Return the published national roots."""
    files = sorted((data_folder / "ru-ca" / "roots").glob("*.pem"))
    return [read_certificates(path.read_bytes())[0] for path in files]


def test_roots_are_found_in_any_order(accredited: Accredited, roots: list[bytes]) -> None:
    """Of a sample every one that OpenSSL can lead to a root is led there, whatever the order.

    With `nox -s thorough` all 2,403 are tried; those that do not arrive have no root
    among the published ones.
    """
    everybody = [encoded for encoded, _ in accredited]
    if WHOLE:
        found = ends(everybody, everybody, roots)
        assert found["whole"] >= WITH_ROOT
        assert sum(found.values()) == len(everybody)
        return
    fine = [one for one, row in accredited if row["openssl_gost_verify_time_off"] == "OK"]
    sample = random.Random(SEED).sample(fine, SAMPLE)
    assert ends(sample, everybody, roots) == {"whole": SAMPLE}
