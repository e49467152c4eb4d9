"""The sample contract, made once a process: each making is the same to the octet, and takes a while."""

from functools import cache
from pathlib import Path

from app.reports import sample


def make_contract(path: Path) -> Path:
    """Write the contract to ``path`` and return it."""
    path.write_bytes(_contract())
    return path


_contract = cache(sample.contract)
