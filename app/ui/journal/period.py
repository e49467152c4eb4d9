"""Of which days rows are wanted: the last ones, or from one day to another. No Qt here."""

from datetime import date, datetime, time, timedelta
from typing import Final

from app.texts.catalogue import N_, _

DAYS: Final = "days"
"""The choice by which two days are named."""
PERIODS: Final = (
    ("", N_("All the time")),
    ("1", N_("Today")),
    ("7", N_("7 days")),
    ("30", N_("30 days")),
    ("365", N_("A year")),
    (DAYS, N_("Exact days…")),
)


def periods() -> list[tuple[str, str]]:
    """Return the periods, with their names."""
    return [(key, _(words)) for key, words in PERIODS]


def between(first: date, last: date) -> str:
    """Return a period of two days, both included, in either order (an interval of ISO 8601)."""
    return f"{min(first, last).isoformat()}/{max(first, last).isoformat()}"


def bounds(period: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the first moment of a period, and the first one after it, in the time of this place."""
    if not period:
        return None, None
    first, slash, last = period.partition("/")
    if slash:
        return _midnight(date.fromisoformat(first)), _midnight(
            date.fromisoformat(last) + timedelta(days=1)
        )
    return _midnight(now.date() - timedelta(days=int(period) - 1)), None


def _midnight(day: date) -> datetime:
    """Return when a day begins here; clocks that are put forward or back have their say."""
    return datetime.combine(day, time()).astimezone()
