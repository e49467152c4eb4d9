"""The acts that verdicts rest on, as dated data (rule RU-27). An ended act changes no verdict."""

import tomllib
from datetime import date, datetime, timedelta, timezone
from functools import cache

from app.places import resource
from app.shapes import read_table
from app.values import dataclass

MOSCOW = timezone(timedelta(hours=3))
"""Acts come into force and end by the clock of Moscow."""

TIME_STAMPS = "580"
"""The act on trusted time stamps (rule T-06)."""
CERTIFICATES = "31"
"""The present edition of the order on the form of a qualified certificate (rule RU-05)."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act. ``until`` is the first day on which it is no longer in force; None: open."""

    code: str
    title: str
    """In Russian, as it is cited."""
    checked_on: date
    about: str
    from_: date | None = None
    until: date | None = None

    def in_force(self, at: datetime) -> bool:
        """Tell whether the act is in force at a moment."""
        day = at.astimezone(MOSCOW).date()
        begun = self.from_ is None or day >= self.from_
        return begun and (self.until is None or day < self.until)

    def ended(self, at: datetime) -> bool:
        """Tell whether the act has ended by a moment."""
        return self.until is not None and at.astimezone(MOSCOW).date() >= self.until


@cache
def acts() -> tuple[Act, ...]:
    """Read the table and check its form."""
    rows = tomllib.loads(resource("policies/acts.toml").read_text("utf-8"))["acts"]
    renamed = [
        {("from_" if name == "from" else name): value for name, value in row.items()}
        for row in rows
    ]
    return read_table(renamed, tuple[Act, ...])


def act(code: str) -> Act:
    """Return one act; raise KeyError for a code that the table does not have."""
    for one in acts():
        if one.code == code:
            return one
    raise KeyError(code)


def ending(today: date, within: timedelta) -> tuple[Act, ...]:
    """Return the acts that have ended, or end within this time: successors must be looked for."""
    return tuple(one for one in acts() if one.until is not None and one.until - today <= within)
