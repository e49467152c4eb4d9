"""The section «Fuzzing» of docs/quality.md, written by the run itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.harness import MEMORY, SECONDS
from longer.page import Section, table, write_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.noting import Figures

_WORDS = f"""\
Every parser of ours gets octets that atheris (libFuzzer) makes out of honest files, guided by which of our
lines they reach, and elements exchanged as the mutants exchange them. It must answer with a value or with
an error that has words; anything else, more than {SECONDS:.0f} seconds of the processor or {MEMORY >> 20} MB more memory is a
finding. Findings are kept in `tests/fuzz/found` and tried by the ordinary suite for ever, which also runs
every parser over its honest files; the names of those files say what was wrong."""


def write(done: Sequence[Figures], minutes: float) -> None:
    """Write the section anew."""
    runs, found = sum(each.runs for each in done), sum(each.findings for each in done)
    rows: list[tuple[object, ...]] = [
        (
            f"{each.name} (`{each.parser}`)",
            each.runs,
            f"{each.slowest:.2f}",
            each.grown >> 20,
            each.findings,
        )
        for each in sorted(done, key=lambda one: one.name)
    ]
    head = ("parser", "inputs", "slowest, s", "grown, MB", "findings")
    result = f"{len(done)} parsers, {minutes:.1f} minutes, {runs:,} inputs, {found} findings left"
    write_section(Section("Fuzzing", "nox -s fuzz", _WORDS, result, table(head, rows)))
