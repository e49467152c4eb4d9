"""Runs a proof of a package and writes the section of the packages out of what the proofs said.

python tests/longer/packages_section.py debian installer/linux/prove.sh dist
python tests/longer/packages_section.py windows installer/windows/prove.sh dist/roscherk-0.1.0-setup.exe

What a proof says goes through to the screen. Only if it ends well is it kept, in build/proofs, with the
day; the section is made of the last one of each kind.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from longer.page import PAGE, Section, write_section

KEPT = Path(__file__).resolve().parents[2] / "build" / "proofs"
COMMANDS = {"debian": "nox -s deb_proof", "windows": "nox -s windows_proof"}
_BOTH = "nox -s deb_proof windows_proof"
_WORDS = """
What a reader can build with one command each is installed where there was nothing, used by an ordinary user
and removed: the Debian package and the portable folder in fresh Debian 12 and 13, the setup for Windows
under Wine. Both need root for their chroots, so they are no part of `nox -s longer`. What Wine cannot show
stands in [administrators.md](administrators.md).
"""
_TOLD = re.compile(
    r"== |PROVED|ALL PROVED|in \d+ s: |after \d+ s |a later start|later starts|two manuals|"
    r"the home folder|left: "
)


def told_in(said: Iterable[str]) -> list[str]:
    """Return the lines that say what was proved; none that names a folder of this computer."""
    return [line.strip() for line in said if _TOLD.match(line) and " /" not in line]


def write_page(kept: Path, page: Path) -> None:
    """Write the section out of the last proof of each kind."""
    parts: list[str] = []
    ended: list[str] = []
    for name, command in COMMANDS.items():
        log = kept / f"{name}.log"
        if not log.exists():
            continue
        day, *said = log.read_text("utf-8").splitlines()
        lines = told_in(said)
        ended.append(f"{day}, {lines[-1].partition(', sha256')[0]}")
        parts.append("\n".join((f"`{command}`, {day}:", "", "```text", *lines, "```")))
    section = Section("Packages", _BOTH, _WORDS, "; ".join(ended), "\n\n".join(parts))
    write_section(section, page)


def run(name: str, command: Sequence[str]) -> int:
    """Run a proof; keep what it said if it ended well; return its exit code."""
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as proof:
        for line in proof.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            said.append(line)
    if proof.returncode == 0:
        KEPT.mkdir(parents=True, exist_ok=True)
        text = f"{datetime.now(UTC):%Y-%m-%d}\n{''.join(said)}"
        (KEPT / f"{name}.log").write_text(text, encoding="utf-8")
        write_page(KEPT, PAGE)
    return proof.returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], ["bash", *sys.argv[2:]]))
