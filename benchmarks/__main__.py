"""Speed and memory as ratios against peers measured in the same run: `python -m benchmarks`."""

import argparse
import compileall
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import (
    attached,
    bulk,
    commands,
    containers,
    hashing,
    large_files,
    load,
    pdf_files,
    readme,
    revocation,
    signers,
    tokens,
    window,
)
from benchmarks.measuring import WIDTH, Bench, Missing, Row

SUBJECTS: Mapping[str, Callable[[Bench], list[Row]]] = {
    "hashing": hashing.measure,
    "start": commands.measure,
    "window": window.measure,
    "large": large_files.measure,
    "bulk": bulk.measure,
    "signers": signers.measure,
    "revocation": revocation.measure,
    "pdf": pdf_files.measure,
    "containers": containers.measure,
    "tokens": tokens.measure,
    "attached": attached.measure,
    "load": load.measure,
}
ON_REQUEST = frozenset({"attached", "load"})
"""Measured only when named: they take minutes and much disk."""


def main() -> int:
    """Measure what was asked for, print a table, and fail if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--size", type=int, default=1000, help="MB of the large file")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds; the best counts")
    parser.add_argument("--folder", type=Path, help="where the large file is written")
    parser.add_argument("--write", action="store_true", help="write the table to README.md")
    options = parser.parse_args()
    unknown = set(options.subjects) - SUBJECTS.keys()
    if unknown:
        parser.error(f"unknown subject: {', '.join(sorted(unknown))}")
    # As every installer does; where Python may write no bytecode, each start would compile anew.
    compileall.compile_dir(Path(__file__).parent.parent / "app", quiet=1)
    print(f"{'what':{WIDTH}} {'ours':>9} {'peer':>9} {'ratio':>7}  {'memory':>8}  goal")
    missed = False
    results: list[tuple[str, list[Row | str]]] = []
    with tempfile.TemporaryDirectory(prefix="benchmark", dir=options.folder) as folder:
        for name in options.subjects or [one for one in SUBJECTS if one not in ON_REQUEST]:
            bench = Bench(Path(folder) / name, options.size, options.rounds)
            bench.folder.mkdir()
            try:
                rows = SUBJECTS[name](bench)
            except Missing as missing:
                print(f"{name:{WIDTH}} not measured: {missing}")
                missed = True
                results.append((name, [str(missing)]))
                continue
            results.append((name, [*rows]))
            for row in rows:
                print(row, flush=True)
                missed |= row.missed
    if options.write:
        readme.write(results)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
