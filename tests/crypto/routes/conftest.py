"""What the tests of joint signing share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from routes_lab import Lab
from stand_ins.contract import make_contract
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return the door over workers in this process, on an empty profile."""
    made = Lab(tmp_path, pki_of(KeyAlgorithm.ECDSA_P256))
    yield made
    made.packages.close()


@pytest.fixture(scope="session")
def contract_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a contract, made once."""
    return make_contract(tmp_path_factory.mktemp("contract") / "Договор поставки.pdf")


@pytest.fixture
def contract(contract_of_all: Path, tmp_path: Path) -> Path:
    """Return a contract of one's own."""
    path = tmp_path / "Договор поставки № 7 (итог).pdf"
    path.write_bytes(contract_of_all.read_bytes())
    return path
