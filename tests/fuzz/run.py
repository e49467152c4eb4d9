"""The fuzzing run: ``nox -s fuzz -- [--minutes 10] [--jobs N] [--keep DIR] [--page] [NAME…]``.

Everything is imported once, instrumented for coverage by atheris; then a process is forked for each
harness, with an even share of the time. What a parser may not raise is noted with its octets and the
run goes on; a hang, a crash of the interpreter or too much memory ends that harness. ``--page``
writes the table into docs/quality.md. The exit code is 1 if anything was found.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import atheris  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "crypto")]

# Coverage of our own code and of the library that takes PDF apart.
with atheris.instrument_imports(include=["app", "pyhanko.pdf_utils"]):
    from fuzz.catalogue import HARNESSES

from attacks.mutation import mutant  # noqa: E402
from fuzz import page  # noqa: E402
from fuzz.harness import MEMORY, SECONDS, Harness, memory  # noqa: E402
from fuzz.noting import Figures, Notes  # noqa: E402

_SLACK = 4
"""Seconds on the wall, on a machine under load, for one of the processor."""
_GRACE = 30


def main(arguments: list[str]) -> int:
    """Fuzz; return the exit code."""
    options = _options(arguments)
    wanted = [HARNESSES[name] for name in options.names or HARNESSES]
    rounds = -(-len(wanted) // options.jobs)
    seconds = max(2, int(options.minutes * 60 / rounds))
    options.keep.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    waiting, done = list(wanted), list[Figures]()
    running: dict[int, Harness] = {}
    while waiting or running:
        while waiting and len(running) < options.jobs:
            harness = waiting.pop(0)
            running[_forked(harness, options.keep / harness.name, seconds)] = harness
        child, status = os.waitpid(-1, 0)
        figures = _figures(running.pop(child), options.keep, status)
        done.append(figures)
        print(figures.line(), flush=True)  # noqa: T201
    minutes = (time.monotonic() - began) / 60
    found = sum(each.findings for each in done)
    print(f"{len(done)} parsers, {minutes:.1f} min, {found} findings; octets: {options.keep}")  # noqa: T201
    if options.page:
        page.write(done, minutes)
    return 1 if found else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s fuzz --", description=__doc__)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(HARNESSES))
    return parser.parse_args(arguments)


def _forked(harness: Harness, folder: Path, seconds: int) -> int:
    """Start the child of one harness; return its number."""
    folder.mkdir(exist_ok=True)
    child = os.fork()
    if child:
        return child
    try:
        os.nice(10)
        log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        _fuzz(harness, folder, seconds)
    finally:
        os._exit(3)  # never back into the parent's loop


def _fuzz(harness: Harness, folder: Path, seconds: int) -> None:
    warnings.simplefilter("ignore")
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    prepared = harness.prepare(work)
    for place, seed in enumerate(prepared.seeds):
        (corpus / f"seed-{place}").write_bytes(seed)
    notes = Notes(harness, folder)

    def eat(data: bytes) -> None:
        notes.run(prepared, data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        """Change octets as the library does, or a whole element as the long job of mutants does."""
        if data and seed % 3:
            try:
                return mutant(harness.kind, seed, data, prepared.seeds)[1][:most]
            except (ValueError, IndexError):
                pass  # too little of it is left for that change
        return bytes(atheris.Mutate(data, most))

    options = [
        f"-max_total_time={seconds}",
        f"-timeout={int(SECONDS) * _SLACK}",
        f"-rss_limit_mb={(memory() + MEMORY) >> 20}",
        f"-max_len={harness.longest}",
        f"-artifact_prefix={folder}/",
    ]
    if harness.words:
        words = folder / "words.txt"
        words.write_text("".join(f'"{_escaped(each)}"\n' for each in harness.words), "ascii")
        options.append(f"-dict={words}")
    atheris.Setup([sys.argv[0], *options, str(corpus)], eat, custom_mutator=mutate)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in word)


def _figures(harness: Harness, keep: Path, status: int) -> Figures:
    """Read what a child left; one that died has found something, whatever it says."""
    figures = Figures.read(keep / harness.name, harness)
    code = os.waitstatus_to_exitcode(status)
    if code and not figures.findings:
        figures.findings += 1
        figures.ended = f"code {code}"
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
