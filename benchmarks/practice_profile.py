"""A profile in practice mode, with the key and the password that a benchmark signs with."""

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Side, program, run

_ENTER = """
import sys
from pathlib import Path
from app.composition import build
from app.places import Places
with build(Places.under(Path(sys.argv[1]))) as services:
    kit = services.practice.enter()
    with services.practice.secret() as secret:
        print(kit.container.uri, secret.buffer.decode('ascii'))
"""


@dataclass(frozen=True)
class PracticeProfile:
    """A profile, its practice key, and the password of it."""

    folder: Path
    uri: str
    password: bytes

    def command(self, *arguments: str | Path) -> list[str | Path]:
        """Return a command line of the program that works in this profile."""
        return program("--profile", self.folder, *arguments)


def enter(folder: Path) -> PracticeProfile:
    """Make the profile."""
    told = run(Side([sys.executable, "-c", _ENTER, folder])).text
    uri, password = told.split()[-2:]
    return PracticeProfile(folder, uri, password.encode())
