"""Kills the program and fails its disk: a little in the ordinary suite, all of it by `nox -s faults`.

python tests/faults/faults_run.py                      # all that is wanted and was not run yet
python tests/faults/faults_run.py kills                # deaths only; or `failures`, `damage`
python tests/faults/faults_run.py --only pdf,batch     # some scenarios
python tests/faults/faults_run.py --every 10           # failures: each tenth call only

What was run is kept in a file (``--state``), stretch by stretch: an interrupted job goes on where it
stopped. A death is told by its scenario and its number, a failure by the number of the call.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

if __name__ == "__main__":
    _HERE = Path(__file__).resolve().parent
    sys.path[:0] = [str(_HERE.parents[1]), str(_HERE.parent)]

from faults import shim
from faults.damage import DAMAGES, MOST_SPOILT
from faults.disturbing import Tally, run_failures, run_kills
from faults.lane import Lane
from faults.scenarios import SCENARIOS
from longer.page import PAGE, Section, table, write_section

_ROOT = Path(__file__).resolve().parents[2]
KILLS = 2_000
"""Of all scenarios together (verification.md G11)."""
CALLS = 200
"""The first changes of the disk that fail, each in turn (G12)."""
_STRETCH = 24
_SPOILT = 10


@dataclass(frozen=True)
class Stretch:
    """What one process does before it is replaced."""

    kind: str
    scenario: str
    numbers: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str, int]:
        """By what it is known in the state."""
        return self.kind, self.scenario, self.numbers[0]


def wanted(kinds: Iterable[str], names: Iterable[str], every: int) -> Iterator[Stretch]:
    """Yield all there is to do, each scenario in turn."""
    listed = list(names)
    if "damage" in kinds:
        yield from (Stretch("damage", name, (0,)) for name in DAMAGES if name != "spoilt")
        for first in range(0, MOST_SPOILT, _SPOILT):
            yield Stretch("damage", "spoilt", tuple(range(first, first + _SPOILT)))
    for kind in (one for one in kinds if one != "damage"):
        numbers = range(_each()) if kind == "kills" else range(1, CALLS + 1, every)
        for first in range(0, len(numbers), _STRETCH):
            part = tuple(numbers[first : first + _STRETCH])
            yield from (Stretch(kind, name, part) for name in listed)


def _each() -> int:
    """Return how many deaths a scenario dies."""
    return -(-KILLS // len(SCENARIOS))


def run_stretch(stretch: Stretch) -> Tally:
    """Run a stretch with a warm program of its own."""
    with tempfile.TemporaryDirectory(prefix="faults") as named:
        folder = Path(named).resolve()
        with Lane(folder / "lane", shim.build(folder)) as lane:
            if stretch.kind == "damage":
                return DAMAGES[stretch.scenario](lane, stretch.numbers)
            run = run_kills if stretch.kind == "kills" else run_failures
            return run(lane, stretch.scenario, stretch.numbers)


def read_state(path: Path) -> list[Tally]:
    """Return what was run before."""
    if not path.exists():
        return []
    read = (Tally(**json.loads(line)) for line in path.read_text("utf-8").splitlines())
    return list({(one.kind, one.scenario, one.first): one for one in read}.values())


_WORDS = """
The program is disturbed at all that it writes: signing, batches, editing, stamps and papers, its stores,
journal, settings and cache. It runs as itself (the command line, its core, its workers, with their pipes
and files), forked from a warm process, with a library preloaded that counts every system call which
changes files. **Deaths**: `kill -9` of the whole program, of one process or of a worker, half of them at a
call chosen by chance (a write may be half done), half at any moment. **A sick disk**: each of the first
200 such calls fails by EIO once, by ENOSPC and by EROFS from there on; every fifth also by ENOSPC once, by
EIO and EDQUOT from there on, and by EACCES once. After each: the
originals have their old octets, every file under a final name is whole and verifies, the chain of the
journal holds, settings, stores and keys can be read, nothing was told without an advice, the next run
works, and what was left is swept. *killed* and *error*: how the run ended; *done*: it was over before, or
could do without. **A damaged profile**: each of its files emptied, cut, zeroed, or full of rubbish, all of it
read-only, full or unreadable, and a clock that is wrong by years or jumps in the middle: twelve commands
each, which must do without, or end with an advice.
"""


KINDS = {
    "kills": "deaths",
    "failures": "failures of the disk",
    "damage": "commands on a bad profile",
}
_DAMAGES = {
    "spoilt": "a spoilt file",
    "unwritable": "nothing written or read",
    "clock": "a wrong clock",
}


def write_page(done: list[Tally], target: Path) -> None:
    """Write what was run."""
    totals = {kind: sum(one.count for one in done if one.kind == kind) for kind in KINDS}
    findings = sum(len(one.findings) for one in done)
    counted = ", ".join(f"{totals[kind]:,} {words}" for kind, words in KINDS.items())
    result = f"{counted}, {findings} findings left ({_each() * len(SCENARIOS):,} deaths are wanted)"
    parts = ["Deaths:", _sums(done, "kills"), "A sick disk:", _sums(done, "failures")]
    parts += ["A damaged profile:", _sums(done, "damage")]
    write_section(Section("Faults", "nox -s faults", _WORDS, result, "\n\n".join(parts)), target)


def _sums(done: list[Tally], kind: str) -> str:
    """Add up what came of the disturbances, area by area."""
    areas = {name: each.area for name, each in SCENARIOS.items()}
    if kind == "damage":
        areas = dict(_DAMAGES)
    found: dict[str, Counter[str]] = {area: Counter() for area in areas.values()}
    for tally in done:
        if tally.kind == kind:
            line = found[areas[tally.scenario]]
            line.update(tally.ended)
            line["run"] += tally.count
            line["left"] += tally.leftovers
            line["findings"] += len(tally.findings)
    killed = ("killed",) if kind == "kills" else ()
    left = ("left",) if kind != "damage" else ()
    words = ("run", *killed, "error", "done", *left, "findings")
    rows: list[tuple[object, ...]] = [
        (area, *(line[word] for word in words)) for area, line in found.items()
    ]
    head = tuple("left, then swept" if word == "left" else word for word in words)
    return table(("disturbed at", *head), rows)


def main() -> int:
    """Run what is missing; write the page; return 1 if anything was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []])
    parser.add_argument("--only", default="", help="scenarios, by commas")
    parser.add_argument("--every", type=int, default=1, help="of the calls that fail")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--state", type=Path, default=_ROOT / "build" / "faults.jsonl")
    asked = parser.parse_args()
    asked.state.parent.mkdir(parents=True, exist_ok=True)
    done = [one for one in read_state(asked.state) if not one.findings]  # mended, or tried again
    known = {(one.kind, one.scenario, one.first) for one in done}
    names = asked.only.split(",") if asked.only else list(SCENARIOS)
    todo = wanted(asked.kinds or list(KINDS), names, asked.every)
    with (
        asked.state.open("a", encoding="utf-8") as kept,
        ProcessPoolExecutor(
            asked.processes, mp_context=get_context("spawn"), max_tasks_per_child=1
        ) as pool,
    ):
        running = [pool.submit(run_stretch, each) for each in todo if each.key not in known]
        for future in as_completed(running):
            tally = future.result()
            done.append(tally)
            kept.write(json.dumps(asdict(tally), ensure_ascii=False) + "\n")
            kept.flush()
            told = f"{tally.kind} {tally.scenario} {tally.ended} {tally.seconds:.0f} s"
            print(told, *tally.findings, sep="\n  ", flush=True)  # noqa: T201
    write_page(done, asked.page)
    return 1 if any(one.findings for one in done) else 0


if __name__ == "__main__":
    sys.exit(main())
