"""A report to put into words."""

import pytest
from stand_ins.facts_made import TERMS, signature

from app.crypto.verdict.judge import judge_signature
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import SignatureReport


@pytest.fixture
def report() -> SignatureReport:
    """Return the report on a faultless signature."""
    return judge_signature(signature(), (), load_policy(), TERMS)
