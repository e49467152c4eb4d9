"""What we add to the time of a token itself, by bounds that a busy machine keeps too.

The goals themselves are measured by `benchmarks/tokens.py`.
"""

from pathlib import Path

import pytest
from stand_ins import token_runs
from stand_ins.mock import MakeMock, profiles

from app.algorithms.names import KeyAlgorithm


def test_slow_token(make_mock: MakeMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten files with one PIN and 300 ms a signature: at most half more than C_Sign alone."""
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_ECP_3, pin=token_runs.PIN).add_key("key", KeyAlgorithm.GOST_256)
    mock.order(f"C_Sign=sleep:{token_runs.SLOW_MS}")
    monkeypatch.setattr(token_runs, "raw", lambda *_: 10 * token_runs.SLOW_MS / 1000)
    took = token_runs.both(mock.module, "key", tmp_path, 10)
    assert took["raw"] < took["ours"] < 1.5 * took["raw"]
    assert mock.count("C_Login") == 1


def test_quick_token(make_mock: MakeMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty files with a token that takes no time: at most a tenth of a second each."""
    mock = make_mock(extended=True)
    mock.insert(profiles.RUTOKEN_ECP_3, pin=token_runs.PIN).add_key("key", KeyAlgorithm.RSA)
    monkeypatch.setattr(token_runs, "raw", lambda *_: 0.0)
    assert token_runs.both(mock.module, "key", tmp_path, 50)["ours"] < 50 * 0.1
