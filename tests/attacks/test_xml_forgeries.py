"""No forged power of attorney gives authority, no forged list is taken for signed."""

from pathlib import Path

import pytest
from attacks.xml_forgeries import (
    ALGORITHMS,
    EXPECTED,
    FORGERIES,
    NONE,
    OF_POWERS,
    Forgery,
    Power,
    honest,
    taken,
)

from app.algorithms.names import KeyAlgorithm
from app.crypto.verdict.report import Indication


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: f"{one.family}: {one.name}")
def test_forgery(forgery: Forgery, tmp_path: Path) -> None:
    """Each comes to its written verdict, which is never a good one."""
    found = forgery.verdict(tmp_path)
    assert found is EXPECTED[forgery.name]
    assert found not in {Indication.TOTAL_PASSED, NONE}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_honest_ones_count(algorithm: KeyAlgorithm, tmp_path: Path) -> None:
    """What they are made of counts, so each is refused for what was done to it."""
    assert taken(honest(algorithm), tmp_path) is Indication.TOTAL_PASSED


@pytest.mark.parametrize("algorithm", OF_POWERS)
def test_honest_powers_count(algorithm: KeyAlgorithm, tmp_path: Path) -> None:
    """So do the powers of attorney that the forged ones are made of."""
    assert Power().verdict(algorithm, tmp_path) is Indication.TOTAL_PASSED
