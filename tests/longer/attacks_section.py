"""Writes the section of the attacks: how many there are, and how many of them do what they want.

The tables themselves stand in docs/attacks.md and docs/pkits.md, which `nox -s attacks` writes first.
"""

import re
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from longer.page import PAGE, Section, table, write_section

_WORDS = """
Every attack of the set is put before the program and its peers, and every case of PKITS before its paths.
Row by row they stand in [attacks.md](attacks.md) and [pkits.md](pkits.md), which the same command writes.
"""
_CLASS = re.compile(r"\| ([^|]+) \| (\d+) \| (\d+) \|")


def read_classes(text: str) -> dict[str, tuple[int, int]]:
    """Return of each class of attacks how many files it has, and how many were called good."""
    part = text.partition("## By class")[2].partition("\n## ")[0]
    return {name: (int(files), int(good)) for name, files, good in _CLASS.findall(part)}


def main() -> None:
    """Write it."""
    docs = PAGE.parent
    classes = read_classes((docs / "attacks.md").read_text("utf-8"))
    classes.pop("**all**", None)
    (pkits,) = re.findall(r"\*\*(.+?)\*\*", (docs / "pkits.md").read_text("utf-8"))
    files = sum(number for number, _good in classes.values())
    good = sum(number for _files, number in classes.values())
    result = f"{files:,} hostile files, {good} called good. PKITS: {pkits.rstrip('.')}"
    shown = table(
        ("class", "files", "called good"), [(name, *both) for name, both in classes.items()]
    )
    write_section(Section("Attacks", "nox -s attacks", _WORDS, result, shown))


if __name__ == "__main__":
    main()
