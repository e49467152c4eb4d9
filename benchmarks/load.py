"""Much at once: what the program must bear, each by the figures of its goal (`nox -s load`).

A batch of ten thousand files with one PIN that is killed on the way and gone on with; ten gigabytes
detached; a PDF of half a gigabyte; a list of a million entries; a hundred signers; a journal of a
hundred thousand rows, also in a window.
"""

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import pdf_files, practice_profile, revocation, signers
from benchmarks.authority import Authority
from benchmarks.measuring import PROJECT, Bench, Missing, Outcome, Row, Side, Watch, program, run

BATCH, GIGABYTES, ROWS = 10_000, 10, 100_000
_MEMORY_BATCH, _MEMORY_LARGE = 200_000_000, 200_000_000
_STALL = 0.1
_SEARCH, _OPEN, _CHECK = 1.0, 0.1, 3.0
_PIN = "12345678"

_TOKEN = """
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1] + '/tests', sys.argv[1]]
from stand_ins import softhsm
token = softhsm.make_token(Path(sys.argv[2]))
token.add('rsa', '01', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
print(os.environ['SOFTHSM2_CONF'])
"""


def batch(bench: Bench) -> list[Row]:
    """Sign many files with one PIN of a token; kill that at a random file; go on."""
    count = min(BATCH, bench.size * 10)
    folder = bench.folder / "documents"
    folder.mkdir()
    files = [folder / f"{number:05}.txt" for number in range(count)]
    for file in files:
        file.write_text(f"Документ {file.name}\n" * 20, "utf-8")
    token = run(Side([sys.executable, "-c", _TOKEN, PROJECT, bench.folder / "token"])).text.split()
    environment = {"SOFTHSM2_CONF": token[-1]}
    arguments = ("--key", "pkcs11:object=rsa", "--pin-stdin", "--json", "--resume")
    command = program("--profile", bench.folder / "profile", "sign", *files, *arguments)
    stop = random.randrange(count // 4, count // 2)
    first = _killed(command, environment, lambda: _signed(folder) >= stop)
    before = _signed(folder)
    rest = run(Side(command, stdin=f"{_PIN}\n".encode(), environment=environment))
    _demand(folder, files, count)
    return [
        Row(
            f"{count} files, one PIN of a token: {before} till a kill",
            first.seconds,
            memory=first.memory,
            goal_memory=_MEMORY_BATCH,
        ),
        Row(
            f"… and the rest by --resume: 0 twice, 0 left out ({count - before} files)",
            rest.seconds,
            memory=rest.memory,
            goal_memory=_MEMORY_BATCH,
        ),
    ]


def _signed(folder: Path) -> int:
    return sum(entry.name.endswith(".sig") for entry in os.scandir(folder))


def _demand(folder: Path, files: list[Path], count: int) -> None:
    """Raise if a file was signed twice or left out, or an original is not as it was."""
    made = sorted(path.name for path in folder.iterdir() if path.suffix == ".sig")
    if made != [f"{file.name}.sig" for file in files]:
        raise Missing(f"{len(made)} signatures of {count} files")
    for file in files:
        if file.read_text("utf-8") != f"Документ {file.name}\n" * 20:
            raise Missing(f"an original was changed: {file}")


def _killed(
    command: list[str | Path], environment: Mapping[str, str], reached: Callable[[], bool]
) -> Outcome:
    """Run a command until something is reached, then kill it with its children."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [str(each) for each in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        cwd=PROJECT,
    ) as process:
        watch = Watch(process.pid)
        assert process.stdin is not None
        process.stdin.write(f"{_PIN}\n".encode())
        process.stdin.flush()
        while process.poll() is None and not reached():
            time.sleep(0.1)
        if process.poll() is not None:
            raise Missing(f"the batch ended by itself with {process.returncode}")
        process.send_signal(signal.SIGKILL)
        seconds = time.perf_counter() - begin
        return Outcome(seconds, watch.stop(), "")


def large(bench: Bench) -> list[Row]:
    """Sign and verify a file with holes, detached: whole processes."""
    gigabytes = min(GIGABYTES, max(1, bench.size // 100))
    content = bench.folder / "large.bin"
    with content.open("wb") as file:
        for place in range(gigabytes):
            file.seek(place << 30)
            file.write(os.urandom(4096))
        file.truncate(gigabytes << 30)
    profile = practice_profile.enter(bench.folder / "profile")
    target = bench.folder / "large.sig"
    sign = profile.command("sign", content, "--key", profile.uri, "--output", target)
    verify = profile.command(
        "verify", target, "--content", content, "--allow-practice", "--json", "--offline"
    )
    rows = []
    for title, command in (("sign", sign), ("verify", verify)):
        done = run(Side(command))
        rows.append(
            Row(
                f"{title} {gigabytes} GB detached (GOST)",
                done.seconds,
                memory=done.memory,
                goal_memory=_MEMORY_LARGE,
            )
        )
    content.unlink()
    return rows


def journal(bench: Bench) -> list[Row]:
    """Open, search, append to and check a long journal; the same in a window."""
    rows = min(ROWS, bench.size * 100)
    script = PROJECT / "tests" / "ui" / "journal_load.py"
    environment = {"QT_QPA_PLATFORM": "offscreen"}
    done = run(
        Side([sys.executable, script, bench.folder / "profile", str(rows)], environment=environment)
    )
    found = json.loads(done.text.splitlines()[-1])
    named = {
        "append": ("a row is added", _OPEN),
        "open": ("the newest 200 are read", _OPEN),
        "search": ("a word is looked for", _SEARCH),
        "verify": ("the whole chain is checked", _CHECK),
        "shown": ("a window shows the page", _SEARCH),
        "narrowed": ("a window narrows it by a word", _SEARCH),
        "busy": ("the longest work of the window's thread meanwhile", _STALL),
    }
    return [
        Row(f"journal of {rows} rows: {words}", found[name], goal_seconds=goal)
        for name, (words, goal) in named.items()
    ]


def pdf(bench: Bench) -> list[Row]:
    """Sign and verify a PDF of half a gigabyte."""
    authority = Authority.make(bench.folder / "authority", "RSA")
    return pdf_files.measure_large(bench, authority, authority.pfx(authority.signer()))


PARTS: Mapping[str, Callable[[Bench], list[Row]]] = {
    "batch": batch,
    "large": large,
    "pdf": pdf,
    "crl": revocation.measure,
    "signers": signers.measure,
    "journal": journal,
}
"""What `python -m benchmarks load` measures, each in a folder of its own."""


def measure(bench: Bench) -> list[Row]:
    """Measure all of it, and write the section of docs/quality.md."""
    rows: list[Row] = []
    lost: list[str] = []
    for name, part in PARTS.items():
        own = Bench(bench.folder / name, bench.size, 1)
        own.folder.mkdir()
        try:
            rows += part(own)
        except Missing as missing:
            lost.append(f"{name}: {missing}")
    _write(rows, lost)
    if lost:
        raise Missing("; ".join(lost))
    return rows


_WORDS = """
Whole processes of the program, the start of Python included; memory is the largest resident size of one
process. The batch is killed (`kill -9`) at a random file and gone on with by `--resume`; then no file is
signed twice, none is left out, and every original is as it was. Where a goal stands, it is of the design.
"""


def _write(rows: list[Row], lost: list[str]) -> None:
    sys.path.insert(0, str(PROJECT / "tests"))
    page = importlib.import_module("longer.page")
    lines = ["| what | time | memory | goal |", "| --- | ---: | ---: | --- |"]
    for row in rows:
        memory = f"{row.memory / 1e6:.0f} MB" if row.memory else ""
        lines.append(f"| {row.what} | {row.ours:.3f} s | {memory} | {row.goals} |")
    lines += [f"| {each} | | | not measured |" for each in lost]
    missed = sum(row.missed for row in rows)
    busy = f"load {os.getloadavg()[0]:.0f} at the end" if hasattr(os, "getloadavg") else ""
    result = f"{len(rows)} figures, {missed} goals missed, {len(lost)} not measured; {busy}"
    page.write_section(page.Section("Load", "nox -s load", _WORDS, result, "\n".join(lines)))
