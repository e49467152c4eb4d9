"""Runs mutants: some in the ordinary suite, many thousands in the long job (`nox -s mutants`).

python tests/attacks/mutants_run.py                 # all that is wanted and was not run yet
python tests/attacks/mutants_run.py pdf crl         # of some subjects only
python tests/attacks/mutants_run.py --upto 20000    # of each subject not more than so many

A mutant is told by its subject and its number, so a stretch of numbers can be run again. What was
run is kept in a file (``--state``), stretch by stretch: an interrupted job goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

if __name__ == "__main__":
    _HERE = Path(__file__).resolve().parent
    sys.path[:0] = [str(_HERE.parents[1]), str(_HERE.parent), str(_HERE)]

from attacks.mutation import mutant
from attacks.remembering import remembered
from attacks.subject import Counted, Original
from attacks.subjects import SUBJECTS
from longer.page import PAGE, Section, write_section

from app.errors import RoscherkError

_ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 10.0
"""Of processor time for one mutant (decision 3)."""
STRETCH = 5_000
"""Mutants run by one process before it is replaced."""


@dataclass
class Outcome:
    """What came of a stretch of numbers."""

    subject: str
    first: int
    count: int
    ended: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


def run(subject: str, numbers: Iterable[int], folder: Path) -> Outcome:
    """Run the mutants of these numbers in this process."""
    originals = SUBJECTS[subject].make(folder)
    listed = list(numbers)
    ended: Counter[str] = Counter()
    outcome = Outcome(subject, min(listed), len(listed))
    begun = time.process_time()
    for number in listed:
        word, spent = _one(subject, number, originals, outcome.findings)
        ended[word] += 1
        outcome.slowest = max(outcome.slowest, spent)
    outcome.ended = dict(ended)
    outcome.seconds = time.process_time() - begun
    return outcome


def _one(
    subject: str, number: int, originals: tuple[Original, ...], findings: list[str]
) -> tuple[str, float]:
    original = originals[number % len(originals)]
    others = [one.data for one in originals if one is not original]
    what, data = mutant(SUBJECTS[subject].kind, number, original.data, others)
    if data == original.data or any(one in data for one in others):
        return Counted.SAME, 0.0
    begun = time.process_time()
    try:
        word: str = original.judge(data)
    except RoscherkError:
        word = Counted.REFUSED
    except Exception as error:  # noqa: BLE001 - the very thing that is looked for
        findings.append(f"{subject} {original.name} {what}: {type(error).__name__} {error}")
        word = "finding"
    spent = time.process_time() - begun
    if spent > MOST_SECONDS:
        findings.append(f"{subject} {original.name} {what}: {spent:.1f} s")
        word = "finding"
    return word, spent


def run_stretch(subject: str, first: int, count: int) -> Outcome:
    """Run a stretch in a process of its own."""
    with remembered(), tempfile.TemporaryDirectory() as folder:
        return run(subject, range(first, first + count), Path(folder))


def missing(done: list[Outcome], subjects: Iterable[str], most: int) -> Iterator[tuple[str, int]]:
    """Yield the stretches that were not run, each subject in turn."""
    known = {(one.subject, one.first) for one in done}
    wanted = {name: min(SUBJECTS[name].wanted, most) for name in subjects}
    for first in range(0, max(wanted.values(), default=0), STRETCH):
        for name, count in wanted.items():
            if first < count and (name, first) not in known:
                yield name, first


def read_state(path: Path) -> list[Outcome]:
    """Return what was run before."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    read = (Outcome(**json.loads(line)) for line in lines)
    return list({(one.subject, one.first): one for one in read}.values())  # the last run counts


_WORDS = """
Each file of the kinds that strangers send is changed by chance, told by its number, and judged in the way
of the program itself. It must end in a verdict or in a clear error within the limits of a worker; it may
be called good only if the written list (`tests/attacks/permitted.py`) says why, and with the warning that
belongs to it; a list or an answer that revokes may never become good news, a time-stamp that was changed
proves no time, a file with keys opens only to what was in it. *refused*: no good verdict, or a clear
error; *excused*: what was changed means nothing. The ordinary suite runs 10,000 of them each time.
"""


def write_page(done: list[Outcome], target: Path) -> None:
    """Write what was run, with the day."""
    total = sum(one.count for one in done)
    findings = sum(len(one.findings) for one in done)
    result = f"{total:,} mutants, {findings} findings left"
    write_section(Section("Mutants", "nox -s mutants", _WORDS, result, sums(done)), target)


def main() -> int:
    """Run what is missing, on all processors but gently; print the sums."""
    parser = argparse.ArgumentParser()
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []])
    parser.add_argument("--upto", type=int, default=1 << 30)
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--state", type=Path, default=_ROOT / "build" / "mutants.jsonl")
    asked = parser.parse_args()
    asked.state.parent.mkdir(parents=True, exist_ok=True)
    done = [one for one in read_state(asked.state) if not one.findings]  # mended, or tried again
    stretches = list(missing(done, asked.subjects or SUBJECTS, asked.upto))
    with (
        asked.state.open("a", encoding="utf-8") as kept,
        ProcessPoolExecutor(asked.processes, max_tasks_per_child=1) as pool,
    ):
        running = [pool.submit(run_stretch, name, first, STRETCH) for name, first in stretches]
        try:
            for future in as_completed(running):
                outcome = future.result()
                done.append(outcome)
                kept.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
                kept.flush()
                for finding in outcome.findings:
                    print(finding, flush=True)  # noqa: T201
        finally:
            # A fault of the job itself is told at once, not when all the rest was run in vain.
            pool.shutdown(cancel_futures=True)
    write_page(done, asked.page)
    print(sums(done))  # noqa: T201
    return 1 if any(one.findings for one in done) else 0


def sums(done: list[Outcome]) -> str:
    """Return a table of what was run."""
    head = ("file", "wanted", "run", "refused", "excused", "unchanged", "findings", "slowest, s")
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    for name in SUBJECTS:
        own = [one for one in done if one.subject == name]
        ended = sum((Counter(one.ended) for one in own), Counter[str]())
        slowest = max((one.slowest for one in own), default=0.0)
        cells = [ended[word] for word in (Counted.REFUSED, Counted.EXCUSED, Counted.SAME)]
        findings = sum(len(one.findings) for one in own)
        total = sum(one.count for one in own)
        wanted = SUBJECTS[name].wanted
        shown = " | ".join(f"{cell:,}" for cell in (wanted, total, *cells, findings))
        lines.append(f"| {name} | {shown} | {slowest:.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
