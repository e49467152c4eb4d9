"""Many small detached signatures by warm workers, against a shell loop over `openssl cms`.

Both sides check everything: content, signature, chain, and the revocation lists of each authority.
"""

import sys
from pathlib import Path

from benchmarks.authority import Authority
from benchmarks.measuring import Bench, Row, Side, compare, need, run

_GOALS = {"RSA": 1 / 3, "GOST 256": 1 / 1.5}
_GOAL_SECOND_WORKER = 1 / 1.8
_MOST = 1000
_LEAST = 50

# One process, one pool; the first files only start the workers. Prints seconds and worker memory.
_OURS = """
import sys, time
from pathlib import Path
from app.composition import build
from app.crypto.verifying.door import VerifyOptions
from app.places import Places

profile, folder, anchors, lists, jobs = sys.argv[1:]
if __name__ == '__main__':
    with build(Places.under(Path(profile)), jobs=int(jobs)) as services:
        files = sorted(Path(folder).glob('*.sig'))
        options = VerifyOptions(anchors=(Path(anchors),), crls=(Path(lists),))
        services.verifying.verify(files[: 4 * int(jobs)], options, jobs=int(jobs))
        begin = time.perf_counter()
        checked = services.verifying.verify(files, options, jobs=int(jobs))
        seconds = time.perf_counter() - begin
        verdicts = {one.verdict.value for one in checked.report.files}
        if verdicts != {'TOTAL_PASSED'}:
            sys.exit(f'verdicts: {verdicts}')
        print(seconds)
"""

_THEIRS = """
command=("$@")
for signature in *.sig; do
    "${command[@]}" -in "$signature" -content "${signature%.sig}" 2>/dev/null || exit 1
done
"""


# What two processes are worth on this machine, as busy as it is: the same sum, once and twice.
_SUM = "sum(number * number for number in range(5_000_000))"
_TWICE = f"""
import subprocess, sys
each = [subprocess.Popen([sys.executable, '-c', {_SUM!r}]) for _ in range(2)]
sys.exit(any([one.wait() for one in each]))
"""


def measure(bench: Bench) -> list[Row]:
    """Judge a thousand files of each algorithm, sides by turns."""
    count = min(_MOST, max(_LEAST, bench.size))
    once, twice = compare(
        2 * bench.rounds,
        Side([sys.executable, "-c", f"{_SUM}; {_SUM}"]),
        Side([sys.executable, "-c", _TWICE]),
    )
    rows = [Row("two sums in two processes, vs in one", twice.seconds, once.seconds)]
    for kind, goal in _GOALS.items():
        authority = Authority.make(bench.folder / kind.replace(" ", ""), kind)
        folder = _make_files(authority, count)
        theirs = Side(
            [need("bash"), "-c", f"cd '{folder}'\n{_THEIRS}", "-", *authority.verify_command()]
        )
        best = {"peer": 9e9, "1": 9e9, "2": 9e9}
        memory = 0
        for _ in range(bench.rounds):
            best["peer"] = min(best["peer"], run(theirs).seconds)
            for jobs in ("1", "2"):
                done = run(_ours(bench, authority, folder, jobs))
                best[jobs] = min(best[jobs], float(done.text))
                memory = max(memory, done.memory)
        title = f"{count} small {kind} .sig"
        rows += [
            Row(
                f"{title}, one warm worker, vs a loop of openssl",
                best["1"],
                best["peer"],
                goal_ratio=goal,
                memory=memory,
            ),
            Row(
                f"{title}, two workers, vs one worker",
                best["2"],
                best["1"],
                goal_ratio=_GOAL_SECOND_WORKER,
            ),
        ]
    return rows


def _make_files(authority: Authority, count: int) -> Path:
    folder = authority.folder / "files"
    folder.mkdir()
    signer = authority.signer()
    for number in range(count):
        document = folder / f"document{number:04}.txt"
        document.write_text(f"Document {number}\n" * 50, "utf-8")
        authority.sign(document, document.with_name(f"{document.name}.sig"), [signer])
    return folder


def _ours(bench: Bench, authority: Authority, folder: Path, jobs: str) -> Side:
    return Side(
        [
            *(sys.executable, "-c", _OURS, bench.folder / "profile", folder),
            *(authority.anchors, authority.lists, jobs),
        ]
    )
