"""The release check of acts: none that the program rests on may end within sixty days unattended.

``acts.py`` names every act of ``resources/policies/acts.toml`` that has ended or soon will, and
fails unless ``installer/act_waivers.toml`` holds a waiver for it that is not past its own day and
says who looks for the successor. It belongs to a release, not to the ordinary tests: time alone
must not turn those red.
"""

import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.crypto.verdict.acts import Act, ending  # noqa: E402 - the program is not installed here

WITHIN = timedelta(days=60)
LONGEST = timedelta(days=120)
"""A waiver says for how long it holds; nobody looks for ever."""
WAIVERS = ROOT / "installer" / "act_waivers.toml"


@dataclass(frozen=True)
class Waiver:
    """Somebody looks for the successor of an act."""

    code: str
    who: str
    given: date
    until: date
    found: str
    """What is known so far."""

    def holds(self, today: date) -> bool:
        """Tell whether it still counts."""
        said = bool(self.who.strip() and self.found.strip())
        return said and self.given <= today <= self.until <= self.given + LONGEST


def waivers(path: Path = WAIVERS) -> dict[str, Waiver]:
    """Read the waivers by the code of their act."""
    rows = tomllib.loads(path.read_text("utf-8")).get("waivers", [])
    return {row["code"]: Waiver(**row) for row in rows}


def unattended(today: date, known: dict[str, Waiver]) -> list[Act]:
    """Return the acts whose end nobody looks after."""
    return [
        one
        for one in ending(today, WITHIN)
        if one.code not in known or not known[one.code].holds(today)
    ]


def main(today: date) -> int:
    """Print what ends; return 1 if somebody has to act."""
    known = waivers()
    for one in ending(today, WITHIN):
        waiver = known.get(one.code)
        by = f"looked after by {waiver.who} until {waiver.until}" if waiver else "NO WAIVER"
        print(f"{one.until}  {one.title}: {by}")
    missing = unattended(today, known)
    for one in missing:
        print(f"Find the successor of: {one.title} (ends {one.until}); or write a waiver.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(datetime.now(UTC).date()))
