"""What the tests of this room share."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_ins import openssl

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def referee(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], openssl.Signer]:
    """Return signers whose keys and certificates the referee made."""
    openssl.demand()
    made: dict[str, openssl.Signer] = {}

    def signer(algorithm: str) -> openssl.Signer:
        if algorithm not in made:
            made[algorithm] = openssl.Signer.make(tmp_path_factory.mktemp("keys"), algorithm)
        return made[algorithm]

    return signer
