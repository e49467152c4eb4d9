"""The page with the numbers, written by `python -m benchmarks --write` and by nobody's hand."""

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app import __version__
from app.algorithms.gost import library
from benchmarks.measuring import Row

PAGE = Path(__file__).with_name("README.md")

_HEAD = """# Benchmarks

`python -m benchmarks` (or `nox -s bench`) measures this program against others in the same run, by turns, and keeps the
best of some rounds: disturbance only adds. A ratio below 1 means that we are faster. `python -m benchmarks SUBJECT…`
measures only these; `attached` runs when it is named. pyHanko's command line comes with `pip install --group bench`.
This page is written by `python -m benchmarks --write`.

How to read it:

- Whole processes are measured, the start of Python included, save where a *warm worker* is named: that one is asked as the
  window asks it, over its pipe, by a parent that waits; the time is the parent's.
- `openssl cms` verifies content, signatures, chain and, in the bulk and the hundred signers, the revocation lists of both
  authorities (`-crl_check_all`). So do we, and besides the rules of formats, algorithms, names and dates, and a report.
- A warm worker remembers what hangs on nothing but bytes: that a certificate or a list is signed by a key, what a
  certificate says, and the trust while no file of it has changed. Each file's own signature is computed each time.
- pyHanko's command line signs with the same PKCS #12 file; our side includes fsync and reading the result back. It
  validates without revocation (its command line takes lists from a configuration only); we check revocation.
- Memory is the largest resident size of one process of ours.
"""


def write(results: Iterable[tuple[str, Sequence[Row | str]]]) -> None:
    """Write the page; a subject that could not be measured has its reason instead of rows."""
    lines = [_HEAD, _machine(), "| what | ours | peer | ratio | memory | goal |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | --- |")
    for subject, rows in results:
        for row in rows:
            if isinstance(row, str):
                lines.append(f"| {subject} | | | | | not measured: {row} |")
            else:
                lines.append("| " + " | ".join(_cells(row)) + " |")
    PAGE.write_text("\n".join(lines) + "\n", "utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.what,
        f"{row.ours:.3f} s",
        f"{row.peer:.3f} s" if row.peer else "",
        f"{row.ours / row.peer:.2f}" if row.peer else "",
        f"{row.memory / 1e6:.0f} MB" if row.memory else "",
        row.goals,
    )


def _machine() -> str:
    """Say where and with what it was measured, and how busy the place was."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    told = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{os.cpu_count()} × {_processor()}",
        f"load at the end {load}",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        f"Росчерк {__version__}",
        f"libgcrypt {library.version()}",
        _first_line("openssl", "version"),
        f"pyHanko {_version('pyhanko')}, its command line {_version('pyhanko-cli')}",
    )
    return "Measured: " + "; ".join(told) + ".\n"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)
    except FileNotFoundError:
        return f"{command[0]} not installed"
    return done.stdout.splitlines()[0]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
