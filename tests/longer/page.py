"""docs/quality.md: what was tried at length. Each part of the longer job rewrites its own section.

The page is a heading, a few words, and sections that begin with ``## Title`` and end where the next
one begins; they stand in the order of `ORDER`. Nothing else is kept: the page is the state.

    write_section(Section("Faults", "nox -s faults", words, "2,000 kills, 0 findings left", table))
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"
ORDER = ("Thorough", "Attacks", "Mutants", "Fuzzing", "Faults", "Load", "Stalls", "Packages")

_HEAD = """# What was tried at length

The longer job (`nox -s longer`) runs everything that takes too long for each change. Each part writes its
own section here, with the day, the command and what was measured; the ordinary suite runs a sample of it.
"""


@dataclass(frozen=True)
class Section:
    """What one part says."""

    title: str
    command: str
    """By which it is run again."""
    words: str
    """What was tried, and what it must end in."""
    result: str
    """In one line."""
    table: str
    """Tables and what is to be said of them."""

    def __str__(self) -> str:
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        result = f"Last result: {day}, by `{self.command}`: {self.result}."
        return "\n\n".join((f"## {self.title}", self.words.strip(), result, self.table.strip()))


def write_section(section: Section, page: Path = PAGE) -> None:
    """Put a section in the place of the one of its name; the others stay as they are."""
    if section.title not in ORDER:
        raise ValueError(section.title)
    kept = read_sections(page)
    kept[section.title] = str(section)
    ordered = (kept[title] for title in ORDER if title in kept)
    page.write_text("\n\n".join((_HEAD.strip(), *ordered)) + "\n", encoding="utf-8")


def read_sections(page: Path = PAGE) -> dict[str, str]:
    """Return the sections of the page by their titles."""
    text = page.read_text("utf-8") if page.exists() else ""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    found = {part.partition("\n")[0].removeprefix("## ").strip(): part.strip() for part in parts}
    return {title: part for title, part in found.items() if title in ORDER}


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a table: words to the left, numbers to the right, thousands parted."""
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(_cell(each) for each in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
