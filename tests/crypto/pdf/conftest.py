"""Documents to sign, and signed ones."""

from pathlib import Path

import pytest
from stand_ins.contract import make_contract
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample contract."""
    return make_contract(tmp_path_factory.mktemp("contract") / "Договор поставки.pdf")


@pytest.fixture(scope="session")
def signed_rsa(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample contract signed with an RSA key."""
    output = tmp_path_factory.mktemp("signed") / "rsa.pdf"
    return sign_pdf(contract, pki_of(KeyAlgorithm.RSA), output=output).target


@pytest.fixture(scope="session")
def signed_gost(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample contract signed with a GOST key."""
    output = tmp_path_factory.mktemp("signed") / "gost.pdf"
    return sign_pdf(contract, pki_of(KeyAlgorithm.GOST_256), output=output).target
