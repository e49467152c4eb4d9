"""Signing with tokens, and seeing them: what we add to what the token itself takes."""

import json
import os
import sys

from benchmarks.measuring import PROJECT, Bench, Missing, Row, Side, run

_COUNT = 200
_SLOW_RATIO = 1.10
"""To C_Sign alone, in the same run: at most a tenth more."""
_SOFT_SECONDS = 0.020
"""For each file, besides C_Sign."""
_SEEN_SECONDS = 1.0


def measure(bench: Bench) -> list[Row]:
    """Sign with a slow and with a quick token; list tokens beside a module that hangs."""
    slow = _run(bench, "slow", _COUNT)
    soft = _run(bench, "softhsm", _COUNT)
    seen = _run(bench, "listing", max(bench.rounds, 3))
    return [
        Row(
            f"{_COUNT} files, one PIN, 300 ms a signature, vs C_Sign alone",
            slow["ours"],
            slow["raw"],
            goal_ratio=_SLOW_RATIO,
        ),
        Row(
            "a file signed on SoftHSM, besides C_Sign",
            (soft["ours"] - soft["raw"]) / _COUNT,
            goal_seconds=_SOFT_SECONDS,
        ),
        Row(
            "two tokens on screen, a third module hangs",
            seen["ours"],
            goal_seconds=_SEEN_SECONDS,
        ),
    ]


def _run(bench: Bench, what: str, count: int) -> dict[str, float]:
    folder = str(bench.folder / what)
    argv = [sys.executable, "-m", "stand_ins.token_runs", what, folder, str(count)]
    tests = PROJECT / "tests"
    path = os.pathsep.join(str(each) for each in (PROJECT, tests, tests / "ui"))
    done = run(Side(argv, environment={"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path}))
    try:
        found: dict[str, float] = json.loads(done.text.splitlines()[-1])
    except (ValueError, IndexError):
        raise Missing(f"tokens, {what}: no answer") from None
    return found
