"""One CMS with a hundred signers, judged by a warm worker, against `openssl cms` as a process."""

import sys
from pathlib import Path

from benchmarks.authority import Authority
from benchmarks.measuring import Bench, Row, Side, compare, run

_GOALS = {"RSA": 0.5, "GOST 256": 0.5, "GOST 512": 1.2}
_SIGNERS = 100

# Each round is another process: no answer is remembered from the round before.
_OURS = """
import sys, time
from pathlib import Path
from app.composition import build
from app.crypto.verifying.door import VerifyOptions
from app.places import Places

profile, folder, anchors, lists = sys.argv[1:]
if __name__ == '__main__':
    with build(Places.under(Path(profile)), jobs=1) as services:
        options = VerifyOptions(anchors=(Path(anchors),), crls=(Path(lists),))
        warm, file = Path(folder) / 'warm.sig', Path(folder) / 'many.sig'
        services.verifying.verify([warm], options)
        begin = time.perf_counter()
        checked = services.verifying.verify([file], options)
        seconds = time.perf_counter() - begin
        (report,) = checked.report.files
        if report.verdict.value != 'TOTAL_PASSED' or len(report.signatures) != 100:
            sys.exit(f'{report.verdict} {len(report.signatures)}')
        print(seconds)
"""


def measure(bench: Bench) -> list[Row]:
    """Judge a hundred certificates of one authority on one document."""
    rows = []
    for kind, goal in _GOALS.items():
        authority = Authority.make(bench.folder / kind.replace(" ", ""), kind)
        folder = authority.folder / "files"
        folder.mkdir()
        signers = [authority.signer(number) for number in range(_SIGNERS)]
        for name, those in (("warm", [authority.signer(_SIGNERS)]), ("many", signers)):
            document = folder / name
            document.write_text(f"Document {name}\n", "utf-8")
            authority.sign(document, folder / f"{name}.sig", those)
        theirs = Side(
            [
                *(*authority.verify_command(), "-in", folder / "many.sig"),
                *("-content", folder / "many"),
            ]
        )
        (peer,) = compare(bench.rounds, theirs)
        ours = [run(_ours(bench, authority, folder)) for _ in range(bench.rounds)]
        rows.append(
            Row(
                f"{_SIGNERS} {kind} signers, warm worker, vs openssl cms",
                min(float(done.text) for done in ours),
                peer.seconds,
                goal_seconds=goal,
                memory=max(done.memory for done in ours),
            )
        )
    return rows


def _ours(bench: Bench, authority: Authority, folder: Path) -> Side:
    arguments = (bench.folder / "profile", folder, authority.anchors, authority.lists)
    return Side([sys.executable, "-c", _OURS, *arguments])
