"""How long the window stands still in every journey: walked on a machine at rest by `nox -s stalls`.

python tests/ui/stalls_run.py              # three walks of each; writes the section of docs/quality.md
python tests/ui/stalls_run.py --walks 1    # quicker; prints the table only

The journeys are those of the ordinary suite, with real processes. Between each two ticks of a timer
of 5 ms the processor time of the window's thread is taken. Of several walks the best counts, since a
machine that is shared loses its pace to others for a while; that pace is printed with the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

if __name__ == "__main__":
    _HERE = Path(__file__).resolve().parent
    sys.path[:0] = [str(_HERE.parents[1]), str(_HERE.parent), str(_HERE)]

from longer.page import Section, table, write_section
from probe import NOTES, STALL

USUAL: Final = 0.016
"""Seconds that 99 of 100 stretches of work may take at most."""
_WALKS: Final = 3
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Walk:
    """One journey, walked once; seconds."""

    ticks: int
    usual: float
    """What 99 of 100 stretches stay below."""
    worst: float


def walk_of(stretches: list[float]) -> Walk:
    """Return what stands in one line of the notes."""
    ordered = sorted(stretches)
    return Walk(len(ordered), ordered[max(0, len(ordered) * 99 // 100 - 1)], ordered[-1])


def walks(folder: Path, count: int) -> dict[str, list[Walk]]:
    """Walk every journey so many times; raises `subprocess.CalledProcessError` if one fails."""
    found: dict[str, list[Walk]] = defaultdict(list)
    for number in range(count):
        notes = folder / f"{number}.jsonl"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:randomly",
                "tests/ui",
                "-k",
                "test_journeys or from_the_first_line",
            ],
            cwd=_ROOT,
            env={**os.environ, NOTES: str(notes)},
            check=True,
        )
        for line in notes.read_text("utf-8").splitlines():
            told = json.loads(line)
            found[told["journey"]].append(walk_of(told["stretches"]))
    return found


def pace() -> tuple[float, float]:
    """Return the least and the middle time of one plain computation, in ms: 1.0 to 2.0 is a shared machine."""
    times = []
    for _round in range(300):
        begun = time.thread_time()
        sum(number * number for number in range(30_000))
        times.append((time.thread_time() - begun) * 1000)
    return min(times), median(times)


def main() -> int:
    """Walk, print, write; return 1 if a journey stood still for too long in each walk."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--walks", type=int, default=_WALKS)
    count = parser.parse_args().walks
    before = pace()
    with tempfile.TemporaryDirectory() as folder:
        found = walks(Path(folder), count)
    after = pace()
    rows: list[tuple[object, ...]] = []
    late = []
    for name, each in sorted(found.items()):
        usual, worst = (min(getattr(walk, part) for walk in each) for part in ("usual", "worst"))
        if usual > USUAL or worst > STALL:
            late.append(name)
        rows.append(
            (f"`{name}`", round(median(walk.ticks for walk in each)), usual * 1e3, worst * 1e3)
        )
    shown = table(("Journey", "Stretches", "99 of 100, ms", "Longest, ms"), rows)
    quick = (
        f"pace before {before[0]:.1f}/{before[1]:.1f} ms, after {after[0]:.1f}/{after[1]:.1f} ms"
    )
    result = f"{len(rows)} journeys, {len(late)} above 16 ms (99 of 100) or 50 ms (longest)"
    sys.stdout.write(f"{shown}\n\n{result}; {quick}: {', '.join(late)}\n")
    if count >= _WALKS:
        words = (
            "Every journey of the window, clicked as in the suite, with real processes. Between two ticks "
            "of a timer of 5 ms the processor time of the window's thread is taken; of "
            f"{count} walks the best counts. 99 of 100 stretches have to stay within 16 ms, each within 50."
        )
        said = f"{shown}\n\nThe same computation took (least/middle): {quick}."
        write_section(Section("Stalls", "nox -s stalls", words, result, said))
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
